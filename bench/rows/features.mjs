// Real pairs to the features that a person gets by default: our whole page, beside transformers.js on the same texts.

import { basename } from "node:path";
import { callIn } from "../browser.mjs";
import { judged, number } from "../pages/judging.mjs";
import { Studio } from "../studio.mjs";
import { distinct, pairs } from "../texts.mjs";

const PAIRS = 1000;
/** Texts that transformers.js is given at a time: as programs that use it do, and one by one, where nothing is padded. */
const BATCHES = [32, 1];
const LEAST_ALIKE = 0.999;

export const features = {
  name: "features",
  shows: `${PAIRS} pairs from a file to default features through the page, beside transformers.js; features=200, data=FILE`,
  async run({ browser, rounds, size = PAIRS, data, samples, blocks }) {
    const file = pairs(size, data, samples);
    const texts = distinct(file);
    const found = [];
    for (let round = 1; round <= rounds; round++) {
      const both = await bothSides(browser, file, texts, blocks);
      console.log(`  round ${round}: ${[both.seconds, ...both.theirs.map(({ ms }) => ms / 1000)].map(number).join(" s, ")} s`);
      found.push(both);
    }
    const cut = found[0].theirs[0].cut;
    const what = `${size} pairs of ${data ? basename(data) : "the samples"}, ${texts.length - cut} texts whole, ${cut} cut`;
    const ours = { values: found.map(({ seconds }) => seconds), unit: "s" };
    const beside = BATCHES.map((batch, at) => {
      const values = found.map(({ theirs }) => theirs[at].ms / 1000);
      return { values, unit: "s", name: `transformers.js, ${batch} at a time` };
    });
    const cosine = Math.min(...found.flatMap(({ theirs }) => theirs.map(({ least }) => least)));
    return beside.map((theirs) =>
      judged({ row: this.name, what, ours, theirs, target: { least: 3, of: "ratio" }, more: { cosine, texts: texts.length } }),
    );
  },
};

/** Ours has its backbone loaded, theirs besides has warmed up; both start from texts and end with vectors. */
async function bothSides(browser, file, texts, blocks) {
  const { seconds, recipe, vectors } = await browser.inProfile(async (context) => {
    const studio = await Studio.open(context);
    await studio.until("BackboneReady");
    const began = await studio.now();
    const { at } = await studio.prepare(file);
    return { seconds: (at - began) / 1000, ...(await callIn(context, "features.mjs", "ourFeatures", { rows: texts })) };
  });
  const theirs = [];
  for (const batch of BATCHES) {
    const options = { folder: blocks(recipe.layer), rows: texts, batch, recipe, ours: vectors };
    const said = await browser.call("features.mjs", "theirFeatures", options);
    if (!(said.least > LEAST_ALIKE)) throw new Error(`ours and transformers.js' vectors differ: cosine ${said.least}`);
    theirs.push(said);
  }
  return { seconds, theirs };
}
