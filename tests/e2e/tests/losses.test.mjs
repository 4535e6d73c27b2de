// The engine is lost in the midst of its work: the page says so, nothing that was entered is lost, and it goes on.

import assert from "node:assert/strict";
import test from "node:test";
import { browse, crashGpu } from "../support/browser.mjs";
import { file, jsonl, preferences } from "../support/data.mjs";
import { endEngine, host, startedByItself, visit } from "../support/studio.mjs";

/** So long that nothing ends it but what the test does. */
const ENDLESS = { epochs: 1_000_000, patience: 0 };

test("a GPU that is lost in the midst of training hands over to the CPU", { timeout: 400_000 }, async (t) => {
  const server = await host(t);
  const context = await browse(t, { gpu: true });
  const studio = await visit(context, server.url);
  await studio.import(file("few.jsonl", jsonl(preferences(6))));
  await studio.settings({ ...ENDLESS, "batch-size": 4 });
  await studio.device("webgpu");
  await studio.deviceSays(/WebGPU/);
  await studio.train();
  await studio.trainReaches("training");

  await crashGpu(context);
  await studio.notice(/The GPU was lost/);
  await studio.notice(/The CPU takes over; nothing you entered is lost/);
  assert.match(await studio.deviceSays(/Runs on/), /CPU \(flex\): WebGPU is not available: The GPU was lost/);
  await studio.trainReaches("training");
  assert.match(await studio.page.locator(".run-status").innerText(), /began anew from the start, on CPU/);
  await studio.get("train-stop").click();
  await studio.trainReaches("done");
  await studio.open("data");
  assert.equal(await studio.pairs(), 6);
});

test("a worker that keeps ending can be started again by one press", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  await studio.ready();
  await studio.preferLonger(3);
  const restart = studio.get("notices").getByRole("button", { name: "Start the engine again" });
  await endEngine(studio);
  await studio.notice(/The worker is gone/);
  if (await startedByItself(studio)) {
    await studio.ready();
    await endEngine(studio);
  }
  await restart.waitFor();
  assert.equal(await studio.get("engine").getAttribute("data-engine"), "bad");

  // Meanwhile the person goes on.
  await studio.preferLonger(4);
  assert.equal(await studio.answered(), 7);
  await restart.click();
  await studio.ready();
  await studio.valueOnce("living-accuracy");
  assert.equal(await restart.count(), 0, "what was mended is not offered again");
});

test("a worker that has worked for a while is started again by itself, and the run with it", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("some.jsonl", jsonl(preferences(30))));
  await studio.settings(ENDLESS);
  await studio.ready();
  const since = await studio.page.evaluate(() => performance.now());
  await studio.train();
  await studio.trainReaches("training");
  // An engine that fails sooner than this would only fail again, so the page asks first.
  await studio.page.waitForFunction((since) => performance.now() > since + 10_500, since);

  await endEngine(studio);
  await studio.notice(/It was started again; nothing you entered is lost/);
  await studio.trainReaches("training");
  assert.match(await studio.page.locator(".run-status").innerText(), /began anew/);
  await studio.get("train-stop").click();
  await studio.trainReaches("done");
});

test("a worker that cannot be loaded is said to be missing, and annotating goes on", async (t) => {
  const server = await host(t);
  server.fail("worker_cpu_loader.js", { status: 404 });
  const studio = await visit(await browse(t), server.url);
  await studio.notice(/The worker could not be loaded/);
  await studio.loadStarter();
  await studio.preferLonger(2);
  await studio.open("train");
  assert.match(await studio.page.locator(".blocked").first().innerText(), /Start it again under Device/);
  server.heal("worker_cpu_loader.js");
  await studio.page.locator("#panel-train").getByRole("button", { name: "Start the engine again" }).click();
  await studio.ready();
});
