// A file that is scored: row by row, held, cancelled and gone on with, through a lost engine; and what comes of it.

import assert from "node:assert/strict";
import test from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { browse } from "../support/browser.mjs";
import { file, jsonl, preferences } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { endEngine, host, near, startedByItself, visit } from "../support/studio.mjs";

const LONG = { within: 300_000 };

/** A page with a living model. */
async function begin(t) {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("learn.jsonl", jsonl(preferences(30))));
  await studio.hasLiving();
  return studio;
}

/** So many rows with one response each, of several lengths; those of the numbers in `empty` have none. */
function answers(count, empty = []) {
  return Array.from({ length: count }, (_, number) => ({
    id: number,
    prompt: `What is thing number ${number} good for?`,
    ...(empty.includes(number) ? {} : { response: `It is good for ${"mending ".repeat(1 + (number % 7))}(${number}).` }),
    weight: number / 8,
  }));
}

const rowsOf = (bytes) => bytes.toString().trim().split("\n").map((line) => JSON.parse(line));

const without = (row, ...names) => Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

test("500 rows are scored, cancelled at half, gone on with, and none is scored twice", { timeout: 600_000 }, async (t) => {
  const studio = await begin(t);
  const rows = answers(500, [10, 490]);
  await studio.giveToScore(file("things.jsonl", jsonl(rows)));
  assert.match(await studio.text("file-recognised"), /one response a row/);
  const cancelled = studio.pressOnce("file-cancel", "file-scored", 150);
  await studio.get("file-start").click();
  await cancelled;
  await studio.get("file-resume").waitFor();
  // What is under way lands; then it stands still.
  const asked = async () => Number(await studio.get("file-scored").getAttribute("data-asked"));
  const still = await eventually("it stands still", async () => {
    const scored = await studio.value("file-scored");
    return scored === (await asked()) && { scored };
  }, LONG);
  assert.ok(still.scored < 498, "it was cancelled before its end");
  assert.equal(await studio.get("file-download").count(), 0);

  await studio.get("file-resume").click();
  const { name, rows: scored } = await studio.scoredFile();
  assert.equal(name, "things.scored.jsonl");
  assert.deepEqual(scored.map((row) => row.id), rows.map((row) => row.id));
  assert.deepEqual(scored.map((row) => without(row, "score", "score_std", "score_error")), rows);
  assert.equal(await studio.value("file-scored"), 498);
  assert.equal(await asked(), 498, "each row was asked for once");
  assert.equal(await studio.value("file-errors"), 2);
  const missing = scored.filter((row) => row.score === null);
  assert.deepEqual(missing.map((row) => row.id), [10, 490]);
  assert.ok(missing.every((row) => /"response" is missing/.test(row.score_error)));
  assert.ok(scored.every((row) => row.score === null || (Number.isFinite(row.score) && row.score_std > 0 && row.score_error === null)));

  // The same text scores the same where it is typed.
  for (const id of [0, 255, 499]) {
    const shown = await studio.score(rows[id].prompt, rows[id].response);
    near(shown.first, scored[id].score, 1e-5, `row ${id}`);
  }
});

test("what is paused stands still until it is resumed; a result can be ended early, and put away", { timeout: 400_000 }, async (t) => {
  const studio = await begin(t);
  await studio.giveToScore(file("many.jsonl.gz", gzipSync(jsonl(answers(3000)))));
  await studio.get("file-start").click();
  await studio.valueOnce("file-scored", (scored) => scored > 0, LONG);
  await studio.get("file-pause").click();
  await studio.get("file-resume").waitFor();
  assert.equal(await studio.page.evaluate(() => document.activeElement?.dataset.testid), "file-resume", "the focus stays");
  await studio.get("file-resume").click();
  await studio.get("file-cancel").click();
  await studio.get("file-end").click();
  const { name, bytes } = await studio.scoredFile();
  assert.equal(name, "many.scored.jsonl.gz");
  const scored = rowsOf(gunzipSync(bytes));
  assert.equal(scored.length, await studio.value("file-scored"));
  assert.ok(scored.length > 0 && scored.length < 3000);
  await studio.get("file-away").click();
  assert.equal(await studio.get("file-download").count(), 0);
});

