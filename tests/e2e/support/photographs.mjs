// The tabs with something in them, in both themes, on a wide screen and on a phone.

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { eventually } from "./eventually.mjs";

export const TABS = ["annotate", "train", "evaluate", "score", "data", "learn"];
export const THEMES = ["light", "dark"];
export const SCREENS = {
  wide: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
};

/** Enough for a model that begins to be worth something. */
const ANSWERS = 32;

/** Lives through a first visit and takes all pictures on the way, `tab-screen-theme.png`; returns their paths. */
export async function takeAll(studio, folder) {
  await mkdir(folder, { recursive: true });
  const take = (tabs) => takeTabs(studio, folder, tabs);

  await studio.loadStarter();
  await studio.ready();
  for (let answer = 0; answer < ANSWERS; answer += 1) {
    await studio.prefer(1, warmth);
    // A person reads longer than a fit takes.
    await eventually("the answer is learned from", () => hasLearnedFrom(studio, answer + 1));
  }
  const first = await take(["annotate"]);

  await studio.loadLabelled();
  await studio.train();
  await studio.trainReaches("done", { within: 400_000 });
  await studio.score(
    "My parcel says delivered, but there is nothing at my door.",
    "I'm sorry, that's a rotten thing to come home to. Drivers sometimes scan a parcel hours before they drop it off; " +
      "if it isn't there by tomorrow evening, write back and we'll send a new one. Did you ask the neighbours?",
    "Parcels are handled in the order in which they are received. Please consult the general information.",
  );
  return [...first, ...(await take(TABS.filter((tab) => tab !== "annotate")))];
}

async function takeTabs(studio, folder, tabs) {
  const pictures = [];
  // A phone's scroll bars take no room, nor do those that a headless browser hides.
  await studio.page.evaluate(() => (document.documentElement.style.scrollbarGutter = "auto"));
  // What has come in passing goes first: it says nothing of the tabs.
  const dismiss = studio.get("notices").getByRole("button", { name: "Dismiss" });
  while (await dismiss.count()) await dismiss.first().click();
  for (const [screen, size] of Object.entries(SCREENS)) {
    await studio.page.setViewportSize(size);
    for (const theme of THEMES) {
      await studio.page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      for (const tab of tabs) {
        await studio.open(tab);
        await studio.page.mouse.move(0, 0);
        const picture = path.join(folder, `${tab}-${screen}-${theme}.png`);
        await studio.page.screenshot({ path: picture, animations: "disabled" });
        pictures.push(picture);
      }
    }
  }
  await studio.page.setViewportSize(SCREENS.wide);
  return pictures;
}

/** A taste that a model can learn, and not from length alone: responses that speak to a person. */
function warmth(text) {
  return (text.match(/\b(you|your|you're|I'm|I'd|we|sorry|thanks?)\b|[?!]/gi) ?? []).length / Math.sqrt(text.length);
}

async function hasLearnedFrom(studio, answers) {
  const facts = studio.page.locator(".head-panel .facts");
  return (await facts.innerText()).match(/learned from\s*(\d+)/)?.[1] === `${answers}`;
}
