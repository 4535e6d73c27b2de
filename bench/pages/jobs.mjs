// What the benchmark's page can measure, each by what the rows of the same names use.

import { card } from "./engine.mjs";
import { forward } from "./forward.mjs";
import { judged } from "./judging.mjs";
import { steps } from "./steps.mjs";

const [BATCH, TOKENS] = [8, 128];
const LEAST_ALIKE = 0.999;
const NAMES = { head: "the head alone", "last-2": "the last 2 blocks", lora: "LoRA, rank 8" };

/**
 * The jobs that make sense on this machine, `{ id, title, about, usual, run }`: `usual` ones are ticked at first; `run`
 * takes `{ rounds, model }` and gives records. `adapter` is `machine()`'s.
 */
export function jobs({ cores, adapter }) {
  const threads = Math.min(cores, 4);
  const software = adapter === "software";
  const all = [
    { id: "forward", title: "Reading texts, one core", about: "seconds", run: reading({ shapes: [[8, 128], [1, 128], [1, 32]] }) },
    { id: "forward-cores", title: `Reading texts, ${threads} cores`, about: "seconds", run: reading({ shapes: [[8, 128]], threads }), needs: threads > 1 },
    {
      id: "forward-gpu",
      title: "Reading texts, WebGPU",
      about: software ? "a GPU in software: a minute or more" : "seconds",
      usual: !software,
      // What a GPU in software takes for more, nobody waits for.
      run: reading({ shapes: software ? [[1, 32]] : [[8, 128], [32, 128], [1, 128]], device: "webgpu" }),
      needs: adapter !== "none",
    },
    { id: "steps", title: "Steps of training, one core", about: "minutes; nothing else trains below the head in a browser", usual: false, run: training("cpu") },
    { id: "steps-gpu", title: "Steps of training, WebGPU", about: software ? "a GPU in software: very long" : "a minute", usual: !software, run: training("webgpu"), needs: adapter !== "none" },
  ];
  return all.filter(({ needs = true }) => needs).map((job) => ({ usual: true, ...job }));
}

function reading({ shapes, threads = 1, device = "cpu" }) {
  const theirs = device === "webgpu" ? "webgpu" : "wasm";
  const where = device === "webgpu" ? "WebGPU" : threads > 1 ? `${threads} cores` : "one core";
  return async ({ rounds, model }) => {
    const results = await forward({ shapes, rounds, threads, ours: device, theirs, model });
    return results.map(({ rows, tokens, times, cosine }) => {
      if (!(cosine > LEAST_ALIKE)) throw new Error(`the two do not compute the same: cosine ${cosine}`);
      return judged({
        row: "forward",
        what: `${rows} × ${tokens} tokens, ${where}`,
        ours: { values: times.ours, unit: "ms", name: "Reward Studio" },
        theirs: { values: times.theirs, unit: "ms", name: "onnxruntime-web" },
        more: { cosine },
      });
    });
  };
}

function training(device) {
  return async ({ rounds }) => {
    const recipe = { layer: (await card()).layers, pooling: "mean", length_feature: "off", max_tokens: TOKENS };
    const found = await steps({ count: 2 * BATCH, batch: BATCH, recipe, rounds, device });
    return Object.entries(found).map(([depth, values]) =>
      judged({
        row: "steps",
        what: `A step: ${NAMES[depth]}, ${BATCH} pairs × ${TOKENS} tokens, ${device === "webgpu" ? "WebGPU" : "one core"}`,
        ours: { values, unit: "ms", name: "Reward Studio" },
      }),
    );
  };
}
