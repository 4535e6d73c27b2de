// From a keystroke to its score, beside the bare forward pass of the same tokens: what typing costs beyond the backbone.

import { judged, spread } from "../report.mjs";

const TOKENS = [32, 128, 256];
const MOST = 1.3;

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
        target: { least: 1 / MOST, of: "ratio" },
        more: { multiple },
      });
    });
  },
};
