// A run is in the person's hands: it can be held, let go on, and ended.

import assert from "node:assert/strict";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, jsonl, preferences } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { host, visit } from "../support/studio.mjs";

test("a run can be paused, goes on from there, and keeps its best weights when it is stopped", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("some.jsonl", jsonl(preferences(60))));
  await studio.settings({ epochs: 1_000_000, patience: 0 });
  await studio.train();
  await studio.trainReaches("training");
  await studio.valueOnce("validation-accuracy");
  assert.ok(await studio.get("train-start").isDisabled(), "one run at a time");

  await studio.get("train-pause").click();
  await studio.trainReaches("paused");
  const held = await step(studio);
  assert.ok(held > 0);
  // The page answers meanwhile, and the run stays where it is.
  await studio.open("data");
  await studio.open("train");
  assert.equal(await step(studio), held);

  await studio.get("train-resume").click();
  await studio.trainReaches("training");
  await eventually("it goes on", async () => (await step(studio)) > held);
  await studio.get("train-stop").click();
  await studio.trainReaches("done");
  assert.match(await studio.text("train-status"), /Stopped by you; the best weights so far were kept/);
  assert.ok(Number.isFinite((await studio.score("p", "A response.")).first));
});

/** The newest step that the bar tells of. */
async function step(studio) {
  const said = await studio.get("train-progress").getAttribute("aria-valuetext");
  return Number(said.match(/step ([\d,]+) of/)?.[1].replaceAll(",", "") ?? 0);
}
