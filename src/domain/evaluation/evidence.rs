//! The judged pairs, each beside all that is known of it: what every table and plot of Evaluate is made of.

use std::collections::HashMap;

use super::marks::Marks;
use super::{Evaluation, Judged};
use crate::domain::choice::{Place, Side, Strength};
use crate::domain::dataset::Dataset;
use crate::domain::log::Given;
use crate::domain::pair::PairId;

/// One held-out preference.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which pair.
    pub pair: PairId,
    /// score(chosen) − score(rejected).
    pub margin: f64,
    /// Log length of the chosen response less that of the rejected one.
    pub length: f64,
    /// Marks of the chosen response.
    pub chosen: Marks,
    /// Marks of the rejected one.
    pub rejected: Marks,
    /// Its prompt's number: rows of one prompt belong together.
    pub prompt: usize,
    /// Where the chosen response stood; `None` for labels from files.
    pub place: Option<Place>,
    /// How much better, where it was said.
    pub strength: Option<Strength>,
    /// Where the pair came from.
    pub source: String,
    /// The part of a benchmark that it belongs to; empty where there is none.
    pub subset: String,
    /// Who answered; empty where no name was given.
    pub annotator: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Characters of the longer response.
    pub size: usize,
}

impl Row {
    /// Whether the model agrees with the person; equal scores are not correct.
    pub fn right(&self) -> bool {
        self.margin > 0.0
    }
}

/// Rows, gathered a stretch at a time: texts are read for it, and many of them take long.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// In the evaluation's order.
    pub rows: Vec<Row>,
    prompts: HashMap<String, usize>,
}

impl Evidence {
    /// All of it at once.
    pub fn of(evaluation: &Evaluation, dataset: &Dataset) -> Self {
        let mut evidence = Self::default();
        evidence.gather(&evaluation.judged, dataset);
        evidence
    }

    /// Add these, as [`Evaluation::by_the_answers_of`] has them. Pairs that are gone are left out.
    pub fn gather(&mut self, judged: &[Judged], dataset: &Dataset) {
        for judged in judged {
            if let Some(row) = self.row(judged, dataset) {
                self.rows.push(row);
            }
        }
    }

    /// Number of prompts.
    pub fn prompts(&self) -> usize {
        self.prompts.len()
    }

    fn row(&mut self, judged: &Judged, dataset: &Dataset) -> Option<Row> {
        let pair = dataset.pair(&judged.pair)?;
        let answer = dataset.answer(&judged.pair)?;
        let chosen = answer.label.choice.preferred()?;
        let (yours, other) = match chosen {
            Side::A => (&pair.response_a, &pair.response_b),
            Side::B => (&pair.response_b, &pair.response_a),
        };
        let place = match &answer.given {
            Given::OnPage { shown, .. } if shown.first() == chosen => Some(Place::First),
            Given::OnPage { .. } => Some(Place::Second),
            Given::Imported { .. } | Given::Adjudicated => None,
        };
        let next = self.prompts.len();
        Some(Row {
            pair: judged.pair.clone(),
            margin: f64::from(judged.margin),
            length: f64::from(judged.length_margin),
            chosen: Marks::of(yours),
            rejected: Marks::of(other),
            prompt: *self.prompts.entry(pair.prompt.clone()).or_insert(next),
            place,
            strength: answer.label.strength,
            source: pair.source.clone(),
            subset: pair.subset.clone(),
            annotator: answer.annotator.clone(),
            tags: answer.label.tags.clone(),
            size: yours.chars().count().max(other.chars().count()),
        })
    }
}
