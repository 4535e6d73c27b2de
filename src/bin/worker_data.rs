//! The data worker's wasm: reads and writes files of preference data.

fn main() {
    reward_studio::worker::data::start();
}
