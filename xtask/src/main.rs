//! `cargo xtask`: everything that is done with Reward Studio besides writing it. It installs what a task needs,
//! builds the page, serves it, tests it and measures it. `cargo xtask help` lists the tasks.
//!
//! Each task is a file; [`setup`] holds what they need on the machine, [`stages`] what the tests consist of.

mod arguments;
mod asking;
mod bench;
mod build;
mod digest;
mod ink;
mod places;
mod post_build;
mod process;
mod report;
mod serve;
mod setup;
mod sizes;
mod stages;
mod stamp;
mod tally;

use std::process::ExitCode;

use anyhow::Result;

use arguments::{Choice, Task};
use places::Places;

fn main() -> ExitCode {
    match perform() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{} {error:#}", ink::red("error:"));
            ExitCode::FAILURE
        }
    }
}

fn perform() -> Result<ExitCode> {
    let task = arguments::read(&mut lexopt::Parser::from_env())?;
    let places = Places::find()?;
    match task {
        Task::Help => {
            println!("{}\nThe stages of `test`:\n", arguments::HELP);
            stages::ALL.iter().for_each(|stage| println!("  {:<20} {}", stage.name, stage.shows));
        }
        Task::Serve(options) => serve::serve(&places, options)?,
        Task::SetUp => setup::everything(&places)?,
        Task::Build => build::build(&places)?,
        Task::Test(Choice::All) => return report::run_stages(&places, &stages::names()),
        Task::Test(Choice::Quick) => return report::run_stages(&places, &stages::QUICK),
        Task::Test(Choice::Named(names)) => return report::run_stages(&places, &names),
        Task::Check => return report::run_stages(&places, &stages::CHECK),
        Task::Bench(rows) => bench::bench(&places, &rows)?,
        Task::Sizes => sizes::check(&places)?,
        Task::PostBuild => post_build::post_build()?,
    }
    Ok(ExitCode::SUCCESS)
}
