// How time and memory grow with pairs, tokens and workers; as numbers and as docs/growth.svg.

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { callIn } from "../browser.mjs";
import { judged, spread } from "../pages/judging.mjs";
import { plot } from "../plot.mjs";
import { Studio } from "../studio.mjs";
import { pairs } from "../texts.mjs";
import { exponent } from "../trend.mjs";
import { transcripts } from "./importing.mjs";

/** So many pairs are fitted at most; ten times as many are imported, and features computed of a tenth, which takes longest. */
const FITTED = 10_000;
const COUNTS = [100, 1000, 10_000, 100_000, 1_000_000];
const READ = [30, 100, 300, 1000, 3000, 10_000];
const TOKENS = [32, 64, 128, 256, 512];
const BATCH = [16, 64];
const LAMBDA = 3;

export const growth = {
  name: "growth",
  shows: `time and memory by pairs (fits to ${FITTED}, or growth=100000), tokens, workers: exponents, docs/growth.svg`,
  async run(bench) {
    const { size = FITTED, root } = bench;
    const upTo = (counts, most) => counts.filter((count) => count <= most);
    const ways = [
      { name: "import", ...(await importing(bench, upTo(COUNTS, 10 * size))) },
      { name: "exact fit", ...(await fitting(bench, upTo(COUNTS, size))) },
      { name: "features", ...(await reading(bench, upTo(READ, size / 10))) },
    ];
    const tokens = await byTokens(bench);
    const workers = await byWorkers(bench);
    const series = (of) => ways.filter((way) => way[of].length > 0).map((way) => ({ name: way.name, points: way[of] }));
    const panels = [
      { title: "Time by pairs", x: "pairs", y: "seconds", series: series("seconds") },
      { title: "Memory by pairs", x: "pairs", y: "MB, the renderer's peak", series: series("memory") },
      { title: "One text", x: "tokens", y: "milliseconds", series: [{ name: "forward pass, one worker", points: tokens }] },
      { title: `${BATCH.join(" × ")} tokens`, x: "workers", y: "milliseconds", series: [{ name: "forward pass", points: workers }] },
    ].filter(({ series }) => series.length > 0);
    writeFileSync(join(root, "docs/growth.svg"), plot("Time and memory by pairs, tokens and workers", panels));
    return panels.flatMap(({ title, x, y, series }) => series.flatMap((one) => records(this.name, title, x, y, one)));
  },
};

/** Every point, and the exponent with its error where there are points enough. */
function records(row, title, x, y, { name, points }) {
  const unit = { seconds: "s", milliseconds: "ms" }[y] ?? "MB";
  const each = points.map(([at, value]) =>
    judged({ row, what: `${name}: ${at} ${x}`, ours: { values: [value], unit }, more: { title } }),
  );
  if (points.length < 3) return each;
  const { exponent: k, error } = exponent(points);
  const between = points.slice(1).map((point, at) => exponentBetween(points[at], point).toFixed(2));
  const what = `${name}: exponent in ${x}, ± its error; from point to point ${between.join(", ")}`;
  return [...each, judged({ row, what, ours: { values: [k - error, k, k + error], unit: "" } })];
}

const exponentBetween = ([x, y], [nextX, nextY]) => Math.log(nextY / y) / Math.log(nextX / x);

/** `{ seconds, memory }`, points by count, of `work(context, count)`, which gives seconds; each in a renderer of its own. */
async function byCount({ browser }, counts, work) {
  const [seconds, memory] = [[], []];
  for (const count of counts) {
    const [took, peak] = await browser.inProfile(async (context) => [await work(context, count), await browser.peakMemory()]);
    seconds.push([count, took]);
    if (peak !== null) memory.push([count, peak]);
    console.log(`  ${count}: ${took.toFixed(4)} s`);
  }
  return { seconds, memory };
}

function importing(bench, counts) {
  return byCount(bench, counts, async (context, count) => {
    const address = `/cache/${transcripts(bench.cache, bench.samples, count)}`;
    const reads = [];
    for (let round = 0; round < bench.rounds; round++) reads.push(await callIn(context, "importing.mjs", "reading", { address }));
    return spread(reads.map(({ seconds }) => seconds)).median;
  });
}

function fitting(bench, counts) {
  return byCount(bench, counts, async (context, count) => {
    const { cold } = await callIn(context, "exact_fit.mjs", "fitTimes", { count, rounds: bench.rounds, lambda: LAMBDA });
    return spread(cold).median / 1000;
  });
}

function reading(bench, counts) {
  return byCount(bench, counts, async (context, count) => {
    const studio = await Studio.open(context);
    await studio.until("BackboneReady");
    const began = await studio.now();
    const { at } = await studio.prepare(pairs(count, bench.data, bench.samples));
    return (at - began) / 1000;
  });
}

async function byTokens({ browser, rounds, device }) {
  const shapes = TOKENS.map((tokens) => [1, tokens]);
  const results = await browser.call("forward.mjs", "ours", { shapes, rounds, device });
  return results.map(({ tokens, ms }) => [tokens, spread(ms).median]);
}

async function byWorkers({ browser, rounds, device }) {
  const points = [];
  for (let threads = 1; threads <= cpus().length; threads++) {
    const [{ ms }] = await browser.call("forward.mjs", "ours", { shapes: [BATCH], rounds, threads, device });
    points.push([threads, spread(ms).median]);
  }
  return points;
}
