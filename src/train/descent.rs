//! Gradient descent through burn's autodiff: AdamW over mini-batches of comparisons, one step at a time.
//!
//! It minimises [`super::exact`]'s objective over N. Nothing is read back from the device but what a report needs, and
//! whoever drives it decides when that is.

use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, ExecutionError, Int, Tensor, TensorData};

use super::chance::shuffled;
use super::exact::Solution;
use super::learner::{Learned, Learner, Penalised, Scored};
use super::lesson::{Example, Rows, Said, judged};
use super::prior::Prior;
use super::schedule::cosine;
use super::steps::{Next, Steps};
use super::stopping::Stopping;
use super::trained::read;
use crate::domain::config::{DescentConfig, StrengthUse};
use crate::domain::likelihood::{Loss, Told};
use crate::domain::run::{Ending, EpochReport, LossAndAccuracy};
use crate::model::head::Head;
use crate::model::loss::Targets;
use crate::model::reward_model::Scaling;

/// What a head learns from, laid out as it needs it.
#[derive(Clone, Debug)]
pub struct Material {
    /// Features, comparison by comparison: of both responses, or of a linear head, which needs no more, their difference.
    values: Vec<f32>,
    /// Rows a comparison: 1 of differences, 2 of responses.
    sides: usize,
    /// One a comparison.
    said: Vec<Said>,
}

impl From<&Rows> for Material {
    fn from(Rows { differences, said }: &Rows) -> Self {
        Self { values: differences.values.clone(), sides: 1, said: said.clone() }
    }
}

impl Material {
    /// Both responses of each of these examples.
    pub fn of_sides(examples: &[&Example], scaling: &Scaling, strength: StrengthUse) -> Self {
        let sides = examples.iter().flat_map(|example| [&example.chosen, &example.rejected]);
        Self {
            values: sides.flat_map(|response| scaling.features(response)).collect(),
            sides: 2,
            said: examples.iter().map(|example| Said::of(example, strength)).collect(),
        }
    }
}

/// The same on the device, with what is said there and here.
struct OnDevice {
    /// `[comparisons, sides, width]`.
    rows: Tensor<3>,
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
    shuffled: (Tensor<3>, Targets),
    steps: Steps,
    last_loss: Option<Tensor<1>>,
    best: Option<Learned>,
    stopping: Stopping,
}

impl Descent {
    /// A run of a linear head on `device` from the prior's mean. `train` must have rows; `config` must have no complaint,
    /// and nothing to be centred.
    pub fn new(
        train: &Rows,
        validation: &Rows,
        (loss, prior): (Loss, &Prior),
        config: DescentConfig,
        device: &Device,
    ) -> Self {
        let ties = train.said.iter().filter(|said| said.told == Told::Tie).count();
        let share = (ties as f64 + 0.5) / (train.count() as f64 + 1.0);
        // With the tie parameter that suits it best if all scores are equal, which they are where the mean is zero.
        let weights = prior.centre(train.differences.width);
        let start = Solution { weights, tie: loss.tie_of_share(share) }.into();
        Self::from(&start, (train.into(), validation.into()), (loss, prior), config, device)
    }

    /// A run of any head from here: to learn from, and to be judged by, as [`Descent::new`].
    pub fn from(
        start: &Learned,
        (train, validation): (Material, Material),
        (loss, prior): (Loss, &Prior),
        config: DescentConfig,
        device: &Device,
    ) -> Self {
        let rows = train.said.len();
        let train = OnDevice::of(train, device);
        let mut descent = Self {
            aim: Penalised::new((loss, prior), rows, &config, &device.clone().autodiff()),
            learner: Learner::from(start, loss, &device.clone().autodiff()),
            // Our penalty is part of the loss, where the exact fit has it too; decoupled decay would add another.
            optimizer: AdamWConfig::new().with_weight_decay(0.0).init(),
            validation: (!validation.said.is_empty()).then(|| OnDevice::of(validation, device)),
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
        let loss = self.learner.loss(&self.aim, scored(&self.learner.head, rows), &targets);
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
        let (loss, head) = (self.aim.loss, self.learner.head.valid());
        let tie = self.learner.tie(loss).await?;
        let train = self.train.judged(&head, loss, tie).await?;
        let validation = match &self.validation {
            Some(rows) => Some(rows.judged(&head, loss, tie).await?),
            None => None,
        };
        let report = EpochReport::of((self.steps.epoch(), self.steps.done()), train, validation);
        if self.stopping.is_best(validation.map(|(loss, _)| loss)) {
            self.best = Some(self.learner.learned(loss).await?);
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
    pub async fn learned(&self) -> Result<Learned, ExecutionError> {
        match &self.best {
            Some(best) => Ok(best.clone()),
            None => self.learner.learned(self.aim.loss).await,
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
    fn of(Material { values, sides, said }: Material, device: &Device) -> Self {
        let told: Vec<Told> = said.iter().map(|said| said.told).collect();
        let part = |part: fn(&Said) -> f32| said.iter().map(part).collect();
        let width = values.len() / (said.len() * sides).max(1);
        let values = TensorData::new(values, [said.len(), sides, width]);
        Self {
            rows: Tensor::from_data(values, device),
            targets: Targets::of(&told, part(|said| said.shift), part(|said| said.weight), device),
            said,
        }
    }

    /// Mean loss without the penalty, and the accuracy over the preferences; `None` where all are ties.
    async fn judged(&self, head: &Head, loss: Loss, tie: f64) -> Result<LossAndAccuracy, ExecutionError> {
        let margins = read(scored(head, self.rows.clone()).margins).await?;
        Ok(judged(&margins, &self.said, loss, tie))
    }
}

/// What the head says of `rows [n, sides, width]`.
fn scored(head: &Head, rows: Tensor<3>) -> Scored {
    let [count, sides, _] = rows.dims();
    Scored::of(head.forward(rows.flatten(0, 1)).reshape([count, sides]))
}
