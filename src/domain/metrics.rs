//! The numbers by which a reward model is judged. All take margins, score(chosen) − score(rejected).

use serde::{Deserialize, Serialize};

/// An interval of a share, 0–1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

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
    share(margins.iter().filter(|margin| **margin > 0.0).count(), margins.len())
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

/// Wilson's score interval at 95 % (Wilson, 1927). `None` for no trials.
pub fn wilson(successes: usize, trials: usize) -> Option<Interval> {
    let p = share(successes, trials)?;
    const Z: f64 = 1.959_963_984_540_054;
    let n = trials as f64;
    let centre = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    Some(Interval { low: ((centre - half) / scale).max(0.0), high: ((centre + half) / scale).min(1.0) })
}

/// Expected calibration error in ten equal bins of confidence (Guo and others, 2017): for each pair the
/// model's favourite is right or wrong, at confidence max(σ, 1 − σ) in [½, 1]. `None` for no margins.
pub fn calibration_error(margins: &[f32]) -> Option<f64> {
    const BINS: usize = 10;
    let mut bins = [(0usize, 0.0f64, 0.0f64); BINS];
    for &margin in margins {
        let confidence = preference_probability(f64::from(margin).abs());
        let right = if margin > 0.0 { 1.0 } else { 0.0 };
        let bin = (((confidence - 0.5) * 2.0 * BINS as f64) as usize).min(BINS - 1);
        bins[bin].0 += 1;
        bins[bin].1 += confidence;
        bins[bin].2 += right;
    }
    (!margins.is_empty()).then(|| {
        let gap: f64 = bins.iter().map(|(_, confidence, right)| (confidence - right).abs()).sum();
        gap / margins.len() as f64
    })
}

/// Pearson's correlation; `None` with fewer than three points or no variance.
pub fn correlation(x: &[f32], y: &[f32]) -> Option<f64> {
    let n = x.len().min(y.len());
    if n < 3 {
        return None;
    }
    let mean = |v: &[f32]| v[..n].iter().map(|&v| f64::from(v)).sum::<f64>() / n as f64;
    let (mx, my) = (mean(x), mean(y));
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for i in 0..n {
        let (dx, dy) = (f64::from(x[i]) - mx, f64::from(y[i]) - my);
        xy += dx * dy;
        xx += dx * dx;
        yy += dy * dy;
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
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

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
