// The page can be shown: every tab, in both themes, on a wide screen and on a phone.
// The pictures for people, of the real backbone, are taken by `screenshots.mjs`.

import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { browse, freshProfile } from "../support/browser.mjs";
import { SCREENS, TABS, THEMES, takeAll } from "../support/photographs.mjs";
import { host, visit } from "../support/studio.mjs";

test("every tab fits a wide screen and a phone, in both themes", { timeout: 600_000 }, async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t, { viewport: SCREENS.wide }), server.url);
  const pictures = await takeAll(studio, path.join(await freshProfile(t), "pictures"));
  assert.equal(pictures.length, TABS.length * THEMES.length * Object.keys(SCREENS).length);
  for (const picture of pictures) {
    const { size } = await stat(picture);
    assert.ok(size > 5_000 && size < 400_000, `${picture} has ${size} bytes`);
  }
  for (const [screen, size] of Object.entries(SCREENS)) {
    await studio.page.setViewportSize(size);
    for (const tab of TABS) {
      await studio.open(tab);
      const over = await studio.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${tab} is ${over} px wider than a ${screen} screen`);
    }
  }
});

test("the theme button overrules the system, and is remembered", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  const ground = () => studio.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await studio.page.emulateMedia({ colorScheme: "light" });
  const light = await ground();
  await studio.page.emulateMedia({ colorScheme: "dark" });
  const dark = await ground();
  assert.notEqual(light, dark);
  await studio.get("theme").click();
  assert.equal(await ground(), light, "light is the first choice after the system's");
  await studio.page.reload();
  await studio.page.waitForFunction(() => document.documentElement.dataset.theme === "light");
  assert.equal(await ground(), light);
  await studio.get("theme").click();
  assert.equal(await ground(), dark);
});
