//! Training below the head: AdamW through the topmost blocks, a step in as many parts as memory and patience ask for.
//!
//! It minimises what [`super::descent`] minimises, and starts from where that ends: the head from the exact fit on the
//! backbone as it came, so that the blocks learn from a head that already knows what it wants (Kumar and others, 2022).
//! The start is judged too, and what never became better than it is not kept. Whoever drives it brings the hidden states
//! before the lowest block that trains, and decides when something is read back.

mod passage;
mod state;
mod texts;

use burn::module::Module;
use burn::optim::{GradientsAccumulator, GradientsParams};
use burn::tensor::{Device, ExecutionError, Tensor};

use self::passage::Passage;
pub use self::state::State;
pub use self::texts::Incoming;
use self::texts::{longest, scaled, states};
use super::chance::{even, shuffled};
use super::learner::{Learned, Learner, Penalised, Scored};
use super::lesson::{Said, judged};
use super::objective::Aim;
use super::optimizer::{Optimizer, clipping, squares};
use super::schedule::warmed;
use super::steps::{Next, Steps};
use super::stopping::Stopping;
use super::trained::read;
use crate::domain::config::DescentConfig;
use crate::domain::depth::Depth;
use crate::domain::likelihood::Told;
use crate::domain::run::{Ending, EpochReport};
use crate::model::loss::Targets;
use crate::model::transformer::Sights;
use crate::model::upper::Upper;

/// Bytes that the graph of a part may take: a quarter of what 32-bit addresses reach, where weights, gradients and what the
/// optimiser remembers have to lie too. Browsers do not tell how much a GPU has; a small one has a share of the machine's.
const GRAPH_BYTES: usize = 1 << 30;

/// A comparison of two texts, by number.
#[derive(Clone, Copy, Debug)]
pub struct Pairing {
    /// The preferred one's.
    pub chosen: usize,
    /// The other one's.
    pub rejected: usize,
    /// What was said of them.
    pub said: Said,
}

/// A run of training below the head.
pub struct Tuning {
    config: DescentConfig,
    aim: Aim,
    penalised: Penalised,
    upper: Upper,
    learner: Learner,
    upper_optimizer: Optimizer,
    learner_optimizer: Optimizer,
    upper_gradients: GradientsAccumulator<Upper>,
    learner_gradients: GradientsAccumulator<Learner>,
    train: Vec<Pairing>,
    validation: Vec<Pairing>,
    /// The training pairs in this epoch's order.
    order: Vec<usize>,
    steps: Steps,
    /// Pairs of the step under way that are done.
    done: usize,
    /// Of the step under way, then of the newest.
    loss: Option<Tensor<1>>,
    /// Of this epoch's pairs, in its order, each before the step that learned from it.
    margins: Vec<Tensor<1>>,
    best: Best,
    stopping: Stopping,
    /// Bytes that the graph of the blocks may take.
    room: usize,
    device: Device,
}

/// The best so far.
#[derive(Clone, Debug)]
pub struct Best {
    /// The blocks, on the graph; `None` where nothing was better than the backbone as it came.
    pub upper: Option<Upper>,
    /// The head and the tie parameter.
    pub learned: Learned,
}

impl Tuning {
    /// A run that starts from `upper`, as the backbone came, and from `start`, the exact fit to `train` on it. `train`
    /// must have pairs; `config` must be of a depth below the head and have no complaint. `start_loss` is that of the
    /// validation pairs at the start, where there are any.
    pub fn new(
        upper: Upper,
        (train, validation): (Vec<Pairing>, Vec<Pairing>),
        aim: Aim,
        (start, start_loss): (Learned, Option<f64>),
        config: DescentConfig,
        device: &Device,
    ) -> Self {
        let upper = match &config.depth {
            Depth::Lora(lora) => upper.adapted(lora, even(config.seed), device),
            Depth::Last(_) | Depth::Head => upper,
        };
        let (decided, count) = (&aim.decided, train.len());
        let graph = device.clone().autodiff();
        let mut tuning = Self {
            penalised: Penalised::new((decided.loss, &decided.prior(count)), count, &config, &graph),
            upper: upper.train(),
            learner: Learner::from(&start, aim.decided.loss, &graph),
            upper_optimizer: Optimizer::new(config.below.weight_decay),
            // The head has its penalty, which is part of the loss.
            learner_optimizer: Optimizer::new(0.0),
            upper_gradients: GradientsAccumulator::new(),
            learner_gradients: GradientsAccumulator::new(),
            order: Vec::new(),
            steps: Steps::new(train.len(), &config),
            done: 0,
            loss: None,
            margins: Vec::new(),
            best: Best { upper: None, learned: start },
            stopping: Stopping::new(start_loss),
            room: GRAPH_BYTES,
            device: device.clone(),
            train,
            validation,
            aim,
            config,
        };
        tuning.shuffle();
        tuning
    }

