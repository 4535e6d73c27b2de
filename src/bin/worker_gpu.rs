//! The GPU worker's wasm: an engine, and an eye on the GPU it runs on.

fn main() {
    reward_studio::worker::host::watch_gpu();
    reward_studio::worker::host::start();
}
