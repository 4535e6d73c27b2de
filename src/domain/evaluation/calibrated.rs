//! How honest a model's confidence is, and how honest one number would make it.

use super::Evaluation;
use crate::domain::metrics::{
    Bin, Forecast, NoTemperature, brier, calibration_error, log_loss, reliability, temperature,
};

/// Calibration as it is, and divided by a temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibrated {
    /// The diagram's bins.
    pub bins: Vec<Bin>,
    /// As it is.
    pub before: Honesty,
    /// The temperature of all held-out pairs, or why there is none.
    pub temperature: Result<f64, NoTemperature>,
    /// With a temperature: each half of the pairs divided by the one that was fitted on the other half, so that it is
    /// judged on pairs it has not seen.
    pub after: Option<Honesty>,
}

/// Three ways of saying how far confidence and outcomes are apart; small is good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Honesty {
    /// Expected calibration error.
    pub error: f64,
    /// Brier's score.
    pub brier: f64,
    /// Mean log loss.
    pub loss: f64,
}

impl Calibrated {
    /// Of an evaluation's pairs, ties among them; `half` says to which half a pair goes: by prompt. `None` for none.
    pub fn of(evaluation: &Evaluation, half: impl Fn(usize) -> bool) -> Option<Self> {
        let forecasts = evaluation.forecasts();
        let before = Honesty::of(&forecasts)?;
        let found = temperature(&forecasts);
        let (first, second): (Vec<_>, Vec<_>) = forecasts.iter().enumerate().partition(|(at, _)| half(*at));
        let plain = |half: Vec<(usize, &Forecast)>| half.into_iter().map(|(_, it)| *it).collect::<Vec<_>>();
        let (first, second) = (plain(first), plain(second));
        let after = || {
            let (of_first, of_second) = (temperature(&first).ok()?, temperature(&second).ok()?);
            let cooled = |half: &[Forecast], by: f64| {
                half.iter().map(|it| Forecast { margin: it.margin / by, ..*it }).collect::<Vec<_>>()
            };
            Honesty::of(&[cooled(&first, of_second), cooled(&second, of_first)].concat())
        };
        Some(Self {
            bins: reliability(&forecasts).to_vec(),
            before,
            after: found.is_ok().then(after).flatten(),
            temperature: found,
        })
    }
}

impl Honesty {
    fn of(forecasts: &[Forecast]) -> Option<Self> {
        let loss = |it: &Forecast| it.won * log_loss(it.margin) + (1.0 - it.won) * log_loss(-it.margin);
        Some(Self {
            error: calibration_error(forecasts)?,
            brier: brier(forecasts)?,
            loss: forecasts.iter().map(loss).sum::<f64>() / forecasts.len() as f64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evaluation::{HeldOut, Judged};
    use crate::domain::metrics::{Draws, preference_probability};
    use crate::domain::pair::PairId;

    /// Margins that are too large by `stretch`.
    fn world(pairs: usize, stretch: f64) -> Evaluation {
        let mut draws = Draws::new(9);
        let judged = (0..pairs).map(|at| {
            let size = 3.0 * draws.unit();
            let sign = if draws.unit() < preference_probability(size) { 1.0 } else { -1.0 };
            Judged {
                pair: PairId::of(&at.to_string(), "a", "b"),
                margin: (stretch * size * sign) as f32,
                length_margin: 0.0,
                score: 0.0,
                chosen: None,
            }
        });
        let judged = judged.collect();
        let held_out = HeldOut::Split;
        Evaluation { held_out, learned_from: 9, judged, ties: vec![], train_loss: 0.0, train_accuracy: 1.0 }
    }

    #[test]
    fn a_temperature_makes_a_loud_model_honest_on_pairs_it_was_not_fitted_on() {
        let calibrated = Calibrated::of(&world(600, 4.0), |at| at % 2 == 0).unwrap();
        let (before, after) = (calibrated.before, calibrated.after.unwrap());
        assert!((calibrated.temperature.unwrap() - 4.0).abs() < 0.8);
        assert!(after.error < before.error / 2.0 && after.loss < before.loss, "{before:?} {after:?}");
    }

    #[test]
    fn too_few_pairs_have_no_temperature_and_none_nothing() {
        let few = Calibrated::of(&world(3, 1.0), |at| at % 2 == 0).unwrap();
        assert_eq!((few.temperature, few.after), (Err(NoTemperature::TooFew), None));
        assert!(Calibrated::of(&world(0, 1.0), |_| true).is_none());
    }
}
