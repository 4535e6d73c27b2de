// The real backbone's vectors in the browser, on both devices, beside PyTorch's for the same texts.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, jsonl } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { feature, forgetFeatures } from "../support/features.mjs";
import { GOLDEN, LOADERS } from "../support/places.mjs";
import { host, visit } from "../support/studio.mjs";

/** The page's own recipe, as long as nobody chooses another. */
const RECIPE = "L4/response_mean";
const MAX_TOKENS = 256;
const TOLERANCE = 1e-4;

test("pooled hidden states are PyTorch's on the CPU and on WebGPU", { timeout: 600_000 }, async (t) => {
  const { server, studio, rows } = await opened(t, "relaxed.js");
  await compare(studio, rows, "the CPU");
  assert.ok(server.log.some(({ path }) => path === "relaxed-simd"), "this browser has relaxed SIMD, and it is used");

  await forgetFeatures(studio);
  await studio.device("webgpu");
  assert.match(await studio.deviceSays(/Runs on/), /WebGPU: as you chose/);
  await compare(studio, rows, "WebGPU");
  assert.match(await studio.deviceSays(/Runs on/), /WebGPU/, "it has not fallen back on the way");
});

test("pooled hidden states are PyTorch's without relaxed SIMD, too", { timeout: 600_000 }, async (t) => {
  const { studio, rows } = await opened(t, "plain.js");
  await compare(studio, rows, "the CPU without relaxed SIMD");
});

/** A page whose CPU worker is started by this loader, with the golden texts brought. */
async function opened(t, loader) {
  const server = await host(t, { tiny: false, overlay: { "worker_cpu_loader.js": path.join(LOADERS, loader) } });
  const studio = await visit(await browse(t, { gpu: true }), server.url);
  const rows = await golden();
  const pairs = rows.map(({ prompt, response }) => ({ prompt, response_a: response, response_b: `${response} No.` }));
  await studio.import(file("golden.jsonl", jsonl(pairs)));
  return { server, studio, rows };
}

/** PyTorch's rows that the page cuts where PyTorch's script did. */
async function golden() {
  const rows = JSON.parse(await readFile(path.join(GOLDEN, "hidden.json"), "utf8"));
  const usable = rows.filter((row) => row.max_tokens === MAX_TOKENS && row.response.trim() !== "");
  assert.ok(usable.length >= 4, "there is something to compare");
  return usable;
}

async function compare(studio, rows, device) {
  let worst = 0;
  for (const { prompt, response, pooled, response_tokens } of rows) {
    const own = await eventually(
      `${device} has the features of ${JSON.stringify(response.slice(0, 40))}`,
      () => feature(studio, prompt, response),
      { within: 280_000 },
    );
    assert.equal(own.pop(), response_tokens, "tokens of the response");
    assert.equal(own.length, pooled[RECIPE].length);
    worst = Math.max(worst, ...own.map((value, at) => Math.abs(value - pooled[RECIPE][at])));
  }
  assert.ok(worst <= TOLERANCE, `${device}: off by ${worst}`);
}
