// A bare forward pass of the whole backbone on the CPU beside onnxruntime-web's: one worker and one thread, then all
// cores; in f32, then ours in f32 beside their 8 bits.

import { cpus } from "node:os";
import { work } from "../pages/measuring.mjs";
import { judged, spread } from "../pages/judging.mjs";

const WHOLE = [8, 128];
const SHAPES = [WHOLE, [1, 128], [1, 32]];
const LEAST_ALIKE = 0.9999;
/** As many as our page has workers at most. */
const CORES = Math.min(cpus().length, 4);

export const forward = {
  name: "forward",
  shows: "the backbone's forward pass beside onnxruntime-web in WebAssembly: one core, all cores; f32, their 8 bits",
  async run({ browser, rounds, device, model, model8 }) {
    const kinds = [
      { name: "f32", model: model(), alike: LEAST_ALIKE, least: 1.5 },
      // What its 8 bits cost in likeness is theirs to answer for: it is shown, not judged.
      { name: "f32 beside q8", model: model8(), alike: 0, least: 0.8 },
    ];
    const records = [];
    for (const kind of kinds) {
      for (const threads of new Set([1, CORES])) {
        const shapes = threads === 1 && kind.alike > 0 ? SHAPES : [WHOLE];
        const options = { shapes, rounds, threads, ours: device, model: kind.model };
        const results = await browser.call("forward.mjs", "forward", options);
        records.push(...results.map((result) => record(this.name, kind, threads, device, result)));
      }
    }
    return records;
  },
};

function record(row, kind, threads, device, { rows, tokens, times, cosine }) {
  if (!(cosine > kind.alike)) {
    throw new Error(`ours and onnxruntime-web's vectors differ at ${rows}×${tokens}: cosine ${cosine}`);
  }
  const rate = (ms) => work(rows, tokens) / spread(ms).median / 1e6;
  return judged({
    row,
    what: `${rows}×${tokens} tokens, ${kind.name}, ${threads} ${threads > 1 ? "cores" : "core"}, ${device}, cosine ${cosine.toFixed(5)}`,
    ours: { values: times.ours, unit: "ms" },
    theirs: { values: times.theirs, unit: "ms", name: "onnxruntime-web" },
    target: rows === WHOLE[0] ? { least: kind.least, of: "ratio" } : undefined,
    more: { cosine, threads, gflops: { ours: rate(times.ours), theirs: rate(times.theirs) } },
  });
}