test("an engine that is lost midway costs time and no row", { timeout: 600_000 }, async (t) => {
  const studio = await begin(t);
  const rows = answers(600);
  await studio.giveToScore(file("things.jsonl", jsonl(rows)));
  const paused = studio.pressOnce("file-pause", "file-scored", 1);
  await studio.get("file-start").click();
  await paused;
  await studio.get("file-resume").waitFor();
  const before = await studio.value("file-scored");
  assert.ok(before < 600);
  await endEngine(studio);
  await studio.get("file-resume").click();
  if (!(await startedByItself(studio))) {
    await studio.get("notices").getByRole("button", { name: "Start the engine again" }).click();
  }
  const { rows: scored } = await studio.scoredFile();
  assert.deepEqual(scored.map((row) => row.id), rows.map((row) => row.id));
  assert.ok(scored.every((row) => Number.isFinite(row.score)));
});

test("a table comes back as a table, with why a row has no score", async (t) => {
  const studio = await begin(t);
  const table = "frage;antwort;note\nWas ist das?;Ein Ding.;=1+1\nUnd das?;Nichts;a;b\n\"Wozu; dient es?\";\"Zum\nMessen.\";x\n";
  await studio.giveToScore(file("fragen.csv", table));
  assert.match(await studio.page.locator("#panel-score").innerText(), /None of 3 rows can be scored/);
  assert.ok(await studio.get("file-start").isDisabled());
  await studio.get("file-column-prompt").selectOption("frage");
  await studio.get("file-column-response").selectOption("antwort");
  await eventually("two rows can be scored", async () => (await studio.value("file-recognised")) === 2);
  await studio.get("file-start").click();
  const { name, bytes } = await studio.scoredFile();
  assert.equal(name, "fragen.scored.csv");
  const lines = bytes.toString().split("\n");
  assert.equal(lines[0], "frage;antwort;note;score;score_std;score_error");
  assert.match(lines[1], /^Was ist das\?;Ein Ding\.;=1\+1;-?\d+\.\d+(e-?\d+)?;\d/);
  assert.match(lines[2], /^Und das\?;Nichts;"a;b";;;This row has 4 cells/);
  assert.equal(await studio.value("file-scored"), 2);
  assert.equal(await studio.value("file-errors"), 1);
});

test("a file in RewardBench's shape gives its result rows by the benchmark's own arithmetic", async (t) => {
  const studio = await begin(t);
  const subsets = ["alpacaeval-easy", "alpacaeval-hard", "math-prm", "hep-python"];
  const rows = preferences(40).map(({ prompt, chosen, rejected }, number) => ({
    id: number,
    subset: subsets[number % 4],
    prompt,
    // Every third the wrong way round, so that the model is not always right.
    ...(number % 3 === 0 ? { chosen: rejected, rejected: chosen } : { chosen, rejected }),
    chosen_model: "one",
    rejected_model: "other",
  }));
  await studio.giveToScore(file("bench.jsonl", jsonl(rows)));
  assert.match(await studio.text("file-recognised"), /RewardBench/);
  await studio.get("file-start").click();
  const { rows: scored } = await studio.scoredFile();
  for (const row of scored) near(row.score_margin, row.score_chosen - row.score_rejected, 1e-5);
  const right = (of) => of.filter((row) => row.score_margin > 0).length / of.length;
  const subset = (name) => right(scored.filter((row) => row.subset === name));
  const chat = (100 * subset("alpacaeval-easy") + 95 * subset("alpacaeval-hard")) / 195;
  const reasoning = (984 * subset("math-prm") + 164 * subset("hep-python")) / (984 + 164);
  near(await studio.value("file-benchmark"), (chat + reasoning) / 2, 1e-9);
  near(await studio.value("file-agreement"), right(scored), 1e-9);
  assert.match(await studio.text("file-benchmark"), /not comparable with published numbers/);
});
