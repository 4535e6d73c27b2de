//! What data are given out as, and what each format cannot hold.

use serde::{Deserialize, Serialize};

use crate::domain::choice::Choice;

/// The formats that are written. The event log is another: it is written where the events are, by `log_jsonl`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExportFormat {
    /// TRL: `prompt`, `chosen`, `rejected` as texts.
    #[default]
    Trl,
    /// TRL: `chosen` and `rejected` with the prompt in both, as texts.
    TrlImplicit,
    /// TRL: `prompt`, `chosen`, `rejected` as lists of messages.
    TrlConversational,
    /// TRL: `chosen` and `rejected` as whole conversations.
    TrlConversationalImplicit,
    /// TRL: `chosen_ids` and `rejected_ids`, the backbone's token ids of prompt and response as the model reads them.
    TrlTokenised,
    /// Anthropic's transcripts.
    Hh,
    /// HelpSteer2's preferences.
    HelpSteer2,
    /// HelpSteer3's preferences.
    HelpSteer3,
    /// Argilla's records.
    Argilla,
    /// Label Studio's tasks.
    LabelStudio,
    /// A table for spreadsheets.
    Csv,
    /// The same table in columns.
    Parquet,
    /// Our own lines: every pair, every annotator's label.
    Pairs,
}

/// How to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportOptions {
    /// TRL's formats: give every row a `margin`.
    pub margin: Margin,
}

/// Whether TRL's rows have a margin: every row or none, as TRL looks at the first alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Margin {
    /// No row has one.
    #[default]
    Without,
    /// The label's margin, or else its strength; 0 where it has neither, which changes nothing in the loss.
    With,
}

/// Why a format has no place for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lacking {
    /// Nobody has answered it.
    NoAnswer,
    /// The answer is one that the format cannot say.
    Answer(Choice),
    /// A text holds the very marks that the format divides turns by: it would be read back as other turns.
    Marks,
    /// The conversation has turns of others than the two whom the format knows.
    Roles,
    /// Nobody has turned its texts into token ids.
    TokenIds,
}

/// What a file holds, or would hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Its rows; before it is written, the pairs that it has a place for.
    pub rows: usize,
    /// What it has no place for: why, and how many pairs.
    pub left_out: Vec<(Lacking, usize)>,
}

impl Contents {
    /// One pair more has no place in it.
    pub fn leave_out(&mut self, why: Lacking) {
        match self.left_out.iter_mut().find(|(known, _)| *known == why) {
            Some((_, times)) => *times += 1,
            None => self.left_out.push((why, 1)),
        }
    }
}

impl Lacking {
    /// In words, as in "3 rows are left out: …".
    pub fn words(self) -> &'static str {
        match self {
            Lacking::NoAnswer => "not answered",
            Lacking::Answer(Choice::Tie) => "tie",
            Lacking::Answer(Choice::BothGood) => "both good",
            Lacking::Answer(Choice::BothBad) => "both bad",
            Lacking::Answer(Choice::Skip) => "skipped",
            Lacking::Answer(Choice::A | Choice::B) => "preference",
            Lacking::Marks => "a text contains the format's own turn marks",
            Lacking::Roles => "turns by others than user and assistant",
            Lacking::TokenIds => "no token ids",
        }
    }
}

impl ExportFormat {
    /// Every format, in the order the page offers them.
    pub const ALL: [ExportFormat; 13] = [
        ExportFormat::Trl,
        ExportFormat::TrlImplicit,
        ExportFormat::TrlConversational,
        ExportFormat::TrlConversationalImplicit,
        ExportFormat::TrlTokenised,
        ExportFormat::Hh,
        ExportFormat::HelpSteer2,
        ExportFormat::HelpSteer3,
        ExportFormat::Argilla,
        ExportFormat::LabelStudio,
        ExportFormat::Csv,
        ExportFormat::Parquet,
        ExportFormat::Pairs,
    ];

