//! Gradient descent through burn's autodiff: AdamW over mini-batches of comparisons, one step at a time.
//!
//! It minimises [`super::exact`]'s objective over N. Nothing is read back from the device but what a report needs, and
//! whoever drives it decides when that is.

use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, ExecutionError, Int, Tensor, TensorData};

use super::chance::shuffled;
use super::exact::Solution;
use super::learner::{Learner, Penalised};
use super::lesson::{Rows, Said, judged};
use super::prior::Prior;
use super::schedule::cosine;
use super::steps::{Next, Steps};
use super::stopping::Stopping;
use crate::domain::config::DescentConfig;
use crate::domain::likelihood::{Loss, Told};
use crate::domain::run::{Ending, EpochReport, LossAndAccuracy};
use crate::model::loss::Targets;

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
    aim: Penalised,
    learner: Learner,
    optimizer: ModuleOptimizer,
    train: OnDevice,
    validation: Option<OnDevice>,
    /// The training rows in this epoch's order.
    shuffled: (Tensor<2>, Targets),
    steps: Steps,
    last_loss: Option<Tensor<1>>,
    best: Option<Solution>,
    stopping: Stopping,
}

impl Descent {
    /// A run on `device` from the prior's mean. `train` must have rows; `config` must have no
    /// complaint.
    pub fn new(
        train: &Rows,
        validation: &Rows,
        (loss, prior): (Loss, &Prior),
        config: DescentConfig,
        device: &Device,
    ) -> Self {
        let rows = train.count();
        let ties = train.said.iter().filter(|said| said.told == Told::Tie).count();
        let share = (ties as f64 + 0.5) / (rows as f64 + 1.0);
        // With the tie parameter that suits it best if all scores are equal, which they are where the mean is zero.
        let start =
            Solution { weights: prior.centre(train.differences.width), tie: loss.tie_of_share(share) };
        let train = OnDevice::of(train, device);
        let mut descent = Self {
            aim: Penalised::new(loss, prior, rows, &device.clone().autodiff()),
            learner: Learner::from(&start, loss, &device.clone().autodiff()),
            // Our penalty is part of the loss, where the exact fit has it too; decoupled decay would add another.
            optimizer: AdamWConfig::new().with_weight_decay(0.0).init(),
            validation: (validation.count() > 0).then(|| OnDevice::of(validation, device)),
            shuffled: (train.rows.clone(), train.targets.clone()),
            train,
            steps: Steps::new(rows, &config),
            last_loss: None,
            best: None,
            stopping: Stopping::new(None),
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

    /// Where it stands.
    pub fn steps(&self) -> &Steps {
        &self.steps
    }

    /// One step of AdamW on the next mini-batch.
    pub fn step(&mut self) -> Next {
        let batch = self.steps.batch();
        let (start, count) = (batch.start, batch.len());
        let rows = self.shuffled.0.clone().narrow(0, start, count).autodiff();
        let targets = self.shuffled.1.clone().narrow(start, count).autodiff();
        let loss = self.learner.loss(&self.aim, self.learner.head.forward(rows), &targets, 0.0);
        let gradients = GradientsParams::from_grads(loss.backward(), &self.learner);
        let rate = cosine(self.config.learning_rate, self.steps.done(), self.steps.all());
        self.learner = self.optimizer.step(rate, self.learner.clone(), gradients);
        self.last_loss = Some(loss.without_autodiff());
        self.steps.step()
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
        let (loss, weights) = (self.aim.loss, self.learner.head.weight.val().without_autodiff());
        let tie = self.learner.tie(loss).await?;
        let train = self.train.judged(&weights, loss, tie).await?;
        let validation = match &self.validation {
            Some(rows) => Some(rows.judged(&weights, loss, tie).await?),
            None => None,
        };
        let report = EpochReport::of((self.steps.epoch(), self.steps.done()), train, validation);
        if self.stopping.is_best(validation.map(|(loss, _)| loss)) {
            self.best = Some(self.learner.solution(loss).await?);
        }
        let ending = self.stopping.ending(&self.config, (self.steps.done(), self.steps.all()));
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
            Some(best) => Ok(best.clone()),
            None => self.learner.solution(self.aim.loss).await,
        }
    }

    /// Put the rows into an order that depends on seed and epoch alone.
    fn shuffle(&mut self) {
        let (rows, epoch) = (self.aim.count, u64::from(self.steps.epochs_done()));
        let order: Vec<i32> = shuffled(rows, self.config.seed, epoch).map(|row| row as i32).collect();
        let order = Tensor::<1, Int>::from_data(TensorData::new(order, [rows]), &self.device);
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
    ) -> Result<LossAndAccuracy, ExecutionError> {
        let margins: Vec<f32> =
            self.rows.clone().matmul(weights.clone()).into_data_async().await?.iter::<f32>().collect();
        Ok(judged(&margins, &self.said, loss, tie))
    }
}
