// The table of all pairs: found, filtered, sorted, opened, changed, deleted; by mouse and by keys.

import assert from "node:assert/strict";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, jsonl, labelled, questions } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { host, visit } from "../support/studio.mjs";

/** 400 answered pairs, 40 to be answered, and one that is like no other. */
const ROWS = [
  ...labelled(400),
  ...questions(440).slice(400),
  { prompt: "Where do quokkas live?", response_a: "On Rottnest Island.", response_b: "In Øland.", label: "tie" },
];

async function withTable(t) {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("mixed.jsonl", jsonl(ROWS)));
  await studio.get("data-table").waitFor();
  return studio;
}

const shows = (studio, words) =>
  eventually(`the table says ${words}`, async () => (await studio.text("table-count")) === words);

const firstPrompt = (studio) => studio.get("table-row").first().locator(".prompt-cell").innerText();

test("only the rows on the screen are in the page, and the last can be reached", async (t) => {
  const studio = await withTable(t);
  await shows(studio, "441 pairs");
  assert.ok((await studio.get("table-row").count()) < 80, "a window of rows");
  assert.equal(await studio.get("data-table").getAttribute("aria-rowcount"), "442");
  await studio.get("data-table").evaluate((table) => table.scrollTo(0, table.scrollHeight));
  await studio.page.getByText("Where do quokkas live?").waitFor();
});

test("words, answers and order decide what is shown", async (t) => {
  const studio = await withTable(t);
  await studio.get("table-search").fill("QUOKKA");
  await shows(studio, "1 of 441 pairs");
  await studio.get("table-search").fill("øland");
  await shows(studio, "1 of 441 pairs");
  await studio.get("table-search").fill("nowhere to be found");
  await shows(studio, "0 of 441 pairs");
  assert.equal(await studio.get("table-row").count(), 0);
  await studio.get("table-clear").click();
  await shows(studio, "441 pairs");
  await studio.get("table-show").selectOption("unanswered");
  await shows(studio, "40 of 441 pairs");
  await studio.get("table-show").selectOption("tie");
  await shows(studio, "1 of 441 pairs");
  await studio.get("table-show").selectOption("all");
  await studio.get("table-order").selectOption("shortest");
  await eventually("the shortest is first", async () => /quokkas/.test(await firstPrompt(studio)));
});

test("a pair is opened, noted, tagged and found by both", async (t) => {
  const studio = await withTable(t);
  await studio.get("table-search").fill("quokka");
  await shows(studio, "1 of 441 pairs");
  await studio.get("table-row").first().click();
  const dialog = studio.get("pair-dialog");
  await dialog.waitFor();
  assert.match(await dialog.innerText(), /On Rottnest Island\.[\s\S]*In Øland\./);
  assert.match(await dialog.innerText(), /came with a file/);
  await studio.get("pair-tags").fill("animals, odd");
  await studio.get("pair-note").fill("Ask Grace about this one.");
  await studio.get("save-remarks").click();
  await eventually("it is saved", () => studio.get("save-remarks").isDisabled());
  await studio.page.keyboard.press("Escape");
  await studio.get("table-search").fill("grace");
  await shows(studio, "1 of 441 pairs");
  await studio.get("table-search").fill("");
  await studio.get("table-tag").selectOption("odd");
  await shows(studio, "1 of 441 pairs");

  await studio.page.reload();
  await studio.open("data");
  await studio.get("table-search").fill("ask grace");
  await shows(studio, "1 of 441 pairs");
  await studio.get("table-show").selectOption("tie");
  await shows(studio, "1 of 441 pairs");
});

test("a pair is shown as the model reads it, and so is the next one", async (t) => {
  const studio = await withTable(t);
  await studio.ready();
  await studio.open("data");
  await studio.get("table-search").fill("quokka");
  await shows(studio, "1 of 441 pairs");
  await studio.get("table-row").first().click();
  await studio.get("as-read").click();
  const tokens = (letter, which = "") => studio.get(`strip-${letter}`).locator(`span${which}`).allInnerTexts();
  await studio.get("strip-B").waitFor();
  const read = await tokens("A");
  assert.equal(read[0], "[CLS]");
  assert.equal(read.at(-1), "[SEP]");
  // The mean of the response is what the default recipe pools.
  assert.deepEqual(await tokens("A", ".pooled"), await tokens("A", ".of-response"));
  assert.notDeepEqual(await tokens("A", ".of-response"), await tokens("B", ".of-response"));

  await studio.page.keyboard.press("Escape");
  await studio.get("table-clear").click();
  await shows(studio, "441 pairs");
  await studio.get("table-row").nth(3).click();
  await eventually("the next pair is shown so as well", async () => (await tokens("A")).join(" ") !== read.join(" ") && (await tokens("A")).length > 2);
});

