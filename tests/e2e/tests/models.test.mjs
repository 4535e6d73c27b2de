// Models that are kept: named, switched between, compared on the same text, deleted, and there at the next visit.

import assert from "node:assert/strict";
import test from "node:test";
import { browse, freshProfile } from "../support/browser.mjs";
import { classifier, file, jsonl, ofAnotherBackbone, preferences } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { keptModels } from "../support/storage.mjs";
import { Studio, host, near, visit } from "../support/studio.mjs";

const PROMPT = "How do I mend it?";
const [LONG, SHORT] = ["Take the screws out first, then lift the lid, and be gentle with it.", "Look it up."];

test("every training is kept, and is named, switched to, compared, renamed, deleted and found again", { timeout: 600_000 }, async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const studio = await visit(context, server.url);
  await studio.import(file("longer.jsonl", jsonl(preferences(24))));
  await trained(studio, 3, 1);
  const first = await studio.score(PROMPT, LONG, SHORT);
  await trained(studio, 40, 2);
  const second = await studio.score(PROMPT, LONG, SHORT);
  assert.notEqual(first.first, second.first, "another training, another model");

  await t.test("both are listed with what they were made of, the newest first and in use", async () => {
    await openModels(studio);
    await rows(studio, 2);
    const names = await studio.get("model-name").allInnerTexts();
    assert.match(names[0], /^Run 2, \d{1,2} [A-Z][a-z]{2}, \d{1,3}%$/);
    assert.match(names[1], /^Run 1, /);
    const row = studio.get("model-row").first();
    const counted = (await row.innerText()).match(/(\d+) comparisons of longer\.jsonl/);
    assert.ok(counted[1] > 15 && counted[1] < 24, "those it learned from, without those that stopped it early");
    assert.match(await row.innerText(), /right on \d+% of \d+ held out/);
    assert.ok(await studio.get("model-use").first().isDisabled(), "it is in use");
    assert.equal(await studio.get("model-use").first().innerText(), "In use");
  });

  await t.test("the older one is used again, and scores as it did", async () => {
    await studio.get("model-use").nth(1).click();
    await studio.notice(/The model is loaded/);
    const again = await studio.score(PROMPT, LONG, SHORT);
    near(again.first, first.first, 1e-5, "the first run's score");
    near(again.preference, first.preference, 1e-5, "the first run's preference");
  });

  await t.test("side by side each says what it says alone, live while one types", async () => {
    await openModels(studio);
    await studio.get("model-compare").nth(0).check();
    await studio.get("model-compare").nth(1).check();
    await studio.page.getByRole("button", { name: "Compare them on a text" }).click();
    const values = async () => {
      const table = studio.get("compare-models").locator("tbody tr");
      const all = await table.evaluateAll((rows) => rows.map((row) => row.dataset.value));
      return all.length === 2 && all.every((value) => value !== undefined) && all.map(Number);
    };
    const [two, one] = await eventually("both have scored", values);
    near(one, first.first, 1e-5, "the first run");
    near(two, second.first, 1e-5, "the second run");
    assert.match(await studio.page.locator("#panel-score").innerText(), /prefer the (first|second) response|They disagree/);
    await studio.get("score-response").pressSequentially(" Good luck!");
    await eventually("both follow", async () => {
      const now = await values();
      return now && now[0] !== two && now[1] !== one;
    });
    const live = await studio.score(PROMPT, LONG, SHORT);
    near(live.first, first.first, 1e-5, "the model in use is still the first run's");
  });

  await t.test("a name is given, and stays over a reload, as does the model in use", async () => {
    await openModels(studio);
    await studio.get("model-rename").nth(1).click();
    await studio.get("model-name-field").fill("Kurz & gut");
    await studio.get("model-name-field").press("Enter");
    await eventually("it is called so", async () => (await studio.get("model-name").nth(1).innerText()) === "Kurz & gut");
    await eventually("so says the disk", async () => (await keptModels(studio.page)).some(({ name }) => name === "Kurz & gut"));
    await studio.page.reload();
    await studio.ready();
    await openModels(studio);
    await rows(studio, 2);
    assert.equal(await studio.get("model-name").nth(1).innerText(), "Kurz & gut");
    await eventually("it is in use", async () => (await studio.get("model-use").nth(1).innerText()) === "In use");
    near((await studio.score(PROMPT, LONG, SHORT)).first, first.first, 1e-5, "after a reload");
  });

  await t.test("its file is called like it, and is the same model elsewhere", async () => {
    await openModels(studio);
    const download = studio.page.waitForEvent("download");
    await studio.get("model-download").nth(1).click();
    assert.equal((await download).suggestedFilename(), "kurz-gut.safetensors");
    const other = await visit(await browse(t), server.url);
    await other.ready();
    await openModels(other);
    await other.get("model-upload").setInputFiles(await (await download).path());
    await other.notice(/The model is loaded/);
    near((await other.score(PROMPT, LONG, SHORT)).first, first.first, 1e-5, "in another browser");
  });

  await t.test("another tab sees what is kept and what is deleted", async () => {
    const other = await visit(context, server.url);
    await other.ready();
    await openModels(other);
    await rows(other, 2);
    await studio.page.bringToFront();
    await openModels(studio);
    await studio.get("model-delete").nth(0).click();
    await studio.get("model-delete-confirm").click();
    await rows(studio, 1);
    await rows(other, 1);
    await other.page.close();
  });

  await t.test("deleting the one in use leaves the living model, which can be kept as it is", async () => {
    await studio.get("model-delete").first().click();
    await studio.get("model-delete-confirm").click();
    await rows(studio, 0);
    await eventually("nothing is left of it on the disk", async () => (await keptModels(studio.page)).length === 0);
    await studio.get("model-keep-living").click();
    await studio.notice(/Living, .* is kept/);
    await rows(studio, 1);
    assert.match(await studio.get("model-row").innerText(), /exact fit · 24 comparisons/);
    assert.equal(await studio.get("model-use").innerText(), "Use", "the living model is not the trained one");
  });
  assert.deepEqual(context.complaints, []);
});

