//! The page's wasm: mounts the views, and nothing else.

fn main() {
    reward_studio::ui::start();
}
