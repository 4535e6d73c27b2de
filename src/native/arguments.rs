//! The command line.

use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};

use crate::domain::device::DeviceKind;
use crate::domain::filing::scored_name;

/// What is printed when help is asked for.
pub const HELP: &str = "\
score --model PATH --input FILE [--output FILE] [--backbone FOLDER] [--device cpu|ndarray|webgpu]

  Scores every row of a file with a reward model that was downloaded from Reward Studio.

  --model PATH       the model: a .safetensors file from the page, or a folder that holds one
  --input FILE       prompts with one response, a list of them, conversations, or pairs: JSON Lines, JSON, CSV, TSV or
                     Parquet, gzipped or not
  --output FILE      where the rows go, with their scores beside them; by default NAME.scored.EXT beside the input
  --backbone FOLDER  config.json, tokenizer.json and model.safetensors of the model's backbone; by default the model's
                     folder, or public/models/…, where `cargo xtask setup` puts them
  --device DEVICE    cpu (the default), ndarray, or webgpu (build with --features gpu)
";

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Print [`HELP`].
    Help,
    /// Score a file.
    Score(Wish),
}

/// A file that is to be scored, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// A model file, or a folder that holds one.
    pub model: PathBuf,
    /// The file.
    pub input: PathBuf,
    /// Where the result goes.
    pub output: PathBuf,
    /// The backbone's folder, where it was said.
    pub backbone: Option<PathBuf>,
    /// What the engine runs on.
    pub device: DeviceKind,
}

/// Read the command line.
///
/// # Errors
/// What is wrong with it.
pub fn read(mut parser: Parser) -> Result<Task, lexopt::Error> {
    let (mut model, mut input, mut output, mut backbone) = (None, None, None, None);
    let mut device = DeviceKind::Cpu;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(Task::Help),
            Arg::Long("model") => model = Some(PathBuf::from(parser.value()?)),
            Arg::Long("input") => input = Some(PathBuf::from(parser.value()?)),
            Arg::Long("output") => output = Some(PathBuf::from(parser.value()?)),
            Arg::Long("backbone") => backbone = Some(PathBuf::from(parser.value()?)),
            Arg::Long("device") => device = device_of(&parser.value()?.string()?)?,
            other @ (Arg::Short(_) | Arg::Long(_) | Arg::Value(_)) => return Err(other.unexpected()),
        }
    }
    let needed = |path: Option<PathBuf>, name: &str| path.ok_or_else(|| format!("{name} is missing"));
    let (model, input) = (needed(model, "--model")?, needed(input, "--input")?);
    let output = output.unwrap_or_else(|| {
        let name = input.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        input.with_file_name(scored_name(&name))
    });
    if output == input {
        return Err("--output is the input itself: the result needs a file of its own".into());
    }
    Ok(Task::Score(Wish { model, input, output, backbone, device }))
}

fn device_of(word: &str) -> Result<DeviceKind, lexopt::Error> {
    match word {
        "cpu" => Ok(DeviceKind::Cpu),
        "ndarray" => Ok(DeviceKind::NdArray),
        "webgpu" => Ok(DeviceKind::WebGpu),
        other => Err(format!("--device is cpu, ndarray or webgpu, and not {other}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(arguments: &[&str]) -> Result<Task, lexopt::Error> {
        read(Parser::from_args(arguments))
    }

    #[test]
    fn the_result_lies_beside_the_input_unless_it_is_said_where() {
        let Ok(Task::Score(wish)) = said(&["--model", "m", "--input", "a/b.jsonl.gz"]) else {
            panic!("a wish")
        };
        assert_eq!(wish.output, PathBuf::from("a/b.scored.jsonl.gz"));
        assert_eq!((wish.device, wish.backbone), (DeviceKind::Cpu, None));
        let Ok(Task::Score(wish)) =
            said(&["--input=b.csv", "--model=m", "--output=c.csv", "--device=ndarray", "--backbone=x"])
        else {
            panic!("a wish")
        };
        assert_eq!((wish.output, wish.device), (PathBuf::from("c.csv"), DeviceKind::NdArray));
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let error = |arguments: &[&str]| said(arguments).expect_err("an error").to_string();
        assert!(error(&["--input", "a"]).contains("--model"));
        assert!(error(&["--model", "m"]).contains("--input"));
        assert!(error(&["--model", "m", "--input", "a", "--device", "tpu"]).contains("tpu"));
        assert!(error(&["--model", "m", "--input", "a", "--output", "a"]).contains("itself"));
        assert_eq!(said(&["--help"]).expect("help"), Task::Help);
    }
}
