//! The losses of `domain::likelihood` on tensors, for autodiff, and the penalty beside them.
//!
//! Everything is made of burn's `log_sigmoid`, which is smooth and finite at any margin; a maximum or an absolute value
//! of our own would have a wrong slope at a margin of exactly 0, where every run starts.

use burn::module::{Module, Param};
use burn::tensor::activation::log_sigmoid;
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::domain::likelihood::{Loss, Told};

/// The tie parameter in the form that descent learns: η of Davidson, log τ of Rao and Kupper, which keeps τ above 0.
#[derive(Module, Debug)]
pub struct TieParameter {
    /// `[1]`.
    pub value: Param<Tensor<1>>,
}

impl TieParameter {
    /// At this tie parameter of `loss`.
    pub fn at(loss: Loss, tie: f64, device: &Device) -> Self {
        let value = if loss == Loss::RaoKupper { tie.ln() } else { tie };
        Self { value: Param::from_tensor(Tensor::from_floats([value as f32], device)) }
    }

    /// Back from what was learned.
    pub fn tie(loss: Loss, value: f32) -> f64 {
        if loss == Loss::RaoKupper { f64::from(value).exp() } else { f64::from(value) }
    }
}

/// What is said of a batch of rows, `[n]` each.
#[derive(Clone, Debug)]
pub struct Targets {
    /// 1 where it was a tie, 0 where the chosen one was preferred.
    pub tied: Tensor<1>,
    /// The margin beyond which it counts as preferred.
    pub shift: Tensor<1>,
    /// How much it counts.
    pub weight: Tensor<1>,
}

impl Targets {
    /// That of every one of `n` rows the chosen one was preferred.
    pub fn chosen(n: usize, device: &Device) -> Self {
        let zeros = Tensor::zeros([n], device);
        Self { tied: zeros.clone(), shift: zeros, weight: Tensor::ones([n], device) }
    }

    /// These outcomes, shifts and weights.
    pub fn of(told: &[Told], shift: Vec<f32>, weight: Vec<f32>, device: &Device) -> Self {
        let tied: Vec<f32> = told.iter().map(|told| f32::from(u8::from(*told == Told::Tie))).collect();
        let tensor = |values: Vec<f32>| {
            let shape = [values.len()];
            Tensor::from_data(TensorData::new(values, shape), device)
        };
        Self { tied: tensor(tied), shift: tensor(shift), weight: tensor(weight) }
    }

    /// Only these rows, in this order.
    pub fn select(self, order: Tensor<1, Int>) -> Self {
        self.each(|values| values.select(0, order.clone()))
    }

    /// `count` rows from `start` on.
    pub fn narrow(self, start: usize, count: usize) -> Self {
        self.each(|values| values.narrow(0, start, count))
    }

    /// For a graph that gradients flow through.
    pub fn autodiff(self) -> Self {
        self.each(Tensor::autodiff)
    }

    fn each(self, change: impl Fn(Tensor<1>) -> Tensor<1>) -> Self {
        Self { tied: change(self.tied), shift: change(self.shift), weight: change(self.weight) }
    }
}

/// `mean −log σ(margin)` over `margins [n]` → `[1]`: Bradley and Terry's (1952), which Ouyang and others (2022) train
/// reward models with.
pub fn ranking_loss(margins: Tensor<1>) -> Tensor<1> {
    log_sigmoid(margins).neg().mean()
}

/// `1/n Σ weight · −log p(outcome | margin − shift)` over `margins [n]` → `[1]`.
pub fn comparison_loss(loss: Loss, margins: Tensor<1>, targets: &Targets, tie: &Tensor<1>) -> Tensor<1> {
    let margins = margins - targets.shift.clone();
    let (chosen, tied) = each_outcome(loss, margins, tie);
    let picked = chosen.clone() + targets.tied.clone() * (tied - chosen);
    (picked * targets.weight.clone()).mean()
}

/// The prior of the tie parameter, half a tie and half a preference between equals → `[1]`.
pub fn tie_prior(loss: Loss, tie: &Tensor<1>) -> Tensor<1> {
    let equals = Tensor::zeros([1], &tie.device());
    let (chosen, tied) = each_outcome(loss, equals, tie);
    (chosen + tied).mul_scalar(0.5)
}

/// −log likelihood of a preference and of a tie, `[n]` each, at `margins [n]`.
///
/// A loss that knows no ties must not touch `tie [1]`: what is computed from a parameter and then not used stays in
/// autodiff's graph for ever, and slows every later step.
fn each_outcome(loss: Loss, margins: Tensor<1>, tie: &Tensor<1>) -> (Tensor<1>, Tensor<1>) {
    let worse = |margins: Tensor<1>| log_sigmoid(margins).neg();
    let every = |tie: Tensor<1>| tie.expand(margins.dims());
    match loss {
        Loss::BradleyTerry | Loss::SoftTies => {
            let (chosen, other) = (worse(margins.clone()), worse(margins.neg()));
            (chosen.clone(), (chosen + other).mul_scalar(0.5))
        }
        Loss::RaoKupper => {
            let tau = every(tie.clone().exp());
            let chosen = worse(margins.clone() - tau.clone());
            let other = worse(margins.neg() - tau.clone());
            // log(e^2τ − 1) = 2τ + log(1 − e^−2τ)
            let room = tau.clone().mul_scalar(2.0) + tau.mul_scalar(-2.0).exp().neg().add_scalar(1.0).log();
            (chosen.clone(), chosen + other - room)
        }
        Loss::Davidson => {
            // log(e^x + e^y) = x − log σ(x − y), twice.
            let half = margins.clone().mul_scalar(0.5);
            let tie = every(tie.clone());
            let both = half.clone() - log_sigmoid(margins);
            let log_sum = both.clone() - log_sigmoid(both - tie.clone());
            (log_sum.clone() - half, log_sum - tie)
        }
    }
}

/// `strength / 2 · |w|²` over `weights [d, 1]` → `[1]`.
pub fn penalty(weights: Tensor<2>, strength: f32) -> Tensor<1> {
    weights.square().sum().mul_scalar(strength / 2.0)
}
