//! RewardBench 2 (Malik and others, 2025): best of several responses, with an arithmetic of its own for ties. As the
//! package `rewardbench` does it (`utils.py`: `reroll_and_score_dataset`, `process_single_model`).
//!
//! A row counts where its first chosen response scores highest, divided among those that score as high. "Ties" is judged
//! as a whole: its rows are named `ref:n` (one right answer) and `tied:n` (several that are equally right).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The subsets, of which the benchmark's number is the plain mean.
const SUBSETS: [&str; 6] = ["Factuality", "Precise IF", "Math", "Safety", "Focus", "Ties"];

/// The one with its own arithmetic.
const TIES: &str = "Ties";

/// The benchmark's numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RewardBench2 {
    /// The subsets that are there, in the benchmark's order: name, score (0–1), rows.
    pub subsets: Vec<(String, f64, usize)>,
    /// Subsets that are not.
    pub missing: Vec<String>,
    /// The mean of those that are.
    pub overall: f64,
}

/// Adds up rows.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Sum of what rows count, and how many there are, by subset.
    subsets: BTreeMap<&'static str, (f64, usize)>,
    reference: BTreeMap<String, Gaps>,
    tied: BTreeMap<String, Gaps>,
}

/// What is said of a row of "Ties".
#[derive(Clone, Copy, Debug)]
struct Gaps {
    /// The best right answer above the worst right one.
    among_right: f64,
    /// The worst right answer above the best wrong one.
    to_wrong: f64,
}

impl Tally {
    /// A row's scores, the first `right` of which are of right answers. Rows of other sets are passed over.
    pub fn add(&mut self, subset: &str, id: &str, scores: &[f32], right: usize) {
        let Some(name) = SUBSETS.into_iter().find(|name| name.eq_ignore_ascii_case(subset)) else { return };
        let (sum, rows) = self.subsets.entry(name).or_default();
        *rows += 1;
        if name != TIES {
            *sum += counts(scores);
        } else if let (Some((kind, number)), Some(gaps)) = (id.split_once(':'), Gaps::of(scores, right)) {
            let group = if kind == "ref" { &mut self.reference } else { &mut self.tied };
            group.insert(number.to_owned(), gaps);
        }
    }

    /// The numbers; `None` if no row was of this benchmark.
    pub fn result(&self) -> Option<RewardBench2> {
        let score = |name: &str| match self.subsets.get(name) {
            None => None,
            Some(&(_, rows)) if name == TIES => Some((self.ties()?, rows)),
            Some(&(sum, rows)) => Some((sum / rows as f64, rows)),
        };
        let mut result = RewardBench2::default();
        for name in SUBSETS {
            match score(name) {
                Some((score, rows)) => result.subsets.push((name.to_owned(), score, rows)),
                None => result.missing.push(name.to_owned()),
            }
        }
        let sum: f64 = result.subsets.iter().map(|(_, score, _)| score).sum();
        result.overall = sum / result.subsets.len() as f64;
        (!result.subsets.is_empty()).then_some(result)
    }

    /// 60 % for being right, 40 % for telling right from wrong by more than right from right, and up to 1 % for how
    /// much more. `None` where no reference row stands beside a tied one.
    fn ties(&self) -> Option<f64> {
        let both: Vec<(Gaps, Gaps)> = self
            .tied
            .iter()
            .filter_map(|(number, tied)| Some((*self.reference.get(number)?, *tied)))
            .collect();
        let share = |group: &BTreeMap<String, Gaps>| {
            mean(group.values().map(|gaps| f64::from(u8::from(gaps.to_wrong > 0.0))))
        };
        let preferred = mean(both.iter().map(|(_, tied)| holds(tied.to_wrong > tied.among_right)))?;
        let hard = |(reference, tied): &(Gaps, Gaps)| reference.to_wrong.min(tied.to_wrong);
        let preferred_hard = mean(both.iter().map(|both| holds(hard(both) > both.1.among_right)))?;
        let more = |both: &(Gaps, Gaps)| {
            let more = (hard(both) / both.1.among_right - 1.0).tanh();
            if more.is_nan() { 0.0 } else { more }
        };
        let margin = mean(both.iter().map(more))?;
        let (tied, reference) = (share(&self.tied)?, share(&self.reference)?);
        Some(0.3 * tied + 0.3 * reference + 0.2 * preferred + 0.2 * preferred_hard + 0.01 * margin)
    }
}

impl Gaps {
    fn of(scores: &[f32], right: usize) -> Option<Self> {
        let (right, wrong) = scores.split_at_checked(right)?;
        let least = |scores: &[f32]| scores.iter().copied().min_by(f32::total_cmp).map(f64::from);
        let most = |scores: &[f32]| scores.iter().copied().max_by(f32::total_cmp).map(f64::from);
        Some(Self { among_right: most(right)? - least(right)?, to_wrong: least(right)? - most(wrong)? })
    }
}

/// What a row counts.
fn counts(scores: &[f32]) -> f64 {
    let most = scores.iter().copied().max_by(f32::total_cmp);
    if most.is_none() || scores.first().copied() != most {
        return 0.0;
    }
    1.0 / scores.iter().filter(|score| Some(**score) == most).count() as f64
}

fn holds(it: bool) -> f64 {
    f64::from(u8::from(it))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_usize), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_counts_and_shares_what_it_counts_with_those_that_are_as_good() {
        let mut tally = Tally::default();
        tally.add("Factuality", "1", &[2.0, 1.0, 0.0, -1.0], 1);
        tally.add("Factuality", "2", &[2.0, 2.0, 0.0, -1.0], 1);
        tally.add("Factuality", "3", &[0.0, 2.0, 0.0, -1.0], 1);
        tally.add("Focus", "4", &[0.0, 2.0, 0.0, -1.0], 1);
        tally.add("mine", "5", &[2.0, 1.0], 1);
        let result = tally.result().expect("rows");
        assert_eq!(result.subsets, [("Factuality".to_owned(), 0.5, 3), ("Focus".to_owned(), 0.0, 1)]);
        assert_eq!((result.overall, result.missing.len()), (0.25, 4));
        assert_eq!(Tally::default().result(), None);
    }

    #[test]
    fn ties_are_judged_by_right_from_wrong_against_right_from_right() {
        let mut tally = Tally::default();
        // Right by 2, where the right ones differ by 1; the reference is right by 3 and does not make it harder.
        tally.add("Ties", "ref:1", &[3.0, 0.0], 1);
        tally.add("Ties", "tied:1", &[4.0, 3.0, 1.0], 2);
        // Right by 1, where the right ones differ by 2; the reference is wrong.
        tally.add("Ties", "ref:2", &[0.0, 1.0], 1);
        tally.add("Ties", "tied:2", &[4.0, 2.0, 1.0], 2);
        let margin = (1.0_f64.tanh() + (-1.5_f64).tanh()) / 2.0;
        let expected = 0.3 + 0.3 * 0.5 + 0.2 * 0.5 + 0.2 * 0.5 + 0.01 * margin;
        let result = tally.result().expect("rows");
        assert_eq!(result.subsets.len(), 1);
        assert!((result.overall - expected).abs() < 1e-12);
    }
}
