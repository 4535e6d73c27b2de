//! What a margin, score(chosen) − score(rejected), says by itself.

/// −log σ(margin), stable at any margin.
pub fn log_loss(margin: f64) -> f64 {
    // log(1 + e^−m) = max(−m, 0) + log(1 + e^−|m|)
    (-margin).max(0.0) + (-margin.abs()).exp().ln_1p()
}

/// σ(margin): the probability that the chosen response is preferred (Bradley and Terry, 1952).
pub fn preference_probability(margin: f64) -> f64 {
    if margin >= 0.0 { 1.0 / (1.0 + (-margin).exp()) } else { margin.exp() / (1.0 + margin.exp()) }
}

/// Share of margins above 0; equal scores are not correct. `None` for no margins.
pub fn accuracy(margins: &[f32]) -> Option<f64> {
    let correct = margins.iter().filter(|margin| **margin > 0.0).count();
    (!margins.is_empty()).then(|| correct as f64 / margins.len() as f64)
}

/// Mean of −log σ(margin). `None` for no margins.
pub fn mean_loss(margins: &[f32]) -> Option<f64> {
    (!margins.is_empty())
        .then(|| margins.iter().map(|&m| log_loss(f64::from(m))).sum::<f64>() / margins.len() as f64)
}

/// Mean margin. `None` for no margins.
pub fn mean_margin(margins: &[f32]) -> Option<f64> {
    (!margins.is_empty()).then(|| margins.iter().map(|&m| f64::from(m)).sum::<f64>() / margins.len() as f64)
}

/// Counts of values in `bins` equal bins over [−limit, limit]; values beyond fall into the outermost bins.
pub fn histogram(values: &[f32], limit: f32, bins: usize) -> Vec<usize> {
    let mut counts = vec![0; bins];
    for &value in values {
        let place = (value / limit + 1.0) / 2.0 * bins as f32;
        counts[(place.max(0.0) as usize).min(bins - 1)] += 1;
    }
    counts
}
