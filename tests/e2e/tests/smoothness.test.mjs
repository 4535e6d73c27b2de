// The page stays awake while it trains: no task of its own takes longer than 50 ms.

import assert from "node:assert/strict";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, jsonl, preferences } from "../support/data.mjs";
import { host, visit } from "../support/studio.mjs";

const LONGEST_MS = 50;

// A long task is measured by the clock on the wall, so on a busy machine it also counts the time in which the page
// was ready and something else had its core. That can only add: a task that is too long by itself is so in every
// run, and the best of three runs is the nearest to what the page itself takes.
const RUNS = 3;

test("no task of the page takes over 50 ms while it trains", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t, { init: watch }), server.url);
  await studio.import(file("many.jsonl", jsonl(preferences(300))));
  await studio.settings({ epochs: 400, patience: 0, "batch-size": 8 });
  await studio.train();
  await studio.trainReaches("done");

  const worst = [];
  for (let run = 1; run <= RUNS && (run === 1 || Math.min(...worst) > LONGEST_MS); run += 1) {
    await studio.page.evaluate(() => (window.longTasks.length = 0));
    await studio.train();
    await studio.trainReaches("done");
    worst.push(Math.max(0, ...(await studio.page.evaluate(() => window.longTasks))));
  }
  t.diagnostic(`the longest tasks took ${worst.join(", ")} ms (0: none over 50 ms)`);
  assert.ok(Math.min(...worst) <= LONGEST_MS, worst.join(", "));
});

/** Runs in the page: notes down the duration of every task over 50 ms. */
function watch() {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: "longtask",
  });
}