    /// The form value.
    pub fn word(self) -> &'static str {
        match self {
            ExportFormat::Trl => "trl",
            ExportFormat::TrlImplicit => "trl-implicit",
            ExportFormat::TrlConversational => "trl-conversational",
            ExportFormat::TrlConversationalImplicit => "trl-conversational-implicit",
            ExportFormat::TrlTokenised => "trl-tokenised",
            ExportFormat::Hh => "hh",
            ExportFormat::HelpSteer2 => "helpsteer2",
            ExportFormat::HelpSteer3 => "helpsteer3",
            ExportFormat::Argilla => "argilla",
            ExportFormat::LabelStudio => "label-studio",
            ExportFormat::Csv => "csv",
            ExportFormat::Parquet => "parquet",
            ExportFormat::Pairs => "pairs",
        }
    }

    /// The format of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            ExportFormat::Trl => "TRL: prompt, chosen, rejected",
            ExportFormat::TrlImplicit => "TRL: chosen and rejected with the prompt inside",
            ExportFormat::TrlConversational => "TRL: conversations, prompt apart",
            ExportFormat::TrlConversationalImplicit => "TRL: whole conversations",
            ExportFormat::TrlTokenised => "TRL: token ids of the backbone",
            ExportFormat::Hh => "Anthropic HH transcripts",
            ExportFormat::HelpSteer2 => "HelpSteer2 preferences",
            ExportFormat::HelpSteer3 => "HelpSteer3 preferences",
            ExportFormat::Argilla => "Argilla records",
            ExportFormat::LabelStudio => "Label Studio tasks",
            ExportFormat::Csv => "Table for spreadsheets (CSV)",
            ExportFormat::Parquet => "Table in columns (Parquet)",
            ExportFormat::Pairs => "All pairs, with everybody's labels",
        }
    }

    /// What the file is called.
    pub fn file_name(self) -> &'static str {
        match self {
            ExportFormat::Trl
            | ExportFormat::TrlImplicit
            | ExportFormat::TrlConversational
            | ExportFormat::TrlConversationalImplicit => "preferences.jsonl",
            ExportFormat::TrlTokenised => "token-ids.jsonl",
            ExportFormat::Hh => "transcripts.jsonl",
            ExportFormat::HelpSteer2 => "helpsteer2.jsonl",
            ExportFormat::HelpSteer3 => "helpsteer3.jsonl",
            ExportFormat::Argilla => "argilla.json",
            ExportFormat::LabelStudio => "label-studio.json",
            ExportFormat::Csv => "pairs.csv",
            ExportFormat::Parquet => "pairs.parquet",
            ExportFormat::Pairs => "pairs.jsonl",
        }
    }

    /// What a browser is told that the file is.
    pub fn media_type(self) -> &'static str {
        match self {
            ExportFormat::Trl
            | ExportFormat::TrlImplicit
            | ExportFormat::TrlConversational
            | ExportFormat::TrlConversationalImplicit
            | ExportFormat::TrlTokenised
            | ExportFormat::Hh
            | ExportFormat::HelpSteer2
            | ExportFormat::HelpSteer3
            | ExportFormat::Pairs => "application/jsonl",
            ExportFormat::Argilla | ExportFormat::LabelStudio => "application/json",
            ExportFormat::Csv => "text/csv",
            ExportFormat::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// Whether [`ExportOptions::margin`] makes a difference.
    pub fn takes_margin(self) -> bool {
        matches!(
            self,
            ExportFormat::Trl
                | ExportFormat::TrlImplicit
                | ExportFormat::TrlConversational
                | ExportFormat::TrlConversationalImplicit
                | ExportFormat::TrlTokenised
        )
    }

    /// Whether its rows are token ids, which the engine has to make first.
    pub fn wants_token_ids(self) -> bool {
        self == ExportFormat::TrlTokenised
    }

    /// Why a pair with this standing answer would be left out; `None` if the format has a word for it. (What a
    /// format cannot hold of a text, only writing tells.)
    pub fn lacks(self, answer: Option<Choice>) -> Option<Lacking> {
        let held = match self {
            ExportFormat::Trl
            | ExportFormat::TrlImplicit
            | ExportFormat::TrlConversational
            | ExportFormat::TrlConversationalImplicit
            | ExportFormat::TrlTokenised
            | ExportFormat::Hh => matches!(answer, Some(Choice::A | Choice::B)),
            ExportFormat::HelpSteer2 | ExportFormat::HelpSteer3 => {
                matches!(answer, Some(Choice::A | Choice::B | Choice::Tie))
            }
            ExportFormat::Argilla
            | ExportFormat::LabelStudio
            | ExportFormat::Csv
            | ExportFormat::Parquet
            | ExportFormat::Pairs => true,
        };
        (!held).then(|| answer.map_or(Lacking::NoAnswer, Lacking::Answer))
    }
}
