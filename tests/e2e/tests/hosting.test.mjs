// Any static host will do, under any path, with and without isolation headers; and then none at all.

import assert from "node:assert/strict";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, jsonl, preferences } from "../support/data.mjs";
import { host, near, visit } from "../support/studio.mjs";

const TEXTS = ["How do I mend a chair?", "Glue the leg, wait a day, and thank you for asking!", "Buy another."];

test("the second visit needs no network", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("some.jsonl", jsonl(preferences(12))));
  await studio.hasLiving();
  const before = await studio.score(...TEXTS);
  await studio.kept();

  await server.stop();
  await studio.page.reload();
  await studio.ready();
  await studio.open("train");
  assert.match(await studio.text("backbone-status"), /nothing was fetched/);
  await studio.hasLiving();
  const after = await studio.score(...TEXTS);
  near(after.first, before.first, 1e-5, "the score");
  await studio.settings({ epochs: 5 });
  await studio.train();
  await studio.trainReaches("done");
  // The samples are part of the page.
  await studio.open("data");
  await studio.get("load-starter").click();
  await studio.get("response-a").waitFor();
  await studio.preferLonger(1);
});

for (const isolated of [false, true]) {
  test(`it works under a sub-path ${isolated ? "with" : "without"} isolation headers`, async (t) => {
    const server = await host(t, { at: "/some/sub/path/", isolated });
    const context = await browse(t);
    const studio = await visit(context, server.url);
    assert.equal(await studio.page.evaluate(() => crossOriginIsolated), isolated);
    await studio.loadStarter();
    await studio.preferLonger(6);
    await studio.valueOnce("living-accuracy");
    await studio.score(...TEXTS);
    await studio.kept();
    const scope = await studio.page.evaluate(() => navigator.serviceWorker.ready.then(({ scope }) => scope));
    assert.equal(scope, server.url);
    const strangers = server.log.filter(({ path }) => path.startsWith("/"));
    assert.deepEqual(strangers, [], "nothing is asked for outside its path");
    await studio.page.reload();
    await studio.ready();
    assert.deepEqual(context.complaints, []);
  });
}
