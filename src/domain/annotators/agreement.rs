//! Whether several annotators agree with each other, beyond what chance would bring.

use std::collections::{BTreeMap, BTreeSet};

use super::consistency::{cohen_kappa, under_both_namings};
use crate::domain::choice::Outcome;
use crate::domain::metrics::{Interval, Z};
use crate::domain::pair::PairId;

/// How two annotators agree on what both have labelled.
#[derive(Clone, Debug, PartialEq)]
pub struct Twosome {
    /// Their names, in alphabetical order.
    pub names: (String, String),
    /// Pairs that both have labelled.
    pub both: usize,
    /// Those with the same outcome.
    pub same: usize,
    /// Cohen's κ, as in [`super::Consistency::kappa`].
    pub kappa: Option<f64>,
}

/// How all annotators agree.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Pairs that two or more have labelled.
    pub shared: usize,
    /// Krippendorff's α over them: 0 is chance, 1 is perfect. `None` where nobody ever differs from one single answer.
    pub alpha: Option<f64>,
    /// Its 95 % interval by the jackknife over pairs; `None` below [`Agreement::ENOUGH`] pairs.
    pub interval: Option<Interval>,
    /// Every two annotators with pairs in common.
    pub twosomes: Vec<Twosome>,
    /// The pairs on which not all agree, in the order given.
    pub disputed: Vec<PairId>,
}

impl Agreement {
    /// Shared pairs below which an interval would promise too much.
    pub const ENOUGH: usize = 10;

    /// Of each pair's outcomes by annotator; skips are no outcomes and are left out. `None` where no pair has two.
    ///
    /// As in [`super::Consistency::of`], each pair counts under both namings of its responses.
    pub fn of(labels: &[(PairId, BTreeMap<&str, Outcome>)]) -> Option<Self> {
        let shared: Vec<_> = labels.iter().filter(|(_, by)| by.len() > 1).collect();
        if shared.is_empty() {
            return None;
        }
        let units: Vec<Unit> = shared
            .iter()
            .map(|(_, by)| {
                let named: Vec<Outcome> = by.values().copied().collect();
                let renamed: Vec<Outcome> = named.iter().map(|outcome| outcome.renamed()).collect();
                [named, renamed]
            })
            .collect();
        let alpha = krippendorff_alpha(units.iter().flatten());
        Some(Self {
            shared: shared.len(),
            alpha,
            interval: alpha.filter(|_| shared.len() >= Self::ENOUGH).and_then(|_| jackknife(&units)),
            twosomes: twosomes(labels),
            disputed: shared
                .iter()
                .filter(|(_, by)| by.values().collect::<BTreeSet<_>>().len() > 1)
                .map(|(pair, _)| pair.clone())
                .collect(),
        })
    }
}

/// One pair's outcomes under both namings.
type Unit = [Vec<Outcome>; 2];

/// Krippendorff's α for nominal labels, any number of labellers, any of them missing anywhere (Krippendorff, 2011):
/// 1 − (n − 1) · Σᵤ (mᵤ² − Σ꜀ nᵤ꜀²) / (mᵤ − 1) / (n² − Σ꜀ n꜀²). A unit is the labels that were given to one thing; those
/// with fewer than two say nothing. `None` where there are none, or only one label is ever used.
pub fn krippendorff_alpha<'a, T: Copy + Ord + 'a>(
    units: impl IntoIterator<Item = &'a Vec<T>>,
) -> Option<f64> {
    let mut sums = Sums::default();
    units.into_iter().for_each(|unit| sums.count(unit, 1.0));
    sums.alpha()
}

/// What α is made of; units can be put in and taken out again.
struct Sums<T> {
    totals: BTreeMap<T, f64>,
    labels: f64,
    disagreement: f64,
}

impl<T> Default for Sums<T> {
    fn default() -> Self {
        Self { totals: BTreeMap::new(), labels: 0.0, disagreement: 0.0 }
    }
}

impl<T: Copy + Ord> Sums<T> {
    fn count(&mut self, unit: &[T], sign: f64) {
        if unit.len() < 2 {
            return;
        }
        let mut counts = BTreeMap::<T, f64>::new();
        for &label in unit {
            *counts.entry(label).or_default() += 1.0;
            *self.totals.entry(label).or_default() += sign;
        }
        let m = unit.len() as f64;
        self.labels += sign * m;
        self.disagreement += sign * (m * m - counts.values().map(|n| n * n).sum::<f64>()) / (m - 1.0);
    }

    fn alpha(&self) -> Option<f64> {
        let expected = self.labels * self.labels - self.totals.values().map(|n| n * n).sum::<f64>();
        (expected > 0.0).then(|| 1.0 - (self.labels - 1.0) * self.disagreement / expected)
    }
}

