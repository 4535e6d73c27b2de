// The page's half of the `exact-fit` row: our exact fit on planted features, and what it learned.

import { engine } from "./engine.mjs";
import { LIVING, addPairs, clearPairs, exported, fit } from "./messages.mjs";
import { RECIPE, plant } from "./learning.mjs";

/** Milliseconds of each round's two fits; the weights; the rows they were learned from. */
export async function exactFit(options) {
  const lesson = await plant(options.count);
  const { cold, warm, weights } = await fits(lesson, options);
  return { cold, warm, width: lesson.width, weights, differences: Array.from(lesson.differences()) };
}

/** Of fits alone, milliseconds. */
export async function fitTimes(options) {
  const { cold, warm } = await fits(await plant(options.count), options);
  return { cold, warm };
}

/**
 * A fit is cold after the pairs were forgotten, and the model with them; it is warm where the same was fitted just
 * before.
 */
async function fits({ pairs, preferences }, { count, rounds, lambda }) {
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
  return { cold, warm, weights: Array.from(headOf(bytes)) };
}

/** The tensor `head.weight` of a safetensors file. */
function headOf(file) {
  const headerLength = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerLength)));
  const [start, end] = header["head.weight"].data_offsets.map((offset) => 8 + headerLength + offset);
  return new Float32Array(file.slice(start, end).buffer);
}
