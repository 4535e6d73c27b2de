//! Scoring the rows of a file: which of a row's texts are scored, and what is written beside them.
//!
//! A file has one [`Shape`], found by its first rows or said by a person: so every row gets the same columns, and what
//! reads tables reads the result. Must not know files, nor who scores.

pub mod columns;
mod recognise;
mod report;
mod texts;

use serde::{Deserialize, Serialize};

pub use self::recognise::{by_columns, recognise};
pub use self::report::{Histogram, Reason, Report, Tally};
pub use self::texts::asked;
use super::choice::Side;
use super::formats::mapping::FormatId;

/// How the rows of a file are read, and how many responses each has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Where prompt and responses stand.
    pub how: How,
    /// How many responses there are, and what they are to each other.
    pub form: Form,
}

/// Where prompt and responses stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// Where this format of preference data has them.
    Format(FormatId),
    /// In columns of these names.
    Columns(Columns),
}

/// Columns of texts, by name; dots lead into nested objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// What was asked: one, or an instruction and its input; without any, the prompt is empty or stands in the
    /// conversation.
    pub prompts: Vec<String>,
    /// The response; a list of responses; a conversation whose last turn is the response; or two columns of a pair.
    pub responses: Vec<String>,
}

/// What a row's responses are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// There is one.
    One,
    /// A chosen and a rejected one.
    ChosenRejected,
    /// A first and a second one.
    FirstSecond,
    /// A list of them.
    List,
    /// A list of chosen and a list of rejected ones.
    Sides,
}

/// The texts of a row, and what the row itself says of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// What was asked; of a conversation, its transcript.
    pub prompt: String,
    /// One or more.
    pub responses: Vec<String>,
    /// How many of them, from the first, stand on the first side of a comparison.
    pub first: usize,
    /// The side that the row says is better.
    pub better: Option<Side>,
    /// The part of a benchmark that the row belongs to.
    pub subset: String,
    /// The row's own name.
    pub id: String,
}

/// A response's score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// The reward.
    pub value: f32,
    /// Its standard deviation; `None` where the model does not say.
    pub std: Option<f32>,
    /// Tokens that did not fit.
    pub cut_tokens: u32,
}

impl Form {
    /// In words, as in "500 rows: …".
    pub fn words(self) -> &'static str {
        match self {
            Form::One => "one response a row",
            Form::ChosenRejected => "a chosen and a rejected response a row",
            Form::FirstSecond => "two responses a row",
            Form::List => "a list of responses a row",
            Form::Sides => "several chosen and rejected responses a row",
        }
    }
}

impl How {
    /// In words: the format's name, or the columns'.
    pub fn words(&self) -> String {
        match self {
            How::Format(format) => format.name().to_owned(),
            How::Columns(Columns { prompts, responses }) => {
                let quoted = |names: &[String]| {
                    names.iter().map(|name| format!("\u{201c}{name}\u{201d}")).collect::<Vec<_>>().join(", ")
                };
                match prompts.is_empty() {
                    true => format!("Column {}", quoted(responses)),
                    false => format!("Columns {} and {}", quoted(prompts), quoted(responses)),
                }
            }
        }
    }
}

/// What the scored file is called: `pairs.jsonl.gz` becomes `pairs.scored.jsonl.gz`.
pub fn scored_name(name: &str) -> String {
    let (plain, packed) = name.strip_suffix(".gz").map_or((name, ""), |plain| (plain, ".gz"));
    match plain.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{stem}.scored.{ending}{packed}"),
        Some(_) | None => format!("{plain}.scored{packed}"),
    }
}

/// How far the best response of the first side of a comparison scores above the best of the other.
pub fn margin(scores: &[Scored], first: usize) -> Option<f32> {
    let best = |side: &[Scored]| side.iter().map(|score| score.value).max_by(f32::total_cmp);
    let (first, second) = scores.split_at_checked(first)?;
    Some(best(first)? - best(second)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scored_file_is_named_after_its_own() {
        assert_eq!(scored_name("my.pairs.jsonl"), "my.pairs.scored.jsonl");
        assert_eq!(scored_name("pairs.csv.gz"), "pairs.scored.csv.gz");
        assert_eq!(scored_name("pairs"), "pairs.scored");
        assert_eq!(scored_name(".pairs"), ".pairs.scored");
    }
}
