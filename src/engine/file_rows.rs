//! Rows of a file on their way to scores.

use super::models::Kept;
use super::reading::{Read, Reading};
use crate::protocol::scoring::{RowScore, RowScores, RowTexts};
use crate::protocol::{Fault, RequestId, Slot};

/// So many responses are scored before messages are heard: their standard deviations cost more than their scores.
const STRETCH: usize = 64;

/// A request, and how far it is.
pub struct FileRows {
    /// Ties the answer to the question.
    pub request: RequestId,
    /// The model that scores.
    pub slot: Slot,
    rows: Vec<RowTexts>,
    reading: Option<Reading>,
    read: Vec<Result<Read, Fault>>,
    /// The model that has scored so far, by number.
    by: Option<u64>,
    /// One a response, row by row.
    scores: Vec<Result<RowScore, Fault>>,
}

impl FileRows {
    /// A request that has not begun.
    pub fn new((request, slot): (RequestId, Slot), rows: Vec<RowTexts>) -> Self {
        Self { request, slot, rows, reading: None, read: vec![], by: None, scores: vec![] }
    }

    /// What is read for this model, which is in the slot now. It begins anew with a model that reads in another way.
    pub fn reading(&mut self, kept: &Kept) -> &mut Reading {
        let recipe = &kept.model.recipe;
        if self.reading.as_ref().is_some_and(|reading| !reading.is_as(recipe)) {
            self.reading = None;
            self.read.clear();
        }
        self.reading.get_or_insert_with(|| {
            let texts = self.rows.iter().flat_map(|row| super::reading::texts(&row.prompt, &row.responses));
            Reading::new(recipe, texts.collect())
        })
    }

    /// What is read, if it has begun.
    pub fn begun(&mut self) -> Option<&mut Reading> {
        self.reading.as_mut()
    }

    /// Whether everything is read for this model, which is in the slot now.
    pub fn is_read(&mut self, kept: &Kept) -> bool {
        self.reading(kept).is_done()
    }

    /// Score a stretch of what was read with the model that is in the slot now; with the last, all rows in order.
    pub fn score(&mut self, kept: &Kept) -> Option<Vec<RowScores>> {
        if self.by != Some(kept.number()) {
            self.by = Some(kept.number());
            self.scores.clear();
        }
        if self.read.is_empty()
            && let Some(reading) = &self.reading
        {
            self.read = reading.found();
        }
        let next = self.read.iter().skip(self.scores.len()).take(STRETCH);
        self.scores
            .extend(next.map(|read| read.as_ref().map(|read| score(kept, read)).map_err(Fault::clone)));
        if self.scores.len() < self.read.len() {
            return None;
        }
        let mut scores = &self.scores[..];
        let row = |row: &RowTexts| {
            let (own, others) = scores.split_at(row.responses.len());
            scores = others;
            own.iter().cloned().collect()
        };
        Some(self.rows.iter().map(row).collect())
    }
}

fn score(kept: &Kept, Read { pooled, cut_tokens, .. }: &Read) -> RowScore {
    let std = kept.with_posterior().map(|(model, posterior)| posterior.std(&model.features(pooled)));
    RowScore { value: kept.model.score(pooled).0, std, cut_tokens: *cut_tokens }
}
