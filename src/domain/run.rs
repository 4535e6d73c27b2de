//! One training run, as it is told to the page.

use serde::{Deserialize, Serialize};

/// After each report the page draws one more point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepReport {
    /// Steps done.
    pub step: u32,
    /// Steps there would be without early stopping.
    pub steps: u32,
    /// The epoch this step belongs to, from 1.
    pub epoch: u32,
    /// Penalised loss of this step's batch.
    pub loss: f32,
    /// Steps a second since the run started, pauses left out.
    pub rate: f32,
}

/// After each pass over the training pairs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// From 1.
    pub epoch: u32,
    /// Steps done.
    pub step: u32,
    /// Mean loss over the training pairs, without the penalty.
    pub train_loss: f32,
    /// Accuracy over the training pairs, 0–1.
    pub train_accuracy: f32,
    /// Mean loss over the validation pairs; `None` when there are none.
    pub validation_loss: Option<f32>,
    /// Accuracy over the validation pairs, 0–1.
    pub validation_accuracy: Option<f32>,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// All epochs were run.
    Finished,
    /// Validation loss stopped falling; the best epoch's weights were kept.
    StoppedEarly,
    /// The person stopped it; the best weights so far were kept.
    StoppedByPerson,
}
