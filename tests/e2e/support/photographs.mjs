// The five tabs with something in them, in both themes, on a wide screen and on a phone.

import { mkdir } from "node:fs/promises";
import path from "node:path";

export const TABS = ["annotate", "train", "evaluate", "score", "data"];
export const THEMES = ["light", "dark"];
export const SCREENS = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

/** Brings a fresh page to where every tab has something to show: answers, a trained model, a typed text. */
export async function furnish(studio) {
  await studio.loadStarter();
  await studio.preferLonger(18);
  await studio.open("data");
  await studio.get("load-labelled").click();
  await studio.train();
  await studio.trainReaches("done", { within: 400_000 });
  await studio.score(
    "My parcel says delivered, but there is nothing at my door.",
    "I'm sorry, that's a rotten thing to come home to. Drivers sometimes scan a parcel hours before they drop it off; " +
      "if it isn't there by tomorrow evening, write back and we'll send a new one. Did you ask the neighbours?",
    "Parcels are handled in the order in which they are received. Please consult the general information.",
  );
}

/** Takes all pictures, `tab-screen-theme.png`, into `folder`; returns their paths. */
export async function takeAll(studio, folder) {
  await mkdir(folder, { recursive: true });
  const pictures = [];
  // What has come in passing goes first: it says nothing of the tabs.
  const dismiss = studio.get("notices").getByRole("button", { name: "Dismiss" });
  while (await dismiss.count()) await dismiss.first().click();
  for (const [screen, size] of Object.entries(SCREENS)) {
    await studio.page.setViewportSize(size);
    for (const theme of THEMES) {
      await studio.page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      for (const tab of TABS) {
        await studio.open(tab);
        await studio.page.mouse.move(0, 0);
        const picture = path.join(folder, `${tab}-${screen}-${theme}.png`);
        await studio.page.screenshot({ path: picture, animations: "disabled" });
        pictures.push(picture);
      }
    }
  }
  return pictures;
}
