// The exact fit of 500 pairs in our worker; scikit-learn's of the same rows, natively, for orientation.

import { cosine } from "../pages/measuring.mjs";
import { scikitLearn } from "../python.mjs";
import { judged } from "../pages/judging.mjs";

const PAIRS = 500;
const LAMBDA = 3;
const LEAST_ALIKE = 0.9999;

export const exactFit = {
  name: "exact-fit",
  shows: `the exact fit of ${PAIRS} pairs × 384 features, beside scikit-learn natively`,
  async run({ browser, rounds, size = PAIRS }) {
    const options = { count: size, rounds, lambda: LAMBDA };
    const ours = await browser.call("exact_fit.mjs", "exactFit", options);
    const theirs = scikitLearn({ differences: ours.differences, width: ours.width, lambda: LAMBDA, rounds });
    const alike = theirs && cosine(ours.weights, theirs.weights);
    if (theirs && !(alike > LEAST_ALIKE)) {
      throw new Error(`ours and scikit-learn's weights differ: cosine ${alike}`);
    }
    const what = `${size} pairs × ${ours.width}`;
    const cold = {
      row: this.name,
      what: `${what}, from nothing`,
      ours: { values: ours.cold, unit: "ms" },
      theirs: theirs ? { values: theirs.ms, unit: "ms", name: "scikit-learn, native" } : undefined,
      target: theirs ? { least: 0.5, of: "ratio" } : undefined,
      more: { cosine: alike, scikitLearn: theirs?.version },
    };
    const warm = { row: this.name, what: `${what}, from the optimum`, ours: { values: ours.warm, unit: "ms" } };
    return [judged(cold), judged(warm)];
  },
};
