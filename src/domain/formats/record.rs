//! What a row of any file comes to: a pair with the labels that came with it; and what every format writes from.
//!
//! Crosses between page and worker, so its fields are all written, always, in this order.

use serde::{Deserialize, Serialize};

use super::{conversation, transcript};
use crate::domain::choice::{Choice, Outcome, ShownOrder, Side, Strength};
use crate::domain::log::{EventId, Label};
use crate::domain::pair::{Pair, PairId, Turn};

/// One pair as a file has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Hash of prompt and responses.
    pub id: PairId,
    /// What was asked; of a conversation, its [`transcript`](conversation::transcript).
    pub prompt: String,
    /// The conversation's turns; empty for a plain prompt.
    pub turns: Vec<Turn>,
    /// The first response.
    pub response_a: String,
    /// The second response.
    pub response_b: String,
    /// What was said of it, at most once by each annotator.
    pub marks: Vec<Mark>,
    /// Where the row says it came from; empty where it does not.
    pub source: String,
    /// Who wrote `response_a`; empty where nobody says.
    pub source_a: String,
    /// Who wrote `response_b`.
    pub source_b: String,
    /// The part of a benchmark that it belongs to.
    pub subset: String,
    /// Where it stands in its file: a line, or a row of a Parquet file; both from 1. 0 for what is to be written.
    pub line: usize,
    /// Token ids of the prompt with each response, where the format to be written wants them; never read.
    pub token_ids: Option<TokenIds>,
}

/// Token ids as the backbone reads them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenIds {
    /// Of the prompt with `response_a`.
    pub a: Vec<u32>,
    /// Of the prompt with `response_b`.
    pub b: Vec<u32>,
}

/// One annotator's label, with what else a file knows of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Who said it; empty where nobody says.
    pub annotator: String,
    /// Which response is better.
    pub choice: Choice,
    /// How much better.
    pub strength: Option<Strength>,
    /// Difference of two given marks; ≥ 0.
    pub margin: Option<f32>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Anything to be remembered.
    pub note: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_ms: Option<u64>,
    /// Milliseconds that it took.
    pub lead_ms: Option<u64>,
    /// Which response stood first.
    pub shown: Option<ShownOrder>,
}

impl Record {
    /// A record of these texts, without marks.
    pub fn new(prompt: impl Into<String>, a: impl Into<String>, b: impl Into<String>) -> Self {
        let (prompt, response_a, response_b) = (prompt.into(), a.into(), b.into());
        Self {
            id: PairId::of(&prompt, &response_a, &response_b),
            prompt,
            turns: vec![],
            response_a,
            response_b,
            marks: vec![],
            source: String::new(),
            source_a: String::new(),
            source_b: String::new(),
            subset: String::new(),
            line: 0,
            token_ids: None,
        }
    }

    /// A record of a conversation and two ways to go on with it. One user's turn alone is a plain prompt.
    pub fn after(turns: Vec<Turn>, a: impl Into<String>, b: impl Into<String>) -> Self {
        let mut record = Self::new(conversation::transcript(&turns), a, b);
        if !matches!(turns.as_slice(), [only] if only.role == "user") {
            record.turns = turns;
        }
        record
    }

    /// Bytes of its three texts.
    pub fn bytes(&self) -> usize {
        self.prompt.len() + self.response_a.len() + self.response_b.len()
    }

    /// The record with one more mark, by nobody in particular.
    pub fn marked(mut self, choice: Choice) -> Self {
        self.marks.push(choice.into());
        self
    }

    /// A pair of the workspace with its labels, to be written.
    pub fn of(pair: &Pair, marks: Vec<Mark>) -> Self {
        Self {
            id: pair.id.clone(),
            prompt: pair.prompt.clone(),
            turns: pair.turns.clone(),
            response_a: pair.response_a.clone(),
            response_b: pair.response_b.clone(),
            marks,
            source: pair.source.clone(),
            source_a: pair.source_a.clone(),
            source_b: pair.source_b.clone(),
            subset: pair.subset.clone(),
            line: 0,
            token_ids: None,
        }
    }

