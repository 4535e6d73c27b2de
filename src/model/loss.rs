//! The Bradley–Terry ranking loss.

use burn::tensor::{ElementConversion, Tensor};

/// Mean of −log σ(margin), margin = score(chosen) − score(rejected), `[batch]` → `[1]`.
///
/// Bradley and Terry (1952); as a reward model's loss, Ouyang and others (2022), equation 1. Computed as
/// `max(−m, 0) + log(1 + e^−|m|)`, finite at any margin.
pub fn bradley_terry(margins: Tensor<1>) -> Tensor<1> {
    (margins.clone().neg().clamp_min(0.0) + margins.abs().neg().exp().log1p()).mean()
}

/// λ/2 · |weight|² / `preferences`, `[features, 1]` → `[1]`: the penalty's share of a mean over `preferences`.
pub fn ridge(weight: Tensor<2>, lambda: f32, preferences: usize) -> Tensor<1> {
    let scale = lambda / (2.0 * preferences.max(1) as f32);
    weight.powf_scalar(2.0).sum() * scale.elem::<f32>()
}
