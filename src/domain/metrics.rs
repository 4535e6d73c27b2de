//! The numbers by which a reward model is judged: pure functions, one idea a file.
//!
//! | file | what |
//! |---|---|
//! | `margins` | loss, probability, accuracy, histogram of score(chosen) − score(rejected) |
//! | `share` | a share with its interval, and how many more pairs would tell it from guessing |
//! | `binomial` | exact tests against a fair coin: a habit, and two models on the same pairs |
//! | `bootstrap` | intervals that respect that answers to one prompt belong together |
//! | `calibration` | how far confidence is from being right: reliability, ECE, Brier |
//! | `temperature` | the one number that makes confidence honest |
//! | `correlation` | how two differences go along, with an interval |
//! | `line` | a least-squares line |
//! | `normal` | the normal distribution |
//! | `trainer` | TRL's names |
//!
//! **Ties.** A tie has no right answer: accuracy, its tests and intervals leave ties out. Calibration counts a tie as
//! half a win for either response, since a model that is sure of one is then wrong half of the time.
//!
//! Nothing here returns NaN or an infinity: where there is no number there is `None`.

mod binomial;
mod bootstrap;
mod calibration;
mod correlation;
mod line;
mod margins;
pub mod normal;
mod share;
mod temperature;
mod trainer;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod simulations;

use serde::{Deserialize, Serialize};

pub use binomial::{coin_test, mcnemar};
pub use bootstrap::{Clusters, Draws, FEWEST_CLUSTERS, quantile, spread};
pub use calibration::{Bin, Forecast, brier, calibration_error, reliability};
pub use correlation::{Correlation, correlation};
pub use line::Line;
pub use margins::{accuracy, histogram, log_loss, mean_loss, mean_margin, preference_probability};
pub use share::{Share, more_to_tell, wilson};
pub use temperature::{NoTemperature, temperature};
pub use trainer::Trainer;

/// An interval at 95 %, of a share unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Whether `value` lies in it, ends included.
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// The standard normal's 97.5 % point: 95 % lie within ± this.
pub(super) const Z: f64 = 1.959_963_984_540_054;