    /// The pair to be kept, brought by `import`; `file` is its source where the row names none.
    pub fn into_pair(self, file: &str, import: Option<EventId>) -> (Pair, Vec<Mark>) {
        let source = if self.source.is_empty() { file.to_owned() } else { self.source };
        let pair = Pair {
            id: self.id,
            prompt: self.prompt,
            response_a: self.response_a,
            response_b: self.response_b,
            source,
            turns: self.turns,
            source_a: self.source_a,
            source_b: self.source_b,
            subset: self.subset,
            import,
        };
        (pair, self.marks)
    }

    /// The conversation that the responses go on with: the turns that it came with, or those that its prompt
    /// [reads as](transcript::turns), or else the prompt as the user's only turn.
    pub fn conversation(&self) -> Vec<Turn> {
        if self.turns.is_empty() {
            let alone = || vec![Turn { role: "user".into(), content: self.prompt.clone() }];
            transcript::turns(&self.prompt).unwrap_or_else(alone)
        } else {
            self.turns.clone()
        }
    }

    /// The one mark that stands for all: what most annotators said, a tie where they are evenly split; of those who
    /// said it, the first. `None` where nobody said anything. For formats that hold one label a pair.
    pub fn verdict(&self) -> Option<Mark> {
        let [first, rest @ ..] = self.marks.as_slice() else { return None };
        if rest.is_empty() {
            return Some(first.clone());
        }
        let votes = |outcome| self.marks.iter().filter(|mark| mark.choice.outcome() == Some(outcome)).count();
        let [a, b, tie] = [Outcome::Preferred(Side::A), Outcome::Preferred(Side::B), Outcome::Tie].map(votes);
        let verdict = if a > b && a > tie {
            Outcome::Preferred(Side::A)
        } else if b > a && b > tie {
            Outcome::Preferred(Side::B)
        } else if a + b + tie > 0 {
            Outcome::Tie
        } else {
            return Some(first.clone());
        };
        let said = self.marks.iter().find(|mark| mark.choice.outcome() == Some(verdict));
        Some(said.cloned().unwrap_or_else(|| Choice::Tie.into()))
    }

    /// The preferred response and the other, with the mark that says so; `None` where no response was preferred.
    pub fn preference(&self) -> Option<(&str, &str, Mark)> {
        let mark = self.verdict()?;
        match mark.choice.preferred()? {
            Side::A => Some((&self.response_a, &self.response_b, mark)),
            Side::B => Some((&self.response_b, &self.response_a, mark)),
        }
    }
}

impl Mark {
    /// The label for the log.
    pub fn label(&self) -> Label {
        Label {
            choice: self.choice,
            strength: self.strength,
            margin: self.margin,
            tags: self.tags.clone(),
            note: self.note.clone(),
        }
    }

    /// A label of the log, by this annotator.
    pub fn of(label: &Label, annotator: &str) -> Self {
        Self {
            annotator: annotator.into(),
            choice: label.choice,
            strength: label.strength,
            margin: label.margin,
            tags: label.tags.clone(),
            note: label.note.clone(),
            at_ms: None,
            lead_ms: None,
            shown: None,
        }
    }
}

impl From<Choice> for Mark {
    fn from(choice: Choice) -> Self {
        Self::of(&choice.into(), "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(choices: &[Choice]) -> Option<Choice> {
        let marks = choices.iter().map(|&choice| choice.into()).collect();
        Record { marks, ..Record::new("p", "a", "b") }.verdict().map(|mark| mark.choice)
    }

    #[test]
    fn most_annotators_decide_and_an_even_split_is_a_tie() {
        assert_eq!(said(&[]), None);
        assert_eq!(said(&[Choice::Skip]), Some(Choice::Skip));
        assert_eq!(said(&[Choice::A, Choice::B, Choice::B]), Some(Choice::B));
        assert_eq!(said(&[Choice::A, Choice::B]), Some(Choice::Tie));
        assert_eq!(said(&[Choice::BothBad, Choice::Tie, Choice::A]), Some(Choice::BothBad));
        assert_eq!(said(&[Choice::Skip, Choice::A]), Some(Choice::A));
    }
}
