//! Whether an annotator, asked the same again with sides swapped, says the same again.

use std::collections::BTreeMap;

use crate::domain::choice::Outcome;
use crate::domain::metrics::{Interval, wilson};

/// How one annotator's repeats came out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Consistency {
    /// Pairs that were answered twice.
    pub repeats: usize,
    /// Those of them with the same outcome both times.
    pub same: usize,
    /// Wilson's 95 % interval of the share.
    pub interval: Interval,
    /// Cohen's κ: 0 is chance, 1 is perfect. `None` where chance alone agrees always.
    pub kappa: Option<f64>,
}

impl Consistency {
    /// Of these pairs' first and second outcomes; skips are no outcomes and are left out. `None` without repeats.
    ///
    /// Outcomes name responses, not places. Which response a file calls A means nothing, so each pair is counted
    /// under both namings: κ does not change when a file names them the other way round.
    pub fn of(twice: &[(Outcome, Outcome)]) -> Option<Self> {
        let same = twice.iter().filter(|(first, second)| first == second).count();
        let interval = wilson(same, twice.len())?;
        Some(Self { repeats: twice.len(), same, interval, kappa: cohen_kappa(&under_both_namings(twice)) })
    }

    /// The share with the same outcome, 0–1.
    pub fn share(&self) -> f64 {
        self.same as f64 / self.repeats as f64
    }
}

/// Each twosome of outcomes, and the same with A and B renamed.
pub(super) fn under_both_namings(twice: &[(Outcome, Outcome)]) -> Vec<(Outcome, Outcome)> {
    twice.iter().flat_map(|&(one, other)| [(one, other), (one.renamed(), other.renamed())]).collect()
}

/// Cohen's κ = (p_o − p_e) / (1 − p_e): agreement beyond what two labellers with these habits reach by chance
/// (Cohen, 1960). `None` for no items, or where both always say one and the same.
pub fn cohen_kappa<T: Copy + Ord>(twice: &[(T, T)]) -> Option<f64> {
    let n = twice.len() as f64;
    let mut habits = BTreeMap::<T, (f64, f64)>::new();
    for &(one, other) in twice {
        habits.entry(one).or_default().0 += 1.0;
        habits.entry(other).or_default().1 += 1.0;
    }
    let observed = twice.iter().filter(|(one, other)| one == other).count() as f64 / n;
    let chance = habits.values().map(|(one, other)| one * other).sum::<f64>() / (n * n);
    (chance < 1.0).then(|| (observed - chance) / (1.0 - chance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Side;

    const A: Outcome = Outcome::Preferred(Side::A);
    const B: Outcome = Outcome::Preferred(Side::B);

    #[test]
    fn saying_the_same_every_time_is_perfect_even_where_a_file_puts_the_better_first() {
        let same = Consistency::of(&[(A, A); 6]).unwrap();
        assert_eq!((same.share(), same.kappa), (1.0, Some(1.0)));
        assert!(same.interval.low < 0.7, "six repeats prove little: {:?}", same.interval);
    }

    #[test]
    fn nothing_repeated_says_nothing_and_ties_alone_leave_kappa_open() {
        assert_eq!(Consistency::of(&[]), None);
        assert_eq!(Consistency::of(&[(Outcome::Tie, Outcome::Tie)]).unwrap().kappa, None);
    }

    #[test]
    fn naming_the_responses_the_other_way_round_changes_nothing() {
        let twice = [(A, A), (A, B), (Outcome::Tie, A), (B, B), (A, A)];
        let mut renamed = twice;
        renamed[1] = (twice[1].0.renamed(), twice[1].1.renamed());
        renamed[4] = (twice[4].0.renamed(), twice[4].1.renamed());
        assert_eq!(Consistency::of(&twice), Consistency::of(&renamed));
    }
}
