//! What the engine finds out when it is asked to look closer than a fit does. These cross to the page.

use serde::{Deserialize, Serialize};

use super::Judged;
use crate::domain::pair::PairId;

/// One piece of news of a closer look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Finding {
    /// What a bag of words, held out in the same way, says of each pair: score(chosen) − score(rejected).
    Words(Vec<(PairId, f32)>),
    /// Accuracy by number of answers, rising.
    Curve(Vec<LearningPoint>),
    /// The model's judgement of the test sets' preferences.
    Tests {
        /// One a pair.
        judged: Vec<Judged>,
        /// Pairs whose features are not there yet.
        waiting: u32,
    },
    /// That was all.
    Done,
}

/// Held-out accuracy after learning from so many answers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningPoint {
    /// Answers learned from.
    pub answers: u32,
    /// Mean over the draws, 0–1.
    pub mean: f64,
    /// The middle 90 % of the draws: from here …
    pub low: f64,
    /// … to here. It shows how much it matters which answers were learned from, and which were held out.
    pub high: f64,
    /// Draws.
    pub draws: u32,
}
