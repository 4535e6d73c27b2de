//! Taking in events. Most touch one pair, which is looked at at once. Taking an import back, and another purpose for a
//! source, touch all that these have brought: it is noted down, and looked at as far as whoever calls wants, so that
//! 160,000 pairs hold nobody up.
//!
//! Until all is looked at, counts and orders are those of before for what is left. Whatever else is taken in meanwhile,
//! the end is the same.

use super::Dataset;
use crate::domain::log::{LogEvent, Touched};

/// What an event has touched, and nobody has looked at since.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unsettled {
    /// The label that is this event, by its place in the log, counts or counts no more.
    Label(usize),
    /// The pair in this place stands otherwise.
    Pair(usize),
}

impl Dataset {
    /// Take in events; known ones change nothing.
    pub fn read_log(&mut self, events: impl IntoIterator<Item = LogEvent>) {
        self.note_down(events);
        self.settle_on(usize::MAX);
    }

    /// Take in events, and look only at pairs that are touched one by one; [`Dataset::settle_on`] looks at the others.
    pub fn note_down(&mut self, events: impl IntoIterator<Item = LogEvent>) {
        for event in events {
            match self.ledger.take(event) {
                Some(Touched::Pair(id)) => {
                    if let Some(&place) = self.place.get(&id) {
                        self.look_at(place);
                    }
                }
                Some(Touched::Import(import)) => {
                    let pairs = self.brought.get(&import).into_iter().flatten().copied();
                    let labels = self.ledger.labels_of(&import).iter().copied();
                    // The last is looked at first: labels before the pairs that they are about.
                    self.unsettled.extend(pairs.map(Unsettled::Pair).chain(labels.map(Unsettled::Label)));
                }
                Some(Touched::Source(source)) => {
                    let places =
                        self.entries.iter().enumerate().filter(|(_, entry)| entry.pair.source == source);
                    self.unsettled.extend(places.map(|(place, _)| Unsettled::Pair(place)));
                }
                Some(Touched::Nothing) | None => {}
            }
        }
    }

    /// Look at so many of the labels and pairs that were touched together; whether some are left.
    pub fn settle_on(&mut self, most: usize) -> bool {
        for _ in 0..most {
            let place = match self.unsettled.pop() {
                Some(Unsettled::Label(label)) => {
                    self.ledger.settle_label(label).and_then(|pair| self.place.get(&pair).copied())
                }
                Some(Unsettled::Pair(place)) => Some(place),
                None => {
                    self.unsettled = vec![];
                    return false;
                }
            };
            if let Some(place) = place {
                self.look_at(place);
            }
        }
        self.is_unsettled()
    }

    /// Whether something is touched that nobody has looked at.
    pub fn is_unsettled(&self) -> bool {
        !self.unsettled.is_empty()
    }
}
