//! The pairs a person has, and what was said of them.
//!
//! Kept up to date event by event: neither an answer nor the next question costs more where there are more pairs. Pairs
//! are shared, so that handing them out copies no text; the dataset itself cannot be copied.

mod feed;
mod settling;
mod standing;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::feed::{ASK_AHEAD, LEARN_AT_MOST};
use self::settling::Unsettled;
use self::standing::{Standing, Tally};
use super::choice::{Choice, Outcome, Strength};
use super::log::{Answer, Asked, EventId, Ledger, LogEvent, Me, OnPage, Purpose, Repeated};
use super::pair::{Pair, PairId};
use super::query;

/// A pair with what the comparison came to, ties included: what the likelihoods with ties learn from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Which pair.
    pub pair: PairId,
    /// What was said.
    pub outcome: Outcome,
    /// How much better, where it was said.
    pub strength: Option<Strength>,
    /// Why the pair was asked when it first was.
    pub asked: Asked,
}

/// What room is made for. Where there is much already, making it takes a moment: it is then done one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Pairs.
    Pairs,
    /// Events.
    Events,
    /// Pairs with labels.
    Labelled,
}

impl Room {
    /// All of it.
    pub const ALL: [Room; 3] = [Room::Pairs, Room::Events, Room::Labelled];
}

/// All pairs in the order they came, under the log.
///
/// A pair is not there (though the dataset remembers it) while it is deleted, and while the import that brought it is
/// taken back and no label of another origin counts: one that was given here, or came with another file.
#[derive(Debug, Default)]
pub struct Dataset {
    seed: u64,
    entries: Vec<Entry>,
    place: HashMap<PairId, usize>,
    /// The pairs that each import has brought.
    brought: HashMap<EventId, Vec<usize>>,
    ledger: Ledger,
    /// What was touched and not looked at since, the next to be looked at last.
    unsettled: Vec<Unsettled>,
    tally: Tally,
    /// Unanswered pairs, by their turn.
    queue: BTreeSet<(u64, usize)>,
    /// What there is to learn from: answers given here before imported ones, each kind by the pairs' turns.
    lesson: BTreeSet<(bool, u64, usize)>,
    /// Answered pairs of test sets.
    tests: BTreeSet<usize>,
}

#[derive(Debug)]
struct Entry {
    pair: Arc<Pair>,
    turn: u64,
    standing: Standing,
}

impl Dataset {
    /// The dataset of these pairs (first of each id kept) under this log.
    pub fn new(pairs: Vec<Pair>, events: &[LogEvent]) -> Self {
        let mut dataset = Self::default();
        dataset.read_log(events.iter().cloned());
        dataset.add(pairs);
        dataset
    }

