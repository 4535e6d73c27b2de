// Annotating as a person does it: by keys, with remarks, back and forth, and what is then said of the annotator.

import assert from "node:assert/strict";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, jsonl, questions } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { SCREENS } from "../support/photographs.mjs";
import { host, visit } from "../support/studio.mjs";

test("thirty pairs by keys alone, of every kind, back and forth", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  const { keyboard } = studio.page;
  await studio.loadStarter();
  await repeats(studio, 0);
  const total = await studio.remaining();

  const keys = ["1", "2", "t", "g", "x", "s", "a", "b", "ArrowLeft", "ArrowRight"];
  for (let number = 0; number < 30; number += 1) {
    const key = keys[number % keys.length];
    if (["1", "2"].includes(key)) await keyboard.press("qwe"[number % 3]);
    await studio.answer(key);
  }
  assert.equal(await studio.answered(), 27);
  assert.equal(await studio.remaining(), total - 30);

  // Without limit, and forward again to where it was.
  for (let step = 1; step <= 5; step += 1) {
    await keyboard.press("u");
    await eventually(`undo ${step}`, async () => (await studio.remaining()) === total - 30 + step);
  }
  for (let step = 4; step >= 0; step -= 1) {
    await keyboard.press("r");
    await eventually(`redo, ${step} to go`, async () => (await studio.remaining()) === total - 30 + step);
  }
  assert.equal(await studio.get("redo").getAttribute("aria-disabled"), "true");

  await keyboard.press("h");
  const rows = await studio.get("history-list").locator("li").allInnerTexts();
  assert.equal(rows.length, 30);
  assert.match(rows[0], /B is better/);
  assert.match(rows.at(-1), /A is better · slightly/);
  assert.match(rows.at(-2), /B is better · clearly/);
  assert.ok(rows.some((row) => /both good/.test(row)) && rows.some((row) => /skipped/.test(row)));
  await keyboard.press("Escape");
  await studio.answer("1");
});

test("remarks go with the answer, and a pair gone back to shows and changes them", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  const { keyboard } = studio.page;
  await studio.loadStarter();
  await repeats(studio, 0);
  const first = await studio.get("pair").getAttribute("data-pair");
  await keyboard.press("k");
  await keyboard.type("tone");
  await keyboard.press("Enter");
  await keyboard.type("length,");
  await keyboard.press("Escape");
  await keyboard.press("n");
  await keyboard.type("too many words");
  await keyboard.press("Enter");
  await keyboard.press("e");
  await studio.answer("2");
  assert.equal(await studio.get("note").inputValue(), "", "the next pair begins without remarks");
  await studio.answer("1");

  await keyboard.press("p");
  await keyboard.press("p");
  await eventually("the first pair is back", async () => (await studio.get("pair").getAttribute("data-pair")) === first);
  assert.match(await studio.text("answered-before"), /B is better/);
  assert.equal(await studio.get("note").inputValue(), "too many words");
  assert.deepEqual(await studio.page.locator(".tag").allInnerTexts(), ["tone", "length"]);
  assert.equal(await studio.get("strength-3").getAttribute("aria-pressed"), "true");
  const answered = await studio.answered();

  await studio.get("note").fill("a few words too many");
  await studio.get("keep-remarks").click();
  await eventually("the queue goes on", async () => (await studio.asked()) === "random");
  await keyboard.press("p");
  await keyboard.press("g");
  await eventually("the queue goes on", async () => (await studio.asked()) === "random");
  assert.equal(await studio.answered(), answered, "an answer changed is no new answer");
  await keyboard.press("h");
  const newest = await studio.get("history-list").locator("li").first().innerText();
  assert.match(newest, /both good · #tone · #length · “a few words too many”/);
});

