//! What every depth learns: the head, all of it, and how likely ties are.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::exact::Solution;
use super::prior::Prior;
use super::trained::read;
use crate::domain::config::DescentConfig;
use crate::domain::likelihood::Loss;
use crate::model::head::Head;
use crate::model::hidden_layer::HiddenLayer;
use crate::model::loss::{Targets, TieParameter, comparison_loss, penalty, tie_prior};

/// What has been learned, off any device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// What lies before the weights, where the head is an MLP.
    pub hidden: Option<HiddenLayer>,
    /// The weights, and the tie parameter.
    pub solution: Solution,
}

impl From<Solution> for Learned {
    /// Of a linear head.
    fn from(solution: Solution) -> Self {
        Self { hidden: None, solution }
    }
}

/// Both, on a graph.
#[derive(Module, Debug)]
pub struct Learner {
    /// The head.
    pub head: Head,
    tie: TieParameter,
}

/// What is minimised.
#[derive(Clone, Debug)]
pub struct Penalised {
    /// The likelihood.
    pub loss: Loss,
    lambda: f32,
    /// The prior's mean, `[width, 1]`; `None` for zeros.
    mean: Option<Tensor<2>>,
    /// N.
    pub count: usize,
    /// [`DescentConfig::smoothing`].
    smoothing: f32,
    /// [`DescentConfig::centring`].
    centring: f32,
}

/// What a head says of comparisons.
#[derive(Clone, Debug)]
pub struct Scored {
    /// `score(chosen) − score(rejected)`, `[n]`.
    pub margins: Tensor<1>,
    /// `score(chosen) + score(rejected)`, `[n]`, where each has been scored by itself.
    sums: Option<Tensor<1>>,
}

impl Scored {
    /// Of `scores [n, 2]`, the chosen one's first; or of `[n, 1]`, what a linear head says of differences of features.
    pub fn of(scores: Tensor<2>) -> Self {
        match scores.dims() {
            [_, 1] => Self { margins: scores.squeeze_dim(1), sums: None },
            _ => {
                let side = |at| scores.clone().narrow(1, at, 1).squeeze_dim(1);
                let [chosen, rejected]: [Tensor<1>; 2] = [side(0), side(1)];
                Self { margins: chosen.clone() - rejected.clone(), sums: Some(chosen + rejected) }
            }
        }
    }
}

impl Penalised {
    /// A likelihood and a prior, over `count` comparisons; `device` must be the one with a graph that losses are on.
    pub fn new(
        (loss, prior): (Loss, &Prior),
        count: usize,
        &DescentConfig { smoothing, centring, .. }: &DescentConfig,
        device: &Device,
    ) -> Self {
        let column =
            |mean: &Vec<f32>| Tensor::from_data(TensorData::new(mean.clone(), [mean.len(), 1]), device);
        Self { loss, lambda: prior.lambda, mean: prior.mean.as_ref().map(column), count, smoothing, centring }
    }
}

impl Learner {
    /// One that starts from here; `device` must be one with a graph.
    pub fn from(Learned { hidden, solution }: &Learned, loss: Loss, device: &Device) -> Self {
        Self {
            head: Head::from_weights(&solution.weights, hidden.as_ref(), device),
            tie: TieParameter::at(loss, solution.tie, device),
        }
    }

    /// The penalised loss of some of the comparisons → `[1]`: its mean over all batches is the exact fit's objective over N,
    /// where nothing is smoothed or centred.
    pub fn loss(&self, aim: &Penalised, Scored { margins, sums }: Scored, targets: &Targets) -> Tensor<1> {
        let Penalised { loss, lambda, mean, count, smoothing, centring } = aim;
        let (loss, count) = (*loss, *count as f32);
        let tie = self.tie.value.val();
        let said = comparison_loss(loss, margins.clone(), targets, &tie);
        let mut sum = match *smoothing > 0.0 {
            true => {
                let turned = comparison_loss(loss, margins.neg(), targets, &tie);
                said.mul_scalar(1.0 - smoothing) + turned.mul_scalar(*smoothing)
            }
            false => said,
        };
        if let Some(sums) = sums.filter(|_| *centring > 0.0) {
            sum = sum + sums.square().mean().mul_scalar(*centring);
        }
        let weights = self.head.weight.val();
        let apart = match mean {
            Some(mean) => weights - mean.clone(),
            None => weights,
        };
        sum = sum + penalty(apart, lambda / count);
        // The prior of a hidden layer is that of the weights behind it.
        if let Some(Linear { weight, bias: Some(bias) }) = &self.head.hidden {
            let strength = lambda / count;
            sum = sum + penalty(weight.val(), strength) + penalty(bias.val().unsqueeze(), strength);
        }
        if loss.has_tie() {
            sum = sum + tie_prior(loss, &tie).div_scalar(count);
        }
        sum
    }

    /// What it has come to.
    ///
    /// # Errors
    /// If the device was lost.
    pub async fn learned(&self, loss: Loss) -> Result<Learned, ExecutionError> {
        let weights = self.head.weight.val().without_autodiff();
        let [width, _] = weights.dims();
        let solution =
            Solution { weights: read(weights.reshape([width])).await?, tie: self.tie(loss).await? };
        let hidden = match &self.head.hidden {
            Some(Linear { weight, bias: Some(bias) }) => Some(HiddenLayer {
                weight: read(weight.val().without_autodiff().transpose().flatten(0, 1)).await?,
                bias: read(bias.val().without_autodiff()).await?,
            }),
            Some(_) | None => None,
        };
        Ok(Learned { hidden, solution })
    }

    /// The tie parameter; 0 where there is none.
    ///
    /// # Errors
    /// If the device was lost.
    pub async fn tie(&self, loss: Loss) -> Result<f64, ExecutionError> {
        if !loss.has_tie() {
            return Ok(0.0);
        }
        let value = self.tie.value.val().without_autodiff().into_scalar_async().await?;
        Ok(TieParameter::tie(loss, value))
    }
}
