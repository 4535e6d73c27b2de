//! Runs stages one after another, lets none stop the others, and sums up at the end.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::places::Places;
use crate::setup;
use crate::stages::{ALL, Stage};

enum Outcome {
    Passed,
    Failed(String),
    /// It could have told nothing, for this reason.
    Skipped(String),
}

struct Line {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

/// Runs the stages of these names, in the order of [`ALL`]. The last line printed is `N passed, M failed`.
pub fn run_stages(places: &Places, names: &[impl AsRef<str>]) -> Result<ExitCode> {
    let stages = chosen(names)?;
    let mut lines: Vec<Line> = Vec::new();
    for stage in stages {
        println!("\n== {}", stage.name);
        let begun = Instant::now();
        let outcome = outcome(places, stage, &lines);
        let took = begun.elapsed();
        match &outcome {
            Outcome::Passed => println!("== {} passed ({})", stage.name, seconds(took)),
            Outcome::Failed(why) => println!("== {} FAILED ({}): {why}", stage.name, seconds(took)),
            Outcome::Skipped(why) => println!("== {} skipped: {why}", stage.name),
        }
        lines.push(Line { name: stage.name, outcome, took });
    }
    Ok(sum_up(&lines))
}

fn chosen(names: &[impl AsRef<str>]) -> Result<Vec<&'static Stage>> {
    for name in names.iter().map(AsRef::as_ref) {
        if !ALL.iter().any(|stage| stage.name == name) {
            let known = ALL.iter().map(|stage| stage.name).collect::<Vec<_>>().join(", ");
            bail!("there is no stage `{name}`; the stages are {known}");
        }
    }
    Ok(ALL.iter().filter(|stage| names.iter().any(|name| name.as_ref() == stage.name)).collect())
}

fn outcome(places: &Places, stage: &Stage, before: &[Line]) -> Outcome {
    let failed = |line: &&Line| Some(line.name) == stage.after && !matches!(line.outcome, Outcome::Passed);
    if let Some(line) = before.iter().find(failed) {
        return Outcome::Skipped(format!("{} did not pass", line.name));
    }
    let result = setup::ensure_all(places, stage.needs).and_then(|()| (stage.run)(places));
    match result {
        Ok(()) => Outcome::Passed,
        Err(error) => Outcome::Failed(format!("{error:#}")),
    }
}

fn sum_up(lines: &[Line]) -> ExitCode {
    println!("\n{:<20} {:>9}  outcome", "stage", "time");
    for Line { name, outcome, took } in lines {
        let said = match outcome {
            Outcome::Passed => "passed".to_owned(),
            Outcome::Failed(why) => format!("FAILED: {}", why.lines().next().unwrap_or_default()),
            Outcome::Skipped(why) => format!("skipped: {why}"),
        };
        println!("{name:<20} {:>9}  {said}", seconds(*took));
    }
    let passed = lines.iter().filter(|line| matches!(line.outcome, Outcome::Passed)).count();
    let failed = lines.iter().filter(|line| matches!(line.outcome, Outcome::Failed(_))).count();
    println!("\n{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::{CHECK, QUICK};

    #[test]
    fn stages_run_in_their_own_order_and_only_known_ones() {
        let names = |stages: Vec<&Stage>| stages.iter().map(|stage| stage.name).collect::<Vec<_>>();
        assert_eq!(names(chosen(&["clippy", "format"]).expect("known stages")), ["format", "clippy"]);
        assert!(chosen(&["fromat"]).is_err());
        assert!(chosen(&QUICK).is_ok() && chosen(&CHECK).is_ok());
    }

    #[test]
    fn what_a_stage_follows_runs_before_it() {
        for (index, stage) in ALL.iter().enumerate() {
            let Some(first) = stage.after else { continue };
            assert!(ALL[..index].iter().any(|earlier| earlier.name == first), "{}", stage.name);
        }
    }
}
