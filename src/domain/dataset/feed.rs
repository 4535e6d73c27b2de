//! What the engine is given of a dataset: comparisons to learn from and to test by, and the pairs it will need.
//!
//! At most so many: a head over frozen features has learned what it can from some thousands of pairs, and each costs
//! the machine its features.

use std::sync::Arc;

use super::standing::Standing;
use super::{Comparison, Dataset, Entry};
use crate::domain::pair::Pair;

/// So many answers are learned from unless the person says otherwise.
pub const LEARN_AT_MOST: usize = 5_000;

/// So many of the next questions have their features made ahead.
pub const ASK_AHEAD: usize = 300;

impl Dataset {
    /// At most so many of the answers to learn from, skips left out, in order of the pairs. Answers given here go first, then a random
    /// draw of the imported ones, which stays the same as answers come and go.
    pub fn lesson(&self, at_most: usize) -> Vec<Comparison> {
        let mut places: Vec<usize> = self.lesson.iter().take(at_most).map(|&(_, _, place)| place).collect();
        places.sort_unstable();
        places.into_iter().filter_map(|place| self.comparison(place)).collect()
    }

    /// How many answers there are to learn from, skips left out.
    pub fn lesson_size(&self) -> usize {
        self.lesson.len()
    }

    /// How many of them prefer one response.
    pub fn preference_count(&self) -> usize {
        self.tally.preferences()
    }

    /// Answers to the pairs of test sets, in order of the pairs, skips left out: never to be learned from.
    pub fn test_comparisons(&self) -> Vec<Comparison> {
        self.tests.iter().filter_map(|&place| self.comparison(place)).collect()
    }

    /// How many answers belong to test sets.
    pub fn test_size(&self) -> usize {
        self.tests.len()
    }

    /// The pairs whose features are wanted, the most urgent first: those of the lesson, then the next questions, then
    /// test sets, of which no more are taken than of the lesson.
    pub fn pairs_by_need(&self, learn_at_most: usize) -> impl Iterator<Item = &Arc<Pair>> {
        let learned = self.lesson.iter().take(learn_at_most).map(|&(_, _, place)| place);
        let asked = self.queue.iter().take(ASK_AHEAD).map(|&(_, place)| place);
        let tests = self.tests.iter().take(learn_at_most).copied();
        learned.chain(asked).chain(tests).map(|place| &self.entries[place].pair)
    }

    /// From what the entry itself remembers: this is done for thousands of pairs after every answer.
    fn comparison(&self, place: usize) -> Option<Comparison> {
        let Entry { pair, standing, .. } = &self.entries[place];
        match *standing {
            Standing::Answered { choice, strength, asked, .. } => {
                Some(Comparison { pair: pair.id.clone(), outcome: choice.outcome()?, strength, asked })
            }
            Standing::Gone | Standing::Open => None,
        }
    }
}
