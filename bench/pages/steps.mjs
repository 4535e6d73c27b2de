// The page's half of the `steps` row: steps of training at three depths in our engine.

import { engine } from "./engine.mjs";
import { trainingPrompts } from "./learning.mjs";
import { addPairs, train } from "./messages.mjs";

/** Longer than any input: every row is cut to the same length. */
const ENDLESS = "the quick brown fox jumps over the lazy dog and sleeps in the warm sun for a while ".repeat(30);

const COMMON = { learning_rate: 1e-3, patience: 0, seed: 1, lambda: 3, clip: 1, warm_up: 0.1, weight_decay: 0.01 };
const DEPTHS = {
  head: { epochs: 50 },
  "last-2": { epochs: 2, last: 2 },
  lora: { epochs: 2, lora: { rank: 8, alpha: 16 } },
};

/** Milliseconds a step, by depth and round. */
export async function steps({ count, batch, recipe, rounds, device }) {
  const ours = await engine(recipe, device);
  const prompts = await trainingPrompts(count);
  const pairs = prompts.map((prompt, at) => ({
    id: `pair ${at}`,
    prompt,
    response_a: `${at} ${ENDLESS}`,
    response_b: `${ENDLESS.slice(10 + at)} ${at}`,
  }));
  ours.post(addPairs(pairs));
  await ours.next("Preparing", ({ done, total }) => total === 2 * count && done === total);
  const preferences = pairs.map(({ id }) => ({ id, chosen: "a" }));
  const found = Object.fromEntries(Object.keys(DEPTHS).map((name) => [name, []]));
  let run = 0;
  for (let round = 0; round <= rounds; round++) {
    for (const [name, depth] of Object.entries(DEPTHS)) {
      ours.post(train({ run: ++run, preferences, config: { ...COMMON, batch_size: batch, ...depth } }));
      const { rate } = await ours.next("Step", ({ step, steps }) => step === steps);
      await ours.next("RunDone");
      if (round > 0) found[name].push(1000 / rate);
    }
  }
  ours.end();
  return found;
}
