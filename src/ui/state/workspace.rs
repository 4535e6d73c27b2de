//! The pairs, the log of answers, and what is asked now.

use leptos::prelude::*;

use crate::domain::choice::{Choice, ShownOrder};
use crate::domain::dataset::{Dataset, Preference};
use crate::domain::log::{self, EventId, LogEvent};
use crate::domain::pair::{Pair, PairId};
use crate::domain::query;
use crate::protocol::Fault;

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

/// Pairs and answers. What is shown here has been stored.
#[derive(Clone, Copy)]
pub struct Workspace {
    /// Whether the store has been read.
    pub loaded: RwSignal<bool>,
    /// Pairs and standing answers.
    pub dataset: RwSignal<Dataset>,
    /// An answer is being stored.
    pub saving: RwSignal<bool>,
    /// An answer that could not be stored, and why.
    pub unsaved: RwSignal<Option<(Fault, Choice)>>,
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
            current: Memo::new(move |_| shown(dataset, queue, revisited, seed)),
            counts: Memo::new(move |_| dataset.with(count)),
            can_undo: Memo::new(move |_| log.with(|log: &Vec<LogEvent>| log::last_undoable(log).is_some())),
            log,
            queue,
            revisited,
            seed,
        }
    }

    /// The store was read (again).
    pub fn load(&self, pairs: Vec<Pair>, events: Vec<LogEvent>) {
        self.dataset.set(Dataset::new(pairs, &events));
        self.log.set(events);
        self.put_in_order();
        self.loaded.set(true);
    }

    /// These pairs and events have been stored.
    pub fn add(&self, pairs: Vec<Pair>, events: Vec<LogEvent>) {
        self.log.update(|log| log.extend(events));
        self.dataset.update(|dataset| {
            dataset.add(pairs);
            self.log.with_untracked(|log| dataset.read_log(log));
        });
        self.put_in_order();
    }

    /// This event has been stored.
    pub fn append(&self, event: LogEvent) {
        self.log.update(|log| log.push(event));
        self.dataset.update(|dataset| self.log.with_untracked(|log| dataset.read_log(log)));
    }

    /// Ask this pair next, whether or not it has been answered.
    pub fn revisit(&self, pair: Option<PairId>) {
        self.revisited.set(pair);
    }

    /// Whether the pair on the screen has been answered before, and how.
    pub fn earlier_choice(&self) -> Option<Choice> {
        let shown = self.current.get()?;
        self.dataset.with(|dataset| dataset.answer(&shown.pair.id).map(|answer| answer.choice))
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
    pub fn preferences(&self) -> Vec<Preference> {
        self.dataset.with_untracked(Dataset::preferences)
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
        match answer.choice {
            Choice::A | Choice::B => counts.preferences += 1,
            Choice::Tie | Choice::BothBad => {}
            Choice::Skip => counts.skipped += 1,
        }
    }
    counts.annotated = answered - counts.skipped;
    counts.remaining = counts.pairs - answered;
    counts
}
