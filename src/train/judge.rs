//! The exact fit with its judgement: what is learned from, what is held out, and how the held-out pairs fare.
//!
//! Below 200 preferences a held-out fifth says too little: the model then learns from all of them and is judged by
//! cross-validation, each fold by a model that never saw its prompts. From there on the fixed split is used.

use std::borrow::Cow;

use super::exact::{self, Solution};
use super::folds::{Fold, folds, learned};
use super::lesson::{Example, Rows};
use super::objective::Decided;
use super::prior::Prior;
use crate::domain::evaluation::{Evaluation, HeldOut, Judged};
use crate::domain::likelihood::Told;
use crate::domain::metrics;
use crate::model::reward_model::{Scaling, dot};

/// Examples with their rows and their place in the split.
pub struct Lesson<'a> {
    examples: &'a [Example],
    rows: Rows,
    scaling: &'a Scaling,
    decided: &'a Decided,
    held_out: HeldOut,
    folds: Vec<Fold>,
    learned: Vec<usize>,
}

impl<'a> Lesson<'a> {
    /// Lay out what there is to learn; how it is held out follows from how much that is.
    pub fn new(examples: &'a [Example], scaling: &'a Scaling, decided: &'a Decided) -> Self {
        let prompts: Vec<&str> = examples.iter().map(|example| example.prompt.as_str()).collect();
        let folds = folds(&prompts);
        let learned = learned(&folds, examples.len());
        let (held_out, folds) = folds;
        let rows = Rows::of(examples, scaling, decided.strength);
        Self { examples, rows, scaling, decided, held_out, folds, learned }
    }

    /// The prior in use.
    pub fn prior(&self) -> Prior {
        self.decided.prior(self.learned.len())
    }

    /// Places of the examples learned from, rising.
    pub fn learned(&self) -> &[usize] {
        &self.learned
    }

    /// The rows learned from, one an example.
    pub fn learned_rows(&self) -> Cow<'_, Rows> {
        if self.learned.len() == self.rows.count() {
            Cow::Borrowed(&self.rows)
        } else {
            Cow::Owned(self.rows.select(&self.learned))
        }
    }

    /// The exact fit to what is learned from; a `start` near it saves steps.
    pub fn fit(&self, start: Option<&Solution>) -> Solution {
        exact::solve(&self.learned_rows(), self.decided.loss, &self.prior(), start)
    }

    /// Judge what was fitted to all that is learned from; cross-validation fits its own, from there.
    pub fn judge(&self, fitted: &Solution) -> Evaluation {
        let weights = &fitted.weights;
        let judged: Vec<Judged> = match self.held_out {
            // What was learned from because nothing else was there is not judged.
            HeldOut::Split => {
                let split = self.folds.iter().filter(|split| split.learned == self.learned);
                split.flat_map(|split| self.judged(&split.held, weights)).collect()
            }
            HeldOut::CrossValidation(_) => self.cross_validated(fitted),
        };
        let (judged, ties) = judged.into_iter().partition(|judged| judged.chosen.is_some());
        let preferred = |at: &usize| self.examples[*at].told() == Told::Chosen;
        let learned: Vec<usize> = self.learned.iter().copied().filter(preferred).collect();
        let train = self.margins(&learned, weights);
        Evaluation {
            held_out: self.held_out,
            learned_from: self.learned.len() as u32,
            judged,
            ties,
            train_loss: metrics::mean_loss(&train).unwrap_or(0.0) as f32,
            train_accuracy: metrics::accuracy(&train).unwrap_or(0.0) as f32,
        }
    }

    fn cross_validated(&self, near: &Solution) -> Vec<Judged> {
        let judge = |Fold { learned, held }: &Fold| {
            let prior = self.decided.prior(learned.len());
            let fit = exact::solve(&self.rows.select(learned), self.decided.loss, &prior, Some(near));
            self.judged(held, &fit.weights)
        };
        self.folds.iter().flat_map(judge).collect()
    }

    /// Answers to what a model has chosen to ask are learned from and not judged.
    fn judged(&self, places: &[usize], weights: &[f32]) -> Vec<Judged> {
        places
            .iter()
            .filter(|at| self.examples[**at].is_drawn())
            .map(|&at| {
                let example = &self.examples[at];
                let score = dot(&self.scaling.features(&example.chosen), weights);
                example.judged(dot(self.rows.differences.row(at), weights), score)
            })
            .collect()
    }

    fn margins(&self, places: &[usize], weights: &[f32]) -> Vec<f32> {
        places.iter().map(|&at| dot(self.rows.differences.row(at), weights)).collect()
    }
}

/// Share of the judged margins' variance that the log length explains (r², 0–1); `None` where the length is no
/// feature or too little was judged.
pub fn length_share(evaluation: &Evaluation, scaling: &Scaling) -> Option<f32> {
    scaling.length?;
    evaluation.length_bias().map(|r| (r * r) as f32)
}
