//! Training below the head: AdamW through the topmost blocks, a step in as many parts as memory and patience ask for.
//!
//! It minimises what [`super::descent`] minimises, and starts from where that ends: the head from the exact fit on the
//! backbone as it came, so that the blocks learn from a head that already knows what it wants (Kumar and others, 2022).
//! The start is judged too, and what never became better than it is not kept. Whoever drives it brings the hidden states
//! before the lowest block that trains, and decides when something is read back.

use burn::module::Module;
use burn::optim::{GradientsAccumulator, GradientsParams};
use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::chance::{even, shuffled};
use super::descent::Next;
use super::exact::Solution;
use super::lesson::{Said, judged};
use super::optimizer::{Moments, Optimizer, clipping, squares};
use super::schedule::warmed;
use super::trained::{numbers, read, with_numbers};
use crate::domain::config::{Below, DescentConfig};
use crate::domain::depth::Depth;
use crate::domain::likelihood::{Loss, Told};
use crate::domain::recipe::Pooling;
use crate::domain::run::{Ending, EpochReport};
use crate::model::head::Head;
use crate::model::input::Input;
use crate::model::loss::{Targets, TieParameter, comparison_loss, penalty, tie_prior};
use crate::model::reward_model::{LENGTH_SCALE, Scaling};
use crate::model::upper::Upper;
use crate::protocol::crew::TokenRow;

/// The head, and how likely ties are.
#[derive(Module, Debug)]
struct Top {
    head: Head,
    tie: TieParameter,
}

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

/// A text as it comes to the blocks that train.
#[derive(Clone, Copy, Debug)]
pub struct Lower<'a> {
    /// Its tokens.
    pub row: &'a TokenRow,
    /// log(1 + tokens of the whole response).
    pub log_length: f32,
    /// The hidden states before the lowest block that trains, `[tokens, d]`.
    pub hidden: &'a [f32],
}

/// What is minimised, and over which features.
#[derive(Clone, Debug)]
pub struct Aim {
    /// The likelihood.
    pub loss: Loss,
    /// λ, for a summed loss.
    pub lambda: f32,
    /// From pooled vectors to features: that of the backbone as it came.
    pub scaling: Scaling,
    /// From hidden states to pooled vectors.
    pub pooling: Pooling,
}

/// A run of training below the head.
pub struct Tuning {
    config: DescentConfig,
    aim: Aim,
    upper: Upper,
    top: Top,
    body_optimizer: Optimizer,
    top_optimizer: Optimizer,
    body_gradients: GradientsAccumulator<Upper>,
    top_gradients: GradientsAccumulator<Top>,
    train: Vec<Pairing>,
    validation: Vec<Pairing>,
    /// The training pairs in this epoch's order.
    order: Vec<usize>,
    step: u32,
    /// Pairs of the step under way that are done.
    done: usize,
    /// Of the step under way, then of the newest.
    loss: Option<Tensor<1>>,
    /// Of this epoch's pairs, in its order, each before the step that learned from it.
    margins: Vec<Tensor<1>>,
    best: Best,
    epochs_since_best: u32,
    device: Device,
}

/// Everything that a run has come to between two steps, on no device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    step: u32,
    epochs_since_best: u32,
    upper: Vec<Vec<f32>>,
    top: Vec<Vec<f32>>,
    upper_memory: Vec<Moments>,
    top_memory: Vec<Moments>,
    margins: Vec<f32>,
    best_loss: f64,
    best_upper: Option<Vec<Vec<f32>>>,
    best_weights: Vec<f32>,
    best_tie: f64,
}

/// The best so far.
#[derive(Clone, Debug)]
pub struct Best {
    /// Validation loss; −∞ where there are no validation pairs, and the newest is the best.
    pub loss: f64,
    /// The blocks, on the graph; `None` where nothing was better than the backbone as it came.
    pub upper: Option<Upper>,
    /// The head's weights and the tie parameter.
    pub solution: Solution,
}

/// `[pairs, 2] → [pairs]`.
fn margins(scores: Tensor<2>) -> Tensor<1> {
    (scores.clone().narrow(1, 0, 1) - scores.narrow(1, 1, 1)).squeeze_dim(1)
}

