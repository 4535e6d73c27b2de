//! Gradient descent through burn's autodiff: AdamW over mini-batches of comparisons, one step at a time.
//!
//! It minimises [`super::exact`]'s objective over N. Nothing is read back from the device but what a report needs, and
//! whoever drives it decides when that is.

use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, ExecutionError, Int, Tensor, TensorData};

use super::chance::shuffled;
use super::exact::Solution;
use super::lesson::{Rows, Said, judged};
use super::schedule::cosine;
use crate::domain::config::DescentConfig;
use crate::domain::likelihood::{Loss, Told};
use crate::domain::run::{Ending, EpochReport};
use crate::model::head::Head;
use crate::model::loss::{Targets, TieParameter, comparison_loss, penalty, tie_prior};

/// What is learned: the head, and how likely ties are.
#[derive(Module, Debug)]
struct Learner {
    head: Head,
    tie: TieParameter,
}

/// Rows on the device, with what is said of them there and here.
struct OnDevice {
    rows: Tensor<2>,
    targets: Targets,
    said: Vec<Said>,
}

/// A run of gradient descent on the head.
pub struct Descent {
    config: DescentConfig,
    device: Device,
    loss: Loss,
    /// λ/N.
    strength: f32,
    learner: Learner,
    optimizer: ModuleOptimizer,
    train: OnDevice,
    validation: Option<OnDevice>,
    /// The training rows in this epoch's order.
    shuffled: (Tensor<2>, Targets),
    rows: usize,
    step: u32,
    last_loss: Option<Tensor<1>>,
    best: Option<Best>,
    epochs_since_best: u32,
}

struct Best {
    loss: f64,
    solution: Solution,
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
    /// A run from zero weights on `device`, for penalty `lambda`. `train` must have rows; `config` must have no
    /// complaint.
    pub fn new(
        train: &Rows,
        validation: &Rows,
        (loss, lambda): (Loss, f32),
        config: DescentConfig,
        device: &Device,
    ) -> Self {
        let rows = train.count();
        let ties = train.said.iter().filter(|said| said.told == Told::Tie).count();
        let share = (ties as f64 + 0.5) / (rows as f64 + 1.0);
        let train = OnDevice::of(train, device);
        let autodiff = device.clone().autodiff();
        let mut descent = Self {
            strength: lambda / rows as f32,
            learner: Learner {
                head: Head::zeros(train.rows.dims()[1], &autodiff),
                // All scores equal is where a run starts; this is the tie parameter that suits it best.
                tie: TieParameter::at(loss, loss.tie_of_share(share), &autodiff),
            },
            // Our penalty is part of the loss, where the exact fit has it too; decoupled decay would add another.
            optimizer: AdamWConfig::new().with_weight_decay(0.0).init(),
            validation: (validation.count() > 0).then(|| OnDevice::of(validation, device)),
            shuffled: (train.rows.clone(), train.targets.clone()),
            train,
            rows,
            loss,
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

    /// Its settings.
    pub fn config(&self) -> &DescentConfig {
        &self.config
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
        let batch = self.shuffled.0.clone().narrow(0, start, end - start).autodiff();
        let targets = self.shuffled.1.clone().narrow(start, end - start).autodiff();
        let Learner { head, tie } = &self.learner;
        let tie = tie.value.val();
        let mut loss = comparison_loss(self.loss, head.forward(batch), &targets, &tie)
            + penalty(head.weight.val(), self.strength);
        if self.loss.has_tie() {
            loss = loss + tie_prior(self.loss, &tie).div_scalar(self.rows as f32);
        }
        let gradients = GradientsParams::from_grads(loss.backward(), &self.learner);
        let rate = cosine(self.config.learning_rate, self.step, self.steps());
        self.learner = self.optimizer.step(rate, self.learner.clone(), gradients);
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
        let (weights, tie) = self.learned().await?;
        let train = self.train.judged(&weights, self.loss, tie).await?;
        let validation = match &self.validation {
            Some(rows) => Some(rows.judged(&weights, self.loss, tie).await?),
            None => None,
        };
        let report = EpochReport {
            epoch: self.epoch(),
            step: self.step,
            train_loss: train.0 as f32,
            train_accuracy: train.1.unwrap_or(f64::NAN) as f32,
            validation_loss: validation.map(|(loss, _)| loss as f32),
            validation_accuracy: validation.and_then(|(_, accuracy)| accuracy).map(|share| share as f32),
        };
        // Without validation pairs there is nothing to stop early by: the newest weights are the best.
        let judged_by = validation.map_or(f64::NEG_INFINITY, |(loss, _)| loss);
        if self.best.as_ref().is_none_or(|best| judged_by < best.loss || judged_by == f64::NEG_INFINITY) {
            let weights = weights.into_data_async().await?.iter::<f32>().collect();
            self.best = Some(Best { loss: judged_by, solution: Solution { weights, tie } });
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

    /// The best of what was learned so far: the best epoch's by validation loss, the newest before the first epoch has
    /// ended.
    ///
    /// # Errors
    /// If the device was lost.
    pub async fn solution(&self) -> Result<Solution, ExecutionError> {
        match &self.best {
            Some(best) => Ok(best.solution.clone()),
            None => {
                let (weights, tie) = self.learned().await?;
                Ok(Solution { weights: weights.into_data_async().await?.iter::<f32>().collect(), tie })
            }
        }
    }

    /// The newest weights `[width, 1]`, and the tie parameter; 0 where there is none.
    async fn learned(&self) -> Result<(Tensor<2>, f64), ExecutionError> {
        let weights = self.learner.head.weight.val().without_autodiff();
        if !self.loss.has_tie() {
            return Ok((weights, 0.0));
        }
        let value = self.learner.tie.value.val().without_autodiff().into_scalar_async().await?;
        Ok((weights, TieParameter::tie(self.loss, value)))
    }

    /// Put the rows into an order that depends on seed and epoch alone.
    fn shuffle(&mut self) {
        let epoch = u64::from(self.step / self.steps_per_epoch());
        let order: Vec<i32> = shuffled(self.rows, self.config.seed, epoch).map(|row| row as i32).collect();
        let order = Tensor::<1, Int>::from_data(TensorData::new(order, [self.rows]), &self.device);
        let OnDevice { rows, targets, .. } = &self.train;
        self.shuffled = (rows.clone().select(0, order.clone()), targets.clone().select(order));
    }
}

impl OnDevice {
    fn of(rows: &Rows, device: &Device) -> Self {
        let Rows { differences, said } = rows;
        let told: Vec<Told> = said.iter().map(|said| said.told).collect();
        let part = |part: fn(&Said) -> f32| said.iter().map(part).collect();
        let values = TensorData::new(differences.values.clone(), [differences.count(), differences.width]);
        Self {
            rows: Tensor::from_data(values, device),
            targets: Targets::of(&told, part(|said| said.shift), part(|said| said.weight), device),
            said: said.clone(),
        }
    }

    /// Mean loss without the penalty, and the accuracy over the preferences; `None` where all are ties.
    async fn judged(
        &self,
        weights: &Tensor<2>,
        loss: Loss,
        tie: f64,
    ) -> Result<(f64, Option<f64>), ExecutionError> {
        let margins: Vec<f32> =
            self.rows.clone().matmul(weights.clone()).into_data_async().await?.iter::<f32>().collect();
        Ok(judged(&margins, &self.said, loss, tie))
    }
}
