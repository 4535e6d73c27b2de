// Which device runs, and that the page says so.

import assert from "node:assert/strict";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, jsonl, preferences } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { forgetFeatures } from "../support/features.mjs";
import { host, near, visit } from "../support/studio.mjs";

const PROMPT = "How do I mend a chair?";
const RESPONSES = ["Glue the leg, wait a day, and thank you for asking!", "Buy another."];

test("without an adapter, auto takes the CPU and says why", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  const said = await studio.deviceSays(/Runs on/);
  assert.match(said, /CPU \(flex\): WebGPU is not available: .+/);
});

test("WebGPU asked for without an adapter falls back, and says why", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.ready();
  await studio.device("webgpu");
  assert.match(await studio.deviceSays(/Runs on/), /CPU \(flex\): WebGPU is not available: .+/);
  assert.equal(await studio.get("device-select").inputValue(), "webgpu", "the wish is kept");
  await studio.ready();
});

test("ndarray can be chosen, trains, and agrees with flex", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("some.jsonl", jsonl(preferences(30))));
  await studio.settings({ epochs: 5 });
  const scores = {};
  for (const [word, name] of [
    ["cpu", "CPU (flex)"],
    ["ndarray", "CPU (ndarray)"],
  ]) {
    await studio.device(word);
    assert.ok((await studio.deviceSays(/as you chose/)).includes(name));
    await studio.train();
    await studio.trainReaches("done");
    scores[word] = await studio.score(PROMPT, ...RESPONSES);
  }
  near(scores.cpu.first, scores.ndarray.first, 1e-3, "the first score");
  near(scores.cpu.second, scores.ndarray.second, 1e-3, "the second score");
});

test("a software adapter is left alone by auto, runs when asked for, and scores as the CPU does", { timeout: 600_000 }, async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t, { gpu: true }), server.url);
  assert.match(await studio.deviceSays(/Runs on/), /CPU \(flex\): the only WebGPU adapter, .+, is software/);
  await studio.import(file("few.jsonl", jsonl(preferences(6))));
  await studio.settings({ epochs: 3, "batch-size": 4 });
  await studio.train();
  await studio.trainReaches("done");
  const cpu = await studio.score(PROMPT, ...RESPONSES);

  // The features that the CPU has made are not to be taken for the GPU's.
  await forgetFeatures(studio);
  await studio.device("webgpu");
  assert.match(await studio.deviceSays(/Runs on/), /WebGPU: as you chose, on .+, a software adapter/);
  await studio.ready();
  await studio.train();
  await studio.trainReaches("done");
  assert.match(await studio.deviceSays(/Runs on/), /WebGPU/, "it has not fallen back on the way");
  const gpu = await studio.score(PROMPT, ...RESPONSES);
  near(gpu.first, cpu.first, 1e-3, "the first score");
  near(gpu.second, cpu.second, 1e-3, "the second score");

  // Whatever else scores does so there, too: why, candidates, a file.
  await studio.get("score-why").click();
  near(await studio.valueOnce("why-sum"), gpu.first, 1e-3, "tokens + length = score");
  await studio.get("score-part-rank").check();
  await studio.get("rank-prompt").fill(PROMPT);
  await studio.get("rank-paste").fill(RESPONSES.join("\n---\n"));
  await studio.get("rank-add").click();
  const ranked = () => studio.get("rank-list").locator("[data-value]").evaluateAll((all) => all.map((it) => Number(it.dataset.value)));
  const order = await eventually("both are in order", async () => {
    const values = await ranked();
    return values.length === 2 && values;
  }, { within: 180_000 });
  near(order[0], Math.max(gpu.first, gpu.second), 1e-3, "the best");
  near(order[1], Math.min(gpu.first, gpu.second), 1e-3, "the other");
  await studio.giveToScore(file("two.jsonl", jsonl(RESPONSES.map((response) => ({ prompt: PROMPT, response })))));
  await studio.get("file-start").click();
  const { rows } = await studio.scoredFile();
  near(rows[0].score, gpu.first, 1e-3, "the first row");
  near(rows[1].score, gpu.second, 1e-3, "the second row");
  assert.match(await studio.deviceSays(/Runs on/), /WebGPU/, "all of it ran there");
});
