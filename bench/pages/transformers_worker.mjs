// transformers.js in a worker of its own, as ours is: fp32, WebAssembly, as many threads as our page has workers.
// Takes `{ load: folder }`, answers `{ ready }`; takes `{ rows, batch, head }`, answers `{ scores, ms }`.

import { AutoModel, AutoTokenizer, env } from "/npm/@huggingface/transformers/dist/transformers.min.js";

env.allowRemoteModels = false;
env.allowLocalModels = true;
env.useBrowserCache = false;
env.backends.onnx.wasm.numThreads = Math.min(navigator.hardwareConcurrency, 4);
const ORT = "/npm/@huggingface/transformers/node_modules/onnxruntime-web/dist/";
env.backends.onnx.wasm.wasmPaths = new URL(ORT, self.location.href).href;

const LENGTH_SCALE = 0.3;

let tokenizer, model;

async function load(folder) {
  const at = folder.lastIndexOf("/");
  env.localModelPath = folder.slice(0, at + 1);
  const name = folder.slice(at + 1);
  tokenizer = await AutoTokenizer.from_pretrained(name);
  model = await AutoModel.from_pretrained(name, { dtype: "fp32", device: "wasm" });
  return { ready: true };
}

/** Rows in the file's order, as a program would write it that uses the library: a batch after the other. */
async function score({ rows, batch, head }) {
  const began = performance.now();
  const scores = [];
  for (let start = 0; start < rows.length; start += batch) scores.push(...(await batchOf(rows.slice(start, start + batch), head)));
  return { scores, ms: performance.now() - began };
}

async function batchOf(rows, head) {
  const texts = (name) => rows.map((row) => row[name]);
  const inputs = tokenizer(texts("prompt"), { text_pair: texts("response"), padding: true, truncation: true, max_length: head.max_tokens });
  const { last_hidden_state: hidden } = await model(inputs);
  const [, tokens, width] = hidden.dims;
  const types = inputs.token_type_ids.data;
  const mask = inputs.attention_mask.data;
  return rows.map((row, at) => {
    const sum = new Float64Array(width);
    let last = -1;
    let count = 0;
    for (let place = 0; place < tokens; place++) {
      const here = at * tokens + place;
      if (mask[here] !== 1n || types[here] !== 1n) continue;
      // The closing [SEP] is not of the response; of an empty one it is all there is.
      if (last >= 0) add(sum, hidden.data, last, width, (count += 1));
      last = here;
    }
    if (count === 0) add(sum, hidden.data, last, width, (count = 1));
    const length = head.length && LENGTH_SCALE * (Math.log1p(count) - head.length[0]) / head.length[1];
    const root = Math.sqrt(width);
    let score = head.length ? length * head.weight[width] : 0;
    for (let at = 0; at < width; at++) score += ((sum[at] / count - head.mean[at]) / head.std[at] / root) * head.weight[at];
    return score;
  });
}

function add(sum, values, row, width) {
  for (let at = 0; at < width; at++) sum[at] += values[row * width + at];
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(data.load ? await load(data.load) : await score(data));
  } catch (error) {
    self.postMessage({ fault: String(error) });
  }
};

self.postMessage({ here: true });
