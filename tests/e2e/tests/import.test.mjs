// Files in: seen before they are taken, mapped by hand, halted, taken back; and what stands in the way, said.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { browse, freshProfile } from "../support/browser.mjs";
import { file, jsonl, preferences, questions } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { host, visit } from "../support/studio.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const SAMPLES = path.join(root, "tests/fixtures/formats");
const SHARED = path.join(root, "../shared/data");

/** Samples of what is recognised only to be refused: single verdicts, token ids. A file refused as a whole is reported at once. */
const NO_PAIRS = ["kto.jsonl", "trl_pretokenised.jsonl"];

async function begin(t, options) {
  const server = await host(t);
  return visit(await browse(t, options), server.url);
}

test("nothing is taken in before the person has seen it and said so", async (t) => {
  const studio = await begin(t);
  await studio.hand(file("hh.jsonl", jsonl([transcript("Hi", "Hello!", "Go away.")])));
  assert.match(await studio.text("import-recognised"), /Anthropic HH transcripts/);
  const rows = await studio.get("import-rows").innerText();
  assert.match(rows, /Hi\s+Hello!\s+Go away\.\s+A/);
  assert.equal(await studio.pairs(), 0);
  await studio.get("import-dismiss").click();
  assert.equal(await studio.get("import-file-preview").count(), 0);
  assert.equal(await studio.pairs(), 0);
  assert.match(await studio.import(file("hh.jsonl", jsonl([transcript("Hi", "Hello!", "Go away.")]))), /hh\.jsonl: 1 new pair, 1 answer/);
});

