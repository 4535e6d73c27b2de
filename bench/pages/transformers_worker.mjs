// transformers.js in a worker of its own, as ours is: fp32, WebAssembly, as many threads as our page has workers.
// Takes `{ load: folder }`, answers `{ ready }`; takes `{ rows, batch, max_tokens }`, answers
// `{ pooled, ms }`; with a head (`{ rows, batch, head }`), `{ scores, ms }`.

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
async function inBatches(rows, batch, work) {
  const began = performance.now();
  const found = [];
  for (let start = 0; start < rows.length; start += batch) found.push(...(await work(rows.slice(start, start + batch))));
  return { found, ms: performance.now() - began };
}

/** The mean of each response's hidden states, of how many tokens it is, and how many tokens the whole input had. */
async function poolBatch(rows, max_tokens) {
  const texts = (name) => rows.map((row) => row[name]);
  const inputs = tokenizer(texts("prompt"), { text_pair: texts("response"), padding: true, truncation: true, max_length: max_tokens });
  const { last_hidden_state: hidden } = await model(inputs);
  const [, places, width] = hidden.dims;
  const types = inputs.token_type_ids.data;
  const mask = inputs.attention_mask.data;
  return rows.map((_, at) => {
    const sum = new Float64Array(width);
    let [last, count, tokens] = [-1, 0, 0];
    for (let place = 0; place < places; place++) {
      const here = at * places + place;
      if (mask[here] !== 1n) continue;
      tokens += 1;
      if (types[here] !== 1n) continue;
      // The closing [SEP] is not of the response; of an empty one it is all there is.
      if (last >= 0) {
        add(sum, hidden.data, last, width);
        count += 1;
      }
      last = here;
    }
    if (count === 0) {
      add(sum, hidden.data, last, width);
      count = 1;
    }
    return { vector: sum.map((x) => x / count), count, tokens };
  });
}

function scored({ vector, count }, head) {
  const width = vector.length;
  const length = head.length && LENGTH_SCALE * (Math.log1p(count) - head.length[0]) / head.length[1];
  const root = Math.sqrt(width);
  let score = head.length ? length * head.weight[width] : 0;
  for (let at = 0; at < width; at++) score += ((vector[at] - head.mean[at]) / head.std[at] / root) * head.weight[at];
  return score;
}

async function score({ rows, batch, head }) {
  const work = async (some) => (await poolBatch(some, head.max_tokens)).map((pooled) => scored(pooled, head));
  const { found, ms } = await inBatches(rows, batch, work);
  return { scores: found, ms };
}

async function pool({ rows, batch, max_tokens }) {
  const { found, ms } = await inBatches(rows, batch, (some) => poolBatch(some, max_tokens));
  return { pooled: found, ms };
}

function add(sum, values, row, width) {
  for (let at = 0; at < width; at++) sum[at] += values[row * width + at];
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(await (data.load ? load(data.load) : data.head ? score(data) : pool(data)));
  } catch (error) {
    self.postMessage({ fault: String(error) });
  }
};

self.postMessage({ here: true });
