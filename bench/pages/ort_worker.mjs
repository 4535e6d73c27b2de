// onnxruntime-web in a worker of its own, as ours is: fp32, WebAssembly, one thread.
// Takes `{ load: address }`, answers `{ ready }`; takes `{ ids, types, rows }`, answers `{ pooled }`.

import * as ort from "/npm/onnxruntime-web/dist/ort.wasm.min.mjs";

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = new URL("/npm/onnxruntime-web/dist/", self.location.href).href;

let session;

async function load(address) {
  const model = await (await fetch(address)).arrayBuffer();
  session = await ort.InferenceSession.create(model, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all",
  });
  return { ready: true };
}

async function run({ ids, types, rows }) {
  const shape = [rows, ids.length / rows];
  const { pooled } = await session.run({
    input_ids: new ort.Tensor("int64", ids, shape),
    token_type_ids: new ort.Tensor("int64", types, shape),
  });
  return { pooled: pooled.data };
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(data.load ? await load(data.load) : await run(data));
  } catch (error) {
    self.postMessage({ fault: String(error) });
  }
};

self.postMessage({ here: true });
