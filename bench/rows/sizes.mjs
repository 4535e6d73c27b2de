// What a visitor downloads, beside the runtimes of others; compressed as static hosts do it.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { judged } from "../pages/judging.mjs";

/** What a file is called here, by the prefix under which `xtask/budget.toml` names it; and the peer beside it. */
const OURS = {
  "page-": { what: "page" },
  worker_cpu: { what: "worker for the CPU", beside: 0 },
  worker_gpu: { what: "worker for WebGPU", beside: 1 },
  worker_data: { what: "worker for files" },
};

const PEERS = [
  { name: "onnxruntime-web, wasm", file: "ort-wasm-simd-threaded.wasm" },
  { name: "onnxruntime-web, WebGPU", file: "ort-wasm-simd-threaded.asyncify.wasm" },
];

export const sizes = {
  name: "sizes",
  shows: "the WebAssembly that a visitor downloads, brotli, beside the peers'",
  run({ dist, npm }) {
    return budget().map(({ prefix, suffix, most }) => {
      const { what, beside } = OURS[prefix] ?? { what: prefix };
      const ours = readdirSync(dist).find((name) => name.startsWith(prefix) && name.endsWith(suffix));
      if (!ours) throw new Error(`${dist} lacks the ${what}: it is no whole build`);
      const peer = PEERS[beside];
      const theirs = peer && join(npm, "onnxruntime-web/dist", peer.file);
      return judged({
        row: this.name,
        what,
        ours: { values: [kilobytes(join(dist, ours))], unit: "kB" },
        theirs: peer && { values: [kilobytes(theirs)], unit: "kB", name: peer.name },
        target: { most, of: "ours" },
      });
    });
  },
};

/** The limits that `cargo xtask sizes` keeps: `{ prefix, suffix, most }`, the last in kB. */
function budget() {
  const path = new URL("../../xtask/budget.toml", import.meta.url);
  const file = /^\[\[file\]\]\nprefix = "(.+)"\nsuffix = "(.+)"\nbrotli_kb = (\d+)$/gm;
  const text = readFileSync(path, "utf8");
  const limits = [...text.matchAll(file)];
  if (limits.length !== text.split("[[file]]").length - 1) throw new Error(`${path.pathname} is laid out otherwise now`);
  return limits.map(([, prefix, suffix, most]) => ({ prefix, suffix, most: Number(most) }));
}

/** Brotli as well as it can, or, what is large, nearly so; `cargo xtask sizes` measures in the same way. */
function kilobytes(file) {
  const bytes = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: bytes.length < 4e6 ? 11 : 9,
    [constants.BROTLI_PARAM_LGWIN]: 24,
  };
  return brotliCompressSync(bytes, { params }).length / 1000;
}
