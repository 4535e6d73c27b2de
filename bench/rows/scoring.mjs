// A file scored by the whole page, beside transformers.js on the same file in the same browser, and beside PyTorch and
// our own program natively. All read the same blocks and use the same head; that their scores agree is checked.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { callIn } from "../browser.mjs";
import { torchScores } from "../python.mjs";
import { judged } from "../pages/judging.mjs";
import { Studio } from "../studio.mjs";
import { jsonLines, pairs } from "../texts.mjs";

const ROWS = 500;
/** The model is made of so many pairs. */
const LEARNED = 24;
const BATCH = 32;
const MOST_APART = 1e-3;

/** `cargo build --release --bin score` makes it; without it, its number is left out. */
const PROGRAM = fileURLToPath(new URL("../../target/release/score", import.meta.url));

export const scoring = {
  name: "scoring",
  shows: `a file of ${ROWS} responses scored by the page, beside transformers.js, PyTorch and our program natively`,
  async run({ browser, size = ROWS, data, samples, dist, blocks }) {
    const rows = pairs(Math.ceil(size / 2), data, samples)
      .flatMap(({ prompt, chosen, rejected }) => [chosen, rejected].map((response) => ({ prompt, response })))
      .slice(0, size);
    const { model, ours, theirs } = await inBrowser(browser, rows, samples, blocks);
    const scores = ours.rows.map((row) => row.score);
    const record = (what, theirs, target) =>
      judged({ row: this.name, what, ours: { values: [size / ours.seconds], unit: "rows/s" }, theirs, target });
    const peer = (name, seconds) => ({ values: [size / seconds], unit: "rows/s", name });
    same(scores, theirs.scores, "transformers.js");
    const records = [rated(record(`${size} responses, the page`, peer("transformers.js", theirs.ms / 1000)))];
    await inFolder(model, rows, async (folder) => {
      const [card] = JSON.parse(readFileSync(join(dist, "backbones.json"), "utf8"));
      const [head, file, backbone] = [join(folder, "model.safetensors"), join(folder, "rows.jsonl"), join(dist, card.folder)];
      const torch = torchScores(head, backbone, file, BATCH);
      if (torch) {
        same(scores, torch.scores, "PyTorch");
        records.push(rated(record(`${size} responses, the page`, peer(`PyTorch ${torch.version}, native`, torch.seconds))));
      }
      if (existsSync(PROGRAM)) {
        const began = performance.now();
        execFileSync(PROGRAM, ["--model", head, "--backbone", backbone, "--input", file], { stdio: "ignore" });
        const seconds = (performance.now() - began) / 1000;
        const said = readFileSync(join(folder, "rows.scored.jsonl"), "utf8").trim().split("\n");
        same(scores, said.map((line) => JSON.parse(line).score), "our program");
        records.push(rated(record(`${size} responses, the page`, peer("our program, native, loading included", seconds))));
      }
    });
    return records;
  },
};

/** Rates: more is better, so the ratio is ours over theirs. */
function rated(record) {
  const value = record.ours.median / record.theirs.median;
  return { ...record, ratio: { median: value, low: value, high: value } };
}

function inBrowser(browser, rows, samples, blocks) {
  return browser.inProfile(async (context) => {
    const studio = await Studio.open(context);
    await studio.until("BackboneReady");
    const prepared = await studio.prepare(pairs(LEARNED, undefined, samples));
    await studio.until("Fitted", ({ at }) => at >= prepared.at);
    const ours = await studio.scoreFile(rows);
    await studio.tab("data");
    const model = await studio.download("download-model");
    await studio.close();
    const head = headOf(model);
    const options = { folder: blocks(head.layer), rows, batch: BATCH, head };
    return { model, ours, theirs: await callIn(context, "scoring.mjs", "theirScores", options) };
  });
}

/** What is needed of a model file to score with it. */
function headOf(bytes) {
  const length = Number(bytes.readBigUInt64LE(0));
  const { __metadata__, ...tensors } = JSON.parse(bytes.toString("utf8", 8, 8 + length));
  const { layer, max_tokens, pooling } = JSON.parse(__metadata__.reward_studio).recipe;
  if (pooling !== "response_mean") throw new Error(`the peer's side is written for response_mean, not for ${pooling}`);
  const floats = (name) => {
    const [from, to] = tensors[name].data_offsets.map((at) => at + 8 + length);
    return Array.from({ length: (to - from) / 4 }, (_, at) => bytes.readFloatLE(from + 4 * at));
  };
  const lengths = tensors["length.mean"] && [floats("length.mean")[0], floats("length.std")[0]];
  return {
    layer,
    max_tokens,
    weight: floats("head.weight"),
    mean: floats("features.mean"),
    std: floats("features.std"),
    length: lengths,
  };
}

/** Texts that had to be cut are cut at other places by transformers.js, so the middle one is looked at. */
function same(ours, theirs, name) {
  const apart = ours.map((score, at) => Math.abs(score - theirs[at])).sort((a, b) => a - b);
  const middle = apart[apart.length >> 1];
  if (!(middle < MOST_APART)) throw new Error(`ours and ${name}'s scores differ: by ${middle} in the middle`);
}

async function inFolder(model, rows, work) {
  const folder = mkdtempSync(join(tmpdir(), "reward-studio-bench-"));
  try {
    writeFileSync(join(folder, "model.safetensors"), model);
    writeFileSync(join(folder, "rows.jsonl"), jsonLines(rows));
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
