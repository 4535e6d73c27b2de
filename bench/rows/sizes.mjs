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

const ORT = "onnxruntime-web/dist/ort";
const PEERS = [
  { name: "onnxruntime-web wasm", files: [`${ORT}.wasm.min.mjs`, `${ORT}-wasm-simd-threaded.mjs`, `${ORT}-wasm-simd-threaded.wasm`] },
  { name: "onnxruntime-web WebGPU", files: [`${ORT}.webgpu.min.mjs`, `${ORT}-wasm-simd-threaded.asyncify.mjs`, `${ORT}-wasm-simd-threaded.asyncify.wasm`] },
];

export const sizes = {
  name: "sizes",
  shows: "what a visitor downloads, brotli, beside the peers' runtimes",
  run({ dist, peers, versions }) {
    const built = readdirSync(dist);
    return OURS.map(({ what, files, most, beside }) => {
      const ours = files.flatMap((pattern) => built.filter((name) => pattern.test(name)));
      const peer = PEERS[beside];
      return judged({
        row: this.name,
        what: `${what}: wasm and script`,
        ours: { values: [kilobytes(ours.map((name) => join(dist, name)))], unit: "kB" },
        theirs: peer && {
          values: [kilobytes(peer.files.map((name) => join(peers, name)))],
          unit: "kB",
          name: peer.name.replace("web", `web ${versions["onnxruntime-web"]}`),
        },
        target: { most, of: "ours" },
        more: { files: ours },
      });
    });
  },
};

function kilobytes(files) {
  return files.map(readFileSync).reduce((sum, bytes) => sum + compressed(bytes), 0) / 1000;
}

/** Brotli as well as it can, or, what is large, nearly so; `cargo xtask sizes` measures in the same way. */
function compressed(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: bytes.length < 4e6 ? 11 : 9,
    [constants.BROTLI_PARAM_LGWIN]: 24,
  };
  return brotliCompressSync(bytes, { params }).length;
}
