//! Whether an annotator prefers a place on the screen. Sides are drawn by a fair coin, so that an annotator who goes
//! by the texts alone chooses the first place about half of the time, whatever the texts.

use crate::domain::metrics::{Interval, wilson};

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
        Some(Self { answers, first, interval, p: fair_coin_p(first, answers) })
    }

    /// The share of the first place, 0–1.
    pub fn share(&self) -> f64 {
        self.first as f64 / self.answers as f64
    }
}

/// The exact two-sided binomial test of a fair coin: the probability of a result no likelier than `heads` of
/// `tosses`. With p = ½ the distribution is symmetric, so it is twice the smaller tail. 1 for no tosses.
pub fn fair_coin_p(heads: usize, tosses: usize) -> f64 {
    let fewer = heads.min(tosses - heads.min(tosses));
    if 2 * fewer == tosses {
        return 1.0;
    }
    // ln of C(n, k) / 2ⁿ at the tail's end; the terms below it follow from each other by k / (n − k + 1).
    let choose: f64 = (1..=fewer).map(|i| ((tosses - fewer + i) as f64 / i as f64).ln()).sum();
    let mut term = (choose - tosses as f64 * std::f64::consts::LN_2).exp();
    let mut tail = 0.0;
    for k in (0..=fewer).rev() {
        tail += term;
        term *= k as f64 / (tosses - k + 1) as f64;
    }
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_heads_of_four_happen_once_in_eight() {
        assert!((fair_coin_p(4, 4) - 0.125).abs() < 1e-15);
        assert!((fair_coin_p(0, 4) - 0.125).abs() < 1e-15);
        assert_eq!(fair_coin_p(2, 4), 1.0);
        assert_eq!(fair_coin_p(0, 0), 1.0);
    }
}
