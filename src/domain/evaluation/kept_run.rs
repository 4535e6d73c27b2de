//! A finished training, small enough to be kept among the settings and compared with others later.

use serde::{Deserialize, Serialize};

use super::{Evaluation, HeldOut};
use crate::domain::choice::{Outcome, Side};
use crate::domain::dataset::Dataset;
use crate::domain::pair::PairId;
use crate::domain::recipe::Recipe;
use crate::domain::run::EpochReport;

/// So many runs are kept; the oldest gives way.
pub const MOST_RUNS: usize = 12;

/// Points of a curve that are kept, at most.
const MOST_POINTS: usize = 100;

/// Digits of a pair's id that are kept: two of a million pairs share them once in 10⁷ workspaces.
const DIGITS: usize = 16;

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptRun {
    /// Its number.
    pub run: u32,
    /// When it ended, in milliseconds since 1970 UTC.
    pub at_ms: u64,
    /// Features.
    pub recipe: Recipe,
    /// The penalty λ.
    pub lambda: f32,
    /// Comparisons learned from.
    pub learned_from: u32,
    /// How pairs were held out.
    pub held_out: HeldOut,
    /// Each judged pair with score(A) − score(B): that does not change when an answer does.
    pub margins: Vec<(PairKey, f32)>,
    /// Its epochs, thinned.
    pub epochs: Vec<EpochReport>,
}

/// The first digits of a pair's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PairKey(String);

impl PairKey {
    /// Of this pair.
    pub fn of(pair: &PairId) -> Self {
        Self(pair.as_str().chars().take(DIGITS).collect())
    }
}

impl KeptRun {
    /// The margins of this evaluation, made independent of which response was chosen.
    pub fn margins(evaluation: &Evaluation, dataset: &Dataset) -> Vec<(PairKey, f32)> {
        let standing = |pair: &PairId| match dataset.answer(pair)?.label.choice.outcome()? {
            Outcome::Preferred(side) => Some(side),
            Outcome::Tie => None,
        };
        evaluation
            .judged
            .iter()
            .filter_map(|judged| {
                let margin = match judged.chosen.or_else(|| standing(&judged.pair))? {
                    Side::A => judged.margin,
                    Side::B => -judged.margin,
                };
                Some((PairKey::of(&judged.pair), margin))
            })
            .collect()
    }

    /// At most [`MOST_POINTS`] of these, evenly, the last among them.
    pub fn thinned<'a>(epochs: impl Iterator<Item = &'a EpochReport>) -> Vec<EpochReport> {
        let epochs: Vec<&EpochReport> = epochs.collect();
        let count = epochs.len();
        let stride = count.div_ceil(MOST_POINTS).max(1);
        let kept = |at: &usize| at.is_multiple_of(stride) || at + 1 == count;
        (0..count).filter(kept).map(|at| epochs[at].clone()).collect()
    }
}

/// Put a run among the others, newest last; one of the same number gives way.
pub fn keep(runs: &mut Vec<KeptRun>, run: KeptRun) {
    runs.retain(|kept| kept.run != run.run);
    runs.push(run);
    let surplus = runs.len().saturating_sub(MOST_RUNS);
    runs.drain(..surplus);
}
