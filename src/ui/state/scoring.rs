//! What is typed on the Score tab, and what the model says of it.

use leptos::prelude::*;

use super::ScorePart;
use crate::protocol::scoring::{Compared, Score};
use crate::protocol::{Fault, Slot};

/// What a model says of the responses.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Which model.
    pub slot: Slot,
    /// One for each response that is not empty.
    pub scores: Vec<Score>,
    /// The two side by side.
    pub compared: Option<Compared>,
}

/// Texts and their scores. The texts stay here and in the engine; they are neither stored nor sent anywhere.
#[derive(Clone, Copy)]
pub struct Scoring {
    /// Which part of the tab is shown.
    pub part: RwSignal<ScorePart>,
    /// What was asked.
    pub prompt: RwSignal<String>,
    /// The response to be scored.
    pub response: RwSignal<String>,
    /// A second response to compare it with; empty for none.
    pub other: RwSignal<String>,
    /// The newest scores: one for each response that is not empty, and the model that gave them.
    pub scores: RwSignal<Option<Scores>>,
    /// Why there is no score.
    pub trouble: RwSignal<Option<Fault>>,
    /// The scores shown are of an older text; newer ones are on their way.
    pub pending: RwSignal<bool>,
}

impl Default for Scoring {
    fn default() -> Self {
        Self {
            part: RwSignal::new(ScorePart::default()),
            prompt: RwSignal::new(String::new()),
            response: RwSignal::new(String::new()),
            other: RwSignal::new(String::new()),
            scores: RwSignal::new(None),
            trouble: RwSignal::new(None),
            pending: RwSignal::new(false),
        }
    }
}

impl Scoring {
    /// The engine has answered.
    pub fn scored(&self, scores: Scores) {
        // What was cleared meanwhile stays cleared.
        let wanted = self.response.with_untracked(|text| !text.is_empty());
        self.scores.set(wanted.then_some(scores));
        self.trouble.set(None);
    }

    /// The engine could not score; what an older text scored says nothing of this one.
    pub fn failed(&self, fault: Fault) {
        self.scores.set(None);
        self.trouble.set(Some(fault));
    }

    /// Nothing is to be scored.
    pub fn clear(&self) {
        self.scores.set(None);
        self.trouble.set(None);
        self.pending.set(false);
    }

    /// Forget what was typed, too.
    pub fn empty(&self) {
        self.prompt.set(String::new());
        self.response.set(String::new());
        self.other.set(String::new());
        self.clear();
    }

    /// The responses to score: the first, and the second where there is one.
    pub fn responses(&self) -> Vec<String> {
        let mut responses = vec![self.response.get_untracked()];
        let other = self.other.get_untracked();
        if !other.is_empty() {
            responses.push(other);
        }
        responses
    }

    /// The score of the first response.
    pub fn first(&self) -> Option<Score> {
        self.scores.with(|scores| scores.as_ref().and_then(|scores| scores.scores.first().cloned()))
    }

    /// The score of the second response.
    pub fn second(&self) -> Option<Score> {
        self.scores.with(|scores| scores.as_ref().and_then(|scores| scores.scores.get(1).cloned()))
    }

    /// The two responses side by side.
    pub fn compared(&self) -> Option<Compared> {
        self.scores.with(|scores| scores.as_ref().and_then(|scores| scores.compared))
    }
}
