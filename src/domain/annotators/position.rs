//! Whether an annotator prefers a place on the screen. Sides are drawn by a fair coin, so that an annotator who goes
//! by the texts alone chooses the first place about half of the time, whatever the texts.

use crate::domain::metrics::{Interval, coin_test, wilson};

/// How often the first (left, upper) place was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PositionBias {
    /// Answers with one response preferred.
    pub answers: usize,
    /// Those that preferred the one in the first place.
    pub first: usize,
    /// Wilson's 95 % interval of the share.
    pub interval: Interval,
    /// The probability of a share at least this far from ½ if place played no part.
    pub p: f64,
}

impl PositionBias {
    /// Of so many answers, so many for the first place. `None` without answers.
    pub fn of(first: usize, answers: usize) -> Option<Self> {
        let interval = wilson(first, answers)?;
        Some(Self { answers, first, interval, p: coin_test(first, answers) })
    }

    /// The share of the first place, 0–1.
    pub fn share(&self) -> f64 {
        self.first as f64 / self.answers as f64
    }
}
