// Whether memory stays flat while an engine reads, trains, scores, exports and forgets, again and again.

import { callOn, emptyPage } from "../browser.mjs";
import { judged, spread } from "../pages/judging.mjs";
import { line } from "../trend.mjs";

const MINUTES = 5;
/** Memory that has once been needed is kept, and code is compiled again the more it runs: the second half is judged. */
const SETTLING = 0.5;
const FEWEST = 8;
/** What counts as flat: less an hour than this share of all that the renderer holds. */
const FLAT = 0.05;

export const soak = {
  name: "soak",
  shows: `memory over ${MINUTES} minutes of training and scoring again and again, or soak=60: flat or not`,
  async run({ browser, size = MINUTES }) {
    const samples = await browser.inProfile((context) => laps(browser, context, size));
    const settled = samples.slice(Math.floor(SETTLING * samples.length));
    if (settled.length < FEWEST) throw new Error(`only ${samples.length} laps in ${size} minutes: give it longer`);
    const kinds = { wasm: "the worker's wasm", heap: "the page's JavaScript heap", resident: "the renderer, resident" };
    const told = Object.entries(kinds).filter(([kind]) => settled.every((sample) => Number.isFinite(sample[kind])));
    const whole = spread(settled.map(({ resident, wasm }) => resident ?? wasm)).median;
    return told.flatMap(([kind, name]) => [
      level(this.name, name, settled, kind, samples),
      slope(this.name, name, settled, kind, FLAT * whole),
    ]);
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

function level(row, name, settled, kind, samples) {
  const values = settled.map((sample) => sample[kind]);
  const more = { all: samples.map((sample) => sample[kind]), hours: samples.map(({ hours }) => hours) };
  return judged({ row, what: `${name}, ${values.length} of ${samples.length} laps`, ours: { values, unit: "MB" }, more });
}

/** Met unless it grows faster than `most` MB an hour by more than two standard errors. */
function slope(row, name, settled, kind, most) {
  const { slope, error } = line(settled.map((sample) => [sample.hours, sample[kind]]));
  const values = [slope - 2 * error, slope, slope + 2 * error];
  const record = judged({ row, what: `${name}, growth ± 2 standard errors`, ours: { values, unit: "MB/h" } });
  return { ...record, target: { most, of: "ours" }, met: values[0] <= most };
}
