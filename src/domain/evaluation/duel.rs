//! Two models on the same pairs.

use std::collections::HashMap;

use super::headline::SEED;
use crate::domain::metrics::{Clusters, Interval, Share, mcnemar};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Duel {
    /// The first's share, on the pairs that both judged.
    pub first: Share,
    /// The second's.
    pub second: Share,
    /// Pairs that the first alone gets right.
    pub only_first: usize,
    /// Pairs that the second alone gets right.
    pub only_second: usize,
    /// McNemar's exact p-value: how often equal models would differ by as much.
    pub p: f64,
    /// Accuracy of the second less that of the first.
    pub difference: f64,
    /// Its 95 % interval, bootstrapped by prompt; `None` for too few prompts.
    pub interval: Option<Interval>,
}

/// Compare on the pairs that both have judged: `first` and `second` give `(pair, right)`, `prompt` the number of a
/// pair's prompt. `None` where they share no pair.
pub fn duel<'a, Pair: std::hash::Hash + Eq + 'a>(
    first: impl IntoIterator<Item = (&'a Pair, bool)>,
    second: impl IntoIterator<Item = (&'a Pair, bool)>,
    prompt: impl Fn(&Pair) -> usize,
) -> Option<Duel> {
    let first: HashMap<&Pair, bool> = first.into_iter().collect();
    let both: Vec<(usize, bool, bool)> = second
        .into_iter()
        .filter_map(|(pair, right)| Some((prompt(pair), *first.get(pair)?, right)))
        .collect();
    if both.is_empty() {
        return None;
    }
    let count = |wanted: fn(bool, bool) -> bool| both.iter().filter(|(_, a, b)| wanted(*a, *b)).count();
    let (only_first, only_second) = (count(|a, b| a && !b), count(|a, b| b && !a));
    let number = |right: bool| f64::from(u8::from(right));
    let clusters = Clusters::of(both.iter().map(|&(prompt, a, b)| (prompt, [number(b) - number(a), 1.0])));
    let mean = |[difference, all]: &[f64; 2]| (*all > 0.0).then(|| difference / all);
    Some(Duel {
        first: Share { part: count(|a, _| a), whole: both.len() },
        second: Share { part: count(|_, b| b), whole: both.len() },
        only_first,
        only_second,
        p: mcnemar(only_first, only_second),
        difference: clusters.value(mean)?,
        interval: clusters.interval(mean, SEED),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_shared_pairs_count_and_turning_it_round_turns_the_sign() {
        let pairs: Vec<usize> = (0..60).collect();
        let first = || pairs.iter().take(50).map(|pair| (pair, pair % 2 == 0));
        let second = || pairs.iter().skip(10).map(|pair| (pair, pair % 4 != 1));
        let one = duel(first(), second(), |pair| *pair).unwrap();
        let other = duel(second(), first(), |pair| *pair).unwrap();
        assert_eq!((one.first.whole, one.only_first, one.only_second), (40, 0, 10));
        assert!((one.difference - 0.25).abs() < 1e-12 && one.p < 0.01);
        assert_eq!((one.difference, one.p), (-other.difference, other.p));
        assert!(duel(first().take(5), second(), |pair| *pair).is_none());
    }

    #[test]
    fn a_model_does_not_differ_from_itself() {
        let pairs: Vec<usize> = (0..30).collect();
        let it = || pairs.iter().map(|pair| (pair, pair % 3 == 0));
        let duel = duel(it(), it(), |pair| *pair).unwrap();
        assert_eq!((duel.p, duel.difference), (1.0, 0.0));
        assert_eq!(duel.interval, Some(Interval { low: 0.0, high: 0.0 }));
    }
}