test("markup in a response is shown, never live", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const studio = await visit(context, server.url);
  const evil =
    "# Steps\n\n1. **Open** `main.rs`\n2. <img src=x onerror=\"window.owned = 1\">\n\n" +
    "<script>window.owned = 2</script>\n\n[click](javascript:window.owned=3) ![cat](https://example.org/cat.png)\n\n" +
    "```js\nconst a = 1;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
  const rows = [{ prompt: "How?", response_a: evil, response_b: evil.replace("main", "lib") }];
  await studio.import(file("evil.jsonl", jsonl(rows)));
  await studio.open("annotate");
  const texts = studio.page.locator(".responses");
  await texts.locator("pre.raw").first().waitFor();
  const tags = await texts.evaluate((node) => [...new Set([...node.querySelectorAll("*")].map((it) => it.localName))]);
  for (const live of ["script", "img", "a", "iframe", "style"]) assert.ok(!tags.includes(live), `there is <${live}>`);
  for (const shown of ["h4", "ol", "strong", "code", "pre", "table", "td"]) assert.ok(tags.includes(shown), shown);
  const words = await texts.innerText();
  assert.match(words, /<script>window\.owned = 2<\/script>/);
  assert.match(words, /javascript:window\.owned=3/);
  assert.equal(await studio.page.evaluate(() => window.owned), undefined);
  assert.ok(server.log.every(({ path }) => !path.includes("cat.png")));

  await studio.get("render-markdown").click();
  assert.match(await texts.innerText(), /\*\*Open\*\*/);
  await studio.page.keyboard.press("m");
  await studio.page.keyboard.press("d");
  const marked = await texts.locator("mark").allInnerTexts();
  assert.ok(marked.includes("lib") && marked.includes("main"), `marked are ${marked}`);
  assert.deepEqual(context.complaints, []);
});

test("a share of the pairs comes back with sides swapped, and the annotator is measured", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  await repeats(studio, 50);
  const seen = new Map();
  let repeated = 0;
  for (let number = 0; number < 60 && repeated < 3; number += 1) {
    const pair = await studio.get("pair").getAttribute("data-pair");
    const sides = [await studio.text("response-a"), await studio.text("response-b")];
    const before = { answered: await studio.answered(), remaining: await studio.remaining() };
    const again = (await studio.asked()) === "repeat";
    if (again) {
      repeated += 1;
      assert.deepEqual(sides, seen.get(pair).toReversed());
      assert.equal(await studio.get("answered-before").count(), 0, "a repeat does not show what was said");
    }
    seen.set(pair, sides);
    // Always the longer one, so that repeats agree.
    await studio.press(sides[0].length > sides[1].length ? "1" : "2");
    await eventually("the next pair", async () => (await studio.get("pair").getAttribute("data-pair")) !== pair);
    const counted = again ? 0 : 1;
    assert.equal(await studio.answered(), before.answered + counted);
    assert.equal(await studio.remaining(), before.remaining - counted);
  }
  assert.equal(repeated, 3);

  // A repeat that is taken back is asked as what it was.
  for (let taken = 0; (await studio.asked()) !== "repeat"; taken += 1) {
    assert.ok(taken < 60, "no repeat was taken back");
    const before = await studio.get("pair").getAttribute("data-pair");
    await studio.page.keyboard.press("u");
    await eventually("the last answer is taken back", async () => (await studio.get("pair").getAttribute("data-pair")) !== before);
  }
  const pair = await studio.get("pair").getAttribute("data-pair");
  const sides = [await studio.text("response-a"), await studio.text("response-b")];
  assert.deepEqual(sides, seen.get(pair));
  await studio.press(sides[0].length > sides[1].length ? "1" : "2");
  await eventually("the queue goes on", async () => (await studio.asked()) !== "repeat");

  await studio.page.keyboard.press("y");
  assert.equal(await studio.valueOnce("annotator-consistency"), 1);
  assert.equal(await studio.value("annotator-kappa"), 1);
  const p = await studio.value("annotator-position-p");
  assert.ok(p > 0 && p <= 1, `p is ${p}`);
  assert.ok((await studio.value("annotator-pace")) > 0);
  assert.ok((await studio.value("annotator-too-fast")) > 10, "nobody reads at a test's pace");
});

