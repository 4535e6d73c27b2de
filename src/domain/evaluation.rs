//! What a model says of each answered pair, and how it was held out: the raw material of every metric.

use serde::{Deserialize, Serialize};

use super::metrics::{self, Interval};
use super::pair::PairId;

/// One preference with the margin that a model which had not seen it gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Which pair.
    pub pair: PairId,
    /// score(chosen) − score(rejected); positive agrees with the person.
    pub margin: f32,
    /// log((1 + tokens of chosen) / (1 + tokens of rejected)): positive where the longer response was chosen.
    pub length_margin: f32,
}

/// How the judged pairs were kept from the model that judged them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeldOut {
    /// The fixed validation prompts.
    Split,
    /// Cross-validation by prompt in this many folds: every answer is judged once.
    CrossValidation(u8),
}

/// The judged pairs of one fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// How they were held out.
    pub held_out: HeldOut,
    /// Number of preferences the fit itself learned from.
    pub learned_from: u32,
    /// Every held-out preference.
    pub judged: Vec<Judged>,
    /// Mean loss over the pairs learned from.
    pub train_loss: f32,
    /// Accuracy over the pairs learned from, 0–1.
    pub train_accuracy: f32,
}

impl Evaluation {
    /// The margins alone.
    pub fn margins(&self) -> Vec<f32> {
        self.judged.iter().map(|judged| judged.margin).collect()
    }

    /// Share of held-out preferences with a margin above 0 (equal scores are not correct), 0–1;
    /// `None` when nothing was held out.
    pub fn accuracy(&self) -> Option<f64> {
        metrics::accuracy(&self.margins())
    }

    /// Wilson's 95 % interval of that accuracy.
    pub fn interval(&self) -> Option<Interval> {
        let correct = self.judged.iter().filter(|judged| judged.margin > 0.0).count();
        metrics::wilson(correct, self.judged.len())
    }

    /// The pairs on which model and person disagree, the most confident disagreement first.
    pub fn mistakes(&self) -> Vec<&Judged> {
        let mut wrong: Vec<&Judged> = self.judged.iter().filter(|judged| judged.margin <= 0.0).collect();
        wrong.sort_by(|a, b| a.margin.total_cmp(&b.margin));
        wrong
    }
}
