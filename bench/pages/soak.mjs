// The page's half of the `soak` row: an engine that is made to do all it does, again and again.

import { engine } from "./engine.mjs";
import { trainingPrompts } from "./learning.mjs";
import { TRAINED, addPairs, clearPairs, exported, fit, score, train } from "./messages.mjs";

const RECIPE = { layer: 4, pooling: "mean", length_feature: "off", max_tokens: 32 };
const PAIRS = 4;
const LAMBDA = 3;
const COMMON = { learning_rate: 1e-3, batch_size: 4, epochs: 1, patience: 0, lambda: LAMBDA, clip: 1 };
const DEPTHS = [{}, { last: 1 }, { lora: { rank: 4, alpha: 8 } }];
/** Texts that are scored in a lap. */
const SCORED = 10;

let ours, pairs;
let [request, laps] = [0, 0];
const channel = new BroadcastChannel("memory");

export async function begin() {
  ours = await engine(RECIPE, "cpu", { script: new URL("/bench/watched_worker.mjs", location.href) });
  const words = (at) => `the answer to question ${at} is that it depends on what you mean by it `.repeat(4);
  pairs = (await trainingPrompts(PAIRS)).map((prompt, at) => {
    return { id: `pair ${at}`, prompt, response_a: words(at), response_b: words(at + PAIRS) };
  });
}

/** Reads, fits, trains at three depths, scores what was never scored, exports, forgets. MB of the worker's wasm after. */
export async function lap() {
  const preferences = pairs.map(({ id }) => ({ id, chosen: "a" }));
  ours.post(addPairs(pairs));
  await ours.next("Preparing", ({ done, total }) => total === 2 * PAIRS && done === total);
  ours.post(fit({ request: ++request, preferences, lambda: LAMBDA }));
  await ours.next("Fitted");
  for (const depth of DEPTHS) {
    ours.post(train({ run: ++request, preferences, config: { ...COMMON, seed: request, ...depth } }));
    await ours.next("RunDone");
  }
  for (let text = 0; text < SCORED; text++) {
    const asked = ++request;
    ours.post(score({ request: asked, slot: TRAINED, prompt: `Lap ${laps}?`, responses: [`text ${text}`] }));
    await ours.next("Scored", (scored) => scored.request === asked);
  }
  ours.post(exported({ request: ++request, slot: TRAINED }));
  await ours.next("Exported");
  ours.post(clearPairs());
  laps += 1;
  return wasmMemory();
}

async function wasmMemory() {
  const told = new Promise((resolve) => (channel.onmessage = ({ data }) => resolve(data)));
  channel.postMessage("how large?");
  return (await told) / 1e6;
}
