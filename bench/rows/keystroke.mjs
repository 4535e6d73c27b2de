// From a keystroke to its score, beside the bare forward pass of the same tokens: what typing costs beyond the backbone.

import { judged, spread } from "../pages/judging.mjs";

const TOKENS = [32, 64, 128, 256];
/** What is aimed at, in forward passes, and at how many tokens. */
const [MOST, AT] = [1.2, 64];

export const keystroke = {
  name: "keystroke",
  shows: `from a keystroke to its score at ${TOKENS.join(", ")} tokens, beside a bare forward pass in the same wasm`,
  async run({ browser, rounds }) {
    const results = await browser.call("keystroke.mjs", "keystroke", { sizes: TOKENS, rounds });
    return results.map(({ tokens, times }) => {
      const multiple = spread(times.ours.map((ms, round) => ms / times.theirs[round]));
      return judged({
        row: this.name,
        what: `a text of ${tokens} tokens, ${multiple.median.toFixed(2)} forward passes`,
        ours: { values: times.ours, unit: "ms" },
        theirs: { values: times.theirs, unit: "ms", name: "bare forward pass" },
        target: tokens === AT ? { least: 1 / MOST, of: "ratio" } : undefined,
        more: { multiple },
      });
    });
  },
};
