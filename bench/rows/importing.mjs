// Reading a file of transcripts of the size of Anthropic's whole set: our data worker, beside Python on the same file.

import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { callIn } from "../browser.mjs";
import { pythonReads } from "../python.mjs";
import { judged } from "../pages/judging.mjs";

const ROWS = 160_000;
/** About what a row of Anthropic's set has. */
const ROW_BYTES = 1250;

export const importing = {
  name: "import",
  shows: `a file of ${ROWS} transcripts read into pairs by our worker, beside Python's json and datasets`,
  async run({ browser, rounds, cache, samples, size = ROWS }) {
    const name = transcripts(cache, samples, size);
    const path = join(cache, name);
    const [ours, json, datasets, memory] = [[], [], [], []];
    for (let round = 0; round < rounds; round++) {
      const [read, peak] = await browser.inProfile(async (context) => {
        const read = await callIn(context, "importing.mjs", "reading", { address: `/cache/${name}` });
        return [read, await browser.peakMemory()];
      });
      if (read.records !== size) throw new Error(`${read.records} of ${size} rows came in, ${read.refused} were refused`);
      ours.push(read);
      memory.push(peak);
      json.push(pythonReads(path, "json"));
      datasets.push(pythonReads(path, "datasets"));
    }
    const megabytes = statSync(path).size / 1e6;
    const what = `${size} rows, ${megabytes.toFixed(0)} MB`;
    const seconds = (all) => all.map((one) => one.seconds);
    const beside = (all, name) =>
      all[0] && { values: seconds(all), unit: "s", name: `${name} ${all[0].version}` };
    const row = { row: this.name, what, ours: { values: seconds(ours), unit: "s" } };
    const peak = (what, values) => judged({ row: this.name, what, ours: { values, unit: "MB" } });
    return [
      judged({ ...row, theirs: beside(json, "Python's json,"), more: { bytes: megabytes * 1e6 } }),
      judged({ ...row, theirs: beside(datasets, "datasets") }),
      judged({ row: this.name, what: "rows a second", ours: { values: ours.map(({ rows, seconds }) => rows / seconds), unit: "rows/s" } }),
      ...(memory.every(Number.isFinite) ? [peak("peak memory of the renderer with the worker", memory)] : []),
      ...(json[0] ? [peak("peak memory of Python's json", json.map(({ mb }) => mb))] : []),
      ...(datasets[0] ? [peak("peak memory of datasets", datasets.map(({ mb }) => mb))] : []),
    ];
  },
};

/** A file of so many transcripts, made once of the labelled sample's texts; its name in the cache. */
export function transcripts(cache, samples, rows) {
  const name = `transcripts-${rows}.jsonl`;
  if (existsSync(join(cache, name))) return name;
  mkdirSync(cache, { recursive: true });
  const lines = readFileSync(join(samples, "labelled.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const half = openSync(join(cache, `${name}.half`), "w");
  for (let row = 0; row < rows; row++) {
    const { prompt, chosen, rejected } = lines[row % lines.length];
    // Earlier turns make a row as long as the real ones are, and each row another.
    let before = `\n\nHuman: (${row}) Hello.`;
    for (let turn = 1; 2 * before.length + 2 * prompt.length + chosen.length + rejected.length < ROW_BYTES - 140; turn++) {
      const other = lines[(row + 17 * turn) % lines.length];
      before += `\n\nAssistant: ${other.chosen}\n\nHuman: ${other.prompt}`;
    }
    const whole = (response) => `${before}\n\nAssistant: Yes?\n\nHuman: ${prompt}\n\nAssistant: ${response}`;
    writeSync(half, `${JSON.stringify({ chosen: whole(chosen), rejected: whole(rejected) })}\n`);
  }
  closeSync(half);
  renameSync(join(cache, `${name}.half`), join(cache, name));
  return name;
}