test("two annotators disagree, and a third word settles it", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  const { keyboard } = studio.page;
  await studio.loadStarter();
  await repeats(studio, 0);
  await name(studio, "Ann");
  for (let number = 0; number < 4; number += 1) await studio.answer("1");
  await name(studio, "Bob");
  for (const key of ["1", "2"]) {
    await studio.page.evaluate(() => document.querySelector("[data-testid=history]").click());
    // Bob has answered nothing yet but what this tab has; the rows are this tab's.
    await studio.get("history-list").locator("li button").nth(key === "1" ? 0 : 2).click();
    await eventually("the pair is back", async () => (await studio.asked()) === "revisited");
    await keyboard.press(key);
    await eventually("the queue goes on", async () => (await studio.asked()) === "random");
  }
  await keyboard.press("y");
  const alpha = await studio.valueOnce("annotators-alpha");
  assert.ok(alpha < 1, `α is ${alpha}`);
  assert.equal(await studio.value("disagreements"), 1);
  const dispute = studio.get("disagreements").locator("li");
  assert.match(await dispute.innerText(), /Ann: A is better · Bob: B is better/);
  await dispute.locator("button").click();
  assert.match(await studio.text("settling"), /Ann: A is better · Bob: B is better\. Your answer settles it/);
  await keyboard.press("t");
  await eventually("the queue goes on", async () => (await studio.asked()) === "random");
  await keyboard.press("y");
  await eventually("it is settled", async () => /settled: a tie/.test(await dispute.innerText()));
});

test("switches are kept, focus mode leaves only the pair and the answers, Escape ends it", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  await studio.page.keyboard.press("o");
  await studio.page.locator(".response .source", { hasText: "source unknown" }).first().waitFor();
  await studio.get("focus-mode").click();
  await studio.page.locator(".top").waitFor({ state: "hidden" });
  assert.ok(await studio.get("choose-a").isVisible());
  await studio.answer("1");
  await studio.page.reload();
  await studio.get("response-a").waitFor();
  await studio.page.locator(".top").waitFor({ state: "hidden" });
  assert.equal(await studio.get("show-source").getAttribute("aria-pressed"), "true");
  await studio.page.keyboard.press("Escape");
  await studio.page.locator(".top").waitFor();
});

test("long responses scroll together where that is asked for", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  const long = (word, count) => Array.from({ length: count }, (_, line) => `${word} ${line}`).join("\n\n");
  const rows = [{ prompt: "p", response_a: long("one", 200), response_b: long("other", 400) }];
  await studio.import(file("long.jsonl", jsonl(rows)));
  await studio.open("annotate");
  await studio.get("response-a").waitFor();
  const scroll = (id, share) =>
    studio.get(id).evaluate((node, share) => (node.scrollTop = share * (node.scrollHeight - node.clientHeight)), share);
  const share = (id) => studio.get(id).evaluate((node) => node.scrollTop / (node.scrollHeight - node.clientHeight));
  await scroll("response-a", 0.5);
  assert.equal(await share("response-b"), 0);
  await studio.get("scroll-together").click();
  await scroll("response-b", 0.25);
  await eventually("A follows", async () => Math.abs((await share("response-a")) - 0.25) < 0.01);
  await scroll("response-a", 0.8);
  await eventually("B follows", async () => Math.abs((await share("response-b")) - 0.8) < 0.01);
});

test("on a phone the responses stand one above the other, and all of them can be read", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t, { viewport: SCREENS.phone }), server.url);
  await studio.import(file("questions.jsonl", jsonl(questions(3))));
  await studio.open("annotate");
  await studio.get("response-a").waitFor();
  const box = (id) => studio.get(id).boundingBox();
  const [a, b] = [await box("response-a"), await box("response-b")];
  assert.ok(b.y >= a.y + a.height, "B stands under A");
  await studio.get("note").scrollIntoViewIfNeeded();
  await studio.page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const [note, dock] = [await box("note"), await studio.page.locator(".answer-dock").boundingBox()];
  assert.ok(note.y + note.height <= dock.y, "the answers hide nothing at the page's end");
  for (const id of ["choose-a", "choose-both-good", "skip", "undo", "strength-2"]) {
    const { width, height } = await box(id);
    assert.ok(width >= 24 && height >= 32, `${id} is ${width} by ${height}`);
  }
  assert.ok((await studio.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await studio.get("strength-2").click();
  await studio.answer("choose-a");
});

/** Sets how many of a hundred pairs come back. */
async function repeats(studio, percent) {
  await studio.get("you").click();
  await studio.get("repeat-percent").fill(String(percent));
  await studio.page.keyboard.press("Escape");
  await studio.page.locator("dialog[open]").waitFor({ state: "hidden" });
}

async function name(studio, name) {
  await studio.get("you").click();
  await studio.get("annotator-name").fill(name);
  await studio.page.keyboard.press("Tab");
  await studio.page.keyboard.press("Escape");
  await studio.page.locator("dialog[open]").waitFor({ state: "hidden" });
}
