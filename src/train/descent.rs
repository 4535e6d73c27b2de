//! Gradient descent through burn's autodiff: AdamW over mini-batches of preferences, one step at a time.
//!
//! It minimises `mean −log σ(w·dᵢ) + λ/(2N) |w|²`, which is [`super::exact`]'s objective over N. Nothing is read
//! back from the device but what a report needs, and whoever drives it decides when that is.

use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, ExecutionError, Int, Tensor, TensorData};

use super::lesson::Differences;
use super::schedule::cosine;
use crate::domain::config::DescentConfig;
use crate::domain::metrics;
use crate::domain::run::{Ending, EpochReport};
use crate::model::head::Head;
use crate::model::loss::{penalty, ranking_loss};

/// A run of gradient descent on the head.
pub struct Descent {
    config: DescentConfig,
    device: Device,
    /// λ/N.
    strength: f32,
    head: Head,
    optimizer: ModuleOptimizer,
    train: Tensor<2>,
    validation: Option<Tensor<2>>,
    /// The training rows in this epoch's order.
    shuffled: Tensor<2>,
    rows: usize,
    step: u32,
    last_loss: Option<Tensor<1>>,
    best: Option<Best>,
    epochs_since_best: u32,
}

struct Best {
    loss: f64,
    weights: Vec<f32>,
}

/// What comes after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another step.
    Step,
    /// An epoch is over: [`Descent::end_epoch`].
    EpochEnd,
}

impl Descent {
    /// A run from zero weights on `device`. `train` must have rows; `config` must have no complaint.
    pub fn new(
        train: &Differences,
        validation: &Differences,
        config: DescentConfig,
        device: &Device,
    ) -> Self {
        let rows = train.count();
        let train_rows = tensor(train, device);
        let mut descent = Self {
            strength: config.penalty.lambda(rows) / rows as f32,
            head: Head::zeros(train.width, &device.clone().autodiff()),
            // Our penalty is part of the loss, where the exact fit has it too; decoupled decay would add another.
            optimizer: AdamWConfig::new().with_weight_decay(0.0).init(),
            validation: (validation.count() > 0).then(|| tensor(validation, device)),
            shuffled: train_rows.clone(),
            train: train_rows,
            rows,
            step: 0,
            last_loss: None,
            best: None,
            epochs_since_best: 0,
            device: device.clone(),
            config,
        };
        descent.shuffle();
        descent
    }

    /// Steps in an epoch.
    pub fn steps_per_epoch(&self) -> u32 {
        (self.rows as u32).div_ceil(self.config.batch_size)
    }

    /// Steps there are without early stopping.
    pub fn steps(&self) -> u32 {
        self.steps_per_epoch() * self.config.epochs
    }

    /// Steps done.
    pub fn step_count(&self) -> u32 {
        self.step
    }

    /// The epoch of the newest step, from 1.
    pub fn epoch(&self) -> u32 {
        self.step.saturating_sub(1) / self.steps_per_epoch() + 1
    }

    /// One step of AdamW on the next mini-batch.
    pub fn step(&mut self) -> Next {
        let per_epoch = self.steps_per_epoch();
        let start = ((self.step % per_epoch) * self.config.batch_size) as usize;
        let end = (start + self.config.batch_size as usize).min(self.rows);
        let batch = self.shuffled.clone().narrow(0, start, end - start).autodiff();
        let margins = self.head.forward(batch);
        let loss = ranking_loss(margins) + penalty(self.head.weight.val(), self.strength);
        let gradients = GradientsParams::from_grads(loss.backward(), &self.head);
        let rate = cosine(self.config.learning_rate, self.step, self.steps());
        self.head = self.optimizer.step(rate, self.head.clone(), gradients);
        self.last_loss = Some(loss.without_autodiff());
        self.step += 1;
        if self.step.is_multiple_of(per_epoch) { Next::EpochEnd } else { Next::Step }
    }

