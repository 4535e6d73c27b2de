//! Colour for what we print: on a terminal only, and not where the person has set `NO_COLOR`.

use std::env;
use std::io::{self, IsTerminal};
use std::sync::LazyLock;

static COLOURED: LazyLock<bool> = LazyLock::new(|| {
    io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
});

/// A headline.
pub fn bold(text: &str) -> String {
    painted("1", text)
}

/// What is there for those who want to know.
pub fn dim(text: &str) -> String {
    painted("2", text)
}

/// What went well.
pub fn green(text: &str) -> String {
    painted("32", text)
}

/// What needs somebody.
pub fn red(text: &str) -> String {
    painted("1;31", text)
}

/// What was left out.
pub fn yellow(text: &str) -> String {
    painted("33", text)
}

fn painted(colour: &str, text: &str) -> String {
    if *COLOURED { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
}
