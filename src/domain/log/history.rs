//! What one annotator has answered on the page: all of it, what undo takes back next, and what redo brings back.

use super::{Action, Asked, EventId, Given, Label, Ledger, LogEvent};
use crate::domain::choice::ShownOrder;
use crate::domain::pair::PairId;

/// Whose answers undo and redo are about: this tab's, and those of the same name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Me {
    /// This tab's session.
    pub session: String,
    /// The annotator's name; empty where none was given.
    pub annotator: String,
}

impl Me {
    /// Whether this event is mine.
    pub fn gave(&self, event: &LogEvent) -> bool {
        event.session == self.session || event.annotator == self.annotator
    }
}

/// An answer as it was given on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnPage<'a> {
    /// The event that gave it.
    pub event: &'a EventId,
    /// Which pair.
    pub pair: &'a PairId,
    /// What was said.
    pub label: &'a Label,
    /// Which response stood first.
    pub shown: ShownOrder,
    /// Milliseconds between showing and answering.
    pub lead_ms: u64,
    /// Why the pair was asked.
    pub asked: Asked,
    /// When, in milliseconds since 1970 UTC.
    pub at_ms: u64,
}

impl<'a> OnPage<'a> {
    /// This event, if it is such an answer.
    pub fn of(event: &'a LogEvent) -> Option<Self> {
        match &event.action {
            Action::Label { pair, label, given: Given::OnPage { shown, lead_ms, asked }, .. } => Some(Self {
                event: &event.id,
                pair,
                label,
                shown: *shown,
                lead_ms: *lead_ms,
                asked: *asked,
                at_ms: event.at_ms,
            }),
            Action::Label { given: Given::Imported { .. } | Given::Adjudicated, .. }
            | Action::Undo { .. }
            | Action::Redo { .. }
            | Action::Delete { .. }
            | Action::Import { .. }
            | Action::Use { .. } => None,
        }
    }
}

impl Ledger {
    /// My answers on the page that count, repeats and answers given anew included, in the order of the log.
    pub fn given_by(&self, me: &Me) -> impl DoubleEndedIterator<Item = OnPage<'_>> {
        self.answers_on_page()
            .filter(move |event| me.gave(event) && self.counts(&event.id))
            .filter_map(OnPage::of)
    }

    /// My newest answer on the page that still counts, with its pair. Imports, deletions and the uses of sources are
    /// taken back where they are shown, not by this.
    pub fn next_undo(&self, me: &Me) -> Option<(&EventId, &PairId)> {
        self.answers_on_page()
            .rev()
            .find(|event| me.gave(event) && self.counts(&event.id))
            .and_then(|event| Some((&event.id, answered(event)?)))
    }

    /// Of the answers that I took back since I last gave one, the one taken back last.
    pub fn next_redo(&self, me: &Me) -> Option<(&EventId, &PairId)> {
        let last_given = self.answers_on_page().rev().find(|event| me.gave(event))?.moment();
        self.taken_back()
            .rev()
            .take_while(|(moment, _)| **moment > last_given)
            .filter_map(|(_, target)| self.event(target))
            .find(|event| me.gave(event) && answered(event).is_some())
            .and_then(|event| Some((&event.id, answered(event)?)))
    }
}

/// The pair of an answer that a person gave here.
pub(super) fn answered(event: &LogEvent) -> Option<&PairId> {
    match &event.action {
        Action::Label { pair, given: Given::OnPage { .. } | Given::Adjudicated, .. } => Some(pair),
        Action::Label { given: Given::Imported { .. }, .. }
        | Action::Undo { .. }
        | Action::Redo { .. }
        | Action::Delete { .. }
        | Action::Import { .. }
        | Action::Use { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Choice;
    use crate::domain::log::made_up::Writer;

    fn pairs() -> [PairId; 3] {
        ["p", "q", "r"].map(|prompt| PairId::of(prompt, "a", "b"))
    }

    fn me() -> Me {
        Me { session: "s".into(), annotator: "ann".into() }
    }

    #[test]
    fn undo_goes_back_without_limit_and_redo_comes_forward_again() {
        let (mut writer, mut ledger) = (Writer::named("s", "ann"), Ledger::default());
        let given = pairs().map(|pair| writer.label(&pair, Choice::A));
        for event in given.clone() {
            ledger.take(event);
        }
        for event in given.iter().rev() {
            assert_eq!(ledger.next_undo(&me()).map(|(id, _)| id), Some(&event.id));
            ledger.take(writer.undo(event));
        }
        assert_eq!(ledger.next_undo(&me()), None);
        for event in &given {
            assert_eq!(ledger.next_redo(&me()).map(|(id, _)| id), Some(&event.id));
            ledger.take(writer.redo(event));
        }
        assert_eq!(ledger.next_redo(&me()), None);
        assert_eq!(ledger.next_undo(&me()).map(|(id, _)| id), Some(&given[2].id));
    }

    #[test]
    fn a_new_answer_leaves_nothing_to_redo_but_can_itself_be_redone() {
        let (mut writer, mut ledger) = (Writer::named("s", "ann"), Ledger::default());
        let [p, q, _] = pairs();
        let (first, second) = (writer.label(&p, Choice::A), writer.label(&q, Choice::B));
        ledger.take(first.clone());
        ledger.take(writer.undo(&first));
        // Written after the first was taken back, whatever its number.
        let second = LogEvent { at_ms: 100, ..second };
        ledger.take(second.clone());
        assert_eq!(ledger.next_redo(&me()), None);
        ledger.take(LogEvent { at_ms: 101, ..writer.undo(&second) });
        assert_eq!(ledger.next_redo(&me()), Some((&second.id, &q)));
        ledger.take(LogEvent { at_ms: 102, ..writer.redo(&second) });
        assert_eq!(ledger.next_redo(&me()), None);
    }

    #[test]
    fn another_annotators_answers_are_not_mine_to_take_back() {
        let mut ledger = Ledger::default();
        let [p, ..] = pairs();
        ledger.take(Writer::named("t", "bob").label(&p, Choice::A));
        assert_eq!(ledger.next_undo(&me()), None);
        let unnamed_before = Writer::new("s").label(&p, Choice::B);
        ledger.take(unnamed_before.clone());
        assert_eq!(
            ledger.next_undo(&me()),
            Some((&unnamed_before.id, &p)),
            "this tab's, before it had a name"
        );
    }
}
