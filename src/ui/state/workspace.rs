//! The pairs, the log of answers, and what is asked now.

use std::collections::HashSet;

use leptos::prelude::*;

use crate::domain::choice::{Choice, ShownOrder};
use crate::domain::dataset::{Comparison, Dataset};
use crate::domain::log::{self, EventId, LogEvent};
use crate::domain::pair::{Pair, PairId};
use crate::domain::query;
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
}

/// The pair on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The pair.
    pub pair: Pair,
    /// Which response stands first.
    pub order: ShownOrder,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pairs in all.
    pub pairs: usize,
    /// Answered ones, skips left out.
    pub annotated: usize,
    /// Skipped ones.
    pub skipped: usize,
    /// Answers with one response preferred: what is learned from.
    pub preferences: usize,
    /// Pairs still to be asked.
    pub remaining: usize,
}

/// Pairs and answers. What is shown here has been stored, or stands in `unsaved`.
#[derive(Clone, Copy)]
pub struct Workspace {
    /// Whether the store has been read.
    pub loaded: RwSignal<bool>,
    /// Pairs and standing answers.
    pub dataset: RwSignal<Dataset>,
    /// An answer is being stored.
    pub saving: RwSignal<bool>,
    /// What could not be stored, and why.
    pub unsaved: RwSignal<Option<Unsaved>>,
    /// Why nothing outlives this tab, where the browser keeps nothing.
    pub memory_only: RwSignal<Option<Fault>>,
    /// The pair to be answered now.
    pub current: Memo<Option<Shown>>,
    /// How much there is.
    pub counts: Memo<Counts>,
    /// Whether there is an answer to take back.
    pub can_undo: Memo<bool>,
    log: RwSignal<Vec<LogEvent>>,
    queue: RwSignal<Vec<PairId>>,
    revisited: RwSignal<Option<PairId>>,
    seed: RwSignal<u64>,
}

impl Workspace {
    /// An empty workspace, whose order is drawn by `seed`.
    pub fn new(seed: RwSignal<u64>) -> Self {
        let dataset = RwSignal::new(Dataset::default());
        let log = RwSignal::new(vec![]);
        let queue = RwSignal::new(vec![]);
        let revisited = RwSignal::new(None);
        Self {
            loaded: RwSignal::new(false),
            dataset,
            saving: RwSignal::new(false),
            unsaved: RwSignal::new(None),
            memory_only: RwSignal::new(None),
            current: Memo::new(move |_| shown(dataset, queue, revisited, seed)),
            counts: Memo::new(move |_| dataset.with(count)),
            can_undo: Memo::new(move |_| log.with(|log: &Vec<LogEvent>| log::last_undoable(log).is_some())),
            log,
            queue,
            revisited,
            seed,
        }
    }

    /// The store was read (again). What it has refused so far is kept.
    pub fn load(&self, mut pairs: Vec<Pair>, mut events: Vec<LogEvent>) {
        if let Some(unsaved) = self.unsaved.get_untracked() {
            pairs.extend(unsaved.pairs);
            events.extend(unsaved.events);
        }
        self.dataset.set(Dataset::new(pairs, &events));
        self.log.set(events);
        self.put_in_order();
        self.loaded.set(true);
    }

    /// The store has refused these. They go on in memory.
    pub fn hold(&self, fault: Fault, pairs: &[Pair], events: &[LogEvent]) {
        self.unsaved.update(|unsaved| {
            let held = unsaved.get_or_insert_with(|| Unsaved {
                fault: fault.clone(),
                pairs: vec![],
                events: vec![],
            });
            held.fault = fault;
            let known: HashSet<PairId> = held.pairs.iter().map(|pair| pair.id.clone()).collect();
            held.pairs.extend(pairs.iter().filter(|pair| !known.contains(&pair.id)).cloned());
            let known: HashSet<EventId> = held.events.iter().map(|event| event.id.clone()).collect();
            held.events.extend(events.iter().filter(|event| !known.contains(&event.id)).cloned());
        });
    }

    /// The store has taken these.
    pub fn stored(&self, pairs: &[Pair], events: &[LogEvent]) {
        if self.unsaved.with_untracked(Option::is_none) {
            return;
        }
        let pairs: HashSet<&PairId> = pairs.iter().map(|pair| &pair.id).collect();
        let events: HashSet<&EventId> = events.iter().map(|event| &event.id).collect();
        self.unsaved.update(|unsaved| {
            if let Some(held) = unsaved {
                held.pairs.retain(|pair| !pairs.contains(&pair.id));
                held.events.retain(|event| !events.contains(&event.id));
            }
            unsaved.take_if(|held| held.pairs.is_empty() && held.events.is_empty());
        });
    }

    /// These pairs and events are new.
    pub fn add(&self, pairs: Vec<Pair>, events: Vec<LogEvent>) {
        self.log.update(|log| log.extend(events));
        self.dataset.update(|dataset| {
            dataset.add(pairs);
            self.log.with_untracked(|log| dataset.read_log(log));
        });
        self.put_in_order();
    }

    /// This event is new.
    pub fn append(&self, event: LogEvent) {
        self.log.update(|log| log.push(event));
        self.dataset.update(|dataset| self.log.with_untracked(|log| dataset.read_log(log)));
    }