test("several files are shown one by one and taken in by one press", async (t) => {
  const studio = await begin(t);
  const report = await studio.import(
    file("one.jsonl", jsonl(preferences(3))),
    file("two.csv", "prompt,response_a,response_b,label\nWhat is it?,This,That,b\n"),
    file("three.json.gz", gzipSync(JSON.stringify(preferences(5).slice(3)))),
    file("four.png", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")),
  );
  assert.match(report, /one\.jsonl: 3 new pairs, 3 answers/);
  assert.match(report, /two\.csv: 1 new pair, 1 answer/);
  assert.match(report, /three\.json\.gz: 2 new pairs, 2 answers/);
  assert.match(report, /four\.png/);
  assert.equal(await studio.pairs(), 6);
});

test("a folder that is dropped is taken in with all that lies in it", async (t) => {
  const studio = await begin(t);
  const folder = path.join(await freshProfile(t), "people");
  await mkdir(path.join(folder, "deeper"), { recursive: true });
  await writeFile(path.join(folder, "one.jsonl"), jsonl(preferences(3)));
  await writeFile(path.join(folder, "deeper", "two.jsonl"), jsonl(preferences(5).slice(3)));
  await writeFile(path.join(folder, ".hidden"), "nobody means this");
  await studio.open("data");
  await studio.drop(folder, "import-paste");
  const previews = studio.get("import-file-preview");
  await eventually("both files were looked into", async () => (await previews.count()) === 2);
  await studio.confirm();
  const names = ["people/deeper/two.jsonl", "people/one.jsonl"].map((name) => ({ name }));
  const report = await eventually("both files are reported", () => studio.reported(names));
  assert.match(report, /people\/deeper\/two\.jsonl: 2 new pairs/);
  assert.match(report, /people\/one\.jsonl: 3 new pairs/);
});

test("a row of which some pairs are of no use says so, and the others come in", async (t) => {
  const studio = await begin(t);
  const completions = ["Yes.", "No.", "Yes."].map((response, place) => ({ response, overall_score: place }));
  const report = await studio.import(file("rated.jsonl", jsonl([{ instruction: "Well?", completions }])));
  assert.match(report, /rated\.jsonl: 2 new pairs, 2 answers, 1 refused/);
  await studio.get("import-report").locator("summary").click();
  assert.match(await studio.text("import-report"), /1 of the 3 pairs of this row were left out, the others taken/);
});

test("columns of anybody's making are mapped by hand, and so are the words of a label", async (t) => {
  const studio = await begin(t);
  const table = "frage\tmodell eins\tmodell zwei\turteil\nWas ist das?\tDies\tJenes\teins\nUnd das?\tHier\tDort\tzwei\nJa?\tDoch\tNein\tegal\n";
  await studio.hand(file("urteile.tsv", table));
  const choose = async (id, value) => {
    await studio.get(id).selectOption(value);
    await eventually(`${id} is ${value}`, async () => (await studio.get(id).inputValue()) === value);
  };
  await studio.get("import-format").selectOption({ label: "Columns chosen by hand" });
  await studio.get("map-prompt").waitFor();
  await choose("map-prompt", "frage");
  await choose("map-a", "modell eins");
  await choose("map-b", "modell zwei");
  await choose("map-label", "urteil");
  const words = studio.get("map-words").locator("select");
  await eventually("the label's words are asked about", async () => (await words.count()) === 3);
  // All in one task: none of them is shown before the next is chosen.
  await studio.get("map-words").evaluate((fields) => {
    for (const [word, value] of [["eins", "a"], ["zwei", "b"], ["egal", "tie"]]) {
      const field = [...fields.querySelectorAll(".field")].find((field) => field.innerText.startsWith(word));
      const select = field.querySelector("select");
      select.value = value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  await eventually("the preview follows", async () => /Ja\?\s+Doch\s+Nein\s+Tie/.test(await studio.get("import-rows").innerText()));
  await studio.confirm();
  await eventually("all three came with their labels", async () => /3 new pairs, 3 answers/.test(await studio.text("import-report")));
});

test("a set that comes with the page opens its tab, but takes nobody away from another", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.get("load-labelled").first().waitFor({ state: "attached" });
  await studio.page.evaluate(() => {
    window.seen = [];
    addEventListener("hashchange", () => window.seen.push(location.hash));
    document.querySelector("[data-testid=load-labelled]").click();
    document.querySelector("[data-testid=tab-data]").click();
  });
  await eventually("the set is there", async () => /new pairs/.test(await studio.text("import-report")));
  assert.deepEqual(await studio.page.evaluate(() => window.seen), ["#data"]);
});

test("pasted rows are taken like a file", async (t) => {
  const studio = await begin(t);
  await studio.open("data");
  await studio.page.locator(".paste summary").click();
  await studio.get("import-paste").fill(jsonl(questions(2)));
  await studio.get("import-paste-look").click();
  await studio.confirm();
  await eventually("both came", async () => /pasted text: 2 new pairs/.test(await studio.text("import-report")));
});

test("an import can be taken back, but for what was answered here, and brought again", async (t) => {
  const studio = await begin(t);
  await studio.import(file("queue.jsonl", jsonl(questions(10))));
  await studio.open("annotate");
  await studio.answer("choose-a");
  await studio.open("data");
  await studio.get("import-undo").click();
  await eventually("only the answered pair is left", async () => (await studio.pairs()) === 1);
  await studio.get("past-import-redo").click();
  await eventually("they are back", async () => (await studio.pairs()) === 10);
  await studio.get("past-import-undo").click();
  await eventually("and gone", async () => (await studio.pairs()) === 1);
  await studio.page.reload();
  await studio.open("data");
  await eventually("for good", async () => (await studio.pairs()) === 1);
  assert.match(await studio.import(file("queue.jsonl", jsonl(questions(10)))), /queue\.jsonl: 9 new pairs, 1 duplicate/);
});

test("the same file twice changes nothing twice", async (t) => {
  const studio = await begin(t);
  await studio.import(file("first.jsonl", jsonl(preferences(30))));
  assert.match(await studio.import(file("second.jsonl", jsonl(preferences(30)))), /second\.jsonl: 0 new pairs, 30 duplicates$/m);
  assert.equal(await studio.pairs(), 30);
});

test("a halted import is kept, taken away or gone on with, as the person says", async (t) => {
  const studio = await begin(t);
  const many = jsonl(questions(20_000));
  const halt = async (name, then) => {
    await studio.hand(file(name, many));
    await studio.confirm();
    await studio.get("import-cancel").click();
    await studio.get(then).click();
    return eventually("it is reported", () => studio.reported([{ name }]));
  };
  assert.match(await halt("away.jsonl", "import-discard"), /was cancelled, and what had come in was taken away/);
  assert.equal(await studio.pairs(), 0);
  await halt("some.jsonl", "import-keep");
  const some = await studio.pairs();
  assert.ok(some > 0 && some < 20_000, `${some}`);
  assert.match(await halt("all.jsonl", "import-go-on"), /all\.jsonl: .* new pairs/);
  assert.equal(await studio.pairs(), 20_000);
});

test("a file that is a test set is never learned from", async (t) => {
  const studio = await begin(t);
  await studio.hand(file("held-out.jsonl", jsonl(preferences(12))));
  await studio.get("import-test-set").check();
  await studio.confirm();
  await eventually("it is reported", () => studio.reported([{ name: "held-out.jsonl" }]));
  assert.equal(await studio.get("source-purpose").inputValue(), "test");
  await studio.open("train");
  assert.ok(await studio.get("train-start").isDisabled());
});

test("every sample format is recognised by name and taken in", { skip: !existsSync(SAMPLES) && "no samples" }, async (t) => {
  const studio = await begin(t);
  const names = readdirSync(SAMPLES).filter((name) => !name.startsWith(".") && !/\.(md|toml)$/.test(name));
  assert.ok(names.length > 10);
  for (const name of names) {
    await studio.hand(path.join(SAMPLES, name));
    if (await studio.reported([{ name }])) continue;
    assert.ok((await studio.text("import-recognised")).length > 0, name);
    if (NO_PAIRS.includes(name)) {
      assert.match(await studio.text("import-file-preview"), /none of the first \d+ rows? comes to a pair|can be read/, name);
      assert.ok(await studio.get("import-confirm").isDisabled());
      await studio.get("import-dismiss").click();
      continue;
    }
    await studio.confirm();
    const report = await eventually(`${name} is reported`, () => studio.reported([{ name }]));
    assert.match(report, /[1-9]\d* (new pair|duplicate)/, `${name}: ${report}`);
  }
});

test("real data sets come in whole", { skip: !existsSync(SHARED) && "the shared data are not here" }, async (t) => {
  const studio = await begin(t);
  // Rows by the folder's README; a row may be refused (both responses the same) or be a pair that came before.
  const sets = [
    ["hh_harmless_base_test/train.jsonl", 1708],
    ["hh_harmless_base_test/test.jsonl", 600],
    ["hh_harmless_base_test/raw_transcripts.jsonl", 2312],
    ["pandalm/train.jsonl", 507],
    ["pandalm/test.jsonl", 253],
    ["pandalm/all_votes.jsonl", 999],
    ["llmfao_crowd/train.jsonl", 766],
    ["llmfao_crowd/test.jsonl", 614],
    ["llmfao_crowd/all_votes.jsonl", 2139],
    ["format_samples/llamafactory_dpo_en_demo.sharegpt.json", 300],
  ];
  for (const [name, rows] of sets) {
    const report = await studio.import(path.join(SHARED, name));
    const number = (pattern) => Number((report.match(pattern)?.[1] ?? "0").replaceAll(",", ""));
    const [fresh, known, refused] = [number(/([\d,]+) new pair/), number(/([\d,]+) duplicate/), number(/([\d,]+) refused/)];
    assert.equal(fresh + known + refused, rows, `${name}: ${report}`);
    t.diagnostic(`${name}: ${fresh} new, ${known} known, ${refused} refused`);
  }
});

test("files that cannot be taken are refused with what to do, and the good ones beside them stay", async (t) => {
  const studio = await begin(t);
  const good = jsonl(preferences(3));
  const cut = gzipSync(jsonl(preferences(3000)));
  const report = await studio.import(
    file("empty.jsonl", ""),
    file("prose.txt", "Dear diary,\ntoday I trained a model.\n"),
    file("picture.jpg", Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex")),
    file("cut.jsonl.gz", cut.subarray(0, cut.length / 2)),
    file("latin1.jsonl", Buffer.concat([Buffer.from(good), Buffer.from('{"prompt":"caf\xe9","chosen":"a","rejected":"b"}\n', "latin1")])),
    file("bom.jsonl", `\ufeff${jsonl(questions(2))}`),
    file("deep.jsonl", `${"[".repeat(100_000)}\n${jsonl(preferences(1))}`),
    file("nul.jsonl", `${jsonl([{ prompt: "nul \u0000 inside", chosen: "a\u0000", rejected: "b" }])}\u0000\u0000\n`),
  );
  assert.match(report, /empty\.jsonl[\s\S]*empty/i);
  assert.match(report, /cut\.jsonl\.gz: [\d,]+ new pairs/);
  assert.match(report, /latin1\.jsonl: .*1 refused/);
  assert.match(report, /bom\.jsonl: 2 new pairs|bom\.jsonl: 0 new pairs, 2 duplicates/);
  assert.match(report, /deep\.jsonl: .*1 refused/);
  assert.match(report, /nul\.jsonl: 1 new pair/);
});

test("a worker that cannot be loaded is said, and the page goes on", async (t) => {
  const server = await host(t);
  server.fail("worker_data.js", { status: 404 });
  server.fail("worker_data_loader.js", { status: 404 });
  const studio = await visit(await browse(t), server.url);
  const report = await studio.import(file("some.jsonl", jsonl(questions(2))));
  assert.match(report, /The worker that reads and writes files has stopped/);
  server.heal("worker_data.js");
  server.heal("worker_data_loader.js");
  assert.match(await studio.import(file("again.jsonl", jsonl(questions(2)))), /again\.jsonl: 2 new pairs/);
});

test("a file at which a library breaks ends its worker and nothing else", { skip: !existsSync(SAMPLES) && "no samples" }, async (t) => {
  const studio = await begin(t);
  await studio.import(file("first.jsonl", jsonl(questions(2))));
  // A page names entries of a dictionary that does not come: the reader of Parquet panics, which browsers cannot catch.
  const damaged = readFileSync(path.join(SAMPLES, "snappy.parquet"));
  damaged[420] ^= 255;
  assert.match(await studio.import(file("damaged.parquet", damaged)), /damaged\.parquet[\s\S]*has stopped[\s\S]*it is damaged/);
  assert.match(await studio.import(file("after.jsonl", jsonl(questions(3)))), /after\.jsonl: 1 new pair/);
  assert.equal(await studio.pairs(), 3);
});

function transcript(said, better, worse) {
  const until = `\n\nHuman: ${said}\n\nAssistant: `;
  return { chosen: until + better, rejected: until + worse };
}