/// α ± 1.96 standard errors, the variance by leaving out one pair at a time (Efron and Tibshirani, 1993, § 11).
fn jackknife(units: &[Unit]) -> Option<Interval> {
    let mut sums = Sums::default();
    units.iter().flatten().for_each(|unit| sums.count(unit, 1.0));
    let whole = sums.alpha()?;
    let mut without = Vec::with_capacity(units.len());
    for unit in units {
        unit.iter().for_each(|naming| sums.count(naming, -1.0));
        without.push(sums.alpha()?);
        unit.iter().for_each(|naming| sums.count(naming, 1.0));
    }
    let n = without.len() as f64;
    let mean = without.iter().sum::<f64>() / n;
    let variance = without.iter().map(|alpha| (alpha - mean).powi(2)).sum::<f64>() * (n - 1.0) / n;
    let half = Z * variance.sqrt();
    Some(Interval { low: (whole - half).max(-1.0), high: (whole + half).min(1.0) })
}

fn twosomes(labels: &[(PairId, BTreeMap<&str, Outcome>)]) -> Vec<Twosome> {
    let mut between = BTreeMap::<(&str, &str), Vec<(Outcome, Outcome)>>::new();
    for (_, by) in labels {
        for (place, (&one, &said)) in by.iter().enumerate() {
            for (&other, &replied) in by.iter().skip(place + 1) {
                between.entry((one, other)).or_default().push((said, replied));
            }
        }
    }
    between
        .into_iter()
        .map(|((one, other), said)| Twosome {
            names: (one.to_owned(), other.to_owned()),
            both: said.len(),
            same: said.iter().filter(|(a, b)| a == b).count(),
            kappa: cohen_kappa(&under_both_namings(&said)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::choice::Side;

    const NAMES: [&str; 3] = ["ann", "bob", "cid"];

    fn outcome() -> impl Strategy<Value = Outcome> {
        prop_oneof![Just(Outcome::Preferred(Side::A)), Just(Outcome::Preferred(Side::B)), Just(Outcome::Tie)]
    }

    type Labels = Vec<(PairId, BTreeMap<&'static str, Outcome>)>;

    fn labels() -> impl Strategy<Value = Labels> {
        let unit = prop::array::uniform3(prop::option::of(outcome()));
        prop::collection::vec(unit, 1..30).prop_map(|units| {
            let by = |unit: [Option<Outcome>; 3]| {
                NAMES.into_iter().zip(unit).filter_map(|(name, said)| Some((name, said?))).collect()
            };
            let id = |number: usize| PairId::of(&number.to_string(), "a", "b");
            units.into_iter().enumerate().map(|(number, unit)| (id(number), by(unit))).collect()
        })
    }

    proptest! {
        #[test]
        fn alpha_is_at_most_1_and_reaches_it_only_where_nobody_disagrees(labels in labels()) {
            if let Some(Agreement { alpha: Some(alpha), disputed, .. }) = Agreement::of(&labels) {
                prop_assert!(alpha <= 1.0);
                prop_assert_eq!(alpha == 1.0, disputed.is_empty());
            }
        }

        #[test]
        fn agreement_does_not_know_which_response_a_file_calls_a(labels in labels(), which in any::<u32>()) {
            let mut renamed = labels.clone();
            for (place, (_, by)) in renamed.iter_mut().enumerate() {
                if which >> (place % 32) & 1 == 1 {
                    by.values_mut().for_each(|outcome| *outcome = outcome.renamed());
                }
            }
            prop_assert_eq!(Agreement::of(&labels), Agreement::of(&renamed));
        }

        #[test]
        fn names_and_order_of_pairs_change_nothing(labels in labels()) {
            let mut other: Labels = labels
                .iter()
                .map(|(id, by)| (id.clone(), by.iter().map(|(name, said)| (match *name {
                    "ann" => "cid",
                    "bob" => "bob",
                    _ => "ann",
                }, *said)).collect()))
                .collect();
            other.reverse();
            let (one, other) = (Agreement::of(&labels), Agreement::of(&other));
            prop_assert_eq!(one.as_ref().map(|it| it.shared), other.as_ref().map(|it| it.shared));
            let alpha = |it: Option<Agreement>| it.and_then(|it| it.alpha).unwrap_or(f64::NAN);
            let (one, other) = (alpha(one), alpha(other));
            prop_assert!((one - other).abs() < 1e-12 || one.is_nan() && other.is_nan());
        }
    }

    #[test]
    fn one_annotator_alone_agrees_with_nobody() {
        let pair = PairId::of("p", "a", "b");
        assert_eq!(Agreement::of(&[(pair, BTreeMap::from([("ann", Outcome::Tie)]))]), None);
    }

    #[test]
    fn two_who_always_prefer_the_first_of_the_file_agree_perfectly() {
        let labels: Labels = (0..12)
            .map(|number: usize| {
                let said = Outcome::Preferred(Side::A);
                (PairId::of(&number.to_string(), "a", "b"), BTreeMap::from([("ann", said), ("bob", said)]))
            })
            .collect();
        let agreement = Agreement::of(&labels).unwrap();
        assert_eq!(agreement.alpha, Some(1.0));
        assert_eq!(agreement.interval, Some(Interval { low: 1.0, high: 1.0 }));
        assert_eq!(agreement.twosomes[0].kappa, Some(1.0));
    }
}
