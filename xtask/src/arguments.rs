//! The command line.

use std::path::PathBuf;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::serve::{Isolation, Options, Source};

/// What `cargo xtask` prints when it is asked for help.
pub const HELP: &str = "\
cargo xtask TASK

  serve [--port 8080] [--open] [--base /some/path/] [--isolated]
                       sets up what is missing, builds the page and serves it on this machine;
                       --isolated cuts it off from other origins (COOP, COEP), as some hosts do
        [--no-build [--dist FOLDER]]
                       serves dist/, or another folder, as it is
  setup                only sets up what is missing, for all that follows
  build                builds the page into dist/, ready for any static host
  test [quick | STAGE…]
                       sets up what is missing and runs all checks and tests, or the quick ones, or those named
  check                only what needs no running program: format, lints, licences, advisories
  bench [ROW[=SIZE]…]  compares the page with other libraries at the same work
  bench page           serves that comparison as a page, for any browser on this machine and its GPU
  bench asking[=LEARN.jsonl,TEST.jsonl]
                       measures how few answers are enough, on real preferences, beside scikit-learn
  sizes                measures what a visitor downloads, against xtask/budget.toml
  post-build           finishes what Trunk has built (Trunk calls this)
";

/// What is to be done.
pub enum Task {
    /// Print [`HELP`].
    Help,
    /// Serve the page.
    Serve(Options),
    /// Set up the machine.
    SetUp,
    /// Build `dist/`.
    Build,
    /// Run tests.
    Test(Choice),
    /// Run the static checks.
    Check,
    /// Run the named rows of the benchmark.
    Bench(Vec<String>),
    /// Measure `dist/`.
    Sizes,
    /// Finish Trunk's staging folder.
    PostBuild,
}

/// Which stages to test.
pub enum Choice {
    /// Every one.
    All,
    /// Those that take seconds once things are compiled.
    Quick,
    /// These.
    Named(Vec<String>),
}

/// Reads the command line.
pub fn read(parser: &mut Parser) -> Result<Task> {
    let task = match parser.next()? {
        None | Some(Arg::Long("help") | Arg::Short('h')) => return Ok(Task::Help),
        Some(Arg::Value(task)) => task.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    match task.as_str() {
        "help" => Ok(Task::Help),
        "serve" => Ok(Task::Serve(serve(parser)?)),
        "test" => Ok(Task::Test(choice(parser)?)),
        "bench" => Ok(Task::Bench(values(parser)?)),
        "setup" => alone(parser, Task::SetUp),
        "build" => alone(parser, Task::Build),
        "check" => alone(parser, Task::Check),
        "sizes" => alone(parser, Task::Sizes),
        "post-build" => alone(parser, Task::PostBuild),
        other => bail!("there is no task `{other}`\n\n{HELP}"),
    }
}

fn serve(parser: &mut Parser) -> Result<Options> {
    let mut options = Options {
        port: 8080,
        base: "/".to_owned(),
        isolation: Isolation::Off,
        source: Source::Built,
        open: false,
    };
    let (mut as_it_is, mut folder) = (false, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("port") => options.port = parser.value()?.parse()?,
            Arg::Long("base") => options.base = parser.value()?.string()?,
            Arg::Long("isolated") => options.isolation = Isolation::On,
            Arg::Long("no-build") => as_it_is = true,
            Arg::Long("dist") => folder = Some(PathBuf::from(parser.value()?)),
            Arg::Long("open") => options.open = true,
            other => return Err(other.unexpected().into()),
        }
    }
    options.source = match (as_it_is, folder) {
        (true, folder) => Source::Folder(folder.unwrap_or_else(|| "dist".into())),
        (false, None) => Source::Built,
        (false, Some(_)) => bail!("--dist goes with --no-build: a build always ends in dist/"),
    };
    Ok(options)
}

fn choice(parser: &mut Parser) -> Result<Choice> {
    let names = values(parser)?;
    match (names.len(), names.iter().any(|name| name == "quick")) {
        (0, _) => Ok(Choice::All),
        (1, true) => Ok(Choice::Quick),
        (_, true) => bail!("`quick` is a choice of stages by itself: leave it out, or the names"),
        (_, false) => Ok(Choice::Named(names)),
    }
}

fn values(parser: &mut Parser) -> Result<Vec<String>> {
    let mut values = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(value) => values.push(value.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(values)
}

/// A task that takes nothing more.
fn alone(parser: &mut Parser, task: Task) -> Result<Task> {
    match parser.next()? {
        None => Ok(task),
        Some(other) => Err(other.unexpected().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Task> {
        read(&mut Parser::from_args(line.split_whitespace()))
    }

    #[test]
    fn serving_has_defaults() {
        let Ok(Task::Serve(options)) = of("serve") else { panic!("no options") };
        assert_eq!((options.port, options.base.as_str(), options.isolation), (8080, "/", Isolation::Off));
        assert!(matches!(options.source, Source::Built));
    }

    #[test]
    fn a_folder_can_be_served_as_it_is() {
        let line = "serve --no-build --dist built --port 0 --base /sub/ --isolated";
        let Ok(Task::Serve(options)) = of(line) else { panic!("no options") };
        assert_eq!((options.port, options.base.as_str(), options.isolation), (0, "/sub/", Isolation::On));
        assert!(matches!(options.source, Source::Folder(folder) if folder.ends_with("built")));
    }

    #[test]
    fn stages_are_chosen_by_name_or_as_a_set() {
        assert!(matches!(of("test"), Ok(Task::Test(Choice::All))));
        assert!(matches!(of("test quick"), Ok(Task::Test(Choice::Quick))));
        let Ok(Task::Test(Choice::Named(names))) = of("test native sizes") else { panic!("no names") };
        assert_eq!(names, ["native", "sizes"]);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in
            ["sreve", "build now", "serve --dist x", "serve --port many", "test quick native", "--verbose"]
        {
            assert!(of(line).is_err(), "{line}");
        }
    }
}