    /// An empty dataset whose questions are asked in this seed's order.
    pub fn with_seed(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Make room for so many more of these, rather than again and again as they come.
    pub fn reserve(&mut self, room: Room, more: usize) {
        match room {
            Room::Pairs => {
                self.entries.reserve(more);
                self.place.reserve(more);
            }
            Room::Events => self.ledger.reserve_events(more),
            Room::Labelled => self.ledger.reserve_labelled(more),
        }
    }

    /// Add pairs; says how many were new. A known pair changes nothing, unless the import that brought it was taken back:
    /// then it is this one's from now on.
    pub fn add(&mut self, pairs: Vec<Pair>) -> usize {
        let mut new = 0;
        for pair in pairs {
            if !self.lacks(&pair) {
                continue;
            }
            new += 1;
            let known = self.place.get(&pair.id).copied();
            let place = known.unwrap_or(self.entries.len());
            if let Some(import) = &pair.import {
                self.brought.entry(import.clone()).or_default().push(place);
            }
            if known.is_none() {
                self.place.insert(pair.id.clone(), place);
                let turn = query::turn(&pair.id, self.seed);
                self.entries.push(Entry { pair: Arc::new(pair), turn, standing: Standing::Gone });
            } else {
                self.entries[place].pair = Arc::new(pair);
            }
            self.look_at(place);
        }
        new
    }

    /// Whether this pair would come new: nobody has ever brought it, or the import that did was taken back. (Labels may
    /// keep such a pair; when they go, it is there by the import that brings it now.)
    pub fn is_new(&self, id: &PairId) -> bool {
        self.entry(id).is_none_or(|known| {
            let taken_back = known.pair.import.as_ref().is_some_and(|import| !self.ledger.counts(import));
            taken_back && !self.ledger.deleted(id)
        })
    }

    /// Whether adding this pair would change anything.
    pub fn lacks(&self, pair: &Pair) -> bool {
        let same = self.entry(&pair.id).is_some_and(|known| known.pair.import == pair.import);
        !same && self.is_new(&pair.id)
    }

    /// All pairs, in order.
    pub fn pairs(&self) -> impl Iterator<Item = &Arc<Pair>> {
        self.present().map(|entry| &entry.pair)
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.tally.present()
    }

    /// Whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One past the last place; see [`Dataset::at`].
    pub fn places(&self) -> usize {
        self.entries.len()
    }

    /// The pair in this place, in the order they came. A pair keeps its place for as long as the page is open; nothing
    /// stands in the places of pairs that are not there now.
    pub fn at(&self, place: usize) -> Option<&Arc<Pair>> {
        let entry = self.entries.get(place)?;
        (entry.standing != Standing::Gone).then_some(&entry.pair)
    }

    /// The pair in this place, even if it is not there now.
    pub fn ever_at(&self, place: usize) -> Option<&Arc<Pair>> {
        self.entries.get(place).map(|entry| &entry.pair)
    }

    /// The pair of this id, even if it is not there now.
    pub fn ever(&self, id: &PairId) -> Option<&Arc<Pair>> {
        self.entry(id).map(|entry| &entry.pair)
    }

    /// Every label that this pair was ever given, whether or not it counts, in the order they arrived.
    pub fn label_events(&self, id: &PairId) -> impl Iterator<Item = &LogEvent> {
        self.ledger.label_events(id)
    }

    /// The pair of this id.
    pub fn pair(&self, id: &PairId) -> Option<&Arc<Pair>> {
        self.at(*self.place.get(id)?)
    }

    /// What was said of this pair, by all its annotators together: the newest adjudication, else what most of them say,
    /// else (evenly split) a tie.
    pub fn answer(&self, id: &PairId) -> Option<&Answer> {
        match self.entry(id) {
            Some(entry) if entry.standing == Standing::Gone => None,
            Some(_) | None => self.ledger.answer(id),
        }
    }

    /// The label behind [`Dataset::answer`]: where annotators differ, what stands is what they come to, and this is the
    /// newest of theirs.
    pub fn label_behind(&self, id: &PairId) -> Option<Answer> {
        let standing = self.answer(id)?;
        let behind = self.labels(id).into_iter().find(|label| label.event == standing.event);
        Some(behind.unwrap_or_else(|| standing.clone()))
    }

    /// What each annotator says of this pair, in the order of the log; adjudications left out.
    pub fn labels(&self, id: &PairId) -> Vec<Answer> {
        self.ledger.labels(id)
    }

    /// The pairs that an annotator was asked a second time, in the order of the log.
    pub fn repeats(&self) -> Vec<Repeated> {
        self.ledger.repeats()
    }

    /// What the pairs of this source are for.
    pub fn purpose(&self, source: &str) -> Purpose {
        self.ledger.purpose(source)
    }

    /// Every event, in the order they arrived.
    pub fn events(&self) -> &[LogEvent] {
        self.ledger.events()
    }

    /// The event of this id.
    pub fn event(&self, id: &EventId) -> Option<&LogEvent> {
        self.ledger.event(id)
    }

    /// Whether an event counts: it was not taken back, or brought back since.
    pub fn counts_event(&self, id: &EventId) -> bool {
        self.ledger.counts(id)
    }

    /// My answers on the page that count, repeats and answers given anew included, in the order of the log.
    pub fn given_by(&self, me: &Me) -> impl DoubleEndedIterator<Item = OnPage<'_>> {
        self.ledger.given_by(me)
    }

    /// My newest answer that can be taken back.
    pub fn next_undo(&self, me: &Me) -> Option<(&EventId, &PairId)> {
        self.ledger.next_undo(me)
    }

    /// My answer that was taken back last, if I have given none since.
    pub fn next_redo(&self, me: &Me) -> Option<(&EventId, &PairId)> {
        self.ledger.next_redo(me)
    }

    /// Answered pairs in order, with their answers.
    pub fn answered(&self) -> impl Iterator<Item = (&Arc<Pair>, &Answer)> {
        self.present().filter_map(|entry| Some((&entry.pair, self.ledger.answer(&entry.pair.id)?)))
    }

    /// Pairs nobody has answered, in the order in which they are asked.
    pub fn queue(&self) -> impl Iterator<Item = &Arc<Pair>> + Clone {
        self.queue.iter().map(|&(_, place)| &self.entries[place].pair)
    }

    /// How often each choice stands, in the order of [`Choice::ALL`].
    pub fn counts(&self) -> [(Choice, usize); 6] {
        Choice::ALL.map(|choice| (choice, self.tally.of(choice)))
    }

    fn present(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.standing != Standing::Gone)
    }

    fn entry(&self, id: &PairId) -> Option<&Entry> {
        self.place.get(id).map(|&place| &self.entries[place])
    }

    /// Bring the counts and orders up to date with what now stands of the pair in this place.
    fn look_at(&mut self, place: usize) {
        let entry = &self.entries[place];
        let now = Standing::of(&entry.pair, &self.ledger);
        let turn = entry.turn;
        let before = std::mem::replace(&mut self.entries[place].standing, now);
        if before == now {
            return;
        }
        self.tally.leave(before);
        self.tally.enter(now);
        if before == Standing::Open {
            self.queue.remove(&(turn, place));
        }
        if now == Standing::Open {
            self.queue.insert((turn, place));
        }
        if let Some(imported) = before.lesson() {
            self.lesson.remove(&(imported, turn, place));
        }
        if let Some(imported) = now.lesson() {
            self.lesson.insert((imported, turn, place));
        }
        if before.tests() {
            self.tests.remove(&place);
        }
        if now.tests() {
            self.tests.insert(place);
        }
    }
}

#[cfg(test)]
mod imports;
#[cfg(test)]
mod laws;
