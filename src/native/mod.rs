//! The engine without a page: `cargo run --release --bin score` scores a file natively, for those whose files outgrow a
//! tab.
//!
//! `arguments` (what was asked) → `model` (which files make the model) → `score` (the file through the data room and the
//! engine, as the page does it) in a `world` of files on disk, with a `crew` of threads. The same code reads rows, computes scores and writes the
//! result as in the browser, so the numbers are the same.

pub mod arguments;
mod crew;
pub mod model;
mod progress;
pub mod score;
mod world;

use std::process::ExitCode;

use self::arguments::Task;

/// Do what the command line says. Progress goes to stderr, what came of it to stdout.
pub fn run() -> ExitCode {
    let done = match arguments::read(lexopt::Parser::from_env()) {
        Ok(Task::Help) => Ok(arguments::HELP.to_owned()),
        Ok(Task::Score(wish)) => score::score(&wish).map(|done| done.to_string()),
        Err(error) => {
            eprintln!("{error}\n\n{}", arguments::HELP);
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(words) => {
            println!("{words}");
            ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}
