//! One training run, as it is told to the page.

use serde::{Deserialize, Serialize};

use super::config::DescentConfig;

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

/// Mean loss without the penalty, and the accuracy over the preferences, 0–1; `None` where all are ties.
pub type LossAndAccuracy = (f64, Option<f64>);

impl EpochReport {
    /// That of this epoch, which ended after this step.
    pub fn of(
        (epoch, step): (u32, u32),
        train: LossAndAccuracy,
        validation: Option<LossAndAccuracy>,
    ) -> Self {
        Self {
            epoch,
            step,
            train_loss: train.0 as f32,
            train_accuracy: train.1.unwrap_or(f64::NAN) as f32,
            validation_loss: validation.map(|(loss, _)| loss as f32),
            validation_accuracy: validation.and_then(|(_, accuracy)| accuracy).map(|share| share as f32),
        }
    }
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

/// A run that was left before its end, as the page remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// Its number.
    pub run: u32,
    /// Steps done when it was last saved.
    pub step: u32,
    /// Steps there would be without early stopping.
    pub steps: u32,
}

/// A run from its settings to its end, as it goes along with the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunLog {
    /// Its settings.
    pub config: DescentConfig,
    /// Steps done.
    pub steps: u32,
    /// Why it ended.
    pub ending: Ending,
    /// Seconds of training, pauses left out.
    pub seconds: f32,
    /// The epochs, thinned evenly where there were very many.
    pub epochs: Vec<EpochReport>,
}

/// Epochs that a log holds at most.
const LOGGED: usize = 2_000;

/// Epochs while they come, thinned so that they never take more than so much room.
#[derive(Clone, Debug, Default)]
pub struct EpochLog {
    kept: Vec<EpochReport>,
    /// Every 2^so many are kept.
    halvings: u32,
}

impl EpochLog {
    /// One more.
    pub fn push(&mut self, report: &EpochReport) {
        if report.epoch.is_multiple_of(1 << self.halvings) {
            self.kept.push(report.clone());
        }
        if self.kept.len() > LOGGED {
            self.halvings += 1;
            self.kept.retain(|report| report.epoch.is_multiple_of(1 << self.halvings));
        }
    }

    /// Those that are kept, the first to the last.
    pub fn kept(&self) -> &[EpochReport] {
        &self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_is_thinned_evenly_and_a_short_one_is_whole() {
        let report = |epoch| EpochReport {
            epoch,
            step: epoch,
            train_loss: 0.5,
            train_accuracy: 0.5,
            validation_loss: None,
            validation_accuracy: None,
        };
        let mut log = EpochLog::default();
        (1..=60).for_each(|epoch| log.push(&report(epoch)));
        assert_eq!(log.kept().len(), 60);
        (61..=9_000).for_each(|epoch| log.push(&report(epoch)));
        assert!(log.kept().len() <= LOGGED);
        let apart: Vec<u32> = log.kept().windows(2).map(|two| two[1].epoch - two[0].epoch).collect();
        assert!(apart.iter().all(|&step| step == apart[0]), "{apart:?}");
    }
}
