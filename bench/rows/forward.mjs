// A bare forward pass of the whole backbone on the CPU, in one worker, beside onnxruntime-web's fp32 on one thread.

import { judged, spread } from "../report.mjs";

const SHAPES = [
  [8, 128],
  [1, 128],
  [1, 32],
];
const LEAST_ALIKE = 0.9999;

export const forward = {
  name: "forward",
  shows: "the backbone's forward pass, one worker, beside onnxruntime-web in WebAssembly on one thread",
  async run({ browser, rounds, device, model }) {
    const options = { shapes: SHAPES, rounds, device, model: model() };
    const results = await browser.call("forward.mjs", "forward", options);
    return results.map(({ rows, tokens, times, cosine }) => {
      if (!(cosine > LEAST_ALIKE)) {
        throw new Error(`ours and onnxruntime-web's vectors differ at ${rows}×${tokens}: cosine ${cosine}`);
      }
      const rate = (ms) => work(rows, tokens) / spread(ms).median / 1e6;
      return judged({
        row: this.name,
        what: `MiniLM, 6 blocks, ${rows}×${tokens} tokens, ${device}`,
        ours: { values: times.ours, unit: "ms" },
        theirs: { values: times.theirs, unit: "ms", name: "onnxruntime-web" },
        target: rows === 8 ? { least: 1.5, of: "ratio" } : undefined,
        more: { cosine, gflops: { ours: rate(times.ours), theirs: rate(times.theirs) } },
      });
    });
  },
};

/** Floating-point operations of the six blocks' products: four projections, two of the MLP, scores and context. */
function work(rows, tokens) {
  const [blocks, width, inner] = [6, 384, 1536];
  const position = 2 * (4 * width * width + 2 * width * inner) + 4 * tokens * width;
  return blocks * rows * tokens * position;
}
