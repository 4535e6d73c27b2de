//! The pairs, the log of answers, and what is asked now.

use std::sync::Arc;

use leptos::prelude::*;

use super::Settings;
use super::counts::Counts;
use super::question::{Asking, Reason, Shown, Wish, question};
use super::unsaved::Unsaved;
use crate::domain::annotators::Rhythm;
use crate::domain::dataset::{ASK_AHEAD, Comparison, Dataset, Room};
use crate::domain::log::{Answer, Asked, EventId, LogEvent, Me, OnPage};
use crate::domain::pair::{Pair, PairId};
use crate::domain::query::choosing::{self, Lot, Pick, Ranking};
use crate::protocol::Fault;

/// Labels and pairs that are looked at in one task, where very many are touched together.
const STRETCH: usize = 2000;

/// Between the workspace and a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Out.
    Save,
    /// In.
    Restore,
}

/// How far reading the store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loading {
    /// Pairs and events read so far.
    pub done: usize,
    /// Pairs and events to be read.
    pub rows: usize,
}

/// Pairs and answers. What is shown here has been stored, or stands in `unsaved`.
#[derive(Clone, Copy)]
pub struct Workspace {
    /// Whether the store has been read.
    pub loaded: RwSignal<bool>,
    /// How far reading it is, where it takes a while.
    pub loading: RwSignal<Option<Loading>>,
    /// What is being done with the workspace as a file, with the share that is done.
    pub carrying: RwSignal<Option<(Errand, f64)>>,
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
    /// Whether there is an answer of mine to take back.
    pub can_undo: Memo<bool>,
    /// Whether there is one to bring back.
    pub can_redo: Memo<bool>,
    /// How fast my newest answers follow each other.
    pub rhythm: Memo<Option<Rhythm>>,
    /// This tab's session.
    pub session: RwSignal<String>,
    /// What was picked from the queue to be asked now, and why.
    pub picked: RwSignal<Option<Pick>>,
    wish: RwSignal<Option<Wish>>,
    ranking: RwSignal<Option<Ranking>>,
    random_percent: RwSignal<u8>,
    seed: RwSignal<u64>,
    annotator: RwSignal<String>,
    learn_at_most: RwSignal<usize>,
}

impl Workspace {
    /// An empty workspace under these settings.
    pub fn new(settings: &Settings) -> Self {
        let dataset = RwSignal::new(Dataset::default());
        let (session, wish) = (RwSignal::new(String::new()), RwSignal::new(None));
        let picked = RwSignal::new(None);
        let (seed, annotator, percent) = (settings.seed, settings.annotator, settings.repeat_percent);
        let me = move || Me { session: session.get(), annotator: annotator.get() };
        let asking = move || Asking {
            wish: wish.get(),
            me: me(),
            seed: seed.get(),
            repeat_percent: percent.get(),
            picked: picked.get(),
        };
        Self {
            loaded: RwSignal::new(false),
            loading: RwSignal::new(None),
            carrying: RwSignal::new(None),
            dataset,
            saving: RwSignal::new(false),
            unsaved: RwSignal::new(None),
            memory_only: RwSignal::new(None),
            current: Memo::new(move |_| dataset.with(|dataset| question(dataset, &asking()))),
            counts: Memo::new(move |_| dataset.with(Counts::of)),
            can_undo: Memo::new(move |_| dataset.with(|dataset| dataset.next_undo(&me()).is_some())),
            can_redo: Memo::new(move |_| dataset.with(|dataset| dataset.next_redo(&me()).is_some())),
            rhythm: Memo::new(move |_| dataset.with(|dataset| rhythm(dataset, &me()))),
            session,
            picked,
            wish,
            ranking: RwSignal::new(None),
            random_percent: settings.random_percent,
            seed,
            annotator,
            learn_at_most: settings.learn_at_most,
        }
    }

    /// Begin with nothing but what the store has refused, in the order that the settings draw.
    pub fn begin(&self) {
        let mut dataset = Dataset::with_seed(self.seed.get_untracked());
        if let Some(unsaved) = self.unsaved.get_untracked() {
            dataset.read_log(unsaved.events);
            dataset.add(unsaved.pairs);
        }
        self.dataset.set(dataset);
    }

