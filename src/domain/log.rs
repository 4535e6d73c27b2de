//! What people did, as an append-only list of events. Everything else about answers is a fold over it.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::choice::{Choice, ShownOrder};
use super::pair::PairId;

/// An event's own id: `session-number`, unique across tabs and machines.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(String);

impl EventId {
    /// The `number`th event of `session`.
    pub fn new(session: &str, number: u64) -> Self {
        Self(format!("{session}-{number}"))
    }

    /// The id as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
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
    /// What was done.
    pub action: Action,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// A pair was answered (again: the newest answer counts).
    Answer {
        /// Which pair.
        pair: PairId,
        /// What was said.
        choice: Choice,
        /// How the answer came to be.
        given: Given,
    },
    /// An earlier event was taken back.
    Undo {
        /// Which one.
        event: EventId,
    },
}

/// How an answer came to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "given", rename_all = "snake_case")]
pub enum Given {
    /// A person answered on the page.
    OnPage {
        /// Which response stood first.
        shown: ShownOrder,
        /// Milliseconds between showing and answering.
        lead_ms: u64,
    },
    /// The answer came with the file.
    Imported,
}

impl LogEvent {
    /// The version written by this program.
    pub const VERSION: u8 = 1;
}

/// A standing answer: the newest one that was not taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The event that gave it.
    pub event: EventId,
    /// What was said.
    pub choice: Choice,
    /// How it came to be.
    pub given: Given,
    /// When, in milliseconds since 1970 UTC.
    pub at_ms: u64,
}

/// The standing answers after `events`, in any order of arrival: events are ordered by time, then id.
pub fn fold(events: &[LogEvent]) -> HashMap<PairId, Answer> {
    let undone = undone(events);
    let mut standing: Vec<&LogEvent> = events.iter().filter(|event| !undone.contains(&event.id)).collect();
    standing.sort_by(|a, b| (a.at_ms, &a.id).cmp(&(b.at_ms, &b.id)));
    let mut answers = HashMap::new();
    for event in standing {
        if let Action::Answer { pair, choice, given } = &event.action {
            answers.insert(
                pair.clone(),
                Answer { event: event.id.clone(), choice: *choice, given: given.clone(), at_ms: event.at_ms },
            );
        }
    }
    answers
}

/// The newest answer given on the page that still stands: what Undo takes back.
pub fn last_undoable(events: &[LogEvent]) -> Option<(&EventId, &PairId)> {
    let undone = undone(events);
    events
        .iter()
        .filter(|event| !undone.contains(&event.id))
        .filter_map(|event| match &event.action {
            Action::Answer { pair, given: Given::OnPage { .. }, .. } => Some((event, pair)),
            Action::Answer { given: Given::Imported, .. } | Action::Undo { .. } => None,
        })
        .max_by(|(a, _), (b, _)| (a.at_ms, &a.id).cmp(&(b.at_ms, &b.id)))
        .map(|(event, pair)| (&event.id, pair))
}

fn undone(events: &[LogEvent]) -> HashSet<EventId> {
    events
        .iter()
        .filter_map(|event| match &event.action {
            Action::Undo { event } => Some(event.clone()),
            Action::Answer { .. } => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(number: u64, pair: &PairId, choice: Choice) -> LogEvent {
        LogEvent {
            v: LogEvent::VERSION,
            id: EventId::new("s", number),
            at_ms: number,
            session: "s".into(),
            action: Action::Answer {
                pair: pair.clone(),
                choice,
                given: Given::OnPage { shown: ShownOrder::Ab, lead_ms: 5 },
            },
        }
    }

    fn undo(number: u64, of: u64) -> LogEvent {
        LogEvent {
            v: LogEvent::VERSION,
            id: EventId::new("s", number),
            at_ms: number,
            session: "s".into(),
            action: Action::Undo { event: EventId::new("s", of) },
        }
    }

    #[test]
    fn the_newest_answer_stands_and_undo_brings_back_the_one_before() {
        let pair = PairId::of("p", "a", "b");
        let mut events = vec![answer(1, &pair, Choice::A), answer(2, &pair, Choice::B)];
        assert_eq!(fold(&events)[&pair].choice, Choice::B);
        events.push(undo(3, 2));
        assert_eq!(fold(&events)[&pair].choice, Choice::A);
        events.push(undo(4, 1));
        assert!(fold(&events).is_empty());
        assert_eq!(last_undoable(&events), None);
    }

    #[test]
    fn order_of_arrival_and_repetition_change_nothing() {
        let pair = PairId::of("p", "a", "b");
        let events = vec![answer(1, &pair, Choice::A), answer(2, &pair, Choice::Tie), undo(3, 1)];
        let mut shuffled = events.clone();
        shuffled.reverse();
        shuffled.extend(events.clone());
        assert_eq!(fold(&events), fold(&shuffled));
    }
}