test("a model of another backbone is kept with what it needs, and other files are told what they are", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("some.jsonl", jsonl(preferences(12))));
  await trained(studio, 3, 1);
  await studio.open("data");
  const { bytes } = await studio.download("download-model");
  await openModels(studio);
  await studio.get("model-upload").setInputFiles([file("elsewhere.safetensors", ofAnotherBackbone(bytes))]);
  await studio.notice(/made for the backbone .+ mean nothing on/);
  await rows(studio, 2);
  const row = studio.get("model-row").first();
  assert.match(await row.innerText(), /elsewhere[\s\S]*Needs the backbone .*, which this page does not have/);
  assert.ok(await studio.get("model-use").first().isDisabled());
  assert.ok(await studio.get("model-compare").first().isDisabled());
  for (const [name, content, complaint] of [
    ["bert.safetensors", classifier("classifier.weight"), /ForSequenceClassification.*as a backbone of your own/],
    ["llama.safetensors", classifier("score.weight"), /ForSequenceClassification/],
    ["adapter.safetensors", classifier("base_model.model.q_proj.lora_A.weight"), /LoRA adapter/],
    ["pytorch_model.bin", Buffer.from("PK\x03\x04and so on"), /PyTorch.s own kind/],
  ]) {
    await studio.get("model-upload").setInputFiles([file(name, content)]);
    await studio.notice(complaint);
    await studio.page.locator(".notices").getByRole("button", { name: "Dismiss" }).first().click();
  }
  await rows(studio, 2);
});

test("kept models go along in the workspace file, and go when everything is deleted", async (t) => {
  const server = await host(t);
  const one = await visit(await browse(t), server.url);
  await one.import(file("some.jsonl", jsonl(preferences(12))));
  await trained(one, 3, 1);
  await trained(one, 20, 2);
  await openModels(one);
  await one.get("model-use").nth(1).click();
  await one.notice(/The model is loaded/);
  const said = await one.score(PROMPT, LONG, SHORT);
  await one.open("data");
  const saved = await one.download("workspace-save");

  const other = await visit(await browse(t), server.url);
  await other.ready();
  await other.open("data");
  const given = { name: saved.name, mimeType: "application/jsonl", buffer: saved.bytes };
  await other.get("workspace-restore").setInputFiles(given);
  await other.notice(/and so were 2 models/);
  await other.ready();
  await openModels(other);
  await rows(other, 2);
  await eventually("the same is in use", async () => (await other.get("model-use").nth(1).innerText()) === "In use");
  near((await other.score(PROMPT, LONG, SHORT)).first, said.first, 1e-5, "the model that was in use");
  await other.open("data");
  await other.get("workspace-restore").setInputFiles(given);
  await other.notice(/0 pairs and 0 events were new\./);
  assert.equal((await keptModels(other.page)).length, 2, "nothing comes twice");

  await other.get("clear-everything").click();
  await other.get("clear-confirm").click();
  await other.notice(/Everything is removed/);
  assert.equal((await keptModels(other.page)).length, 0);
  await openModels(other);
  await rows(other, 0);
});

test("on a full disk a trained model stays in the tab, which says so, and is stored when there is room", async (t) => {
  const server = await host(t);
  const profile = await freshProfile(t);
  const earlier = await browse(t, { profile });
  const before = await visit(earlier, server.url);
  await before.import(file("some.jsonl", jsonl(preferences(12))));
  await before.ready();
  await before.kept();
  await earlier.close();

  // Chromium looks at its quota when a page first writes, and then not again for half a minute.
  const context = await browse(t, { profile });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.origin, quotaSize: 1 });
  await page.goto(server.url);
  const studio = new Studio(page);
  await studio.ready();
  await trained(studio, 3, 1);
  await studio.notice(/Run 1, .* is in this tab only\. The browser's storage is full/);
  await openModels(studio);
  await rows(studio, 1);
  assert.match(await studio.get("model-row").innerText(), /in this tab only/);
  assert.equal((await keptModels(page)).length, 0);

  await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.origin });
  await studio.page.getByRole("button", { name: "Try to store again" }).click();
  await eventually("it is on the disk", async () => (await keptModels(page)).length === 1);
  await eventually("it says so", async () => !/in this tab only/.test(await studio.get("model-row").innerText()));
});

/** Trains so many epochs, and waits until the model is kept. */
async function trained(studio, epochs, models) {
  await studio.settings({ epochs, patience: epochs });
  await studio.train();
  await studio.trainReaches("done");
  await openModels(studio);
  await rows(studio, models);
}

async function openModels(studio) {
  await studio.open("score");
  await studio.get("score-part-models").check();
  await studio.get("models").waitFor({ state: "attached" });
}

async function rows(studio, count) {
  await eventually(`${count} models are listed`, async () => (await studio.get("model-row").count()) === count);
}
