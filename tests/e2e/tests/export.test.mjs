// Data out: what a format holds is said before, and comes back the same when it is taken in again.

import assert from "node:assert/strict";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, jsonl, labelled, questions } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { host, visit } from "../support/studio.mjs";

const ROWS = [
  ...labelled(5),
  ...questions(8).slice(5),
  { prompt: "A tie?", response_a: "Yes.", response_b: "Indeed.", label: "tie" },
];

const says = (studio, words) =>
  eventually(`the export says ${words}`, async () => words.test(await studio.text("export-says")));

test("what a format cannot hold is said before it is written", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("mixed.jsonl", jsonl(ROWS)));
  await says(studio, /Holds 5 pairs\. It cannot hold .*3 \(not answered\)/);
  await says(studio, /1 \(tie\)/);
  const { name, bytes } = await studio.download("export-data");
  assert.equal(name, "preferences.jsonl");
  const rows = bytes.toString().trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(rows.length, 5);
  assert.ok(rows.every((row) => row.prompt && row.chosen && row.rejected && !("margin" in row)));
  await studio.get("export-margin").check();
  const withMargin = await studio.download("export-data");
  assert.ok(withMargin.bytes.toString().trim().split("\n").every((line) => typeof JSON.parse(line).margin === "number"));
});

test("every format is written and read again by this page", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("mixed.jsonl", jsonl(ROWS)));
  const formats = await studio.get("export-format").locator("option").evaluateAll((all) => all.map((one) => one.value));
  assert.ok(formats.length >= 12);
  await studio.ready();
  for (const format of formats) {
    await studio.get("export-format").selectOption(format);
    await says(studio, /Holds [1-9]/);
    const held = Number((await studio.text("export-says")).match(/Holds (\d+)/)[1]);
    const { name, bytes } = await studio.download("export-data");
    if (format === "trl-tokenised") {
      // Ids are no text: they leave, and cannot come back.
      const rows = bytes.toString().trim().split("\n").map((line) => JSON.parse(line));
      assert.equal(rows.length, held);
      assert.ok(rows.every((row) => row.chosen_ids.length > 3 && row.rejected_ids.every(Number.isInteger)));
      continue;
    }
    const report = await studio.import(file(`${format}-${name}`, bytes));
    // Where an implicit prompt ends only its two texts can tell; everything else comes back as the pair that it was.
    const back = format === "trl-implicit" ? `: ${held} new pairs` : `: 0 new pairs, ${held} duplicates?`;
    assert.match(report, new RegExp(back), `${format}: ${report}`);
    assert.doesNotMatch(report, /refused/, `${format}: ${report}`);
  }
});
