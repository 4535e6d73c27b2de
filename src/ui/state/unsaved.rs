//! What the store has refused: kept in this tab, each pair and event once, until it is stored or taken along.

use std::collections::HashSet;

use crate::domain::dataset::Dataset;
use crate::domain::formats::log_jsonl::{self, Line};
use crate::domain::log::{Action, EventId, LogEvent};
use crate::domain::pair::{Pair, PairId};
use crate::protocol::Fault;

/// What the store has refused so far: it lives in this tab only.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsaved {
    /// Why.
    pub fault: Fault,
    /// Pairs, in order.
    pub pairs: Vec<Pair>,
    /// Events, in order.
    pub events: Vec<LogEvent>,
    known_pairs: HashSet<PairId>,
    known_events: HashSet<EventId>,
}

impl Unsaved {
    /// The store has refused these.
    pub fn new(fault: Fault, pairs: &[Pair], events: &[LogEvent]) -> Self {
        let mut unsaved = Self {
            fault: fault.clone(),
            pairs: vec![],
            events: vec![],
            known_pairs: HashSet::new(),
            known_events: HashSet::new(),
        };
        unsaved.more(fault, pairs, events);
        unsaved
    }

    /// The store has refused these too, or again.
    pub fn more(&mut self, fault: Fault, pairs: &[Pair], events: &[LogEvent]) {
        self.fault = fault;
        let new = |pair: &&Pair| self.known_pairs.insert(pair.id.clone());
        self.pairs.extend(pairs.iter().filter(new).cloned());
        let new = |event: &&LogEvent| self.known_events.insert(event.id.clone());
        self.events.extend(events.iter().filter(new).cloned());
    }

    /// The store has taken these; says whether nothing is left.
    pub fn without(&mut self, pairs: &[Pair], events: &[LogEvent]) -> bool {
        for pair in pairs {
            self.known_pairs.remove(&pair.id);
        }
        for event in events {
            self.known_events.remove(&event.id);
        }
        self.pairs.retain(|pair| self.known_pairs.contains(&pair.id));
        self.events.retain(|event| self.known_events.contains(&event.id));
        self.pairs.is_empty() && self.events.is_empty()
    }

    /// So much of it at most, events first: one of them may say that nothing is to be learned from the pairs.
    pub fn lump(&self, at_most: usize) -> (Vec<Pair>, Vec<LogEvent>) {
        let events = &self.events[..self.events.len().min(at_most)];
        let pairs = &self.pairs[..self.pairs.len().min(at_most - events.len())];
        (pairs.to_vec(), events.to_vec())
    }

    /// What there is to be written down now.
    pub fn to_write(&self) -> ToWrite {
        let told: HashSet<&PairId> = self.events.iter().filter_map(labelled).collect();
        let pairs = self.pairs.iter().map(|pair| &pair.id).filter(|id| !told.contains(id)).cloned();
        ToWrite { pairs: pairs.collect(), events: self.events.iter().map(|event| event.id.clone()).collect() }
    }
}

/// What is to be written down, in lines of a workspace file.
#[derive(Debug)]
pub struct ToWrite {
    /// Those that no label among the events is about.
    pairs: Vec<PairId>,
    events: Vec<EventId>,
}

impl ToWrite {
    /// The next lines, at most so many, by what the page knows of them; `None` when all are written.
    pub fn lines(&mut self, dataset: &Dataset, at_most: usize) -> Option<Vec<Line>> {
        if self.pairs.is_empty() && self.events.is_empty() {
            return None;
        }
        let pairs = self.pairs.drain(..self.pairs.len().min(at_most));
        let mut lines: Vec<Line> =
            pairs.filter_map(|id| dataset.ever(&id)).map(|pair| Line::Pair(Pair::clone(pair))).collect();
        let room = at_most - lines.len();
        let events = self.events.drain(..self.events.len().min(room));
        lines.extend(events.filter_map(|id| Some(log_jsonl::line_by_itself(dataset, dataset.event(&id)?))));
        Some(lines)
    }
}

fn labelled(event: &LogEvent) -> Option<&PairId> {
    match &event.action {
        Action::Label { pair, .. } => Some(pair),
        Action::Delete { .. }
        | Action::Undo { .. }
        | Action::Redo { .. }
        | Action::Import { .. }
        | Action::Use { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Choice;
    use crate::domain::log::made_up::Writer;
    use crate::protocol::error::FaultKind;

    #[test]
    fn lump_by_lump_all_that_was_refused_is_stored_and_events_go_first() {
        let mut writer = Writer::named("s", "ann");
        let pairs = ["one", "two", "three"].map(|prompt| Pair::new(prompt, "a", "b", "file"));
        let events = [writer.label(&pairs[0].id, Choice::A), writer.label(&pairs[1].id, Choice::B)];
        let mut unsaved =
            Unsaved::new(Fault::new(FaultKind::Storage, "The disk is full.", "Make room."), &pairs, &events);
        let mut sizes = vec![];
        loop {
            let (some, said) = unsaved.lump(3);
            sizes.push((some.len(), said.len()));
            if unsaved.without(&some, &said) {
                break;
            }
        }
        assert_eq!(sizes, [(1, 2), (2, 0)]);
    }

    #[test]
    fn what_is_written_down_is_all_that_was_refused() {
        let mut writer = Writer::named("s", "ann");
        let pairs = ["stored", "labelled", "open"].map(|prompt| Pair::new(prompt, "a", "b", "file"));
        let [stored, labelled, open] = &pairs;
        let first = writer.label(&stored.id, Choice::A);
        let refused = [
            writer.label(&stored.id, Choice::B),
            writer.label(&labelled.id, Choice::Tie),
            writer.undo(&first),
            writer.event(Action::Delete { pair: open.id.clone() }),
        ];
        let all = [std::slice::from_ref(&first), &refused].concat();
        let here = Dataset::new(pairs.to_vec(), &all);
        let full = Fault::new(FaultKind::Storage, "The disk is full.", "Make room.");
        let mut unsaved = Unsaved::new(full.clone(), &pairs[1..], &refused[..2]);
        unsaved.more(full, &pairs[2..], &refused);

        let mut to_write = unsaved.to_write();
        let mut text = String::new();
        while let Some(lines) = to_write.lines(&here, 2) {
            text.extend(lines.into_iter().map(|line| log_jsonl::write(line).expect("it can be written")));
        }
        // What is on the disk, and the file restored beside it.
        let mut restored = Dataset::new(vec![stored.clone()], std::slice::from_ref(&first));
        for line in text.lines() {
            match log_jsonl::read(line).expect("it can be read") {
                Line::Pair(pair) => {
                    restored.add(vec![pair]);
                }
                Line::Label(both) => {
                    restored.read_log([both.1]);
                    restored.add(vec![both.0]);
                }
                Line::Event(event) => restored.read_log([event]),
                other @ (Line::Head { .. } | Line::Setting { .. } | Line::Model { .. } | Line::Kept(_)) => {
                    panic!("{other:?}")
                }
            }
        }
        let seen = |dataset: &Dataset| {
            let said =
                pairs.each_ref().map(|pair| dataset.answer(&pair.id).map(|it| (it.label.choice, it.at_ms)));
            (said, dataset.len(), dataset.events().len())
        };
        assert_eq!(seen(&restored), seen(&here));
        assert!(pairs.iter().all(|pair| restored.ever(&pair.id).is_some()), "the deleted one too");
    }
}
