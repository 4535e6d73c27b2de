// Our worker for WebGPU, which besides counts what it asks of the GPU, and tells anybody who asks on the channel.

import init from "/worker_gpu.js";

const counts = { dispatches: 0, submits: 0, up: 0, down: 0, waits: 0 };

/** From now on every call of this method adds to the counts. */
function count(kind, method, adds) {
  const { [method]: original } = kind.prototype;
  kind.prototype[method] = function (...words) {
    for (const [what, more] of Object.entries(adds(words, this))) counts[what] += more;
    return original.apply(this, words);
  };
}

/** Bytes that `writeBuffer(buffer, at, data, from, size)` writes. */
function written([, , data, from = 0, size]) {
  const each = data.BYTES_PER_ELEMENT ?? 1;
  return size === undefined ? data.byteLength - from * each : size * each;
}

count(GPUComputePassEncoder, "dispatchWorkgroups", () => ({ dispatches: 1 }));
count(GPUComputePassEncoder, "dispatchWorkgroupsIndirect", () => ({ dispatches: 1 }));
count(GPUQueue, "submit", () => ({ submits: 1 }));
count(GPUQueue, "writeBuffer", (words) => ({ up: written(words) }));
count(GPUDevice, "createBuffer", ([{ mappedAtCreation, size }]) => ({ up: mappedAtCreation ? size : 0 }));
count(GPUBuffer, "mapAsync", ([mode, from = 0, size], buffer) =>
  mode === GPUMapMode.READ ? { waits: 1, down: size ?? buffer.size - from } : {},
);

const channel = new BroadcastChannel("gpu");
channel.onmessage = () => channel.postMessage(counts);
await init();
