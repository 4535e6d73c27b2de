//! The log folded: which events count, what each pair's labels come to, what each source is for.
//!
//! All of it is a function of the *set* of events. Events are ordered by time, then id, never by arrival, and one that
//! is known changes nothing; so merging two logs is putting them together. Taking an event in costs no more than the
//! labels of its pair: what an import has brought is settled by whoever takes it back, label by label. Must not know the
//! pairs' texts.

use std::collections::{BTreeMap, HashMap};

use super::consensus::{self, Answer};
use super::history::answered;
use super::{Action, Asked, EventId, Given, LogEvent, Moment, Purpose};
use crate::domain::pair::PairId;

/// Every event, and what follows from them.
#[derive(Debug, Default)]
pub struct Ledger {
    events: Vec<LogEvent>,
    place: HashMap<EventId, usize>,
    /// The newest undo or redo of an event, which may not have arrived itself.
    verdicts: HashMap<EventId, Verdict>,
    pairs: HashMap<PairId, Standing>,
    uses: HashMap<String, Vec<usize>>,
    /// The labels that each import has brought.
    brought: HashMap<EventId, Vec<usize>>,
    answers_on_page: BTreeMap<Moment, usize>,
    repeats: BTreeMap<Moment, usize>,
    /// By the undo's moment: what it took back. Only undos that are their target's newest verdict.
    taken_back: BTreeMap<Moment, EventId>,
}

#[derive(Debug)]
struct Verdict {
    moment: Moment,
    counts: bool,
}

/// What the log says of one pair; events by their place.
#[derive(Debug, Default)]
struct Standing {
    labels: Vec<usize>,
    deletions: Vec<usize>,
    /// Apart, so that the table of all pairs moves quickly when it grows.
    answer: Option<Box<Answer>>,
}

/// What an event may have changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Touched {
    /// Nothing that can be seen.
    Nothing,
    /// What stands of one pair.
    Pair(PairId),
    /// Whatever this import has brought: it was taken back, or brought back. [`Ledger::labels_of`] it are to be settled.
    Import(EventId),
    /// What the pairs of this source are for.
    Source(String),
}

/// A pair that an annotator was asked twice.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeated {
    /// Which pair.
    pub pair: PairId,
    /// What the annotator had said when it was asked again.
    pub first: Answer,
    /// What the annotator said then.
    pub again: Answer,
}

impl Ledger {
    /// Make room for so many more events.
    pub fn reserve_events(&mut self, events: usize) {
        self.events.reserve(events);
        self.place.reserve(events);
    }

    /// Make room for so many more pairs with labels.
    pub fn reserve_labelled(&mut self, pairs: usize) {
        self.pairs.reserve(pairs);
    }

    /// Take in one event; `None` if it was known.
    pub fn take(&mut self, event: LogEvent) -> Option<Touched> {
        if self.place.contains_key(&event.id) {
            return None;
        }
        let place = self.events.len();
        let (id, moment) = (event.id.clone(), event.moment());
        self.place.insert(id, place);
        if answered(&event).is_some() {
            self.answers_on_page.insert(moment.clone(), place);
        }
        self.events.push(event);
        Some(match &self.events[place].action {
            Action::Label { pair, given, .. } => {
                let pair = pair.clone();
                match given {
                    Given::OnPage { asked: Asked::Repeat, .. } => {
                        self.repeats.insert(moment, place);
                    }
                    Given::Imported { import: Some(import) } => {
                        self.brought.entry(import.clone()).or_default().push(place);
                    }
                    Given::OnPage { .. } | Given::Imported { import: None } | Given::Adjudicated => {}
                }
                self.pairs.entry(pair.clone()).or_default().labels.push(place);
                self.settle(&pair);
                Touched::Pair(pair)
            }
            Action::Delete { pair } => {
                let pair = pair.clone();
                self.pairs.entry(pair.clone()).or_default().deletions.push(place);
                Touched::Pair(pair)
            }
            Action::Use { source, .. } => {
                self.uses.entry(source.clone()).or_default().push(place);
                Touched::Source(source.clone())
            }
            Action::Undo { event } => self.judge(event.clone(), moment, false),
            Action::Redo { event } => self.judge(event.clone(), moment, true),
            Action::Import { .. } => Touched::Nothing,
        })
    }

    /// All events, in the order they arrived.
    pub fn events(&self) -> &[LogEvent] {
        &self.events
    }

    /// The event of this id.
    pub fn event(&self, id: &EventId) -> Option<&LogEvent> {
        self.place.get(id).map(|&place| &self.events[place])
    }

    /// Whether an event counts: it was not taken back, or brought back since.
    pub fn counts(&self, id: &EventId) -> bool {
        self.verdicts.get(id).is_none_or(|verdict| verdict.counts)
    }

    /// What the labels of this pair come to.
    pub fn answer(&self, pair: &PairId) -> Option<&Answer> {
        self.pairs.get(pair)?.answer.as_deref()
    }

    /// Each annotator's answer to this pair, in the order of the log.
    pub fn labels(&self, pair: &PairId) -> Vec<Answer> {
        consensus::votes(&self.counting_labels(pair))
    }

    /// The labels that this import has brought, by their place among the events.
    pub fn labels_of(&self, import: &EventId) -> &[usize] {
        self.brought.get(import).map(Vec::as_slice).unwrap_or_default()
    }

