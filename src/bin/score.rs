//! Scores a file natively: `cargo run --release --bin score -- --model PATH --input FILE`.

fn main() -> std::process::ExitCode {
    reward_studio::native::run()
}
