// What is stored outlives crashes, other tabs, older versions, and goes along as one file.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { browse, freshProfile, kill } from "../support/browser.mjs";
import { eventually } from "../support/eventually.mjs";
import { TINY } from "../support/places.mjs";
import { keptModels, layDownVersion1, layDownVersion2, promptsAnswered, whatIsKept } from "../support/storage.mjs";
import { host, visit } from "../support/studio.mjs";

test("what version 1 has kept is all there, and is kept as version 3 from then on", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const page = await context.newPage();
  await page.goto(new URL("manifest.webmanifest", server.url).href);
  const left = JSON.parse(await readFile(path.join(TINY, "storage/v1.json"), "utf8"));
  await layDownVersion1(page, left);
  await page.close();
  // The browser asks every page for an icon; this one has none.
  context.complaints.length = 0;

  const studio = await visit(context, server.url);
  await studio.get("response-a").waitFor();
  assert.equal(await studio.text("pair-prompt"), left.pairs[2].prompt, "the one that was taken back is asked");
  assert.equal(await studio.answered(), 3);
  assert.equal(await studio.remaining(), 1);
  assert.equal(await studio.page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await studio.open("data");
  assert.equal(await studio.pairs(), left.pairs.length);

  const kept = await whatIsKept(studio.page);
  assert.equal(kept.version, 3);
  assert.ok(!kept.stores.includes("events"), kept.stores.join());
  assert.deepEqual(kept.pairs, left.pairs);
  const byId = (a, b) => (a.id < b.id ? -1 : 1);
  assert.deepEqual([...kept.log].sort(byId), [...left.events].sort(byId));

  await studio.page.reload();
  await studio.open("annotate");
  await studio.get("response-a").waitFor();
  assert.equal(await studio.answered(), 3);
  assert.deepEqual(context.complaints, []);
});

test("what version 2 has kept is all there, and its model is the first of those that are kept", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const page = await context.newPage();
  await page.goto(new URL("manifest.webmanifest", server.url).href);
  const left = JSON.parse(await readFile(path.join(TINY, "storage/v2.json"), "utf8"));
  await layDownVersion2(page, left);
  await page.close();
  context.complaints.length = 0;

  const studio = await visit(context, server.url);
  await studio.ready();
  assert.equal(await studio.answered(), 3);
  const kept = await whatIsKept(studio.page);
  assert.equal(kept.version, 3);
  assert.deepEqual(kept.pairs, left.pairs);
  assert.deepEqual(kept.log, left.log);
  const [model, ...more] = await keptModels(studio.page);
  assert.equal(more.length, 0);
  assert.deepEqual([model.about.learned_from, model.about.accuracy, model.bytes], [12, 0.75, Buffer.from(left.model, "base64").length]);

  // It still is the trained model, and scores.
  await studio.open("score");
  await studio.get("score-part-models").check();
  await eventually("it is in use", async () => (await studio.text("model-use")) === "In use");
  assert.match(await studio.text("model-name"), /^Trained, .*, 75%$/);
  await studio.get("score-part-text").check();
  const { first } = await studio.score("How do I boil an egg?", "Put it in boiling water.");
  await studio.page.reload();
  await studio.ready();
  assert.equal((await studio.score("How do I boil an egg?", "Put it in boiling water.")).first, first);
  assert.equal((await keptModels(studio.page)).length, 1);
  assert.deepEqual(context.complaints, []);
});

test("a browser that is killed amid a storm of answers has every one that it counted", { timeout: 180_000 }, async (t) => {
  const server = await host(t);
  const profile = await freshProfile(t);
  for (let round = 1; round <= 3; round += 1) {
    const context = await browse(t, { profile });
    const studio = await visit(context, server.url);
    if (round === 1) await studio.loadStarter();
    await studio.get("response-a").waitFor();
    const before = await studio.answered();
    // Every pair that leaves the screen because its answer is counted, told the moment it happens.
    const counted = [];
    let enough;
    const amid = new Promise((resolve) => (enough = resolve));
    await studio.page.exposeFunction("tell", (prompt) => counted.push(prompt) >= 4 + 3 * round && enough());
    // A fast machine must not answer all there is before it is killed: three rounds share 85 pairs.
    await studio.page.evaluate((answers) => {
      const get = (id) => document.querySelector(`[data-testid=${id}]`);
      let [number, prompt] = [get("annotated-count").innerText, get("pair-prompt").innerText];
      const storm = setInterval(() => get("choose-a")?.click(), 0);
      new MutationObserver(() => {
        if (!get("pair-prompt")) return;
        if (get("annotated-count").innerText !== number) {
          window.tell(prompt);
          if ((answers -= 1) === 0) return clearInterval(storm);
        }
        [number, prompt] = [get("annotated-count").innerText, get("pair-prompt").innerText];
      }).observe(document.querySelector("main"), { subtree: true, childList: true, characterData: true });
    }, 26);
    await amid;
    await kill(context);

    const again = await browse(t, { profile });
    const found = await visit(again, server.url);
    await found.get("response-a").waitFor();
    const there = await promptsAnswered(found.page);
    assert.ok((await found.answered()) >= before + counted.length, `round ${round}`);
    for (const prompt of counted) {
      assert.ok([...there].some((kept) => kept.trim() === prompt.trim()), `round ${round}: ${prompt} is not there`);
    }
    await again.close();
  }
});

