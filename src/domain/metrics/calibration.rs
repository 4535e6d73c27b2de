//! How far a model's confidence is from how often it is right.
//!
//! Every pair is counted in both orders: once as the chance that the chosen response wins, once as the chance that
//! the other does. The two mirror each other about ½, so the favourite alone tells everything: it wins or loses, at
//! a confidence of max(σ, 1 − σ) in [½, 1].

use super::Interval;
use super::margins::preference_probability;
use super::share::wilson_of;

/// Bins of the favourite's confidence; counted in both orders they are twenty over [0, 1].
const BINS: usize = 10;

/// A margin, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// The first response's score less the second's.
    pub margin: f64,
    /// Whether the first was preferred: 1, 0, or ½ for a tie.
    pub won: f64,
}

impl Forecast {
    fn confidence(&self) -> f64 {
        preference_probability(self.margin.abs())
    }

    /// How far the favourite was right. Of two equal scores either is the favourite, so half of it is.
    fn right(&self) -> f64 {
        if self.margin > 0.0 {
            self.won
        } else if self.margin < 0.0 {
            1.0 - self.won
        } else {
            0.5
        }
    }
}

/// The pairs of about one confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// How many.
    pub count: usize,
    /// Mean confidence, ½–1.
    pub confidence: f64,
    /// How often the favourite was right, 0–1.
    pub right: f64,
    /// Wilson's interval of that.
    pub interval: Option<Interval>,
}

/// Ten equal bins of confidence from ½ to 1, empty ones among them.
pub fn reliability(forecasts: &[Forecast]) -> [Bin; BINS] {
    let mut bins = [Bin::default(); BINS];
    for forecast in forecasts {
        let confidence = forecast.confidence();
        let place = (((confidence - 0.5) * 2.0 * BINS as f64) as usize).min(BINS - 1);
        bins[place].count += 1;
        bins[place].confidence += confidence;
        bins[place].right += forecast.right();
    }
    for bin in &mut bins {
        if bin.count > 0 {
            let count = bin.count as f64;
            bin.interval = Some(wilson_of(bin.right, count));
            bin.confidence /= count;
            bin.right /= count;
        }
    }
    bins
}

/// Expected calibration error (Guo and others, 2017): the bins' mean distance of confidence from being right, each
/// weighed by its pairs, 0–1. `None` for no pairs. It is never quite 0: by chance alone it is about 0.4 / √(pairs a
/// bin).
pub fn calibration_error(forecasts: &[Forecast]) -> Option<f64> {
    let bins = reliability(forecasts);
    let gaps: f64 = bins.iter().map(|bin| bin.count as f64 * (bin.confidence - bin.right).abs()).sum();
    (!forecasts.is_empty()).then(|| gaps / forecasts.len() as f64)
}

/// Brier's score (1950): mean square of (probability − outcome), 0–1; ¼ is guessing. `None` for no pairs.
pub fn brier(forecasts: &[Forecast]) -> Option<f64> {
    let sum: f64 = forecasts.iter().map(|it| (preference_probability(it.margin) - it.won).powi(2)).sum();
    (!forecasts.is_empty()).then(|| sum / forecasts.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapping_every_pair_changes_nothing() {
        let forecasts: Vec<Forecast> = [(1.2, 1.0), (-0.3, 1.0), (0.0, 1.0), (2.0, 0.5), (-4.0, 0.0)]
            .map(|(margin, won)| Forecast { margin, won })
            .to_vec();
        let swapped: Vec<Forecast> =
            forecasts.iter().map(|it| Forecast { margin: -it.margin, won: 1.0 - it.won }).collect();
        let near = |a: Option<f64>, b: Option<f64>| (a.unwrap() - b.unwrap()).abs() < 1e-15;
        assert!(near(calibration_error(&forecasts), calibration_error(&swapped)));
        assert!(near(brier(&forecasts), brier(&swapped)));
    }

    #[test]
    fn guessing_is_calibrated_and_has_a_brier_score_of_a_quarter() {
        let guesses = vec![Forecast { margin: 0.0, won: 1.0 }; 8];
        assert_eq!(calibration_error(&guesses), Some(0.0));
        assert_eq!(brier(&guesses), Some(0.25));
        assert_eq!((calibration_error(&[]), brier(&[])), (None, None));
    }
}
