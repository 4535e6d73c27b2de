//! Starting other programs: with our tools on `PATH`, in the root of the checkout, never waiting for input.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::ink;
use crate::places::Places;

impl Places {
    /// A program to be started from the root of the checkout.
    pub fn command(&self, program: &str) -> Result<Command> {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.path()?).stdin(Stdio::null());
        Ok(command)
    }
}

/// Runs a program with its output shown, and names it when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    announce(command);
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Says what is about to run.
pub fn announce(command: &Command) {
    println!("{}", ink::dim(&format!("  $ {}", shown(command))));
}

/// Runs a program and returns what it printed; what it said on the error stream is shown only if it fails.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({})\n{}", shown(command), output.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be started and ends well; nothing of it is shown.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn cannot_start(command: &Command) -> String {
    format!("`{}` cannot be started: is it installed?", command.get_program().to_string_lossy())
}

/// The command as a person would type it, cut where it would fill the screen.
pub fn shown(command: &Command) -> String {
    const MOST: usize = 200;
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
