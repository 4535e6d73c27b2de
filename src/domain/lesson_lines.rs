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
    use crate::domain::pair::Turn;

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

    #[test]
    fn turns_are_those_that_a_chat_template_is_given_here() {
        let typed = "System: Be brief.\n\nUser: Hi\n\nAssistant: Yo\n\nUser: So?";
        // A tool's turn is no turn of a transcript: the prompt is one text.
        let roles = [("user", "Hi"), ("tool", "4"), ("user", "So?")];
        let turns = roles.map(|(role, content)| Turn { role: role.into(), content: content.into() });
        let (with_tool, _) = Record::after(turns.to_vec(), "one", "other").into_pair("test", None);
        for (pair, roles) in [
            (Pair::new(typed, "one", "other", "test"), ["system", "user", "assistant", "user"].as_slice()),
            (with_tool, &["user"]),
        ] {
            let comparison = Comparison {
                pair: pair.id.clone(),
                outcome: Outcome::Preferred(Side::A),
                strength: None,
                asked: Asked::Random,
            };
            let lines = LessonLines::of(&[comparison], |_| Some(&pair));
            let row: Value = serde_json::from_str(&(lines.train + &lines.validation)).unwrap();
            let said = row["prompt"].as_array().unwrap();
            assert!(
                said.iter().map(|turn| turn["role"].as_str().unwrap()).eq(roles.iter().copied()),
                "{row}"
            );
        }
    }
}