    /// The import of the label in this place counts, or counts no more: see what its pair's labels come to now. The pair.
    pub fn settle_label(&mut self, place: usize) -> Option<PairId> {
        let pair = match &self.events.get(place)?.action {
            Action::Label { pair, .. } => pair.clone(),
            Action::Undo { .. }
            | Action::Redo { .. }
            | Action::Delete { .. }
            | Action::Import { .. }
            | Action::Use { .. } => return None,
        };
        self.settle(&pair);
        Some(pair)
    }

    /// Every label that this pair was ever given, whether or not it counts, in the order they arrived.
    pub fn label_events(&self, pair: &PairId) -> impl Iterator<Item = &LogEvent> {
        self.pairs
            .get(pair)
            .into_iter()
            .flat_map(|standing| &standing.labels)
            .map(|&place| &self.events[place])
    }

    /// Whether this pair is deleted.
    pub fn deleted(&self, pair: &PairId) -> bool {
        self.pairs.get(pair).is_some_and(|standing| {
            standing.deletions.iter().any(|&place| self.counts(&self.events[place].id))
        })
    }

    /// Whether anybody says anything of this pair. Labels of an import that was taken back went with it.
    pub fn labelled(&self, pair: &PairId) -> bool {
        self.label_events(pair).any(|event| self.label_counts(event))
    }

    /// What the pairs of this source are for.
    pub fn purpose(&self, source: &str) -> Purpose {
        let uses = self.uses.get(source).into_iter().flatten().map(|&place| &self.events[place]);
        let newest = uses.filter(|event| self.counts(&event.id)).max_by_key(|event| event.moment());
        match newest.map(|event| &event.action) {
            Some(Action::Use { purpose, .. }) => *purpose,
            Some(
                Action::Label { .. }
                | Action::Undo { .. }
                | Action::Redo { .. }
                | Action::Delete { .. }
                | Action::Import { .. },
            )
            | None => Purpose::default(),
        }
    }

    /// The pairs that were asked a second time, in the order of the log. `first` is what the same annotator had said
    /// until then; where that was taken back there is nothing to compare.
    pub fn repeats(&self) -> Vec<Repeated> {
        self.repeats
            .values()
            .map(|&place| &self.events[place])
            .filter(|again| self.counts(&again.id))
            .filter_map(|again| {
                let pair = answered(again)?;
                let earlier: Vec<&LogEvent> = self
                    .counting_labels(pair)
                    .into_iter()
                    .filter(|label| label.annotator == again.annotator && label.moment() < again.moment())
                    .collect();
                let first = consensus::votes(&earlier).pop()?;
                Some(Repeated { pair: pair.clone(), again: consensus::as_given(again)?, first })
            })
            .collect()
    }

    /// Answers that people gave here, in the order of the log, whether or not they count.
    pub(super) fn answers_on_page(&self) -> impl DoubleEndedIterator<Item = &LogEvent> {
        self.answers_on_page.values().map(|&place| &self.events[place])
    }

    /// What is taken back, in the order in which it was.
    pub(super) fn taken_back(&self) -> impl DoubleEndedIterator<Item = (&Moment, &EventId)> {
        self.taken_back.iter()
    }

    /// An event was taken back or brought back; only the newest word on it matters.
    fn judge(&mut self, target: EventId, moment: Moment, counts: bool) -> Touched {
        let before = match self.verdicts.get(&target) {
            Some(verdict) if verdict.moment > moment => return Touched::Nothing,
            Some(verdict) => {
                self.taken_back.remove(&verdict.moment);
                verdict.counts
            }
            None => true,
        };
        if !counts {
            self.taken_back.insert(moment.clone(), target.clone());
        }
        self.verdicts.insert(target.clone(), Verdict { moment, counts });
        if before == counts {
            return Touched::Nothing;
        }
        match self.event(&target).map(|event| event.action.clone()) {
            Some(Action::Label { pair, .. }) => {
                self.settle(&pair);
                Touched::Pair(pair)
            }
            Some(Action::Delete { pair }) => Touched::Pair(pair),
            Some(Action::Use { source, .. }) => Touched::Source(source),
            // Undo and redo have a last word; they are not themselves taken back.
            Some(Action::Undo { .. } | Action::Redo { .. }) => Touched::Nothing,
            // Labels and pairs of an import may be here before its own event is.
            Some(Action::Import { .. }) | None => Touched::Import(target),
        }
    }

    fn settle(&mut self, pair: &PairId) {
        let answer = consensus::consensus(&self.counting_labels(pair));
        if let Some(standing) = self.pairs.get_mut(pair) {
            standing.answer = answer.map(Box::new);
        }
    }

    /// In the order of the log.
    fn counting_labels(&self, pair: &PairId) -> Vec<&LogEvent> {
        let places = self.pairs.get(pair).map(|standing| standing.labels.as_slice()).unwrap_or_default();
        let mut labels: Vec<&LogEvent> = places
            .iter()
            .map(|&place| &self.events[place])
            .filter(|event| self.label_counts(event))
            .collect();
        labels.sort_by_key(|event| (event.at_ms, &event.id));
        labels
    }

    /// A label goes with the import that brought it.
    fn label_counts(&self, event: &LogEvent) -> bool {
        let import = match &event.action {
            Action::Label { given: Given::Imported { import }, .. } => import.as_ref(),
            Action::Label { given: Given::OnPage { .. } | Given::Adjudicated, .. }
            | Action::Undo { .. }
            | Action::Redo { .. }
            | Action::Delete { .. }
            | Action::Import { .. }
            | Action::Use { .. } => None,
        };
        self.counts(&event.id) && import.is_none_or(|import| self.counts(import))
    }
}