    /// The same where the graph of the blocks may take so many bytes. A part whose graph is estimated to take more keeps
    /// only what goes into each block, and computes the blocks again on the way back.
    pub fn within(self, room: usize) -> Self {
        Self { room, ..self }
    }

    /// Its settings.
    pub fn config(&self) -> &DescentConfig {
        &self.config
    }

    /// Where it stands.
    pub fn steps(&self) -> &Steps {
        &self.steps
    }

    /// The pairs that an epoch is judged by.
    pub fn validation(&self) -> &[Pairing] {
        &self.validation
    }

    /// The pairs to be learned from next: what is left of the step under way.
    pub fn wanted(&self) -> impl Iterator<Item = Pairing> {
        self.order[self.steps.batch()][self.done..].iter().map(|&at| self.train[at])
    }

    /// Learn from these, the first of those that are wanted; `text` says what a number stands for. A step is done with
    /// its last pair.
    pub fn learn<'a>(&mut self, pairs: &[Pairing], text: impl Fn(usize) -> Incoming<'a>) -> Option<Next> {
        let size = self.steps.batch().len();
        let autodiff = self.device.clone().autodiff();
        let texts = texts_of(pairs, text);
        let (hidden, input) = states(&texts, &self.aim, &autodiff);
        let sights = Sights::new(&self.upper.architecture, &input);
        let (passage, top) = match self.upper.graph_bytes(texts.len(), longest(&texts)) <= self.room {
            true => Passage::whole(&self.upper, hidden, &sights),
            false => Passage::recomputed(&self.upper, hidden, &sights),
        };
        let pooled = self.upper.pooled(top, &input);
        let scored = Scored::of(scores(&self.learner, scaled(pooled, &texts, &self.aim, &autodiff)));
        self.margins.push(scored.margins.clone().without_autodiff());
        let told: Vec<Told> = pairs.iter().map(|pair| pair.said.told).collect();
        let part = |part: fn(&Said) -> f32| pairs.iter().map(|pair| part(&pair.said)).collect();
        let targets = Targets::of(&told, part(|said| said.shift), part(|said| said.weight), &autodiff);
        // The parts' losses add up to the mean over the whole step.
        let loss = self.learner.loss(&self.penalised, scored, &targets);
        let loss = loss.mul_scalar(pairs.len() as f32 / size as f32);
        let mut gradients = loss.backward();
        let loss = loss.without_autodiff();
        self.loss = Some(match self.loss.take().filter(|_| self.done > 0) {
            Some(before) => before + loss,
            None => loss,
        });
        let of_learner = GradientsParams::from_module(&mut gradients, &self.learner);
        self.learner_gradients.accumulate(&self.learner, of_learner);
        let (upper, sum) = (&self.upper, &mut self.upper_gradients);
        passage.down(upper, &sights, &mut gradients, |some| sum.accumulate(upper, some));
        self.done += pairs.len();
        (self.done == size).then(|| self.step())
    }

    fn step(&mut self) -> Next {
        let (of_upper, of_learner) = (self.upper_gradients.grads(), self.learner_gradients.grads());
        let nothing = Tensor::zeros([1], &self.device);
        let square = squares(&self.learner, &of_learner, squares(&self.upper, &of_upper, nothing));
        let factor = clipping(square, self.config.below.clip);
        let (rate, warm_up) = (self.config.learning_rate, self.config.below.warm_up);
        let rate = warmed(rate, warm_up, self.steps.done(), self.steps.all());
        self.upper = self.upper_optimizer.step(self.upper.clone(), (rate, &factor), of_upper);
        self.learner = self.learner_optimizer.step(self.learner.clone(), (rate, &factor), of_learner);
        self.done = 0;
        self.steps.step()
    }

    /// Penalised loss of the newest step's batch, before that step.
    ///
    /// # Errors
    /// If the device was lost.
    pub async fn loss(&self) -> Result<f32, ExecutionError> {
        match &self.loss {
            Some(loss) => loss.clone().into_scalar_async().await,
            None => Ok(f32::NAN),
        }
    }

    /// Margins of these pairs by the newest weights.
    ///
    /// # Errors
    /// If the device was lost.
    pub async fn judge<'a>(
        &self,
        pairs: &[Pairing],
        text: impl Fn(usize) -> Incoming<'a>,
    ) -> Result<Vec<f32>, ExecutionError> {
        let (upper, learner) = (self.upper.valid(), self.learner.valid());
        let texts = texts_of(pairs, text);
        let (hidden, input) = states(&texts, &self.aim, &self.device);
        let sights = Sights::new(&upper.architecture, &input);
        let (_, top) = Passage::whole(&upper, hidden, &sights);
        let pooled = upper.pooled(top, &input);
        let scores = scores(&learner, scaled(pooled, &texts, &self.aim, &self.device));
        read(Scored::of(scores).margins).await
    }

    /// Judge the epoch that has just ended by the margins of [`Tuning::validation`], remember its weights if they are the
    /// best so far, shuffle for the next. The second value says why to stop, if there is a reason.
    ///
    /// # Errors
    /// If the device was lost.
    pub async fn end_epoch(&mut self, held: &[f32]) -> Result<(EpochReport, Option<Ending>), ExecutionError> {
        let loss = self.aim.decided.loss;
        let learned = self.learner.learned(loss).await?;
        let solution = &learned.solution;
        let seen = read(Tensor::cat(std::mem::take(&mut self.margins), 0)).await?;
        let said =
            |pairs: &mut dyn Iterator<Item = &Pairing>| pairs.map(|pair| pair.said).collect::<Vec<Said>>();
        let train = said(&mut self.order.iter().map(|&at| &self.train[at]));
        let train = judged(&seen, &train, loss, solution.tie);
        let validation = said(&mut self.validation.iter());
        let validation = (!validation.is_empty()).then(|| judged(held, &validation, loss, solution.tie));
        let report = EpochReport::of((self.steps.epoch(), self.steps.done()), train, validation);
        // Weights that ran away to what is no number are nobody's best, even where nothing is held out to show it.
        let is_sound = solution.weights.iter().all(|weight| weight.is_finite());
        let judged_by = validation.map(|(loss, _)| loss).or((!is_sound).then_some(f64::NAN));
        if self.stopping.is_best(judged_by) {
            self.best = Best { upper: Some(self.upper.clone()), learned };
        }
        let ending = self.stopping.ending(&self.config, (self.steps.done(), self.steps.all()));
        if ending.is_none() {
            self.shuffle();
        }
        Ok((report, ending))
    }

    /// The best of what was learned so far; where nothing has been judged yet, the start.
    pub fn best(&self) -> &Best {
        &self.best
    }

    /// Whether an epoch has ended that is not judged yet: [`Tuning::end_epoch`] comes next.
    pub fn awaits_judgement(&self) -> bool {
        self.done == 0 && self.steps.batch().start == 0 && !self.margins.is_empty()
    }

    fn shuffle(&mut self) {
        let epoch = self.steps.epochs_done() - u32::from(self.awaits_judgement());
        self.order = shuffled(self.train.len(), self.config.seed, u64::from(epoch)).collect();
    }
}

/// The texts of these pairs, each pair's chosen one first.
fn texts_of<'a>(pairs: &[Pairing], text: impl Fn(usize) -> Incoming<'a>) -> Vec<Incoming<'a>> {
    pairs.iter().flat_map(|pair| [text(pair.chosen), text(pair.rejected)]).collect()
}

/// Of the chosen and the rejected one by their `features [texts, width]`: `[pairs, 2]`.
fn scores(learner: &Learner, features: Tensor<2>) -> Tensor<2> {
    let [texts, _] = features.dims();
    learner.head.forward(features).reshape([texts / 2, 2])
}
