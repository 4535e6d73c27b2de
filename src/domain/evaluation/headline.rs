//! How often the model is right, beside rules that know nothing, on the same pairs.

use std::collections::HashMap;

use super::duel::{Duel, duel};
use super::evidence::Row;
use crate::domain::choice::Place;
use crate::domain::metrics::{Clusters, Interval, Share};
use crate::domain::pair::PairId;

/// A share over pairs with both of its intervals: Wilson's takes pairs for independent, the bootstrap takes whole
/// prompts. Where a prompt has one pair they agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Right of judged.
    pub share: Share,
    /// Wilson's.
    pub wilson: Interval,
    /// Bootstrapped by prompt; `None` for too few prompts.
    pub by_prompt: Option<Interval>,
}

impl Measured {
    /// Of pairs `(prompt, right)`; `None` for none.
    pub fn of(pairs: impl Iterator<Item = (usize, bool)> + Clone) -> Option<Self> {
        let share = Share::of(pairs.clone().map(|(_, right)| right));
        let clusters = Clusters::of(pairs.map(|(prompt, right)| (prompt, [f64::from(u8::from(right)), 1.0])));
        Some(Self {
            share,
            wilson: share.interval()?,
            by_prompt: clusters.interval(|[right, all]| (*all > 0.0).then(|| right / all), SEED),
        })
    }

    /// The wider of the two intervals' ends: what is said in words rests on this.
    pub fn cautious(&self) -> Interval {
        let other = self.by_prompt.unwrap_or(self.wilson);
        Interval { low: self.wilson.low.min(other.low), high: self.wilson.high.max(other.high) }
    }
}

/// The bootstrap's seed: any will do, the same always.
pub(super) const SEED: u64 = 20_241;

/// The model.
pub fn model(rows: &[Row]) -> Option<Measured> {
    Measured::of(rows.iter().map(|row| (row.prompt, row.right())))
}

/// The rule that the longer response wins; of equal lengths it says nothing, and is not correct.
pub fn longer(rows: &[Row]) -> Option<Measured> {
    Measured::of(rows.iter().map(|row| (row.prompt, row.length > 0.0)))
}

/// The model against that rule, on the same pairs: a positive difference is the model's.
pub fn against_longer(rows: &[Row]) -> Option<Duel> {
    let prompts: HashMap<&PairId, usize> = rows.iter().map(|row| (&row.pair, row.prompt)).collect();
    duel(
        rows.iter().map(|row| (&row.pair, row.length > 0.0)),
        rows.iter().map(|row| (&row.pair, row.right())),
        |pair| prompts[pair],
    )
}

/// The rule that the response on the left (above, on a phone) wins, over the answers given on the page.
pub fn left(rows: &[Row]) -> Option<Measured> {
    Measured::of(rows.iter().filter_map(|row| Some((row.prompt, row.place? == Place::First))))
}

/// The bag of words, of which `margin` gives what it says of a row.
pub fn words(rows: &[Row], margin: impl Fn(&Row) -> Option<f32> + Clone) -> Option<Measured> {
    Measured::of(rows.iter().filter_map(move |row| Some((row.prompt, margin(row)? > 0.0))))
}
