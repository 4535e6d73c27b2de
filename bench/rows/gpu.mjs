// What reading and learning ask of the GPU: dispatches, submissions, bytes up and down, waits for an answer. Counted, so that
// a GPU of software says it as well as any.

import { judged } from "../pages/judging.mjs";

const [PAIRS, BATCH, EPOCHS] = [16, 8, 4];
const UNITS = { dispatches: "dispatches", submits: "submissions", up: "bytes up", down: "bytes down", waits: "waits" };

export const gpu = {
  name: "gpu",
  shows: "what a batch and a step of training ask of WebGPU: dispatches, bytes, waits (counts, on any adapter)",
  async run({ browser }) {
    const options = { pairs: PAIRS, batch: BATCH, epochs: EPOCHS };
    const { reading, steps } = await browser.withGpu((browser) => browser.call("gpu.mjs", "counted", options));
    const told = (what, counts) =>
      Object.entries(UNITS).map(([kind, unit]) =>
        judged({ row: this.name, what, ours: { values: [counts[kind]], unit } }),
      );
    return [
      ...reading.flatMap((counts, more) => told(`${2 * PAIRS} texts read, blocks: ${more + 1}`, counts)),
      ...Object.entries(steps).flatMap(([depth, counts]) => told(`a step on ${BATCH} pairs, ${depth}, two blocks`, counts)),
    ];
  },
};
