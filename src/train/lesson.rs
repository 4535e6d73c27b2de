//! What a head learns from: one row of feature differences a comparison, with what was said of it.

use crate::domain::choice::{Outcome, Side, Strength};
use crate::domain::config::{MARGIN_A_STEP, StrengthUse};
use crate::domain::dataset::Comparison;
use crate::domain::evaluation::Judged;
use crate::domain::likelihood::{Loss, Told};
use crate::domain::log::Asked;
use crate::domain::metrics;
use crate::domain::pair::PairId;
use crate::domain::run::LossAndAccuracy;
use crate::domain::split::{self, Part};
use crate::model::reward_model::{Pooled, Scaling};

/// One comparison, ready to be learned from. Of a tie, `response_a` stands where the chosen one would.
#[derive(Clone, Debug)]
pub struct Example {
    /// Which pair.
    pub pair: PairId,
    /// Its prompt, by which it is held out.
    pub prompt: String,
    /// What was said: of a tie nothing but that.
    pub outcome: Outcome,
    /// How much better it was said to be.
    pub strength: Option<Strength>,
    /// Why it was asked.
    pub asked: Asked,
    /// The preferred response.
    pub chosen: Pooled,
    /// The other one.
    pub rejected: Pooled,
}

impl Example {
    /// The example of a comparison of two responses to `prompt`.
    pub fn new(comparison: &Comparison, prompt: &str, a: &Pooled, b: &Pooled) -> Self {
        let (chosen, rejected) = match comparison.outcome {
            Outcome::Preferred(Side::A) | Outcome::Tie => (a, b),
            Outcome::Preferred(Side::B) => (b, a),
        };
        Self {
            pair: comparison.pair.clone(),
            prompt: prompt.to_owned(),
            outcome: comparison.outcome,
            strength: comparison.strength,
            asked: comparison.asked,
            chosen: chosen.clone(),
            rejected: rejected.clone(),
        }
    }

    /// The outcome, seen from `chosen`.
    pub fn told(&self) -> Told {
        match self.outcome {
            Outcome::Preferred(_) => Told::Chosen,
            Outcome::Tie => Told::Tie,
        }
    }

    /// Whether it is an honest test of a model: what the model has chosen to ask is not.
    pub fn is_drawn(&self) -> bool {
        self.asked == Asked::Random
    }

    /// What a model that has not seen it makes of it.
    pub fn judged(&self, margin: f32, score: f32) -> Judged {
        Judged {
            pair: self.pair.clone(),
            margin,
            length_margin: self.length_margin(),
            score,
            chosen: match self.outcome {
                Outcome::Preferred(side) => Some(side),
                Outcome::Tie => None,
            },
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

/// What is said of a row of differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Said {
    /// The outcome.
    pub told: Told,
    /// The margin beyond which it counts as preferred; 0 unless strengths are margins.
    pub shift: f32,
    /// How much it counts; 1 unless strengths are weights.
    pub weight: f32,
}

impl Said {
    /// That the chosen one is better, and no more.
    pub const CHOSEN: Said = Said { told: Told::Chosen, shift: 0.0, weight: 1.0 };

    /// What an example says, with its strength used in this way.
    pub fn of(example: &Example, strength: StrengthUse) -> Self {
        let plain = Self { told: example.told(), ..Self::CHOSEN };
        let steps = example.strength.map(|strength| f32::from(strength.get()));
        match (strength, plain.told, steps) {
            (StrengthUse::Margin, Told::Chosen, Some(steps)) => {
                Self { shift: steps * MARGIN_A_STEP, ..plain }
            }
            // "Clearly", 2 of 3, is what an answer without a strength counts as.
            (StrengthUse::Weight, Told::Chosen, Some(steps)) => Self { weight: steps / 2.0, ..plain },
            (StrengthUse::Unused | StrengthUse::Margin | StrengthUse::Weight, _, _) => plain,
        }
    }
}

/// Rows with what is said of each.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// `features(chosen) − features(rejected)`, one row a comparison.
    pub differences: Differences,
    /// One a row.
    pub said: Vec<Said>,
}

impl Rows {
    /// The rows of these examples under this scaling, for a linear head.
    pub fn of<'a>(
        examples: impl IntoIterator<Item = &'a Example> + Clone,
        scaling: &Scaling,
        strength: StrengthUse,
    ) -> Self {
        Self::by(examples, (scaling.width(), |pooled: &Pooled| scaling.features(pooled)), strength)
    }

