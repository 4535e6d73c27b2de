// The page's half of the `exact-fit` row: our exact fit on planted features, and what it learned.

import { engine } from "./engine.mjs";
import { LIVING, addPairs, exported, fit } from "./messages.mjs";
import { RECIPE, plant } from "./learning.mjs";

/** Milliseconds of each fit; the weights; the rows they were learned from. */
export async function exactFit({ count, rounds, lambda }) {
  const { pairs, preferences, width, differences } = await plant(count);
  const ours = await engine(RECIPE);
  ours.post(addPairs(pairs));
  await ours.next("Preparing", ({ done, total }) => total === 2 * count && done === total);
  const fitMs = [];
  for (let round = 0; round <= rounds; round++) {
    ours.post(fit({ request: round, preferences, lambda }));
    const { fit_ms } = await ours.next("Fitted", ({ request }) => request === round);
    if (round > 0) fitMs.push(fit_ms);
  }
  ours.post(exported({ request: rounds + 1, slot: LIVING }));
  const { bytes } = await ours.next("Exported");
  ours.end();
  return { fitMs, width, weights: Array.from(headOf(bytes)), differences: Array.from(differences) };
}

/** The tensor `head.weight` of a safetensors file. */
function headOf(file) {
  const headerLength = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerLength)));
  const [start, end] = header["head.weight"].data_offsets.map((offset) => 8 + headerLength + offset);
  return new Float32Array(file.slice(start, end).buffer);
}
