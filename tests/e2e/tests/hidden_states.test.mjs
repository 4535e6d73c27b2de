// The backbone's vectors in the browser, on both devices, beside PyTorch's for the same texts.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, jsonl } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { feature, forgetFeatures } from "../support/features.mjs";
import { GOLDEN } from "../support/places.mjs";
import { host, visit } from "../support/studio.mjs";

/** The page's own, as long as nobody chooses another. */
const MAX_TOKENS = 256;
const TOLERANCE = 1e-4;

test("the real backbone's pooled hidden states are PyTorch's on the CPU", async (t) => {
  const server = await host(t, { tiny: false });
  const studio = await visit(await browse(t), server.url);
  const rows = await golden("hidden.json", (numbers) => numbers);
  await take(studio, rows);
  await compare(studio, rows, "L4/response_mean", "the CPU");
});

// The real backbone is more than a software adapter computes in reasonable time; the tiny one has the same layers.
test("pooled hidden states are PyTorch's on the CPU and on WebGPU", { timeout: 400_000 }, async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t, { gpu: true }), server.url);
  const rows = await golden("tiny.json", (numbers) => numbers.rows);
  await take(studio, rows);
  await compare(studio, rows, "L2/response_mean", "the CPU");

  await forgetFeatures(studio);
  await studio.device("webgpu");
  assert.match(await studio.deviceSays(/Runs on/), /WebGPU: as you chose/);
  await compare(studio, rows, "L2/response_mean", "WebGPU");
  assert.match(await studio.deviceSays(/Runs on/), /WebGPU/, "it has not fallen back on the way");
});

/** PyTorch's rows that the page cuts where PyTorch's script did, each text once. */
async function golden(name, rowsOf) {
  const rows = rowsOf(JSON.parse(await readFile(path.join(GOLDEN, name), "utf8")));
  const usable = rows.filter((row) => row.max_tokens === MAX_TOKENS && row.response.trim() !== "");
  assert.ok(usable.length >= 4, "there is something to compare");
  return usable;
}

async function take(studio, rows) {
  const pairs = rows.map(({ prompt, response }) => ({ prompt, response_a: response, response_b: `${response} No.` }));
  await studio.import(file("golden.jsonl", jsonl(pairs)));
}

async function compare(studio, rows, recipe, device) {
  let worst = 0;
  for (const { prompt, response, pooled, response_tokens } of rows) {
    const own = await eventually(
      `${device} has the features of ${JSON.stringify(response.slice(0, 40))}`,
      () => feature(studio, prompt, response),
      { within: 180_000 },
    );
    assert.equal(own.pop(), response_tokens, "tokens of the response");
    assert.equal(own.length, pooled[recipe].length);
    worst = Math.max(worst, ...own.map((value, at) => Math.abs(value - pooled[recipe][at])));
  }
  assert.ok(worst <= TOLERANCE, `${device}: off by ${worst}`);
}