    /// The rows of these examples by whatever makes features, so many a response.
    pub fn by<'a>(
        examples: impl IntoIterator<Item = &'a Example> + Clone,
        features: (usize, impl Fn(&Pooled) -> Vec<f32>),
        strength: StrengthUse,
    ) -> Self {
        Self {
            differences: Differences::by(examples.clone(), features),
            said: examples.into_iter().map(|example| Said::of(example, strength)).collect(),
        }
    }

    /// Number of rows.
    pub fn count(&self) -> usize {
        self.said.len()
    }

    /// Only these rows, in this order.
    pub fn select(&self, places: &[usize]) -> Self {
        Self {
            differences: self.differences.select(places),
            said: places.iter().map(|&at| self.said[at]).collect(),
        }
    }
}

impl From<Differences> for Rows {
    /// Every row a preference.
    fn from(differences: Differences) -> Self {
        let said = vec![Said::CHOSEN; differences.count()];
        Self { differences, said }
    }
}

/// Mean loss of margins without a penalty, and the accuracy over the preferences; `None` where all are ties.
pub fn judged(margins: &[f32], said: &[Said], loss: Loss, tie: f64) -> LossAndAccuracy {
    let (mut sum, mut preferred) = (0.0, Vec::with_capacity(margins.len()));
    for (&margin, said) in margins.iter().zip(said) {
        let bend = loss.bend(said.told, f64::from(margin - said.shift), tie);
        sum += f64::from(said.weight) * bend.value;
        if said.told == Told::Chosen {
            preferred.push(margin);
        }
    }
    (sum / margins.len().max(1) as f64, metrics::accuracy(&preferred))
}

/// The examples learned from, and those held out. A handful of answers may all fall into the held-out fifth; then
/// they are all learned from.
pub fn parts(examples: &[Example]) -> (Vec<&Example>, Vec<&Example>) {
    let (train, held): (Vec<_>, Vec<_>) = examples.iter().partition(|example| example.part() == Part::Train);
    if train.is_empty() { (held, train) } else { (train, held) }
}

/// Only the examples at these places, which rise.
pub fn only(mut examples: Vec<Example>, places: &[usize]) -> Vec<Example> {
    let (mut at, mut places) = (0, places.iter().peekable());
    examples.retain(|_| {
        let wanted = places.next_if_eq(&&at).is_some();
        at += 1;
        wanted
    });
    examples
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
        Self::by(examples, (scaling.width(), |pooled: &Pooled| scaling.features(pooled)))
    }

    fn by<'a>(
        examples: impl IntoIterator<Item = &'a Example>,
        (width, features): (usize, impl Fn(&Pooled) -> Vec<f32>),
    ) -> Self {
        let examples = examples.into_iter();
        let mut values = Vec::with_capacity(examples.size_hint().0 * width);
        for example in examples {
            let (chosen, rejected) = (features(&example.chosen), features(&example.rejected));
            values.extend(chosen.iter().zip(&rejected).map(|(c, r)| c - r));
        }
        Self { values, width }
    }

    /// Number of rows.
    pub fn count(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> + Clone {
        self.values.chunks_exact(self.width.max(1))
    }

    /// One row.
    pub fn row(&self, at: usize) -> &[f32] {
        &self.values[at * self.width..(at + 1) * self.width]
    }

    /// Only these rows, in this order.
    pub fn select(&self, places: &[usize]) -> Self {
        let mut values = Vec::with_capacity(places.len() * self.width);
        places.iter().for_each(|&at| values.extend_from_slice(self.row(at)));
        Self { values, width: self.width }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_examples_at_these_places_stay_in_their_order() {
        let response = Pooled { vector: vec![0.0], tokens: 1 };
        let example = |at: usize| {
            let comparison = Comparison {
                pair: PairId::of(&at.to_string(), "a", "b"),
                outcome: Outcome::Tie,
                strength: None,
                asked: Asked::Random,
            };
            Example::new(&comparison, &at.to_string(), &response, &response)
        };
        let prompts = |places: &[usize]| -> Vec<String> {
            only((0..5).map(example).collect(), places).into_iter().map(|it| it.prompt).collect()
        };
        assert_eq!(prompts(&[1, 2, 4]), ["1", "2", "4"]);
        assert_eq!(prompts(&[0, 1, 2, 3, 4]).len(), 5);
        assert!(prompts(&[]).is_empty());
    }
}
