// The CPU worker as it is, which also asks for a file of this name when the loop with relaxed SIMD has opened.
import init from "./worker_cpu.js";

WebAssembly.Module = class extends WebAssembly.Module {
  constructor(bytes) {
    super(bytes);
    fetch("./relaxed-simd");
  }
};
await init();
