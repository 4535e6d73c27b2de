// The page's half of the `exact-fit` row: our exact fit on planted features, and what it learned.

import { engine } from "./engine.mjs";
import { LIVING, addPairs, clearPairs, exported, fit } from "./messages.mjs";
import { RECIPE, plant } from "./learning.mjs";

/**
 * Milliseconds of each round's two fits; the weights; the rows they were learned from. A fit is cold after the pairs
 * were forgotten, and the model with them; it is warm where the same was fitted just before.
 */
export async function exactFit({ count, rounds, lambda }) {
  const { pairs, preferences, width, differences } = await plant(count);
  const ours = await engine(RECIPE);
  let request = 0;
  const fitted = async () => {
    request += 1;
    ours.post(fit({ request, preferences, lambda }));
    const { fit_ms } = await ours.next("Fitted", (said) => said.request === request);
    return fit_ms;
  };
  const [cold, warm] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    ours.post(clearPairs());
    ours.post(addPairs(pairs));
    await ours.next("Preparing", ({ done, total }) => total === 2 * count && done === total);
    const times = [await fitted(), await fitted()];
    if (round === 0) continue;
    cold.push(times[0]);
    warm.push(times[1]);
  }
  ours.post(exported({ request: request + 1, slot: LIVING }));
  const { bytes } = await ours.next("Exported");
  ours.end();
  return { cold, warm, width, weights: Array.from(headOf(bytes)), differences: Array.from(differences) };
}

/** The tensor `head.weight` of a safetensors file. */
function headOf(file) {
  const headerLength = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerLength)));
  const [start, end] = header["head.weight"].data_offsets.map((offset) => 8 + headerLength + offset);
  return new Float32Array(file.slice(start, end).buffer);
}
