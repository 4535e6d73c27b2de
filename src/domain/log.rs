//! What people did, as an append-only list of events. Everything else about answers is a fold over it.

mod consensus;
mod history;
mod ledger;
#[cfg(test)]
pub(crate) mod made_up;

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::choice::{Choice, ShownOrder, Strength};
use super::pair::PairId;

pub use consensus::Answer;
pub use history::{Me, OnPage};
pub use ledger::{Ledger, Repeated, Touched};

/// An event's own id: `session-number`, unique across tabs and machines. Its copies share the text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(Arc<str>);

impl EventId {
    /// The `number`th event of `session`.
    pub fn new(session: &str, number: u64) -> Self {
        Self(format!("{session}-{number}").into())
    }

    /// The id as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for EventId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EventId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(String::deserialize(deserializer)?.into()))
    }
}

/// One thing that was done, never changed afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogEvent {
    /// Version of this shape.
    pub v: u8,
    /// Unique id.
    pub id: EventId,
    /// When, in milliseconds since 1970 UTC.
    pub at_ms: u64,
    /// The tab's session.
    pub session: String,
    /// Who did it; empty where no name was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub annotator: String,
    /// What was done.
    pub action: Action,
}

/// What was done.
///
/// Version 1 knew `answer` (today's `label`, without strength, tags and note) and `undo`; its rows are read as they
/// are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// A pair was answered, skipped, or answered anew: an annotator's newest label of a pair counts.
    #[serde(alias = "answer")]
    Label {
        /// Which pair.
        pair: PairId,
        /// What was said.
        #[serde(flatten)]
        label: Label,
        /// How the label came to be.
        given: Given,
        /// The label that stood before and gives way to this one, whoever's it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        supersedes: Option<EventId>,
    },
    /// An earlier event (a label, a deletion, an import, a use) was taken back.
    Undo {
        /// Which one.
        event: EventId,
    },
    /// An event that was taken back counts again.
    Redo {
        /// Which one.
        event: EventId,
    },
    /// A pair was removed from the workspace.
    Delete {
        /// Which pair.
        pair: PairId,
    },
    /// A file was taken in; its pairs and labels name this event.
    Import {
        /// The file's name.
        name: String,
        /// Pairs that were new.
        pairs: u32,
        /// Labels that it brought.
        labels: u32,
    },
    /// The pairs of a source are to be used this way from now on.
    Use {
        /// As in [`super::pair::Pair::source`].
        source: String,
        /// For what.
        purpose: Purpose,
    },
}

/// What a set of pairs is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To be learned from, the validation fifth left out.
    #[default]
    Learn,
    /// Never to be learned from: a test set.
    Test,
}

/// What an annotator says of a pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// Which response is better.
    pub choice: Choice,
    /// How much better, where one is and the annotator says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// The difference of two given marks (TRL's `margin`), where a file brought one; ≥ 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<f32>,
    /// Words to find the pair by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Anything to be remembered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl From<Choice> for Label {
    fn from(choice: Choice) -> Self {
        Self { choice, strength: None, margin: None, tags: vec![], note: String::new() }
    }
}

/// How a label came to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "given", rename_all = "snake_case")]
pub enum Given {
    /// A person answered on the page.
    OnPage {
        /// Which response stood first.
        shown: ShownOrder,
        /// Milliseconds between showing and answering.
        lead_ms: u64,
        /// Why this pair was asked.
        #[serde(default)]
        asked: Asked,
    },
    /// The label came with a file.
    Imported {
        /// The import's event; `None` for labels of before imports were logged.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        import: Option<EventId>,
    },
    /// Somebody settled what annotators disagree on: it goes before all their labels.
    Adjudicated,
}

/// Why a pair was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// It was drawn at random: only such answers are an honest test of a model that chooses its own questions.
    #[default]
    Random,
    /// The model was least sure of it.
    Uncertain,
    /// Its answer would teach the model most.
    Informative,
    /// Somebody went back to it.
    Revisited,
    /// It was asked a second time, sides swapped, to measure the annotator. The first label goes on counting.
    Repeat,
}

impl LogEvent {
    /// The version written by this program.
    pub const VERSION: u8 = 2;

    /// Where it stands in the log: events are ordered by time, then by id, whenever they arrive.
    pub fn moment(&self) -> Moment {
        (self.at_ms, self.id.clone())
    }
}

/// An event's place in the order of all events: time, then id.
pub type Moment = (u64, EventId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_version_1_are_read_as_they_are() {
        let text = r#"{"v":1,"id":"s-1","at_ms":7,"session":"s","action":{"action":"answer","pair":"00",
            "choice":"both_bad","given":{"given":"on_page","shown":"BA","lead_ms":12}}}"#;
        let event: LogEvent = serde_json::from_str(text).unwrap();
        let given = Given::OnPage { shown: ShownOrder::Ba, lead_ms: 12, asked: Asked::Random };
        assert!(matches!(event.action, Action::Label { label, given: is, .. }
            if label == Choice::BothBad.into() && is == given));
        let imported: Given = serde_json::from_str(r#"{"given":"imported"}"#).unwrap();
        assert_eq!(imported, Given::Imported { import: None });
    }
}
