// The page's half of the `gpu` row: what reading and learning ask of the GPU, counted.

import { engine, tiny } from "./engine.mjs";
import { trainingPrompts } from "./learning.mjs";
import { addPairs, recipe as changed, train } from "./messages.mjs";

const COMMON = { learning_rate: 1e-3, patience: 0, seed: 1, lambda: 3, clip: 1, warm_up: 0.1, weight_decay: 0.01 };
const DEPTHS = { head: {}, "last-1": { last: 1 }, lora: { lora: { rank: 4, alpha: 8 } } };
const RECIPE = { layer: 1, pooling: "mean", length_feature: "off", max_tokens: 32 };

let ours;
let run = 0;
const channel = new BroadcastChannel("gpu");

/** `{ reading: [of one block, of two], steps: { depth: counts a step } }`, of so many pairs in batches of `batch`. */
export async function counted({ pairs: count, batch, epochs }) {
  const script = new URL("/bench/counted_worker.mjs", location.href);
  ours = await engine(RECIPE, "webgpu", { script, backbone: await tiny() });
  const words = (at) => `the answer to question ${at} is that it depends on what you mean by it `.repeat(4);
  const pairs = (await trainingPrompts(count)).map((prompt, at) => {
    return { id: `pair ${at}`, prompt, response_a: words(at), response_b: words(at + count) };
  });
  const read = () => ours.next("Preparing", ({ done, total }) => total === 2 * count && done === total);
  const reading = [];
  reading.push(
    await during(async () => {
      ours.post(addPairs(pairs));
      await read();
    }),
  );
  reading.push(
    await during(async () => {
      ours.post(changed({ ...RECIPE, layer: 2 }));
      await read();
    }),
  );
  const preferences = pairs.map(({ id }) => ({ id, chosen: "a" }));
  const steps = {};
  for (const [name, depth] of Object.entries(DEPTHS)) {
    // What begins and ends a run is in both, so the difference is that of the epochs.
    const [few, many] = [await trained({ preferences, batch, epochs, depth }), await trained({ preferences, batch, epochs: 2 * epochs, depth })];
    steps[name] = scaled(less(many.counts, few.counts), 1 / (many.steps - few.steps));
  }
  ours.end();
  return { reading, steps };
}

async function trained({ preferences, batch, epochs, depth }) {
  let steps;
  const counts = await during(async () => {
    ours.post(train({ run: ++run, preferences, config: { ...COMMON, batch_size: batch, epochs, ...depth } }));
    ({ steps } = await ours.next("Step", ({ step, steps }) => step === steps));
    await ours.next("RunDone");
  });
  return { counts, steps };
}

/** What `work` has added to the worker's counts. */
async function during(work) {
  const before = await counts();
  await work();
  return less(await counts(), before);
}

async function counts() {
  const told = new Promise((resolve) => (channel.onmessage = ({ data }) => resolve(data)));
  channel.postMessage("how many?");
  return told;
}

const mapped = (counts, change) =>
  Object.fromEntries(Object.entries(counts).map(([what, value]) => [what, change(value, what)]));
const less = (counts, others) => mapped(counts, (value, what) => value - others[what]);
const scaled = (counts, factor) => mapped(counts, (value) => value * factor);