    /// Ask this pair next, whether or not it has been answered.
    pub fn revisit(&self, pair: Option<PairId>) {
        self.revisited.set(pair);
    }

    /// Keep the pair on the screen where it is, whatever another tab adds or answers.
    pub fn pin(&self) {
        let current = self.current.with_untracked(|shown| shown.as_ref().map(|shown| shown.pair.id.clone()));
        if current.is_some() {
            self.revisited.set(current);
        }
    }

    /// Whether the pair on the screen has been answered before, and how.
    pub fn earlier_choice(&self) -> Option<Choice> {
        let shown = self.current.get()?;
        self.dataset.with(|dataset| dataset.answer(&shown.pair.id).map(|answer| answer.label.choice))
    }

    /// The newest answer that can be taken back.
    pub fn last_answer(&self) -> Option<(EventId, PairId)> {
        self.log
            .with_untracked(|log| log::last_undoable(log).map(|(event, pair)| (event.clone(), pair.clone())))
    }

    /// The log as it stands.
    pub fn events(&self) -> Vec<LogEvent> {
        self.log.get_untracked()
    }

    /// What there is to learn from.
    pub fn comparisons(&self) -> Vec<Comparison> {
        self.dataset.with_untracked(Dataset::comparisons)
    }

    /// All pairs as features are wanted: what was answered first, then in the order of the questions.
    pub fn pairs_by_need(&self) -> Vec<Pair> {
        self.dataset.with_untracked(|dataset| {
            let answered = dataset.answered().map(|(pair, _)| pair.clone());
            let queue = self.queue.get_untracked();
            let asked = queue.iter().filter(|id| dataset.answer(id).is_none());
            answered.chain(asked.filter_map(|id| dataset.pair(id).cloned())).collect()
        })
    }

    fn put_in_order(&self) {
        let seed = self.seed.get_untracked();
        self.queue.set(self.dataset.with_untracked(|dataset| query::order(dataset.pairs().iter(), seed)));
    }
}

/// A pair's place in the queue depends on itself alone: so the first unanswered one of the order of *all*
/// pairs is the first of the order of the unanswered.
fn shown(
    dataset: RwSignal<Dataset>,
    queue: RwSignal<Vec<PairId>>,
    revisited: RwSignal<Option<PairId>>,
    seed: RwSignal<u64>,
) -> Option<Shown> {
    dataset.with(|dataset| {
        let again = revisited.get().filter(|id| dataset.pair(id).is_some());
        let id = again
            .or_else(|| queue.with(|queue| queue.iter().find(|id| dataset.answer(id).is_none()).cloned()))?;
        let pair = dataset.pair(&id)?.clone();
        Some(Shown { order: query::shown_order(&id, seed.get()), pair })
    })
}

fn count(dataset: &Dataset) -> Counts {
    let mut counts = Counts { pairs: dataset.pairs().len(), ..Counts::default() };
    let mut answered = 0;
    for (_, answer) in dataset.answered() {
        answered += 1;
        match answer.label.choice {
            Choice::A | Choice::B => counts.preferences += 1,
            Choice::Tie | Choice::BothGood | Choice::BothBad => {}
            Choice::Skip => counts.skipped += 1,
        }
    }
    counts.annotated = answered - counts.skipped;
    counts.remaining = counts.pairs - answered;
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::log::{Action, Given};
    use crate::protocol::error::FaultKind;

    fn pairs(count: usize) -> Vec<Pair> {
        (0..count).map(|number| Pair::new(format!("p{number}"), "a", "b", "test")).collect()
    }

    fn answer(number: u64, pair: &PairId) -> LogEvent {
        LogEvent {
            v: LogEvent::VERSION,
            id: EventId::new("s", number),
            at_ms: number,
            session: "s".into(),
            annotator: String::new(),
            action: Action::Label {
                pair: pair.clone(),
                label: Choice::A.into(),
                given: Given::Imported { import: None },
                supersedes: None,
            },
        }
    }

    fn full() -> Fault {
        Fault::new(FaultKind::Storage, "The disk is full.", "Make room.")
    }

    #[test]
    fn what_the_store_refuses_survives_a_reload_until_it_is_stored() {
        let workspace = Workspace::new(RwSignal::new(1));
        let pairs = pairs(3);
        workspace.load(pairs.clone(), vec![]);
        let event = answer(1, &pairs[0].id);
        workspace.hold(full(), &[], std::slice::from_ref(&event));
        workspace.hold(full(), &[], std::slice::from_ref(&event));
        workspace.load(pairs.clone(), vec![]);
        assert_eq!(workspace.counts.get_untracked().annotated, 1);
        workspace.stored(&[], &[event]);
        assert_eq!(workspace.unsaved.get_untracked(), None);
    }

    #[test]
    fn the_pair_on_the_screen_stays_when_another_tab_answers_it() {
        let workspace = Workspace::new(RwSignal::new(1));
        let pairs = pairs(8);
        workspace.load(pairs.clone(), vec![]);
        let shown = workspace.current.get_untracked();
        let id = shown.as_ref().map(|shown| shown.pair.id.clone()).expect("a pair is shown");
        workspace.pin();
        workspace.load(pairs, vec![answer(1, &id)]);
        assert_eq!(workspace.current.get_untracked(), shown);
        workspace.revisit(None);
        assert_ne!(workspace.current.get_untracked(), shown);
    }
}
