// Where the time of a forward pass goes: one block of the backbone, operator by operator, with and without relaxed SIMD.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { judged, spread } from "../pages/judging.mjs";

const SHAPE = [8, 128];
const TARGET = "wasm32-unknown-unknown";

export const profile = {
  name: "profile",
  shows: "one block, operator by operator, with the fused loop and without it",
  async run({ browser, rounds, root, cache }) {
    build(root, join(cache, "profile"));
    const [rows, tokens] = SHAPE;
    const results = await browser.call("profile.mjs", "profile", { rows, tokens, rounds });
    return results.map(({ operator, flops, fused, plain }) => {
      const rate = (ms) => flops && flops / spread(ms).median / 1e6;
      return judged({
        row: this.name,
        what: `${operator}, ${rows}×${tokens} tokens`,
        ours: { values: fused, unit: "ms" },
        theirs: { values: plain, unit: "ms", name: "without relaxed SIMD" },
        more: { gflops: { fused: rate(fused), plain: rate(plain) } },
      });
    });
  },
};

/** Compiles the kernels with their example into a folder that the benchmark's server has. */
function build(root, folder) {
  const run = (program, ...words) => execFileSync(program, words, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const example = ["--package", "reward-studio-kernels", "--example", "profile"];
  const said = run("cargo", "build", "--release", "--target", TARGET, ...example, "--message-format=json");
  const artifacts = String(said).trim().split("\n").map((line) => JSON.parse(line));
  const wasm = artifacts.flatMap(({ filenames }) => filenames ?? []).find((name) => name.endsWith("profile.wasm"));
  run("wasm-bindgen", "--target", "web", "--no-typescript", "--out-dir", folder, wasm);
}
