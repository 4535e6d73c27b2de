// What is wrong is said, with what to do; what was good is kept; the page goes on.

import assert from "node:assert/strict";
import test from "node:test";
import { browse, freshProfile } from "../support/browser.mjs";
import { file, jsonl, labelled, ofAnotherBackbone, preferences, questions } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { Studio, host, visit } from "../support/studio.mjs";

test("files that are no preference data are refused, each with its reason", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  const report = await studio.import(
    file("prose.txt", "Dear diary,\ntoday I trained a model.\n"),
    file("array.json", JSON.stringify(preferences(2))),
    file("latin1.jsonl", Buffer.from('{"prompt":"caf\xe9"}', "latin1")),
    file("empty.jsonl", ""),
    file("good.jsonl", jsonl(labelled(4).slice(2))),
  );
  assert.match(report, /prose\.txt: 0 new pairs, 1 refused/);
  assert.match(report, /No row of this file could be taken\. Give pairs of responses/);
  assert.match(report, /array\.json: 2 new pairs, 2 answers/, "an array is as good as lines");
  assert.match(report, /latin1\.jsonl: 0 new pairs, 1 refused/);
  assert.match(report, /empty\.jsonl[\s\S]*empty/);
  assert.match(report, /good\.jsonl: 2 new pairs/);
  assert.equal(await studio.pairs(), 4);
});

test("bad rows are named by line and reason, and the good ones beside them are kept", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  const long = "word ".repeat(20_000);
  const rows = [
    ...labelled(1),
    { prompt: "p", response_a: "a" },
    { prompt: "p", response_a: "same", response_b: "same" },
    { prompt: "p" },
    { prompt: "p", response_a: "a", response_b: "b", label: "c" },
    { prompt: "p", response_a: " ", response_b: "" },
    { prompt: "long", response_a: long, response_b: "" },
  ];
  const report = await studio.import(file("mixed.jsonl", `${jsonl(rows)}not json\n`));
  assert.match(report, /mixed\.jsonl: 2 new pairs, 1 answer, 6 refused/);
  await studio.get("import-report").locator("summary").click();
  const reasons = await studio.page.locator(".refused li").allInnerTexts();
  const expected = [
    /^Line 2 .*"response_b" is missing/,
    /^Line 3 .*Both responses are the same/,
    /^Line 4 .*"response_a" is missing/,
    /^Line 5 .*"c" in "label" is no known answer/,
    /^Line 6 .*Both responses are empty/,
    /^Line 8 .*not sound JSON/,
  ];
  assert.equal(reasons.length, expected.length);
  expected.forEach((wanted, place) => assert.match(reasons[place].replaceAll("\n", " "), wanted));
  const { bytes } = await studio.download("download-refused");
  assert.equal(bytes.toString().trim().split("\n").length, 6);

  // A response of 100,000 characters and an empty one can be read, answered, learned from and scored.
  await studio.open("annotate");
  const texts = [await studio.text("response-a"), await studio.text("response-b")];
  assert.ok(texts.some((text) => text.length > 99_000) && texts.includes(""));
  assert.equal(await studio.page.locator(".empty-response").count(), 1);
  await studio.answer("choose-a");
  await studio.train();
  await studio.trainReaches("done");
  await studio.score("long", long, "short");
  assert.match(await studio.page.locator(".score-result").first().innerText(), /tokens did not fit and were not read/);
});

test("without a preference training waits and says what is missing", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("questions.jsonl", jsonl(questions(3))));
  await studio.ready();
  await studio.open("train");
  assert.ok(await studio.get("train-start").isDisabled());
  assert.match(await studio.page.locator(".blocked").innerText(), /nothing to learn from yet\. Answer some pairs/);
  await studio.open("annotate");
  await studio.answer("choose-tie");
  await studio.answer("choose-both-bad");
  await studio.open("train");
  assert.ok(await studio.get("train-start").isDisabled(), "ties teach nothing");
  await studio.open("score");
  await studio.get("score-response").fill("Something");
  assert.match(await studio.page.locator(".blocked").innerText(), /There is no model yet/);
  await studio.open("evaluate");
  assert.match(await studio.page.locator(".empty-state").innerText(), /no model to judge yet/);

  await studio.open("annotate");
  await studio.answer("choose-a");
  await studio.train();
  await studio.trainReaches("done");
  assert.ok(Number.isFinite((await studio.score("p", "Something")).first), "a single answer makes a model");
});

test("answers that all say the same letter still train", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("all-a.jsonl", jsonl(questions(20).map((row) => ({ ...row, label: "a" })))));
  await studio.train();
  await studio.trainReaches("done");
  await studio.open("evaluate");
  await studio.valueOnce("eval-accuracy");
});

