//! Accuracy by source, tag, annotator, strength and length. Small slices are shown, but not ranked.

use std::collections::BTreeMap;

use super::evidence::Row;
use crate::domain::metrics::{Interval, Share};

/// By what the pairs are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum By {
    /// Where they came from.
    Source,
    /// Words they were tagged with; a pair with two is in both.
    Tag,
    /// Who answered.
    Annotator,
    /// How much better the chosen response was said to be.
    Strength,
    /// Characters of the longer response.
    Length,
}

impl By {
    /// In the order of the page.
    pub const ALL: [By; 5] = [By::Source, By::Tag, By::Annotator, By::Strength, By::Length];

    fn names(self, row: &Row) -> Vec<String> {
        let named = |name: &str| if name.is_empty() { vec![] } else { vec![name.to_owned()] };
        match self {
            By::Source => named(&row.source),
            By::Tag => row.tags.clone(),
            By::Annotator => named(&row.annotator),
            By::Strength => row.strength.map(|strength| strength.get().to_string()).into_iter().collect(),
            By::Length => vec![size(row.size).to_owned()],
        }
    }
}

/// From here on a slice can be judged: below, even a perfect interval is wider than ± 20 points.
pub const ENOUGH: usize = 20;

/// One slice.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// By what.
    pub by: By,
    /// Its name.
    pub name: String,
    /// Right of judged.
    pub share: Share,
    /// Wilson's interval.
    pub interval: Interval,
}

impl Slice {
    /// Whether there is enough of it to say anything.
    pub fn judgeable(&self) -> bool {
        self.share.whole >= ENOUGH
    }
}

/// All slices: by kind, the judgeable ones from the lowest accuracy up, then the others by name. A kind that puts
/// all pairs into one slice says nothing and is left out.
pub fn slices(rows: &[Row]) -> Vec<Slice> {
    By::ALL.into_iter().flat_map(|by| slices_by(rows, by)).collect()
}

fn slices_by(rows: &[Row], by: By) -> Vec<Slice> {
    let mut shares: BTreeMap<String, Share> = BTreeMap::new();
    for row in rows {
        for name in by.names(row) {
            let share = shares.entry(name).or_default();
            share.part += usize::from(row.right());
            share.whole += 1;
        }
    }
    if shares.values().all(|share| share.whole == rows.len()) {
        return vec![];
    }
    let slice = |(name, share): (String, Share)| Some(Slice { by, name, share, interval: share.interval()? });
    let mut slices: Vec<Slice> = shares.into_iter().filter_map(slice).collect();
    let rank = |slice: &Slice| slice.share.value().filter(|_| slice.judgeable()).unwrap_or(f64::INFINITY);
    slices.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
    slices
}

fn size(characters: usize) -> &'static str {
    match characters {
        0..300 => "under 300 characters",
        300..1000 => "300 to 1,000 characters",
        _ => "over 1,000 characters",
    }
}