impl Tuning {
    /// A run that starts from `upper`, as the backbone came, and from `start`, the exact fit to `train` on it. `train`
    /// must have pairs; `config` must be of a depth below the head and have no complaint. `start_loss` is that of the
    /// validation pairs at the start, where there are any.
    pub fn new(
        upper: Upper,
        (train, validation): (Vec<Pairing>, Vec<Pairing>),
        aim: Aim,
        (start, start_loss): (Solution, Option<f64>),
        config: DescentConfig,
        device: &Device,
    ) -> Self {
        let upper = match &config.depth {
            Depth::Lora(lora) => upper.adapted(lora, even(config.seed), device),
            Depth::Last(_) | Depth::Head => upper,
        };
        let autodiff = device.clone().autodiff();
        let top = Top {
            head: Head::from_weights(&start.weights, &autodiff),
            tie: TieParameter::at(aim.loss, start.tie, &autodiff),
        };
        let mut tuning = Self {
            upper: upper.train(),
            top,
            body_optimizer: Optimizer::new(config.below.weight_decay),
            top_optimizer: Optimizer::new(0.0),
            body_gradients: GradientsAccumulator::new(),
            top_gradients: GradientsAccumulator::new(),
            order: Vec::new(),
            step: 0,
            done: 0,
            loss: None,
            margins: Vec::new(),
            best: Best { loss: start_loss.unwrap_or(f64::INFINITY), upper: None, solution: start },
            epochs_since_best: 0,
            device: device.clone(),
            train,
            validation,
            aim,
            config,
        };
        tuning.shuffle();
        tuning
    }

    /// Its settings.
    pub fn config(&self) -> &DescentConfig {
        &self.config
    }

    /// Steps in an epoch.
    pub fn steps_per_epoch(&self) -> u32 {
        (self.train.len() as u32).div_ceil(self.config.batch_size)
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

    /// The pairs that an epoch is judged by.
    pub fn validation(&self) -> &[Pairing] {
        &self.validation
    }

    /// The pairs to be learned from next: what is left of the step under way.
    pub fn wanted(&self) -> impl Iterator<Item = Pairing> {
        let (start, end) = self.bounds();
        self.order[start + self.done..end].iter().map(|&at| self.train[at])
    }

    /// Learn from these, the first of those that are wanted; `text` says what a number stands for. A step is done with
    /// its last pair.
    pub fn learn<'a>(&mut self, pairs: &[Pairing], text: impl Fn(usize) -> Lower<'a>) -> Option<Next> {
        let (start, end) = self.bounds();
        let share = pairs.len() as f32 / (end - start) as f32;
        let autodiff = self.device.clone().autodiff();
        let scores = self.scores_of(&self.upper, &self.top.head, (pairs, text), &autodiff);
        let margins = margins(scores.clone());
        let told: Vec<Told> = pairs.iter().map(|pair| pair.said.told).collect();
        let part = |part: fn(&Said) -> f32| pairs.iter().map(|pair| part(&pair.said)).collect();
        let targets = Targets::of(&told, part(|said| said.shift), part(|said| said.weight), &autodiff);
        let (loss, count) = (self.aim.loss, self.train.len() as f32);
        let tie = self.top.tie.value.val();
        self.margins.push(margins.clone().without_autodiff());
        let Below { smoothing, centring, .. } = self.config.below;
        let mut sum = comparison_loss(loss, margins.clone(), &targets, &tie).mul_scalar(1.0 - smoothing)
            + penalty(self.top.head.weight.val(), self.aim.lambda / count);
        if smoothing > 0.0 {
            sum = sum + comparison_loss(loss, margins.neg(), &targets, &tie).mul_scalar(smoothing);
        }
        if centring > 0.0 {
            sum = sum + scores.sum_dim(1).square().mean().mul_scalar(centring);
        }
        if loss.has_tie() {
            sum = sum + tie_prior(loss, &tie).div_scalar(count);
        }
        let sum = sum.mul_scalar(share);
        let mut gradients = sum.backward();
        let sum = sum.without_autodiff();
        self.loss = Some(match self.loss.take().filter(|_| self.done > 0) {
            Some(before) => before + sum,
            None => sum,
        });
        let of_upper = GradientsParams::from_module(&mut gradients, &self.upper);
        let of_top = GradientsParams::from_module(&mut gradients, &self.top);
        self.body_gradients.accumulate(&self.upper, of_upper);
        self.top_gradients.accumulate(&self.top, of_top);
        self.done += pairs.len();
        (start + self.done == end).then(|| self.step())
    }