test("settings that make no sense are refused at the field", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.settings({ "learning-rate": "fast" });
  assert.equal(await studio.get("learning-rate").getAttribute("aria-invalid"), "true");
  assert.match(await studio.page.locator("#learning-rate-complaint").innerText(), /a number such as 0\.05/);
  await studio.settings({ "learning-rate": "0.1", epochs: "0" });
  assert.equal(await studio.get("learning-rate").getAttribute("aria-invalid"), "false");
  assert.match(await studio.page.locator("#epochs-complaint").innerText(), /give at least 1/);
});

test("model files that cannot be used leave the model in use alone", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("some.jsonl", jsonl(preferences(20))));
  await studio.settings({ epochs: 3 });
  await studio.train();
  await studio.trainReaches("done");
  const before = await studio.score("p", "Something");
  await studio.open("data");
  const { bytes } = await studio.download("download-model");
  for (const [name, content, complaint] of [
    ["foreign", ofAnotherBackbone(bytes), /made for the backbone .+ mean nothing on/],
    ["truncated", bytes.subarray(0, bytes.length - 10), /not a whole safetensors file/],
    ["prose", Buffer.from("not a model"), /not a whole safetensors file/],
  ]) {
    await studio.uploadModel(file(`${name}.safetensors`, content));
    await studio.notice(complaint);
    await studio.page.locator(".notices").getByRole("button", { name: "Dismiss" }).first().click();
  }
  const after = await studio.score("p", "Something");
  assert.equal(after.first, before.first);
});

test("a backbone that comes incomplete or changed is refused, and can be fetched again", async (t) => {
  const server = await host(t);
  const weights = "models/tiny-bert/model.safetensors";
  server.fail(weights, { truncateAt: 100_000 });
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  const says = (words) =>
    eventually(`the backbone's place says ${words}`, async () => words.test(await studio.page.locator(".head-panel .fault").innerText()));
  const again = studio.page.locator(".head-panel").getByRole("button", { name: "Try again" });
  await says(/is shorter than the 254920 bytes/);
  await studio.preferLonger(2);
  for (const [how, words] of [
    [{ cutAt: 100_000 }, /could not be fetched after it had begun/],
    [{ flipAt: 200_000 }, /its SHA-256 is another/],
    [{ status: 404 }, /the server answered 404/],
  ]) {
    server.fail(weights, how);
    await again.click();
    await says(words);
  }
  server.heal(weights);
  await again.click();
  await studio.ready();
  await studio.preferLonger(4);
  await studio.valueOnce("living-accuracy");
});

test("without IndexedDB the page says so and works on in memory", async (t) => {
  const server = await host(t);
  const refuse = () =>
    Object.defineProperty(window, "indexedDB", {
      get() {
        throw new DOMException("The user denied permission to access the database.", "SecurityError");
      },
    });
  const studio = await visit(await browse(t, { init: refuse }), server.url);
  await studio.notice(/The browser's storage refused its service .* Download your data in the Data tab/);
  await studio.loadStarter();
  await studio.preferLonger(6);
  await studio.valueOnce("living-accuracy");
  await studio.open("data");
  assert.match(await studio.page.locator("#panel-data .fault").first().innerText(), /refused its service/);
  const { bytes } = await studio.download("export-data");
  assert.equal(bytes.toString().trim().split("\n").length, 6);
});

test("on a full disk answers go on in memory, can be taken along, and are stored when there is room", async (t) => {
  const server = await host(t);
  const profile = await freshProfile(t);
  const earlier = await browse(t, { profile });
  const first = await visit(earlier, server.url);
  await first.loadStarter();
  await first.preferLonger(2);
  await earlier.close();

  // Chromium looks at its quota when a page first writes, and then not again for half a minute.
  const context = await browse(t, { profile });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.origin, quotaSize: 1 });
  await page.goto(server.url);
  const studio = new Studio(page);
  await studio.get("response-a").waitFor();
  await studio.preferLonger(3);
  assert.equal(await studio.answered(), 5);
  const note = await studio.text("unsaved");
  assert.match(note, /storage is full/);
  assert.match(note, /3 answers so far are kept in this tab only/);
  const { bytes } = await studio.download("download-unsaved");
  const lines = bytes.toString().trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines.length, 3);
  assert.ok(lines.every((line) => line.event_id && line.prompt && line.label && line.shown_order));

  await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.origin });
  await studio.get("store-again").click();
  await studio.notice(/Everything is stored/);
  assert.equal(await studio.get("unsaved").count(), 0);
  await page.reload();
  await studio.get("response-a").waitFor();
  assert.equal(await studio.answered(), 5);
});
