// Everything can be done without a mouse, and one always sees where one is.

import assert from "node:assert/strict";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { eventually } from "../support/eventually.mjs";
import { TABS } from "../support/photographs.mjs";
import { host, visit } from "../support/studio.mjs";

test("a newcomer annotates with keys alone", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  const { keyboard } = studio.page;
  await studio.get("load-starter").waitFor();
  await tabTo(studio, "load-starter");
  await keyboard.press("Enter");
  await studio.get("response-a").waitFor();

  const total = await studio.remaining();
  for (const key of ["1", "2", "a", "B", "ArrowLeft", "ArrowRight", "t", "0", "x", "s", "1"]) await studio.answer(key);
  assert.equal(await studio.answered(), 10);
  assert.equal(await studio.remaining(), total - 11);

  await keyboard.press("u");
  await eventually("the last answer is taken back", async () => (await studio.answered()) === 9);
  await studio.answer("2");
  await keyboard.press("Control+z");
  await eventually("and again", async () => (await studio.answered()) === 9);
});

test("keys that are typed into a field or held down answer nothing", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  const before = await studio.remaining();
  await studio.page.keyboard.down("1");
  await studio.page.keyboard.down("1");
  await studio.page.keyboard.down("1");
  await studio.page.keyboard.up("1");
  await eventually("one answer", async () => (await studio.remaining()) === before - 1);
  await studio.open("score");
  await studio.get("score-response").pressSequentially("abstux12");
  await studio.open("annotate");
  assert.equal(await studio.remaining(), before - 1);
});

test("arrow keys, Home and End go from tab to tab, and the tab list is one stop", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  const before = await studio.remaining();
  await tabTo(studio, "tab-annotate");
  for (const [key, tab] of [
    ["ArrowRight", "train"],
    ["ArrowRight", "evaluate"],
    ["End", "learn"],
    ["ArrowRight", "annotate"],
    ["ArrowLeft", "learn"],
    ["Home", "annotate"],
  ]) {
    await studio.page.keyboard.press(key);
    await studio.page.locator(`#panel-${tab}`).waitFor();
    assert.equal(await focused(studio), `tab-${tab}`);
    assert.ok(new URL(studio.page.url()).hash === `#${tab}`);
  }
  assert.equal(await studio.remaining(), before, "the arrows have answered nothing");
  await studio.page.keyboard.press("Tab");
  assert.doesNotMatch((await focused(studio)) ?? "", /^tab-/);
});

test("? opens the help, which keeps the keys to itself and closes by Escape", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  const before = await studio.remaining();
  await studio.page.keyboard.press("?");
  const dialog = studio.page.getByRole("dialog", { name: "How it works" });
  await dialog.waitFor();
  await studio.page.keyboard.press("1");
  await studio.page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await studio.remaining(), before);
  await studio.answer("1");
});

test("every stop of the Tab key has a name and can be seen", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  await studio.preferLonger(6);
  await studio.ready();
  for (const tab of TABS) {
    await studio.open(tab);
    await studio.page.evaluate(() => document.activeElement.blur());
    const seen = new Set();
    for (let stop = 0; stop < 60; stop += 1) {
      await studio.page.keyboard.press("Tab");
      const { path, name, marked } = await studio.page.evaluate(look);
      if (path === "body" || seen.has(path)) break;
      seen.add(path);
      assert.ok(name, `${path} on ${tab} has no name`);
      assert.ok(marked, `${path} on ${tab} does not show that it is focused`);
    }
    assert.ok(seen.size >= 4, `${tab} has ${seen.size} stops`);
  }
});

/** Presses Tab until the element of this test id has the focus. */
async function tabTo(studio, id) {
  await eventually(`Tab reaches ${id}`, async () => {
    await studio.page.keyboard.press("Tab");
    return (await focused(studio)) === id;
  });
}

async function focused(studio) {
  return studio.page.evaluate(() => document.activeElement.dataset.testid);
}

/** Runs in the page: the focused element's place, name, and whether it or its label is outlined. */
function look() {
  const element = document.activeElement;
  const place = (node) =>
    node === document.body ? "body" : `${place(node.parentElement)}>${node.localName}:${[...node.parentElement.children].indexOf(node)}`;
  const labels = [...(element.labels ?? [])];
  const name = element.getAttribute("aria-label") ?? labels[0]?.innerText ?? element.innerText;
  const outlined = (node) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(node);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  };
  return { path: place(element), name: name.trim(), marked: [element, ...labels].some(outlined) };
}
