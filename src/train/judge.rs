//! The exact fit with its judgement: what is learned from, what is held out, and how the held-out pairs fare.
//!
//! Below 200 preferences a held-out fifth says too little: the model then learns from all of them and is judged by
//! cross-validation, each fold by a model that never saw its prompts. From there on the fixed split is used.

use super::exact;
use super::lesson::{Differences, Example};
use crate::domain::config::Penalty;
use crate::domain::evaluation::{Evaluation, HeldOut, Judged};
use crate::domain::metrics;
use crate::domain::split::{CROSS_VALIDATE_BELOW, FOLDS, Part, fold};
use crate::model::reward_model::{Scaling, dot};

/// Examples with their rows and their place in the split.
pub struct Lesson<'a> {
    examples: &'a [Example],
    rows: Differences,
    scaling: &'a Scaling,
    penalty: Penalty,
    held_out: HeldOut,
    learned: Vec<usize>,
}

impl<'a> Lesson<'a> {
    /// Lay out what there is to learn; how it is held out follows from how much that is.
    pub fn new(examples: &'a [Example], scaling: &'a Scaling, penalty: Penalty) -> Self {
        let everything = || (0..examples.len()).collect::<Vec<_>>();
        let (held_out, learned) = if examples.len() < CROSS_VALIDATE_BELOW {
            (HeldOut::CrossValidation(FOLDS as u8), everything())
        } else {
            (
                HeldOut::Split,
                everything().into_iter().filter(|&at| examples[at].part() == Part::Train).collect(),
            )
        };
        // Hundreds of answers to one prompt may all be held out; then they are all learned from, and none judged.
        let learned = if learned.is_empty() { everything() } else { learned };
        Self { examples, rows: Differences::of(examples, scaling), scaling, penalty, held_out, learned }
    }

    /// λ in use.
    pub fn lambda(&self) -> f32 {
        self.penalty.lambda(self.learned.len())
    }

    /// The exact fit to what is learned from: `[width]`.
    pub fn fit(&self) -> Vec<f32> {
        exact::fit(&self.rows.select(&self.learned), self.lambda())
    }

    /// Judge weights that were fitted to what is learned from; cross-validation fits its own.
    pub fn judge(&self, weights: &[f32]) -> Evaluation {
        let judged = match self.held_out {
            HeldOut::Split => {
                let learned: std::collections::HashSet<usize> = self.learned.iter().copied().collect();
                let held: Vec<usize> = (0..self.examples.len()).filter(|at| !learned.contains(at)).collect();
                self.judged(&held, weights)
            }
            HeldOut::CrossValidation(folds) => self.cross_validated(usize::from(folds)),
        };
        let train = self.margins(&self.learned, weights);
        Evaluation {
            held_out: self.held_out,
            learned_from: self.learned.len() as u32,
            judged,
            ties: vec![],
            train_loss: metrics::mean_loss(&train).unwrap_or(0.0) as f32,
            train_accuracy: metrics::accuracy(&train).unwrap_or(0.0) as f32,
        }
    }

    fn cross_validated(&self, folds: usize) -> Vec<Judged> {
        let mut judged = Vec::with_capacity(self.examples.len());
        for held_fold in 0..folds {
            let (held, learned): (Vec<usize>, Vec<usize>) =
                (0..self.examples.len()).partition(|&at| fold(&self.examples[at].prompt, folds) == held_fold);
            if !held.is_empty() && !learned.is_empty() {
                let weights = exact::fit(&self.rows.select(&learned), self.penalty.lambda(learned.len()));
                judged.extend(self.judged(&held, &weights));
            }
        }
        judged
    }

    fn judged(&self, places: &[usize], weights: &[f32]) -> Vec<Judged> {
        let margins = self.margins(places, weights);
        places
            .iter()
            .zip(margins)
            .map(|(&at, margin)| Judged {
                pair: self.examples[at].pair.clone(),
                margin,
                length_margin: self.examples[at].length_margin(),
                score: dot(&self.scaling.features(&self.examples[at].chosen), weights),
                chosen: Some(self.examples[at].side),
            })
            .collect()
    }

    fn margins(&self, places: &[usize], weights: &[f32]) -> Vec<f32> {
        let width = self.rows.width;
        places.iter().map(|&at| dot(&self.rows.values[at * width..(at + 1) * width], weights)).collect()
    }
}

/// Share of the judged margins' variance that the log length explains (r², 0–1); `None` where the length is no
/// feature or too little was judged.
pub fn length_share(evaluation: &Evaluation, scaling: &Scaling) -> Option<f32> {
    scaling.length?;
    evaluation.length_bias().map(|r| (r * r) as f32)
}
