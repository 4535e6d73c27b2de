//! Everything that a run has come to between two steps, off any device, and a run that goes on from there.

use burn::tensor::{ExecutionError, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::{Best, Tuning};
use crate::train::learner::Learned;
use crate::train::optimizer::Moments;
use crate::train::stopping::Stopping;
use crate::train::trained::{numbers, read, with_numbers};

/// As [`Tuning::state`] gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    steps: u32,
    stopping: Stopping,
    upper: Vec<Vec<f32>>,
    learner: Vec<Vec<f32>>,
    upper_memory: Vec<Moments>,
    learner_memory: Vec<Moments>,
    /// Of this epoch's pairs so far.
    margins: Vec<f32>,
    best_upper: Option<Vec<Vec<f32>>>,
    best_learned: Learned,
}

impl Tuning {
    /// Whether it stands between two steps, where [`Tuning::state`] is all there is.
    pub fn is_between_steps(&self) -> bool {
        self.done == 0
    }

    /// What it has come to. To go on from it is to have never stopped: on the CPU to the last bit.
    ///
    /// # Errors
    /// If the device was lost.
    pub async fn state(&self) -> Result<State, ExecutionError> {
        let margins = match self.margins.is_empty() {
            true => Vec::new(),
            false => read(Tensor::cat(self.margins.clone(), 0)).await?,
        };
        let best_upper = match &self.best.upper {
            Some(upper) => Some(numbers(upper).await?),
            None => None,
        };
        Ok(State {
            steps: self.steps.done(),
            stopping: self.stopping,
            upper: numbers(&self.upper).await?,
            learner: numbers(&self.learner).await?,
            upper_memory: self.upper_optimizer.memory().await?,
            learner_memory: self.learner_optimizer.memory().await?,
            margins,
            best_upper,
            best_learned: self.best.learned.clone(),
        })
    }

    /// Go on from there, in a run that was made of the same data and settings and has not stepped yet.
    pub fn go_on(&mut self, state: State) {
        if !state.margins.is_empty() {
            let count = state.margins.len();
            self.margins = vec![Tensor::from_data(TensorData::new(state.margins, [count]), &self.device)];
        }
        self.best = Best {
            upper: state.best_upper.map(|best| with_numbers(self.upper.clone(), best)),
            learned: state.best_learned,
        };
        self.upper = with_numbers(self.upper.clone(), state.upper);
        self.learner = with_numbers(self.learner.clone(), state.learner);
        self.upper_optimizer.remember(state.upper_memory, &self.device);
        self.learner_optimizer.remember(state.learner_memory, &self.device);
        self.stopping = state.stopping;
        self.steps.go_to(state.steps);
        self.shuffle();
    }
}
