//! The state of a log: which answers stand. A function of the *set* of events: order of arrival and repetition change
//! nothing, so merging two logs is putting them together.

use std::collections::{HashMap, HashSet};

use super::{Action, EventId, Given, Label, LogEvent};
use crate::domain::pair::PairId;

/// A standing answer: the newest one that was not taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The event that gave it.
    pub event: EventId,
    /// What was said.
    pub label: Label,
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
        if let Action::Label { pair, label, given, .. } = &event.action {
            answers.insert(
                pair.clone(),
                Answer {
                    event: event.id.clone(),
                    label: label.clone(),
                    given: given.clone(),
                    at_ms: event.at_ms,
                },
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
            Action::Label { pair, given: Given::OnPage { .. }, .. } => Some((event, pair)),
            Action::Label { given: Given::Imported { .. } | Given::Adjudicated, .. }
            | Action::Undo { .. }
            | Action::Redo { .. }
            | Action::Delete { .. }
            | Action::Import { .. }
            | Action::Use { .. } => None,
        })
        .max_by(|(a, _), (b, _)| (a.at_ms, &a.id).cmp(&(b.at_ms, &b.id)))
        .map(|(event, pair)| (&event.id, pair))
}

fn undone(events: &[LogEvent]) -> HashSet<EventId> {
    events
        .iter()
        .filter_map(|event| match &event.action {
            Action::Undo { event } => Some(event.clone()),
            Action::Label { .. }
            | Action::Redo { .. }
            | Action::Delete { .. }
            | Action::Import { .. }
            | Action::Use { .. } => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::{Choice, ShownOrder};
    use crate::domain::log::Asked;

    fn answer(number: u64, pair: &PairId, choice: Choice) -> LogEvent {
        LogEvent {
            v: LogEvent::VERSION,
            id: EventId::new("s", number),
            at_ms: number,
            session: "s".into(),
            annotator: String::new(),
            action: Action::Label {
                pair: pair.clone(),
                label: choice.into(),
                given: Given::OnPage { shown: ShownOrder::Ab, lead_ms: 5, asked: Asked::Random },
                supersedes: None,
            },
        }
    }

    fn undo(number: u64, of: u64) -> LogEvent {
        LogEvent {
            v: LogEvent::VERSION,
            id: EventId::new("s", number),
            at_ms: number,
            session: "s".into(),
            annotator: String::new(),
            action: Action::Undo { event: EventId::new("s", of) },
        }
    }

    #[test]
    fn the_newest_answer_stands_and_undo_brings_back_the_one_before() {
        let pair = PairId::of("p", "a", "b");
        let mut events = vec![answer(1, &pair, Choice::A), answer(2, &pair, Choice::B)];
        assert_eq!(fold(&events)[&pair].label.choice, Choice::B);
        events.push(undo(3, 2));
        assert_eq!(fold(&events)[&pair].label.choice, Choice::A);
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
