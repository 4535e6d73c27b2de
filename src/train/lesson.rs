//! What a head learns from: one row of feature differences a preference.

use crate::domain::choice::Side;
use crate::domain::dataset::Preference;
use crate::domain::pair::PairId;
use crate::domain::split::{self, Part};
use crate::model::reward_model::{Pooled, Scaling};

/// One preference, ready to be learned from.
#[derive(Clone, Debug)]
pub struct Example {
    /// Which pair.
    pub pair: PairId,
    /// Its prompt, by which it is held out.
    pub prompt: String,
    /// Which of the pair's responses was preferred.
    pub side: Side,
    /// The preferred response.
    pub chosen: Pooled,
    /// The other one.
    pub rejected: Pooled,
}

impl Example {
    /// The example of a preference between two responses to `prompt`.
    pub fn new(preference: &Preference, prompt: &str, a: &Pooled, b: &Pooled) -> Self {
        let (chosen, rejected) = match preference.chosen {
            Side::A => (a, b),
            Side::B => (b, a),
        };
        Self {
            pair: preference.pair.clone(),
            prompt: prompt.to_owned(),
            side: preference.chosen,
            chosen: chosen.clone(),
            rejected: rejected.clone(),
        }
    }

    /// log((1 + tokens of chosen) / (1 + tokens of rejected)).
    pub fn length_margin(&self) -> f32 {
        self.chosen.log_length() - self.rejected.log_length()
    }

    /// Whether this prompt is learned from or held out.
    pub fn part(&self) -> Part {
        split::part(&self.prompt)
    }
}

/// The examples learned from, and those held out. A handful of answers may all fall into the held-out fifth; then
/// they are all learned from.
pub fn parts(examples: &[Example]) -> (Vec<&Example>, Vec<&Example>) {
    let (train, held): (Vec<_>, Vec<_>) = examples.iter().partition(|example| example.part() == Part::Train);
    if train.is_empty() { (held, train) } else { (train, held) }
}

/// `features(chosen) − features(rejected)` a row: `[n, width]`, row-major.
#[derive(Clone, Debug, Default)]
pub struct Differences {
    /// Row-major values.
    pub values: Vec<f32>,
    /// Features a row.
    pub width: usize,
}

impl Differences {
    /// The rows of these examples under this scaling.
    pub fn of<'a>(examples: impl IntoIterator<Item = &'a Example>, scaling: &Scaling) -> Self {
        let mut values = Vec::new();
        for example in examples {
            let (chosen, rejected) = (scaling.features(&example.chosen), scaling.features(&example.rejected));
            values.extend(chosen.iter().zip(&rejected).map(|(c, r)| c - r));
        }
        Self { values, width: scaling.width() }
    }

    /// Number of rows.
    pub fn count(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> + Clone {
        self.values.chunks_exact(self.width.max(1))
    }

    /// Only these rows, in this order.
    pub fn select(&self, places: &[usize]) -> Self {
        let values = places
            .iter()
            .flat_map(|&at| &self.values[at * self.width..(at + 1) * self.width])
            .copied()
            .collect();
        Self { values, width: self.width }
    }
}