test("one tab takes back what another has answered, and both agree", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const one = await visit(context, server.url);
  await one.loadStarter();
  await one.preferLonger(3);
  const other = await visit(context, server.url);
  await other.get("response-a").waitFor();
  const both = (number) =>
    eventually(`both tabs count ${number}`, async () =>
      [await one.answered(), await other.answered()].every((count) => count === number),
    );
  await other.get("undo").click();
  await both(2);
  await one.page.bringToFront();
  await one.get("undo").click();
  await both(1);
  await one.get("redo").click();
  await both(2);
  await other.page.bringToFront();
  await other.get("choose-b").click();
  await both(3);
  const done = (await whatIsKept(one.page)).log.map(({ action }) => action.action);
  assert.equal(done.filter((what) => what !== "import").length, 4 + 2 + 1, "labels, undos, a redo");
});

test("deleting everything in one tab empties the other", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const one = await visit(context, server.url);
  await one.loadStarter();
  await one.preferLonger(2);
  const other = await visit(context, server.url);
  await other.get("response-a").waitFor();
  await one.open("data");
  await one.get("clear-everything").click();
  await one.get("clear-confirm").click();
  await other.get("load-starter").waitFor();
  await other.loadStarter();
  await other.preferLonger(1);
  await one.open("annotate");
  await eventually("the first tab has what the other began anew", async () => {
    return (await one.get("annotated-count").count()) > 0 && (await one.answered()) === 1;
  });
});

test("a workspace goes along as one file, and two come together", async (t) => {
  const server = await host(t);
  const one = await visit(await browse(t), server.url);
  await one.loadStarter();
  await one.preferLonger(4);
  await one.answer("choose-tie");
  await one.get("undo").click();
  await eventually("it is taken back", async () => (await one.answered()) === 4);
  const onScreen = await one.text("pair-prompt");
  await one.open("data");
  const saved = await one.download("workspace-save");
  assert.match(saved.name, /^reward-studio-workspace-\d{4}-\d\d-\d\d\.jsonl$/);
  const file = { name: saved.name, mimeType: "application/jsonl", buffer: saved.bytes };

  // Into a browser that has nothing: it goes on where the first stopped.
  const context = await browse(t);
  const other = await visit(context, server.url);
  await other.open("data");
  await other.get("workspace-restore").setInputFiles(file);
  await other.notice(/is here: \d+ pairs and \d+ events were new/);
  assert.equal(await other.pairs(), await one.pairs());
  await other.open("annotate");
  assert.equal(await other.answered(), 4);
  assert.equal(await other.text("pair-prompt"), onScreen, "the order of the questions came along");
  await other.page.reload();
  await other.get("response-a").waitFor();
  assert.equal(await other.answered(), 4);
  assert.deepEqual(byId((await whatIsKept(other.page)).log), byId((await whatIsKept(one.page)).log));

  // Each goes on, and the two are put together: nothing comes twice.
  await other.preferLonger(2);
  await other.open("data");
  const back = await other.download("workspace-save");
  const again = (time) => ({ name: `${time}.jsonl`, mimeType: "", buffer: back.bytes });
  await one.get("workspace-restore").setInputFiles(again(1));
  await one.notice(/0 pairs and 2 events were new/);
  // Who gives it to Import is offered the right way in.
  await one.get("import-file").setInputFiles(again(2));
  await one.get("import-restore").click();
  await one.notice(/0 pairs and 0 events were new/);
  assert.equal(await one.get("import-preview").count(), 0);
  await one.open("annotate");
  assert.equal(await one.answered(), 6);
  assert.deepEqual(context.complaints, []);
});

test("a file that is no workspace is said to be none, and nothing changes", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.open("data");
  const buffer = Buffer.from("\x89PNG\r\n\x1a\nnothing of ours\n");
  await studio.get("workspace-restore").setInputFiles({ name: "cat.png", mimeType: "image/png", buffer });
  await studio.notice(/cat\.png is not a workspace file/);
  assert.equal(await studio.pairs(), 0);
});

function byId(events) {
  return [...events].sort((a, b) => (a.id < b.id ? -1 : 1));
}
