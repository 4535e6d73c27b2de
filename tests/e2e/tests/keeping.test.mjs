// Every answer that the page has counted is on the disk, and every open tab knows of it.

import assert from "node:assert/strict";
import test from "node:test";
import { browse, freshProfile, kill } from "../support/browser.mjs";
import { eventually } from "../support/eventually.mjs";
import { host, visit } from "../support/studio.mjs";

test("a reload in the midst of annotating loses nothing and asks the same pair", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  await studio.preferLonger(5);
  await studio.answer("choose-tie");
  await studio.answer("skip");
  const before = await shown(studio);
  await studio.page.reload();
  await studio.get("response-a").waitFor();
  assert.deepEqual(await shown(studio), before);
  await studio.get("undo").click();
  await eventually("the skip is taken back", async () => (await studio.remaining()) === before.remaining + 1);
});

test("a tab that is closed right after the click keeps what it has counted", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  let counted = 0;
  let studio = await visit(context, server.url);
  await studio.loadStarter();
  for (let round = 1; round <= 3; round += 1) {
    await studio.preferLonger(3);
    counted = await studio.answered();
    // Dispatched and closed in one breath: this one may be kept or not, the counted ones are.
    await studio.page.evaluate(() => document.querySelector("[data-testid=choose-a]").click());
    await studio.page.close();
    studio = await visit(context, server.url);
    await studio.get("response-a").waitFor();
    const found = await studio.answered();
    assert.ok([counted, counted + 1].includes(found), `round ${round}: ${counted} counted, ${found} found`);
  }
});

test("a browser that is killed keeps what it has counted", async (t) => {
  const server = await host(t);
  const profile = await freshProfile(t);
  const context = await browse(t, { profile });
  let studio = await visit(context, server.url);
  await studio.loadStarter();
  await studio.preferLonger(8);
  const before = await shown(studio);
  await kill(context);
  studio = await visit(await browse(t, { profile }), server.url);
  await studio.get("response-a").waitFor();
  assert.deepEqual(await shown(studio), before);
});

test("two tabs see each other's answers", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const one = await visit(context, server.url);
  await one.loadStarter();
  await one.preferLonger(2);
  const other = await visit(context, server.url);
  await other.get("response-a").waitFor();
  assert.equal(await other.answered(), 2);

  const onScreen = await other.text("pair-prompt");
  await one.preferLonger(3);
  await eventually("the other tab counts five", async () => (await other.answered()) === 5);
  assert.equal(await other.text("pair-prompt"), onScreen, "the pair being read stays");

  await other.page.bringToFront();
  await other.get("choose-b").click();
  await eventually("the other tab moves on", async () => (await other.text("pair-prompt")) !== onScreen);
  const total = await other.answered();
  await eventually("the first tab follows", async () => (await one.answered()) === total);
});

test("what is exported can be imported again, in every shape that holds texts", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  await studio.preferLonger(4);
  await studio.answer("choose-tie");
  await studio.open("data");
  const preferences = await studio.download("export-data");
  await studio.get("export-format").selectOption("pairs");
  const pairs = await studio.download("export-data");
  const total = await studio.pairs();

  for (const [exported, expected] of [
    [preferences, { pairs: 4, answered: 4 }],
    [pairs, { pairs: total, answered: 5 }],
  ]) {
    const other = await visit(await browse(t), server.url);
    await other.import({ name: exported.name, mimeType: "application/jsonl", buffer: exported.bytes });
    assert.equal(await other.pairs(), expected.pairs, exported.name);
    await other.open("annotate");
    assert.equal(await other.answered(), expected.answered, exported.name);
    assert.equal(await other.remaining(), expected.pairs - expected.answered, exported.name);
  }
});

async function shown(studio) {
  const texts = await Promise.all(["pair-prompt", "response-a", "response-b"].map((id) => studio.text(id)));
  return { texts, answered: await studio.answered(), remaining: await studio.remaining() };
}
