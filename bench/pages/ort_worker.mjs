// onnxruntime-web in a worker of its own, as ours is. Takes `{ load: address, threads, provider }` ("wasm" or
// "webgpu"), answers `{ ready }`; takes `{ ids, types, rows }`, answers `{ pooled }`.

let ort, session;

async function load({ load: address, threads = 1, provider = "wasm" }) {
  // WebGPU is in a larger build, which nobody should pay for who does not use it.
  const build = { wasm: "ort.wasm.min.mjs", webgpu: "ort.webgpu.min.mjs" }[provider];
  ort = await import(`/npm/onnxruntime-web/dist/${build}`);
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = new URL("/npm/onnxruntime-web/dist/", self.location.href).href;
  const model = await (await fetch(address)).arrayBuffer();
  session = await ort.InferenceSession.create(model, { executionProviders: [provider], graphOptimizationLevel: "all" });
  return { ready: true };
}

async function run({ ids, types, rows }) {
  const shape = [rows, ids.length / rows];
  const { pooled } = await session.run({
    input_ids: new ort.Tensor("int64", ids, shape),
    token_type_ids: new ort.Tensor("int64", types, shape),
  });
  return { pooled: await pooled.getData() };
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(data.load ? await load(data) : await run(data));
  } catch (error) {
    self.postMessage({ fault: String(error) });
  }
};

self.postMessage({ here: true });
