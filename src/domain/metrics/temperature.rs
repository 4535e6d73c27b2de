//! The one number that makes confidence honest: margins divided by a temperature (Platt, 1999; Guo and others, 2017).
//! It changes no order of two responses, and so no accuracy.

use super::calibration::Forecast;
use super::margins::preference_probability;

/// Why there is no temperature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTemperature {
    /// Too few pairs.
    TooFew,
    /// It is right on every pair: the loss would fall for ever as the margins grow.
    NeverWrong,
    /// Its margins say nothing, or the contrary: the loss is least where they are all 0.
    NoSignal,
}

/// Fewer than this, and a temperature is chance.
const FEWEST: usize = 20;

/// T > 0 that minimises the mean loss of `margin / T`, by Newton's method in 1 / T, in which that loss is convex.
/// Fit it on pairs that the model has not learned from.
///
/// # Errors
/// Where the loss has no minimum at a T between 0 and ∞.
pub fn temperature(forecasts: &[Forecast]) -> Result<f64, NoTemperature> {
    if forecasts.len() < FEWEST {
        return Err(NoTemperature::TooFew);
    }
    // f(s) = Σ −won · log σ(s m) − (1 − won) · log σ(−s m);  f′(s) = Σ m (σ(s m) − won)
    let slope = |s: f64| -> f64 {
        forecasts.iter().map(|it| it.margin * (preference_probability(s * it.margin) - it.won)).sum()
    };
    let bend = |s: f64| -> f64 {
        let square = |it: &Forecast| {
            let chance = preference_probability(s * it.margin);
            it.margin * it.margin * chance * (1.0 - chance)
        };
        forecasts.iter().map(square).sum()
    };
    if slope(0.0) >= 0.0 {
        return Err(NoTemperature::NoSignal);
    }
    // At s → ∞ every favourite is certain: the slope there is what is lost on those that did not win.
    let lost: f64 = forecasts
        .iter()
        .map(|it| if it.margin > 0.0 { it.margin * (1.0 - it.won) } else { -it.margin * it.won })
        .sum();
    if lost <= 0.0 {
        return Err(NoTemperature::NeverWrong);
    }
    // The root lies between; Newton's step where it stays inside, else the middle.
    let (mut low, mut high) = (0.0, 1.0);
    while slope(high) < 0.0 {
        low = high;
        high *= 2.0;
    }
    let mut s = 0.5 * (low + high);
    for _ in 0..200 {
        let here = slope(s);
        if here < 0.0 {
            low = s
        } else {
            high = s
        }
        let step = s - here / bend(s);
        let next = if step > low && step < high { step } else { 0.5 * (low + high) };
        if (next - s).abs() <= 1e-14 * s {
            break;
        }
        s = next;
    }
    Ok(1.0 / s)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &[(f64, f64)]) -> Vec<Forecast> {
        pattern.iter().cycle().take(40).map(|&(margin, won)| Forecast { margin, won }).collect()
    }

    #[test]
    fn margins_that_are_twice_too_large_have_a_temperature_of_two() {
        // σ(ln 3) = ¾: a margin of ln 3 that wins three times in four is honest; twice as large it is not.
        let honest = 3f64.ln();
        let forecasts =
            of(&[(2.0 * honest, 1.0), (2.0 * honest, 1.0), (2.0 * honest, 1.0), (2.0 * honest, 0.0)]);
        assert!((temperature(&forecasts).unwrap() - 2.0).abs() < 1e-12);
    }

    #[test]
    fn where_there_is_no_minimum_a_reason_is_given() {
        assert_eq!(temperature(&of(&[(1.0, 1.0)])), Err(NoTemperature::NeverWrong));
        assert_eq!(temperature(&of(&[(1.0, 0.0)])), Err(NoTemperature::NoSignal));
        assert_eq!(temperature(&of(&[(0.0, 1.0)])), Err(NoTemperature::NoSignal));
        assert_eq!(temperature(&of(&[(1.0, 0.5)])), Err(NoTemperature::NoSignal));
        assert_eq!(temperature(&[]), Err(NoTemperature::TooFew));
        let far = temperature(&of(&[(1e6, 1.0), (1e6, 1.0), (-1e6, 1.0)])).unwrap();
        assert!(far.is_finite() && far > 1e5, "{far}");
    }
}
