// The page's half of the `profile` row: two instances of the kernels, one of which is told of no relaxed SIMD.

import { byTurns } from "./measuring.mjs";

const [WIDTH, INNER] = [384, 1536];
/** An operator is run as often as it takes to last so long: a browser's clock is coarse. */
const LEAST_MS = 20;

/** For each operator: milliseconds of each round, by both loops, and its floating-point operations if it is a product. */
export async function profile({ rows, tokens, rounds }) {
  const count = rows * tokens;
  const product = (inputs, outputs) => 2 * count * inputs * outputs;
  const operators = {
    "product 384 × 1152": product(WIDTH, 3 * WIDTH),
    attention: 4 * count * tokens * WIDTH,
    "product 384 × 384": product(WIDTH, WIDTH),
    "product 384 × 1536": product(WIDTH, INNER),
    GELU: undefined,
    "product 1536 × 384": product(INNER, WIDTH),
    "layer norm": undefined,
    // The way back, where all but the products are others; a graph lays weights out anew for each of its parts.
    "laying out 384 × 1536": undefined,
    "laying out its transpose": undefined,
    "attention, back": 14 * count * tokens * WIDTH,
    "GELU, back": undefined,
    "layer norm, back": undefined,
  };
  const [fused, plain] = [await block("fused", rows, tokens), await withoutRelaxed(rows, tokens)];
  const results = [];
  for (const [operator, flops] of Object.entries(operators)) {
    const times = await inTurns(operator, { fused, plain }, rounds);
    results.push({ operator, flops, ...times });
  }
  return results;
}

async function inTurns(operator, blocks, rounds) {
  const began = performance.now();
  Object.values(blocks).forEach((block) => block.run(operator));
  const often = Math.ceil((2 * LEAST_MS) / Math.max(performance.now() - began, 0.1));
  const repeated = (block) => async () => {
    for (let turn = 0; turn < often; turn++) block.run(operator);
  };
  const { times } = await byTurns({ fused: repeated(blocks.fused), plain: repeated(blocks.plain) }, rounds);
  const once = (values) => values.map((ms) => ms / often);
  return { fused: once(times.fused), plain: once(times.plain) };
}

/** An instance of its own: the module's name makes it one. */
async function block(name, rows, tokens) {
  const kernels = await import(`/cache/profile/profile.js?${name}`);
  await kernels.default();
  const block = new kernels.Block(rows, tokens);
  // The first product opens the loop.
  block.run("product 384 × 384");
  return block;
}

async function withoutRelaxed(rows, tokens) {
  const { Module } = WebAssembly;
  WebAssembly.Module = function () {
    throw new WebAssembly.CompileError("relaxed SIMD is not to be used");
  };
  const made = await block("plain", rows, tokens);
  WebAssembly.Module = Module;
  return made;
}