test("an opened pair can be answered again", async (t) => {
  const studio = await withTable(t);
  await studio.get("table-search").fill("quokka");
  await shows(studio, "1 of 441 pairs");
  await studio.get("table-row").first().click();
  await studio.get("answer-again").click();
  assert.match(await studio.text("pair-prompt"), /quokkas/);
  const before = await studio.remaining();
  await studio.get("choose-a").click();
  await studio.open("data");
  await studio.get("table-search").fill("quokka");
  await studio.get("table-show").selectOption("tie");
  await shows(studio, "0 of 441 pairs");
  await studio.open("annotate");
  assert.equal(await studio.remaining(), before);
});

test("what is deleted can be brought back, and stays deleted over a reload if not", async (t) => {
  const studio = await withTable(t);
  await studio.get("table-show").selectOption("unanswered");
  await shows(studio, "40 of 441 pairs");
  await studio.get("select-all").check();
  await eventually("all 40 are ticked", async () => (await studio.text("selected-count")) === "40");
  await studio.get("delete-selected").click();
  await studio.get("delete-confirm").click();
  await shows(studio, "0 of 401 pairs");
  await studio.get("undo-deletion").click();
  await shows(studio, "40 of 441 pairs");
  await studio.get("table-row").first().getByRole("checkbox").check();
  await studio.get("delete-selected").click();
  await shows(studio, "39 of 440 pairs");
  await studio.page.reload();
  await studio.open("data");
  await shows(studio, "440 pairs");
});

test("the table is worked by keys alone", async (t) => {
  const studio = await withTable(t);
  const { keyboard } = studio.page;
  const active = () => studio.get("data-table").getAttribute("aria-activedescendant");
  await studio.get("data-table").focus();
  await keyboard.press("End");
  await eventually("the last row is active and there", async () => (await active()) === "row-440" && (await studio.page.locator("#row-440").isVisible()));
  await keyboard.press("Home");
  await keyboard.press("ArrowDown");
  assert.equal(await active(), "row-1");
  await keyboard.press("Space");
  assert.equal(await studio.text("selected-count"), "1");
  await keyboard.press("Enter");
  await studio.get("pair-dialog").waitFor();
  await studio.get("pair-next").click();
  assert.match(await studio.get("pair-dialog").locator("h2").innerText(), /Pair 3 of 441/);
  await keyboard.press("Escape");
  await eventually("it is closed", async () => !(await studio.get("pair-dialog").isVisible()));
  await studio.get("data-table").focus();
  await keyboard.press("Delete");
  await shows(studio, "440 pairs");
  await studio.get("select-all").check();
  await eventually("all are ticked", async () => (await studio.text("selected-count")) === "440");
  await studio.get("data-table").focus();
  await keyboard.press("Delete");
  await studio.get("delete-confirm").waitFor();
  assert.equal(await studio.text("table-count"), "440 pairs", "so many are asked about first");
  await keyboard.press("Escape");
  await eventually("the question is gone", async () => !(await studio.get("delete-confirm").isVisible()));
  assert.equal(await studio.text("table-count"), "440 pairs");
});

test("the head is ticked only when all that is shown is", async (t) => {
  const studio = await withTable(t);
  await studio.get("table-show").selectOption("unanswered");
  await shows(studio, "40 of 441 pairs");
  await studio.get("select-all").check();
  await eventually("all 40 are ticked", async () => (await studio.text("selected-count")) === "40");
  assert.ok(await studio.get("select-all").isChecked());
  await studio.get("table-show").selectOption("tie");
  await eventually("other pairs are shown, none of them ticked", async () => !(await studio.get("select-all").isChecked()));
});

test("a source marked as a test set is never learned from", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("tests.jsonl", jsonl(labelled(20))));
  await studio.get("source-purpose").selectOption("test");
  await studio.get("table-purpose").selectOption("test");
  await shows(studio, "20 pairs");
  await studio.ready();
  await studio.open("train");
  await eventually("there is nothing to learn from", () => studio.get("train-start").isDisabled());
});
