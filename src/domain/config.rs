//! How the head is fitted. Both ways minimise the same penalised objective,
//! `mean −log σ(w·(x_chosen − x_rejected)) + λ/(2N)·|w|²`, for N preferences.

use serde::{Deserialize, Serialize};

/// The strength λ of the penalty, for a *summed* loss and features scaled to E|x|² ≈ 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Penalty {
    /// 1 below 200 preferences, 3 from there on: what was measured to be best.
    Auto,
    /// This λ, > 0.
    Fixed(f32),
}

impl Penalty {
    /// λ for `preferences` training pairs.
    pub fn lambda(self, preferences: usize) -> f32 {
        match self {
            Penalty::Auto if preferences < 200 => 1.0,
            Penalty::Auto => 3.0,
            Penalty::Fixed(lambda) => lambda,
        }
    }
}

/// Gradient descent on the head: AdamW over mini-batches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescentConfig {
    /// Step size at the start; it falls to a hundredth along a cosine.
    pub learning_rate: f32,
    /// Preferences a step.
    pub batch_size: u32,
    /// Passes over the training pairs, at most.
    pub epochs: u32,
    /// Stop after this many epochs without a better validation loss; 0 never stops early.
    pub patience: u32,
    /// Seed of the shuffles.
    pub seed: u64,
    /// The penalty, part of the loss.
    pub penalty: Penalty,
}

impl Default for DescentConfig {
    fn default() -> Self {
        Self {
            learning_rate: 0.01,
            batch_size: 32,
            epochs: 60,
            patience: 15,
            seed: 0,
            penalty: Penalty::Auto,
        }
    }
}

impl DescentConfig {
    /// The first thing wrong with these settings, in a sentence with what to do; `None` if all is well.
    pub fn complaint(&self) -> Option<String> {
        let Self { learning_rate, batch_size, epochs, penalty, .. } = self;
        if !(learning_rate.is_finite() && *learning_rate > 0.0 && *learning_rate <= 10.0) {
            return Some(format!(
                "The learning rate is {learning_rate}; give a number above 0 and at most 10."
            ));
        }
        if *batch_size == 0 {
            return Some("The batch size is 0; give at least 1.".into());
        }
        if *epochs == 0 {
            return Some("The number of epochs is 0; give at least 1.".into());
        }
        match penalty {
            Penalty::Fixed(lambda) if !(lambda.is_finite() && *lambda > 0.0) => {
                Some(format!("The penalty λ is {lambda}; give a number above 0."))
            }
            Penalty::Auto | Penalty::Fixed(_) => None,
        }
    }
}
