// Takes the pictures that README and docs show: `node screenshots.mjs`, with a built page in dist/.

import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { browse, freshProfile } from "./support/browser.mjs";
import { SCREENS, takeAll } from "./support/photographs.mjs";
import { host, visit } from "./support/studio.mjs";

const FOLDER = process.env.REWARD_STUDIO_SCREENSHOTS ?? fileURLToPath(new URL("../../docs/screenshots", import.meta.url));

/** A few that show it all; the others are for those who work on the page. */
const SHOWN = [
  "annotate-wide-light",
  "annotate-phone-dark",
  "train-wide-light",
  "evaluate-wide-light",
  "evaluate-wide-dark",
  "score-wide-dark",
  "score-phone-light",
  "data-wide-light",
];

let clear;
const life = { after: (step) => (clear = step) };
try {
  const server = await host(life, { tiny: false });
  const studio = await visit(await browse(life, { viewport: SCREENS.wide }), server.url);
  const all = await takeAll(studio, path.join(await freshProfile(life), "pictures"));
  await mkdir(FOLDER, { recursive: true });
  const everything = process.argv.includes("--all");
  for (const picture of all.filter((picture) => everything || SHOWN.includes(path.basename(picture, ".png")))) {
    await copyFile(picture, path.join(FOLDER, path.basename(picture)));
  }
  console.log(`The pictures are in ${FOLDER}.`);
} finally {
  await clear?.();
}
