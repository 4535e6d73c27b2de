//! Runs stages one after another, lets none stop the others, and sums up at the end.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::ink;
use crate::places::Places;
use crate::setup;
use crate::stages::{ALL, Stage};
use crate::tally::Tally;

/// How a stage ended.
enum Outcome {
    /// It ran; any failed test makes it a failure.
    Counted(Tally),
    /// It could not run, or ended badly.
    Broken(String),
    /// It could have told nothing, for this reason.
    Skipped(String),
}

struct Line {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

/// Runs the stages of these names, in the order of [`ALL`]. The last line printed is
/// `N passed, N failed, N skipped`.
pub fn run_stages(places: &Places, names: &[impl AsRef<str>]) -> Result<ExitCode> {
    let stages = chosen(names)?;
    let mut lines: Vec<Line> = Vec::new();
    for stage in stages {
        println!("\n{}", ink::bold(&format!("== {}: {}", stage.name, stage.shows)));
        let begun = Instant::now();
        let outcome = outcome(places, stage, &lines);
        let line = Line { name: stage.name, outcome, took: begun.elapsed() };
        println!("== {}", line.told());
        if let Outcome::Broken(why) = &line.outcome {
            // The line above ends where the first line of the reason does.
            why.lines().skip(1).for_each(|more| println!("{more}"));
        }
        lines.push(line);
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
    let unmet = |line: &&Line| Some(line.name) == stage.after && !line.outcome.is_good();
    if let Some(line) = before.iter().find(unmet) {
        return Outcome::Skipped(format!("{} did not pass", line.name));
    }
    if let Some(reason) = (stage.skip)(places) {
        return Outcome::Skipped(reason);
    }
    match setup::ensure_all(places, stage.needs).and_then(|()| (stage.run)(places)) {
        Ok(tally) => Outcome::Counted(tally),
        Err(error) => Outcome::Broken(format!("{error:#}")),
    }
}

impl Outcome {
    fn tally(&self) -> Tally {
        match self {
            Self::Counted(tally) => *tally,
            Self::Broken(_) => Tally::FAILED,
            Self::Skipped(_) => Tally::SKIPPED,
        }
    }

    fn is_good(&self) -> bool {
        matches!(self, Self::Counted(tally) if tally.failed == 0)
    }
}

impl Line {
    fn told(&self) -> String {
        let said = match &self.outcome {
            Outcome::Counted(tally) if self.outcome.is_good() => ink::green(&format!("passed: {tally}")),
            Outcome::Counted(tally) => ink::red(&format!("FAILED: {tally}")),
            Outcome::Broken(why) => ink::red(&format!("FAILED: {}", why.lines().next().unwrap_or_default())),
            Outcome::Skipped(why) => ink::yellow(&format!("skipped: {why}")),
        };
        format!("{:<10} {:>8.1} s  {said}", self.name, self.took.as_secs_f64())
    }
}

fn sum_up(lines: &[Line]) -> ExitCode {
    println!("\n{}", ink::bold("== All stages"));
    let mut sum = Tally::default();
    for line in lines {
        println!("{}", line.told());
        sum += line.outcome.tally();
    }
    println!("\n{sum}");
    if sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::{CHECK, QUICK};

    #[test]
    fn stages_run_in_their_own_order_and_only_known_ones() {
        let names = |stages: Vec<&Stage>| stages.iter().map(|stage| stage.name).collect::<Vec<_>>();
        assert_eq!(names(chosen(&["lint", "format"]).expect("known stages")), ["format", "lint"]);
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

    #[test]
    fn a_failed_test_spoils_a_stage_and_a_skipped_one_does_not() {
        assert!(Outcome::Counted(Tally { passed: 1, failed: 0, skipped: 2 }).is_good());
        assert!(!Outcome::Counted(Tally { passed: 9, failed: 1, skipped: 0 }).is_good());
        assert!(!Outcome::Skipped(String::new()).is_good());
        assert_eq!(Outcome::Broken(String::new()).tally(), Tally::FAILED);
    }
}
