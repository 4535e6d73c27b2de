//! How many tests passed, failed and were skipped, read from what the test runners print at their end.
//!
//! A skipped test is no passed one: counting them apart keeps a run honest about what it has not looked at.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process::{announce, shown};

/// Counts of tests; a check that is no suite of tests counts as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Did what they should.
    pub passed: u64,
    /// Did not.
    pub failed: u64,
    /// Could not tell, on this machine.
    pub skipped: u64,
}

/// Reads one line of a test runner; a line that says nothing of counts gives `None`.
pub type Reader = fn(&str) -> Option<Tally>;

impl Tally {
    /// One check that passed.
    pub const PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    /// One check that failed.
    pub const FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };
    /// One check that was skipped.
    pub const SKIPPED: Self = Self { passed: 0, failed: 0, skipped: 1 };

    fn add(&mut self, count: u64, what: &str) {
        match what {
            "passed" | "pass" => self.passed += count,
            "failed" | "fail" | "error" | "errors" | "cancelled" => self.failed += count,
            "skipped" | "ignored" | "todo" | "xfailed" => self.skipped += count,
            _ => {}
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Runs a test runner with its output shown, and counts.
///
/// Failed tests are a result, not an error. An error is a runner that ends badly without having counted a failed
/// test (it did not compile, say), and one that runs no test at all.
pub fn run(command: &mut Command, reader: Reader) -> Result<Tally> {
    announce(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{}` cannot be started", shown(command)))?;
    let mut tally = Tally::default();
    for line in BufReader::new(child.stdout.take().context("the output is piped")?).lines() {
        let line = line?;
        println!("{line}");
        if let Some(counted) = reader(&line) {
            tally += counted;
        }
    }
    let status = child.wait()?;
    if !status.success() && tally.failed == 0 {
        bail!("`{}` failed ({status})", shown(command));
    }
    if tally.passed + tally.failed == 0 {
        bail!("`{}` ran no test", shown(command));
    }
    Ok(tally)
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; …`
pub fn of_cargo(line: &str) -> Option<Tally> {
    let (_, counts) = line.trim_start().strip_prefix("test result: ")?.split_once(". ")?;
    Some(counted(counts.split("; ")))
}

/// `1 failed, 2 passed, 1 skipped in 0.10s`, with or without a frame of `=`.
pub fn of_pytest(line: &str) -> Option<Tally> {
    let (counts, time) = line.trim_matches(['=', ' ']).rsplit_once(" in ")?;
    time.starts_with(|first: char| first.is_ascii_digit()).then(|| counted(counts.split(", ")))
}

/// `ℹ pass 5`, one line for each kind.
pub fn of_node(line: &str) -> Option<Tally> {
    let (what, count) = line.strip_prefix("ℹ ")?.split_once(' ')?;
    let mut tally = Tally::default();
    tally.add(count.parse().ok()?, what);
    Some(tally)
}

fn counted<'a>(parts: impl Iterator<Item = &'a str>) -> Tally {
    let mut tally = Tally::default();
    for (count, what) in parts.filter_map(|part| part.split_once(' ')) {
        if let Ok(count) = count.parse() {
            tally.add(count, what);
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_runner_is_understood() {
        let all = Some(Tally { passed: 12, failed: 3, skipped: 1 });
        let cargo = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 9 filtered out; finished in 0.02s";
        assert_eq!(of_cargo(cargo), all);
        assert_eq!(of_pytest("=== 2 failed, 12 passed, 1 skipped, 4 warnings, 1 error in 2.31s ==="), all);
        assert_eq!(of_pytest("12 passed in 0.1s"), Some(Tally { passed: 12, ..Tally::default() }));
        assert_eq!(of_node("ℹ fail 3"), Some(Tally { failed: 3, ..Tally::default() }));
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in ["test a ... ok", "", "ℹ", "# 3 passed", "the pair in question"] {
            for reader in [of_cargo, of_pytest, of_node] {
                assert_eq!(reader(line), None, "{line}");
            }
        }
        assert_eq!(of_node("ℹ duration_ms 41.5"), None);
    }

    #[test]
    fn a_runner_that_ran_nothing_is_an_error() {
        assert!(run(Command::new("echo").arg("12 passed in 0.1s"), of_pytest).is_ok());
        assert!(run(Command::new("echo").arg("no tests ran in 0.1s"), of_pytest).is_err());
        assert!(run(&mut Command::new("false"), of_pytest).is_err());
        assert!(run(&mut Command::new("no-such-program"), of_pytest).is_err());
    }
}
