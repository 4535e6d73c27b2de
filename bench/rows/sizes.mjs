// What a visitor downloads, beside the runtimes of others; compressed as static hosts do it.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { judged } from "../report.mjs";

const OURS = [
  { what: "page", file: /^page-.*_bg\.wasm$/, most: 400 },
  { what: "worker for the CPU", file: /^worker_cpu.*_bg\.wasm$/, most: 4000, beside: 0 },
  { what: "worker for WebGPU", file: /^worker_gpu.*_bg\.wasm$/, most: 4000, beside: 1 },
  { what: "worker for files", file: /^worker_data.*_bg\.wasm$/, most: 600 },
];

const PEERS = [
  { name: "onnxruntime-web, wasm", file: "ort-wasm-simd-threaded.wasm" },
  { name: "onnxruntime-web, WebGPU", file: "ort-wasm-simd-threaded.asyncify.wasm" },
];

export const sizes = {
  name: "sizes",
  shows: "the WebAssembly that a visitor downloads, brotli, beside the peers'",
  run({ dist, npm }) {
    return OURS.map(({ what, file, most, beside }) => {
      const ours = readdirSync(dist).find((name) => file.test(name));
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

/** Brotli as well as it can, or, what is large, nearly so; `cargo xtask sizes` measures in the same way. */
function kilobytes(file) {
  const bytes = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: bytes.length < 4e6 ? 11 : 9,
    [constants.BROTLI_PARAM_LGWIN]: 24,
  };
  return brotliCompressSync(bytes, { params }).length / 1000;
}