    /// Penalised loss of the newest step's batch, before that step.
    ///
    /// # Errors
    /// If the device was lost.
    pub async fn loss(&self) -> Result<f32, ExecutionError> {
        match &self.last_loss {
            Some(loss) => loss.clone().into_scalar_async().await,
            None => Ok(f32::NAN),
        }
    }

    /// Judge the epoch that has just ended, remember its weights if they are the best so far, shuffle for the next.
    /// The second value says why to stop, if there is a reason.
    ///
    /// # Errors
    /// If the device was lost.
    pub async fn end_epoch(&mut self) -> Result<(EpochReport, Option<Ending>), ExecutionError> {
        let weights = self.head.weight.val().without_autodiff();
        let train = margins(&self.train, &weights).await?;
        let validation = match &self.validation {
            Some(rows) => Some(margins(rows, &weights).await?),
            None => None,
        };
        let report = EpochReport {
            epoch: self.epoch(),
            step: self.step,
            train_loss: metrics::mean_loss(&train).unwrap_or(f64::NAN) as f32,
            train_accuracy: metrics::accuracy(&train).unwrap_or(f64::NAN) as f32,
            validation_loss: validation.as_deref().and_then(metrics::mean_loss).map(|loss| loss as f32),
            validation_accuracy: validation.as_deref().and_then(metrics::accuracy).map(|share| share as f32),
        };
        // Without validation pairs there is nothing to stop early by: the newest weights are the best.
        let judged_by = validation.as_deref().and_then(metrics::mean_loss).unwrap_or(f64::NEG_INFINITY);
        if self.best.as_ref().is_none_or(|best| judged_by < best.loss || judged_by == f64::NEG_INFINITY) {
            let weights = weights.into_data_async().await?.iter::<f32>().collect();
            self.best = Some(Best { loss: judged_by, weights });
            self.epochs_since_best = 0;
        } else {
            self.epochs_since_best += 1;
        }
        let ending = if self.step >= self.steps() {
            Some(Ending::Finished)
        } else if self.config.patience > 0 && self.epochs_since_best >= self.config.patience {
            Some(Ending::StoppedEarly)
        } else {
            None
        };
        if ending.is_none() {
            self.shuffle();
        }
        Ok((report, ending))
    }

    /// The best weights so far, `[width]`: the best epoch's by validation loss, the newest before the first epoch
    /// has ended.
    ///
    /// # Errors
    /// If the device was lost.
    pub async fn weights(&self) -> Result<Vec<f32>, ExecutionError> {
        match &self.best {
            Some(best) => Ok(best.weights.clone()),
            None => {
                Ok(self.head.weight.val().without_autodiff().into_data_async().await?.iter::<f32>().collect())
            }
        }
    }

    /// Put the rows into an order that depends on seed and epoch alone.
    fn shuffle(&mut self) {
        let epoch = u64::from(self.step / self.steps_per_epoch());
        let mut order: Vec<i32> = (0..self.rows as i32).collect();
        order.sort_by_key(|&row| mixed(mixed(self.config.seed ^ (epoch << 32)) ^ row as u64));
        let order = Tensor::<1, Int>::from_data(TensorData::new(order, [self.rows]), &self.device);
        self.shuffled = self.train.clone().select(0, order);
    }
}

fn tensor(differences: &Differences, device: &Device) -> Tensor<2> {
    let shape = [differences.count(), differences.width];
    Tensor::from_data(TensorData::new(differences.values.clone(), shape), device)
}

async fn margins(rows: &Tensor<2>, weights: &Tensor<2>) -> Result<Vec<f32>, ExecutionError> {
    Ok(rows.clone().matmul(weights.clone()).into_data_async().await?.iter::<f32>().collect())
}

/// SplitMix64's finaliser (Steele, Lea and Flood, 2014): every bit of `x` moves every bit of the result.
fn mixed(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
