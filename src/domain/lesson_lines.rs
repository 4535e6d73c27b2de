//! What is learned from, as lines that TRL learns from: the same pairs, parted as here.

use serde::{Deserialize, Serialize};

use super::choice::{Choice, Outcome, Side};
use super::dataset::Comparison;
use super::formats::export::{ExportFormat, ExportOptions};
use super::formats::record::Record;
use super::formats::{transcript, write};
use super::pair::Pair;
use super::split::{Part, part};

/// Lines of JSON in TRL's conversational shape: whole prompts on one side of the split or the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonLines {
    /// To be learned from.
    pub train: String,
    /// Held out.
    pub validation: String,
}

impl LessonLines {
    /// Of the comparisons that prefer one response; ties and pairs that are gone are left out.
    pub fn of<'a>(comparisons: &[Comparison], pair: impl Fn(&Comparison) -> Option<&'a Pair>) -> Self {
        let mut lines = Self::default();
        for comparison in comparisons {
            let (Some(pair), Outcome::Preferred(side)) = (pair(comparison), comparison.outcome) else {
                continue;
            };
            let choice = match side {
                Side::A => Choice::A,
                Side::B => Choice::B,
            };
            // The turns are those that a backbone's chat template is given here, whatever a file had.
            let turns = transcript::turns(&pair.prompt).unwrap_or_default();
            let record = Record { turns, ..Record::of(pair, vec![]) }.marked(choice);
            // A marked record always has a preference to write.
            if let Ok(row) = write(ExportFormat::TrlConversational, &record, ExportOptions::default()) {
                let part = match part(&pair.prompt) {
                    Part::Train => &mut lines.train,
                    Part::Validation => &mut lines.validation,
                };
                part.push_str(&row.to_string());
                part.push('\n');
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::domain::log::Asked;

    #[test]
    fn preferences_are_written_on_their_prompts_side_of_the_split_and_ties_nowhere() {
        let pairs: Vec<Pair> =
            (0..40).map(|at| Pair::new(format!("question {at}"), "one", "other", "test")).collect();
        let comparisons: Vec<Comparison> = pairs
            .iter()
            .enumerate()
            .map(|(at, pair)| Comparison {
                pair: pair.id.clone(),
                outcome: match at % 3 {
                    0 => Outcome::Preferred(Side::A),
                    1 => Outcome::Preferred(Side::B),
                    _ => Outcome::Tie,
                },
                strength: None,
                asked: Asked::Random,
            })
            .collect();
        let lines = LessonLines::of(&comparisons, |it| pairs.iter().find(|pair| pair.id == it.pair));
        let rows = |text: &str| -> Vec<Value> {
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        let (train, validation) = (rows(&lines.train), rows(&lines.validation));
        assert_eq!(train.len() + validation.len(), 27);
        assert!(!validation.is_empty());
        for (row, side) in train
            .iter()
            .map(|row| (row, Part::Train))
            .chain(validation.iter().map(|row| (row, Part::Validation)))
        {
            let prompt = row["prompt"][0]["content"].as_str().unwrap();
            assert_eq!(part(prompt), side);
            let at: usize = prompt.trim_start_matches("question ").parse().unwrap();
            assert_eq!(row["chosen"][0]["content"], if at.is_multiple_of(3) { "one" } else { "other" });
        }
    }
}
