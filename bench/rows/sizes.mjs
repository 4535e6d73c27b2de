// What a visitor downloads, beside the runtimes of others; compressed as static hosts do it.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { judged } from "../report.mjs";

const OURS = [
  { what: "page", files: [/^page-.*_bg\.wasm$/, /^page-.*\.js$/], most: 400 },
  { what: "worker for the CPU", files: [/^worker_cpu.*_bg\.wasm$/, /^worker_cpu.*\.js$/], most: 4000, beside: 0 },
  { what: "worker for WebGPU", files: [/^worker_gpu.*_bg\.wasm$/, /^worker_gpu.*\.js$/], most: 4000, beside: 1 },
];

const PEERS = [
  {
    name: "onnxruntime-web, wasm",
    files: ["ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"],
  },
  {
    name: "onnxruntime-web, WebGPU",
    files: ["ort.webgpu.min.mjs", "ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm"],
  },
];

export const sizes = {
  name: "sizes",
  shows: "what a visitor downloads, brotli, beside the peers' runtimes",
  run({ dist, npm }) {
    const built = readdirSync(dist);
    const peers = join(npm, "onnxruntime-web/dist");
    return OURS.map(({ what, files, most, beside }) => {
      const ours = files.flatMap((pattern) => built.filter((name) => pattern.test(name)));
      if (ours.length < files.length) throw new Error(`${dist} lacks files of the ${what}: it is no whole build`);
      const peer = PEERS[beside];
      return judged({
        row: this.name,
        what: `${what}: wasm and script`,
        ours: { values: [kilobytes(ours.map((name) => join(dist, name)))], unit: "kB" },
        theirs: peer && {
          values: [kilobytes(peer.files.map((name) => join(peers, name)))],
          unit: "kB",
          name: peer.name,
        },
        target: { most, of: "ours" },
        more: { files: ours },
      });
    });
  },
};

function kilobytes(files) {
  return files.reduce((sum, file) => sum + compressed(readFileSync(file)), 0) / 1000;
}

/** Brotli as well as it can, or, what is large, nearly so; `cargo xtask sizes` measures in the same way. */
function compressed(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: bytes.length < 4e6 ? 11 : 9,
    [constants.BROTLI_PARAM_LGWIN]: 24,
  };
  return brotliCompressSync(bytes, { params }).length;
}
