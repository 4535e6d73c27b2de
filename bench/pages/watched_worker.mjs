// Our worker for the CPU, which besides tells anybody who asks on the channel how large its memory is, in bytes.

import init from "/worker_cpu.js";

const channel = new BroadcastChannel("memory");
const { memory } = await init();
channel.onmessage = () => channel.postMessage(memory.buffer.byteLength);
