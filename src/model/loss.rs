//! The Bradley–Terry ranking loss (Bradley and Terry, 1952; Ouyang and others, 2022) and the penalty beside it.

use burn::tensor::Tensor;

/// `mean −log σ(margin)` over `margins [n]` → `[1]`, as `max(−m, 0) + log(1 + e^−|m|)`: finite at any margin.
pub fn ranking_loss(margins: Tensor<1>) -> Tensor<1> {
    let tail = margins.clone().abs().neg().exp().log1p();
    (margins.neg().clamp_min(0.0) + tail).mean()
}

/// `strength / 2 · |w|²` over `weights [d, 1]` → `[1]`.
pub fn penalty(weights: Tensor<2>, strength: f32) -> Tensor<1> {
    weights.square().sum().mul_scalar(strength / 2.0)
}
