//! The pairs a person has, and what was said of them.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::choice::{Choice, Outcome, Side, Strength};
use super::log::{Answer, LogEvent, fold};
use super::pair::{Pair, PairId};

/// A pair with a preference: what a reward model learns from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    /// Which pair.
    pub pair: PairId,
    /// The response that was preferred.
    pub chosen: Side,
}

/// A pair with what the comparison came to, ties included: what the likelihoods with ties learn from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Which pair.
    pub pair: PairId,
    /// What was said.
    pub outcome: Outcome,
    /// How much better, where it was said.
    pub strength: Option<Strength>,
}

/// All pairs in the order they came, with the standing answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dataset {
    pairs: Vec<Pair>,
    place: HashMap<PairId, usize>,
    answers: HashMap<PairId, Answer>,
}

impl Dataset {
    /// The dataset of these pairs (first of each id kept) under this log.
    pub fn new(pairs: Vec<Pair>, events: &[LogEvent]) -> Self {
        let mut dataset = Self::default();
        dataset.add(pairs);
        dataset.answers = fold(events);
        dataset
    }

    /// Add pairs not yet known; says how many were new.
    pub fn add(&mut self, pairs: Vec<Pair>) -> usize {
        let before = self.pairs.len();
        for pair in pairs {
            if !self.place.contains_key(&pair.id) {
                self.place.insert(pair.id.clone(), self.pairs.len());
                self.pairs.push(pair);
            }
        }
        self.pairs.len() - before
    }

    /// Take the standing answers of this log.
    pub fn read_log(&mut self, events: &[LogEvent]) {
        self.answers = fold(events);
    }

    /// All pairs, in order.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// The pair of this id.
    pub fn pair(&self, id: &PairId) -> Option<&Pair> {
        self.place.get(id).map(|&place| &self.pairs[place])
    }

    /// What was said of this pair.
    pub fn answer(&self, id: &PairId) -> Option<&Answer> {
        self.answers.get(id)
    }

    /// Answered pairs in order, with their answers; answers to unknown pairs are left out.
    pub fn answered(&self) -> impl Iterator<Item = (&Pair, &Answer)> {
        self.pairs.iter().filter_map(|pair| self.answers.get(&pair.id).map(|answer| (pair, answer)))
    }

    /// Pairs nobody has answered, in order.
    pub fn unanswered(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().filter(|pair| !self.answers.contains_key(&pair.id))
    }

    /// The preferences among the answers, in order of the pairs (ties and skips teach plain Bradley–Terry nothing).
    pub fn preferences(&self) -> Vec<Preference> {
        self.answered()
            .filter_map(|(pair, answer)| {
                answer.label.choice.preferred().map(|chosen| Preference { pair: pair.id.clone(), chosen })
            })
            .collect()
    }

    /// Every answer but the skips as a comparison, in order of the pairs.
    pub fn comparisons(&self) -> Vec<Comparison> {
        self.answered()
            .filter_map(|(pair, answer)| {
                let outcome = answer.label.choice.outcome()?;
                Some(Comparison { pair: pair.id.clone(), outcome, strength: answer.label.strength })
            })
            .collect()
    }

    /// How often each choice stands, in the order of [`Choice::ALL`].
    pub fn counts(&self) -> [(Choice, usize); 6] {
        Choice::ALL.map(|choice| {
            (choice, self.answered().filter(|(_, answer)| answer.label.choice == choice).count())
        })
    }
}
