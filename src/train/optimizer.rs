//! Steps of AdamW over a module, by gradients that were clipped together.
//!
//! The rule is burn's. Its state is kept here, since burn's own keeping gives it away only by reads that block, which a
//! browser's GPU does not have; and burn clips each parameter by itself, where PyTorch clips all of them as one.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::{
    AdamW, AdamWConfig, AdamWState, AdaptiveMomentumState, GradientsParams, Optimizer as Rule,
};
use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::trained::read_all;

/// As `torch.nn.utils.clip_grad_norm_` has it: added to the norm.
const CLIP_EPSILON: f64 = 1e-6;

/// PyTorch's own; burn's is a thousand times larger, and what is below a head has small gradients.
const EPSILON: f32 = 1e-8;

/// What an [`Optimizer`] remembers of one parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Steps that it comes of.
    pub steps: u32,
    /// The mean of gradients.
    pub first: Vec<f32>,
    /// The mean of their squares.
    pub second: Vec<f32>,
}

/// AdamW (Loshchilov and Hutter, 2019), with what it remembers.
pub struct Optimizer {
    rule: AdamW,
    /// Without decay: for norms and biases, as is the custom.
    undecayed: AdamW,
    /// One a parameter that trains, in the module's order, as one row of numbers; none before the first step.
    moments: Vec<AdaptiveMomentumState<1>>,
}

impl Optimizer {
    /// One that remembers nothing yet.
    pub fn new(weight_decay: f32) -> Self {
        let rule = |decay| AdamWConfig::new().with_weight_decay(decay).with_epsilon(EPSILON).build();
        Self { rule: rule(weight_decay), undecayed: rule(0.0), moments: Vec::new() }
    }

    /// What it remembers.
    ///
    /// # Errors
    /// If the device was lost.
    pub async fn memory(&self) -> Result<Vec<Moments>, ExecutionError> {
        let both = |it: &AdaptiveMomentumState<1>| [it.moment_1.clone(), it.moment_2.clone()];
        let mut rows = read_all(self.moments.iter().flat_map(both)).await?.into_iter();
        let of = |it: &AdaptiveMomentumState<1>| Moments {
            steps: it.time as u32,
            first: rows.next().unwrap_or_default(),
            second: rows.next().unwrap_or_default(),
        };
        Ok(self.moments.iter().map(of).collect())
    }

    /// Remember this from now on.
    pub fn remember(&mut self, memory: Vec<Moments>, device: &Device) {
        let row = |values: Vec<f32>| {
            let count = values.len();
            Tensor::from_data(TensorData::new(values, [count]), device)
        };
        let moments = memory.into_iter().map(|Moments { steps, first, second }| {
            AdaptiveMomentumState::new(steps as usize, row(first), row(second))
        });
        self.moments = moments.collect();
    }

    /// `module` after a step at this rate. `factor [1]` shortens the gradients.
    pub fn step<M: Module>(
        &mut self,
        module: M,
        (rate, factor): (f64, &Tensor<1>),
        gradients: GradientsParams,
    ) -> M {
        let mut stepping = Stepping { optimizer: self, at: 0, rate, factor, gradients };
        module.map(&mut stepping)
    }
}

struct Stepping<'a> {
    optimizer: &'a mut Optimizer,
    at: usize,
    rate: f64,
    factor: &'a Tensor<1>,
    gradients: GradientsParams,
}

impl ModuleMapper for Stepping<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(gradient) = self.gradients.remove::<D>(param.id) else { return param };
        let (id, tensor, mapper) = param.consume();
        let shape = tensor.dims();
        let count = shape.iter().product::<usize>();
        let gradient = gradient.reshape([count]) * self.factor.clone();
        let Optimizer { rule, undecayed, moments } = &mut *self.optimizer;
        let rule = if D == 1 { undecayed } else { rule };
        let state = moments.get(self.at).cloned().map(AdamWState::new);
        let row = tensor.without_autodiff().reshape([count]);
        let (row, state) = Rule::step(rule, self.rate, row, gradient, state);
        if let Some(AdamWState { momentum }) = state {
            match moments.get_mut(self.at) {
                Some(moment) => *moment = momentum,
                None => moments.push(momentum),
            }
        }
        self.at += 1;
        Param::from_mapped_value(id, Tensor::from_inner(row.reshape(shape)).require_grad(), mapper)
    }
}

/// What gradients are to be multiplied by so that all of them together, as one vector, are no longer than `longest`:
/// `[1]`. At 0 they may be of any length.
pub fn clipping(squares: Tensor<1>, longest: f32) -> Tensor<1> {
    if longest == 0.0 {
        return squares.ones_like();
    }
    squares.sqrt().add_scalar(CLIP_EPSILON).recip().mul_scalar(longest).clamp_max(1.0)
}

/// Sum of the squares of a module's gradients, `[1]`.
pub fn squares<M: Module>(module: &M, gradients: &GradientsParams, nothing: Tensor<1>) -> Tensor<1> {
    let mut summing = Summing { gradients, sum: Some(nothing) };
    module.visit(&mut summing);
    summing.sum.take().unwrap_or_else(|| unreachable!("the sum is always put back"))
}

struct Summing<'a> {
    gradients: &'a GradientsParams,
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for Summing<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            self.sum = self.sum.take().map(|sum| sum + gradient.square().sum());
        }
    }
}
