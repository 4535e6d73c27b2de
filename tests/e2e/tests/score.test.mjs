// The model put to use: texts scored as they are typed, why they score so, and candidates put in order.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, jsonl, preferences } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { lastly } from "../support/lastly.mjs";
import { host, near, visit } from "../support/studio.mjs";

const PROMPT = "How do I mend my kettle?";
const KIND = "Thank you for asking! Take the screws out first, then lift the lid. Be gentle with it.";
const CURT = "Look it up. It is in the manual.";

test("a text is scored, placed among the workspace's and compared", async (t) => {
  const studio = await withModel(t);
  const { first, second, preference } = await studio.score(PROMPT, KIND, CURT);
  near(preference, 1 / (1 + Math.exp(second - first)), 1e-4, "σ(first − second)");

  const [below, belowOther] = [await studio.valueOnce("score-percentile"), await studio.valueOnce("score-percentile-b")];
  assert.ok(below >= 0 && below <= 1);
  assert.ok(first > second === below >= belowOther, "who scores more stands higher");
  assert.match(await studio.text("score-percentile"), /^Higher than \d+% of the 60 responses of yours that it has read$/);
  assert.ok(Number.isFinite(await studio.valueOnce("score-at-usual-length")));

  await studio.get("score-response-b").fill("");
  await eventually("nothing is left to compare with", async () => (await studio.value("score-preference")) === undefined);
});

test("turns before the response are read as imports have them", async (t) => {
  const studio = await withModel(t);
  const alone = (await studio.score("User: Hi\n\nAssistant: Hello\n\nUser: Bye", KIND)).first;
  await studio.get("score-prompt").fill("Hi");
  await studio.get("score-add-turn").click();
  await eventually("the new turn has the focus", () => focused(studio, "score-turn-1"));
  await studio.page.keyboard.type("Hello");
  await studio.get("score-add-turn").click();
  await studio.get("score-turn-2").fill("Bye");
  assert.equal(await studio.get("score-role-1").inputValue(), "assistant");
  await studio.valueOnce("score-value", (value) => Math.abs(value - alone) <= 1e-5);

  await studio.get("score-remove-turn-2").click();
  await studio.get("score-remove-turn-1").click();
  const question = (await studio.score("Hi", KIND)).first;
  assert.notEqual(question, alone);
});

test("why a text scores as it does adds up, follows the typing, and names what made the difference", async (t) => {
  const studio = await withModel(t);
  const { first } = await studio.score(PROMPT, KIND);
  await studio.get("score-why").click();
  assert.equal(await studio.get("score-why").getAttribute("aria-pressed"), "true");

  near(await studio.valueOnce("why-sum"), first, 1e-4, "tokens + length = score");
  const pieces = studio.get("why-tokens").locator("[data-part]");
  const parts = await pieces.evaluateAll((all) => all.map((it) => Number(it.dataset.part)));
  assert.ok(parts.length > 10 && parts.every(Number.isFinite));
  assert.equal(await studio.get("why-tokens").evaluate((it) => it.textContent), KIND, "the text is all there");

  // By keys: one stop, and the arrows go from piece to piece.
  await studio.get("why-tokens").focus();
  await studio.page.keyboard.press("ArrowRight");
  await studio.page.keyboard.press("ArrowRight");
  assert.equal(await studio.get("why-tokens").locator(".pointed").count(), 1);
  await pieces.first().hover();
  const said = studio.page.locator(".why-side [role=status]").first();
  assert.match(await said.innerText(), /adds [+−]\d\.\d{3}/);

  const sentences = studio.get("why-sentences").locator("[data-part]");
  await eventually("three sentences are left out in turn", async () => (await sentences.count()) === 3);
  const shorter = (await studio.score(PROMPT, "Take the screws out first, then lift the lid. Be gentle with it.")).first;
  await studio.score(PROMPT, KIND);
  await eventually("the explanation is of this text again", async () => (await sentences.count()) === 3);
  near(Number(await sentences.first().getAttribute("data-part")), first - shorter, 1e-4, "left out = computed anew");

  await studio.score(PROMPT, KIND, CURT);
  await studio.page.getByText(/^The sentence “.*” .*speaks most for the (first|second)/).waitFor();
  assert.ok((await studio.get("why-alike").locator("[data-pair]").count()) > 0);
  await studio.get("why-alike").getByRole("button").first().click();
  await studio.get("pair-dialog").waitFor();
  await studio.page.keyboard.press("Escape");
});

test("whatever is typed can be explained: nothing, one token, right to left, emoji, 100,000 characters", async (t) => {
  const studio = await withModel(t);
  await studio.score(PROMPT, "Yes");
  await studio.get("score-why").click();
  await studio.valueOnce("why-sum");
  for (const response of ["x", "שלום עליכם. מה שלומך?", "🦀👩‍👩‍👧‍👦🇫🇷 e\u0301", "word ".repeat(20_000)]) {
    const { first } = await studio.score(PROMPT, response);
    const shown = () => studio.get("why-tokens").evaluate((it) => it.textContent);
    await eventually("this text is shown", async () => (await shown()).startsWith(response.slice(0, 40)));
    near(await studio.valueOnce("why-sum"), first, 1e-3, `tokens + length of ${response.slice(0, 10)}`);
  }
  assert.match(await studio.text("why-tokens"), /not read$/);
  assert.ok((await studio.get("why-tokens").evaluate((it) => it.textContent.length)) < 5_000);
  await studio.get("score-response").fill("");
  await studio.get("why-tokens").waitFor({ state: "detached" });
});