    /// So many pairs and events are to be read.
    pub fn expect(&self, rows: usize) {
        self.loading.set(Some(Loading { done: 0, rows }));
    }

    /// Another piece of the store was read.
    pub fn take_in(&self, pairs: Vec<Pair>, events: Vec<LogEvent>) {
        let read = pairs.len() + events.len();
        self.loading.update(|loading| {
            if let Some(loading) = loading {
                loading.done += read;
            }
        });
        self.add(pairs, events);
    }

    /// All of the store was read.
    pub fn is_loaded(&self) {
        self.loading.set(None);
        self.loaded.set(true);
    }

    /// The store has refused these. They go on in memory.
    pub fn hold(&self, fault: Fault, pairs: &[Pair], events: &[LogEvent]) {
        self.unsaved.update(|unsaved| match unsaved {
            Some(held) => held.more(fault, pairs, events),
            None => *unsaved = Some(Unsaved::new(fault, pairs, events)),
        });
    }

    /// The store has taken these.
    pub fn stored(&self, pairs: &[Pair], events: &[LogEvent]) {
        if self.unsaved.with_untracked(Option::is_some) {
            self.unsaved.update(|unsaved| {
                unsaved.take_if(|held| held.without(pairs, events));
            });
        }
    }

    /// So many more of these are on their way.
    pub fn make_room(&self, room: Room, more: usize) {
        self.dataset.update_untracked(|dataset| dataset.reserve(room, more));
    }

    /// These pairs and events are new. Where they touch very many others, [`Workspace::settle_on`] is to follow.
    pub fn add(&self, pairs: Vec<Pair>, events: Vec<LogEvent>) {
        self.dataset.update(|dataset| {
            dataset.note_down(events);
            dataset.add(pairs);
            dataset.settle_on(STRETCH);
        });
    }

    /// Look on at what was touched; `false` when nothing is left. Only then is it shown, all at once.
    pub fn settle_on(&self) -> bool {
        if !self.dataset.with_untracked(Dataset::is_unsettled) {
            return false;
        }
        let more = self.dataset.try_update_untracked(|dataset| dataset.settle_on(STRETCH)) == Some(true);
        if !more {
            self.dataset.notify();
        }
        more
    }

    /// This event is new.
    pub fn append(&self, event: LogEvent) {
        self.add(vec![], vec![event]);
    }

    /// Ask this pair next, whether or not it has been answered.
    pub fn revisit(&self, pair: Option<PairId>) {
        self.wish.set(pair.map(Wish::Revisit));
    }

    /// Let this pair go before the queue, or nothing.
    pub fn wish(&self, wish: Option<Wish>) {
        self.wish.set(wish);
    }

    /// Keep the pair on the screen where it is, whatever another tab adds or answers.
    pub fn pin(&self) {
        if let Some(Shown { pair, order, reason }) = self.current.get_untracked() {
            self.wish.set(Some(Wish::As(pair.id.clone(), order, reason)));
        }
    }

    /// What the pair on the screen was answered before, if it was. A repeat keeps it to itself.
    pub fn earlier_answer(&self) -> Option<Answer> {
        let shown = self.current.get()?;
        if shown.reason == Reason::Asked(Asked::Repeat) {
            return None;
        }
        self.dataset.with(|dataset| dataset.answer(&shown.pair.id).cloned())
    }

    /// What I do with my own answers, oldest first; see [`Dataset::given_by`].
    pub fn with_given<T>(&self, look: impl FnOnce(&Dataset, Vec<OnPage>) -> T) -> T {
        let me = self.me();
        self.dataset.with(|dataset| look(dataset, dataset.given_by(&me).collect()))
    }

    /// My newest answer, which undo takes back, with its pair.
    pub fn next_undo(&self) -> Option<(EventId, PairId)> {
        self.dataset.with_untracked(|dataset| dataset.next_undo(&self.me()).map(owned))
    }

    /// My answer that redo brings back, with its pair.
    pub fn next_redo(&self) -> Option<(EventId, PairId)> {
        self.dataset.with_untracked(|dataset| dataset.next_redo(&self.me()).map(owned))
    }

