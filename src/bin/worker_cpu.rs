//! The CPU worker's wasm: an engine, or a helper of one.

fn main() {
    reward_studio::worker::host::start();
}
