// Whether memory stays flat while an engine reads, trains, scores, exports and forgets, again and again.

import { callOn, emptyPage } from "../browser.mjs";
import { judged, spread } from "../pages/judging.mjs";
import { line } from "../trend.mjs";

const MINUTES = 3;
/** Memory that has once been needed is kept; what comes after the first quarter of the time is judged. */
const SETTLING = 0.25;
const FEWEST = 8;

export const soak = {
  name: "soak",
  shows: `memory over ${MINUTES} minutes of training and scoring again and again, or soak=60: flat or not`,
  async run({ browser, size = MINUTES }) {
    const samples = await browser.inProfile((context) => laps(browser, context, size));
    const settled = samples.slice(Math.floor(SETTLING * samples.length));
    if (settled.length < FEWEST) throw new Error(`only ${samples.length} laps in ${size} minutes: give it longer`);
    const kinds = { wasm: "the worker's wasm", heap: "the page's JavaScript heap", resident: "the renderer, resident" };
    return Object.entries(kinds)
      .filter(([kind]) => settled.every((sample) => Number.isFinite(sample[kind])))
      .flatMap(([kind, name]) => [level(this.name, name, settled, kind), slope(this.name, name, settled, kind, size)]);
  },
};

/** `{ hours, wasm, heap, resident }` after each lap, the latter in MB. */
async function laps(browser, context, minutes) {
  const page = await emptyPage(context);
  await callOn(page, "soak.mjs", "begin");
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  const samples = [];
  const began = performance.now();
  for (let ms = 0; ms < minutes * 60_000; ms = performance.now() - began) {
    const wasm = await callOn(page, "soak.mjs", "lap");
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    const heap = metrics.find(({ name }) => name === "JSHeapUsedSize").value / 1e6;
    samples.push({ hours: (performance.now() - began) / 3.6e6, wasm, heap, resident: await browser.residentMemory() });
  }
  return samples;
}

function level(row, name, samples, kind) {
  const values = samples.map((sample) => sample[kind]);
  return judged({ row, what: `${name}, ${samples.length} laps`, ours: { values, unit: "MB" } });
}

/** Flat: no slope that two standard errors would not explain. */
function slope(row, name, samples, kind, minutes) {
  const { slope, error } = line(samples.map((sample) => [sample.hours, sample[kind]]));
  const values = [slope - 2 * error, slope, slope + 2 * error];
  const what = `${name}, growth over ${minutes} minutes, ± 2 standard errors`;
  return { ...judged({ row, what, ours: { values, unit: "MB/h" } }), target: { most: 0, of: "ours" }, met: values[0] <= 0 };
}
