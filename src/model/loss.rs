//! The Bradley–Terry ranking loss (Bradley and Terry, 1952; Ouyang and others, 2022) and the penalty beside it.

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;

/// `mean −log σ(margin)` over `margins [n]` → `[1]`; finite at any margin, with slope −½ at 0.
pub fn ranking_loss(margins: Tensor<1>) -> Tensor<1> {
    log_sigmoid(margins).neg().mean()
}

/// `strength / 2 · |w|²` over `weights [d, 1]` → `[1]`.
pub fn penalty(weights: Tensor<2>, strength: f32) -> Tensor<1> {
    weights.square().sum().mul_scalar(strength / 2.0)
}
