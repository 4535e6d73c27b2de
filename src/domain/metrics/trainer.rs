//! The numbers that TRL's `RewardTrainer` (1.x) logs, by its names: `loss`, `accuracy`, `margin`, `min_reward`,
//! `mean_reward`, `max_reward`. It averages them over batches of unequal size; these are exact over all pairs.

use super::margins::log_loss;

/// One evaluation in the trainer's words. Its `num_tokens` and `grad_norm` are of a training step, and not here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trainer {
    /// Mean of −log σ(chosen − rejected).
    pub loss: f64,
    /// Share of pairs with chosen > rejected.
    pub accuracy: f64,
    /// Mean of chosen − rejected.
    pub margin: f64,
    /// Least of all scores.
    pub min_reward: f64,
    /// Mean of all scores.
    pub mean_reward: f64,
    /// Greatest of all scores.
    pub max_reward: f64,
}

impl Trainer {
    /// Of scores `(chosen, rejected)`; `None` for none.
    pub fn of(scores: &[(f64, f64)]) -> Option<Self> {
        if scores.is_empty() {
            return None;
        }
        let count = scores.len() as f64;
        let mean = |value: fn(f64, f64) -> f64| scores.iter().map(|&(c, r)| value(c, r)).sum::<f64>() / count;
        let all = || scores.iter().flat_map(|&(chosen, rejected)| [chosen, rejected]);
        Some(Self {
            loss: mean(|chosen, rejected| log_loss(chosen - rejected)),
            accuracy: mean(|chosen, rejected| f64::from(u8::from(chosen > rejected))),
            margin: mean(|chosen, rejected| chosen - rejected),
            min_reward: all().fold(f64::INFINITY, f64::min),
            mean_reward: all().sum::<f64>() / (2.0 * count),
            max_reward: all().fold(f64::NEG_INFINITY, f64::max),
        })
    }

    /// With TRL's names, in the order it logs them.
    pub fn named(&self) -> [(&'static str, f64); 6] {
        [
            ("loss", self.loss),
            ("accuracy", self.accuracy),
            ("margin", self.margin),
            ("min_reward", self.min_reward),
            ("mean_reward", self.mean_reward),
            ("max_reward", self.max_reward),
        ]
    }
}