    /// The label that gives way when I answer this pair now: my own, or one that bears nobody's name.
    pub fn to_supersede(&self, pair: &PairId) -> Option<EventId> {
        let annotator = self.annotator.get_untracked();
        let labels = self.dataset.with_untracked(|dataset| dataset.labels(pair));
        let of = |name: &str| labels.iter().rfind(|answer| answer.annotator == name);
        of(&annotator).or_else(|| of("")).map(|answer| answer.event.clone())
    }

    /// The comparisons that are learned from: at most as many as the settings say.
    pub fn comparisons(&self) -> Vec<Comparison> {
        let at_most = self.learn_at_most.get_untracked();
        self.dataset.with_untracked(|dataset| dataset.lesson(at_most))
    }

    /// Of the pairs whose features are wanted those that are `new`, the most urgent first.
    pub fn pairs_by_need(&self, new: impl Fn(&PairId) -> bool) -> Vec<Arc<Pair>> {
        let at_most = self.learn_at_most.get_untracked();
        self.dataset.with_untracked(|dataset| {
            dataset.pairs_by_need(at_most).filter(|pair| new(&pair.id)).cloned().collect()
        })
    }

    /// The unanswered pairs that the model may choose from, in the order of the queue.
    pub fn candidates(&self) -> Vec<PairId> {
        self.dataset.with_untracked(|dataset| {
            let next = dataset.queue().take(ASK_AHEAD);
            next.filter(|pair| choosing::may_be_chosen(pair)).map(|pair| pair.id.clone()).collect()
        })
    }

    /// The model would ask these pairs next; from the next question on.
    pub fn ranked(&self, ranking: Option<Ranking>) {
        self.ranking.set(ranking);
    }

    /// Pick the next question from the queue.
    pub fn pick_next(&self) {
        let answers = self.counts.with_untracked(|counts| counts.annotated);
        let (seed, random_percent) = (self.seed.get_untracked(), self.random_percent.get_untracked());
        let picked = self.ranking.with_untracked(|ranking| {
            let lot = Lot { ranking: ranking.as_ref(), answers, seed, random_percent };
            self.dataset.with_untracked(|dataset| {
                let is_open = |id: &PairId| dataset.pair(id).is_some() && dataset.answer(id).is_none();
                choosing::pick(dataset.queue().map(AsRef::as_ref), is_open, lot)
            })
        });
        self.picked.set(picked);
    }

    /// Who is at this tab.
    pub fn me(&self) -> Me {
        Me { session: self.session.get_untracked(), annotator: self.annotator.get_untracked() }
    }
}

fn owned((event, pair): (&EventId, &PairId)) -> (EventId, PairId) {
    (event.clone(), pair.clone())
}

fn rhythm(dataset: &Dataset, me: &Me) -> Option<Rhythm> {
    let mut times: Vec<u64> =
        dataset.given_by(me).rev().take(Rhythm::NEWEST + 1).map(|given| given.at_ms).collect();
    times.reverse();
    Rhythm::of(&times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Choice;
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
        let workspace = Workspace::new(&Settings::default());
        let pairs = pairs(3);
        workspace.add(pairs.clone(), vec![]);
        let event = answer(1, &pairs[0].id);
        workspace.hold(full(), &[], std::slice::from_ref(&event));
        workspace.hold(full(), &[], std::slice::from_ref(&event));
        workspace.begin();
        workspace.add(pairs.clone(), vec![]);
        assert_eq!(workspace.counts.get_untracked().annotated, 1);
        workspace.stored(&[], &[event]);
        assert_eq!(workspace.unsaved.get_untracked(), None);
    }

    #[test]
    fn the_pair_on_the_screen_stays_when_another_tab_answers_it() {
        let workspace = Workspace::new(&Settings::default());
        let pairs = pairs(8);
        workspace.add(pairs.clone(), vec![]);
        let shown = workspace.current.get_untracked();
        let id = shown.as_ref().map(|shown| shown.pair.id.clone()).expect("a pair is shown");
        workspace.pin();
        workspace.add(vec![], vec![answer(1, &id)]);
        assert_eq!(workspace.current.get_untracked(), shown);
        workspace.revisit(None);
        assert_ne!(workspace.current.get_untracked(), shown);
    }
}