test("candidates come back in order, with ties as ties and what is noise named", async (t) => {
  const studio = await withModel(t);
  await studio.open("score");
  await studio.get("score-part-rank").check();
  await studio.get("rank-prompt").fill(PROMPT);
  await studio.get("rank-paste").fill([CURT, KIND, CURT, "Sorry."].join("\n---\n"));
  await studio.get("rank-add").click();
  await eventually("four are in order", async () => (await ranked(studio)).length === 4);
  let all = await ranked(studio);
  const values = all.map(({ value }) => value);
  assert.deepEqual(values, values.toSorted((one, other) => other - one));
  const [one, other] = all.filter(({ candidate }) => candidate === 0 || candidate === 2);
  assert.equal(one.rank, other.rank, "the same text twice is a tie");
  assert.equal(await studio.get("rank-best-of-n").getAttribute("data-points"), "4");

  // One by one, by the keyboard.
  await studio.get("rank-add").click();
  await eventually("an empty one has the focus", () => focused(studio, "rank-candidate-4"));
  await studio.page.keyboard.type(`${KIND} I am glad to help.`);
  await eventually("five are in order", async () => (await ranked(studio)).length === 5);

  // The scores are those of the other part.
  all = await ranked(studio);
  const best = await studio.get(`rank-candidate-${all[0].candidate}`).inputValue();
  await studio.get("rank-take-best").click();
  assert.equal(await studio.get("score-response").inputValue(), best);
  near((await studio.score(PROMPT, best)).first, all[0].value, 1e-4, "the best's score");
});

test("what is on the clipboard becomes candidates, and how much of their order is noise is told", async (t) => {
  const studio = await withModel(t);
  await studio.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await studio.open("score");
  await studio.get("score-part-rank").check();
  await studio.page.evaluate((text) => navigator.clipboard.writeText(text), [KIND, CURT, "Sorry."].join("\n---\n"));
  await studio.get("rank-paste-all").click();
  await eventually("three are in order", async () => (await ranked(studio)).length === 3);
  assert.match(await studio.text("rank-how-sure"), /noise|clear/);
  for (const note of await studio.get("rank-noise").allInnerTexts()) {
    const [, first, second] = note.match(/(\d+)\s:\s(\d+)$/).map(Number);
    assert.ok(first >= 50 && first <= 98 && first + second === 100, note);
  }
});

test("candidates can be pasted one a line", async (t) => {
  const studio = await withModel(t);
  await studio.open("score");
  await studio.get("score-part-rank").check();
  await studio.get("rank-by-line").check();
  await studio.get("rank-paste").fill("Yes.\n\nNo.\nPerhaps, if you ask kindly.\n");
  await studio.get("rank-paste").press("Control+Enter");
  await eventually("three are in order", async () => (await ranked(studio)).length === 3);
  await studio.get("rank-clear").click();
  await studio.get("rank-list").waitFor({ state: "detached" });
});

test("candidates come in files, chosen or dropped, with the prompt that they are for", async (t) => {
  const studio = await withModel(t);
  await studio.open("score");
  await studio.get("score-part-rank").check();
  await studio.get("rank-files").setInputFiles([
    file("drawn.jsonl", jsonl([KIND, CURT].map((response) => ({ prompt: PROMPT, response })))),
    file("more.txt", "Sorry.\n---\nGladly!"),
  ]);
  await eventually("four are in order", async () => (await ranked(studio)).length === 4);
  assert.equal(await studio.get("rank-prompt").inputValue(), PROMPT);

  const folder = await mkdtemp(path.join(tmpdir(), "reward-studio-"));
  lastly(t, () => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, "one.json"), JSON.stringify(["Yes, and thank you!"]));
  await studio.drop(path.join(folder, "one.json"), "rank-paste");
  await eventually("five are in order", async () => (await ranked(studio)).length === 5);

  await studio.get("rank-files").setInputFiles([file("broken.jsonl", '"fine"\n{oops')]);
  await eventually("what is wrong is said", async () => /broken\.jsonl: line 2 is no JSON/.test(await studio.text("notices")));
  assert.equal((await ranked(studio)).length, 5);
});

/** A page with thirty answers and a living model. */
async function withModel(t) {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("some.jsonl", jsonl(preferences(30))));
  await studio.ready();
  await studio.hasLiving();
  return studio;
}

async function ranked(studio) {
  return studio.get("rank-list").locator("[data-rank]").evaluateAll((all) =>
    all.map(({ dataset }) => ({
      rank: Number(dataset.rank),
      value: Number(dataset.value),
      candidate: Number(dataset.candidate),
    })),
  );
}

async function focused(studio, id) {
  return (await studio.page.evaluate(() => document.activeElement.dataset.testid)) === id;
}