    fn step(&mut self) -> Next {
        let (body, top) = (self.body_gradients.grads(), self.top_gradients.grads());
        let nothing = Tensor::zeros([1], &self.device);
        let length = squares(&self.top, &top, squares(&self.upper, &body, nothing));
        let factor = clipping(length, self.config.below.clip);
        let rate = warmed(self.config.learning_rate, self.config.below.warm_up, self.step, self.steps());
        self.upper = self.body_optimizer.step(self.upper.clone(), (rate, &factor), body);
        self.top = self.top_optimizer.step(self.top.clone(), (rate, &factor), top);
        self.done = 0;
        self.step += 1;
        if self.step.is_multiple_of(self.steps_per_epoch()) { Next::EpochEnd } else { Next::Step }
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
        text: impl Fn(usize) -> Lower<'a>,
    ) -> Result<Vec<f32>, ExecutionError> {
        let (upper, head) = (self.upper.valid(), self.top.head.valid());
        let margins = margins(self.scores_of(&upper, &head, (pairs, text), &self.device));
        Ok(margins.into_data_async().await?.iter::<f32>().collect())
    }

    /// Judge the epoch that has just ended by the margins of [`Tuning::validation`], remember its weights if they are the
    /// best so far, shuffle for the next. The second value says why to stop, if there is a reason.
    ///
    /// # Errors
    /// If the device was lost.
    pub async fn end_epoch(&mut self, held: &[f32]) -> Result<(EpochReport, Option<Ending>), ExecutionError> {
        let solution = self.solution().await?;
        let seen = Tensor::cat(std::mem::take(&mut self.margins), 0).into_data_async().await?;
        let seen: Vec<f32> = seen.iter::<f32>().collect();
        let said: Vec<Said> = self.order.iter().map(|&at| self.train[at].said).collect();
        let train = judged(&seen, &said, self.aim.loss, solution.tie);
        let said: Vec<Said> = self.validation.iter().map(|pair| pair.said).collect();
        let validation = (!said.is_empty()).then(|| judged(held, &said, self.aim.loss, solution.tie));
        let report = EpochReport {
            epoch: self.epoch(),
            step: self.step,
            train_loss: train.0 as f32,
            train_accuracy: train.1.unwrap_or(f64::NAN) as f32,
            validation_loss: validation.map(|(loss, _)| loss as f32),
            validation_accuracy: validation.and_then(|(_, accuracy)| accuracy).map(|share| share as f32),
        };
        let loss = validation.map_or(f64::NEG_INFINITY, |(loss, _)| loss);
        if loss < self.best.loss || loss == f64::NEG_INFINITY {
            self.best = Best { loss, upper: Some(self.upper.clone()), solution };
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

    /// The best of what was learned so far; where nothing has been judged yet, the start.
    pub fn best(&self) -> &Best {
        &self.best
    }

    /// Whether an epoch has ended that is not judged yet: [`Tuning::end_epoch`] comes next.
    pub fn awaits_judgement(&self) -> bool {
        self.step > 0 && self.step.is_multiple_of(self.steps_per_epoch()) && !self.margins.is_empty()
    }

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
            step: self.step,
            epochs_since_best: self.epochs_since_best,
            upper: numbers(&self.upper).await?,
            top: numbers(&self.top).await?,
            upper_memory: self.body_optimizer.memory().await?,
            top_memory: self.top_optimizer.memory().await?,
            margins,
            best_loss: self.best.loss,
            best_upper,
            best_weights: self.best.solution.weights.clone(),
            best_tie: self.best.solution.tie,
        })
    }

    /// Go on from there, in a run that was made of the same data and settings and has not stepped yet.
    pub fn go_on(&mut self, state: State) {
        let margins = TensorData::new(state.margins.clone(), [state.margins.len()]);
        if !state.margins.is_empty() {
            self.margins = vec![Tensor::from_data(margins, &self.device)];
        }
        self.best = Best {
            loss: state.best_loss,
            upper: state.best_upper.map(|best| with_numbers(self.upper.clone(), best)),
            solution: Solution { weights: state.best_weights, tie: state.best_tie },
        };
        self.upper = with_numbers(self.upper.clone(), state.upper);
        self.top = with_numbers(self.top.clone(), state.top);
        self.body_optimizer.remember(state.upper_memory, &self.device);
        self.top_optimizer.remember(state.top_memory, &self.device);
        (self.step, self.epochs_since_best) = (state.step, state.epochs_since_best);
        self.shuffle();
    }

    /// The newest head.
    async fn solution(&self) -> Result<Solution, ExecutionError> {
        let weights = self.top.head.weight.val().without_autodiff().into_data_async().await?;
        let tie = match self.aim.loss.has_tie() {
            true => {
                let value = self.top.tie.value.val().without_autodiff().into_scalar_async().await?;
                TieParameter::tie(self.aim.loss, value)
            }
            false => 0.0,
        };
        Ok(Solution { weights: weights.iter::<f32>().collect(), tie })
    }

    /// Where the step under way begins and ends in the epoch's order.
    fn bounds(&self) -> (usize, usize) {
        let size = self.config.batch_size as usize;
        let start = (self.step % self.steps_per_epoch()) as usize * size;
        (start, (start + size).min(self.order.len()))
    }

    fn shuffle(&mut self) {
        let ended = u32::from(self.awaits_judgement());
        let epoch = u64::from((self.step - ended) / self.steps_per_epoch());
        self.order = shuffled(self.train.len(), self.config.seed, epoch).collect();
    }

    /// Of the chosen and the rejected one, `[pairs, 2]`, on `device`, where the networks are.
    fn scores_of<'a>(
        &self,
        upper: &Upper,
        head: &Head,
        (pairs, text): (&[Pairing], impl Fn(usize) -> Lower<'a>),
        device: &Device,
    ) -> Tensor<2> {
        let texts: Vec<Lower> =
            pairs.iter().flat_map(|pair| [text(pair.chosen), text(pair.rejected)]).collect();
        let scores = head.forward(self.features(upper, &texts, device));
        scores.reshape([pairs.len(), 2])
    }

    /// What [`Scaling::features`] has: `[texts, width]`.
    fn features(&self, upper: &Upper, texts: &[Lower], device: &Device) -> Tensor<2> {
        let Scaling { mean, std, length } = &self.aim.scaling;
        let d = mean.len();
        let s = texts.iter().map(|text| text.row.ids.len()).max().unwrap_or(0);
        let mut hidden = vec![0f32; texts.len() * s * d];
        for (place, text) in hidden.chunks_exact_mut(s * d).zip(texts) {
            place[..text.hidden.len()].copy_from_slice(text.hidden);
        }
        let tensor = |values: Vec<f32>, shape: [usize; 2]| {
            Tensor::<2>::from_data(TensorData::new(values, shape), device)
        };
        let hidden = Tensor::from_data(TensorData::new(hidden, [texts.len(), s, d]), device);
        let rows: Vec<TokenRow> = texts.iter().map(|text| text.row.clone()).collect();
        let input = Input::new(&rows, self.aim.pooling, device);
        let root = (d as f32).sqrt();
        let spread = std.iter().map(|std| 1.0 / (std * root)).collect();
        let pooled = upper.features(hidden, &input);
        let features = (pooled - tensor(mean.clone(), [1, d])) * tensor(spread, [1, d]);
        let Some((mean, std)) = length else { return features };
        let lengths = texts.iter().map(|text| LENGTH_SCALE * (text.log_length - mean) / std).collect();
        Tensor::cat(vec![features, tensor(lengths, [texts.len(), 1])], 1)
    }
}
