// The CPU worker as in a browser without relaxed SIMD, which refuses the module of that loop.
import init from "./worker_cpu.js";

WebAssembly.Module = class {
  constructor() {
    throw new WebAssembly.CompileError("no relaxed SIMD");
  }
};
await init();
