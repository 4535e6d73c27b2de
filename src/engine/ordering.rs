//! Candidates for one prompt on their way into order.

use super::backbone::Backbone;
use super::library::Library;
use super::models::Kept;
use super::ports::ByteSource;
use super::reading::{Read, Reading, texts};
use super::recent::Recent;
use crate::protocol::scoring::{Candidate, Compared, Score};
use crate::protocol::{Fault, RequestId, Slot};

/// So many are scored before messages are heard: their standard deviations cost more than their scores.
const STRETCH: usize = 32;

/// A request, and how far it is.
pub struct Ordering {
    /// Ties the answer to the question.
    pub request: RequestId,
    /// The model that orders.
    pub slot: Slot,
    prompt: String,
    responses: Vec<String>,
    asked_ms: f64,
    reading: Option<Reading>,
    read: Vec<Read>,
    /// The model that has scored so far, by number.
    by: Option<u64>,
    scores: Vec<Score>,
    /// The candidates' places in the request, the best first, once all are scored.
    places: Vec<usize>,
    leads: Vec<Compared>,
}

impl Ordering {
    /// A request that has not begun.
    pub fn new(
        (request, slot): (RequestId, Slot),
        prompt: String,
        responses: Vec<String>,
        asked_ms: f64,
    ) -> Self {
        Self {
            request,
            slot,
            prompt,
            responses,
            asked_ms,
            reading: None,
            read: vec![],
            by: None,
            scores: vec![],
            places: vec![],
            leads: vec![],
        }
    }

    /// One slice of it by the model that is in the slot now; with the last slice, the candidates in order. Where scores
    /// are equal, in the order in which they were given.
    ///
    /// # Errors
    /// As [`Reading::step`]; of a text that the tokenizer refuses, too.
    pub async fn step<S: ByteSource>(
        &mut self,
        kept: &mut Kept,
        backbone: &mut Backbone<S>,
        (library, recent): (&Library, &Recent),
        now_ms: f64,
    ) -> Result<Option<Vec<Candidate>>, Fault> {
        if self.by != Some(kept.number()) {
            self.begin(kept);
        }
        if let Some(reading) = &mut self.reading {
            if reading.step(backbone, library, recent).await? {
                return Ok(None);
            }
            if self.read.is_empty() {
                self.read = reading.found().into_iter().collect::<Result<_, Fault>>()?;
            }
        }
        let count = self.read.len();
        if self.scores.len() < count {
            let next = self.read.iter().skip(self.scores.len()).take(STRETCH);
            self.scores.extend(next.map(|read| kept.score(library, read, now_ms - self.asked_ms)));
            return Ok(None);
        }
        if self.places.len() < count {
            self.places = (0..count).collect();
            let score = |at: &usize| self.scores[*at].value;
            self.places.sort_by(|a, b| score(b).partial_cmp(&score(a)).unwrap_or(std::cmp::Ordering::Equal));
        }
        if self.leads.len() + 1 < count {
            let next = self.places.windows(2).skip(self.leads.len()).take(STRETCH);
            let lead = |two: &[usize]| kept.compare(&self.read[two[0]].pooled, &self.read[two[1]].pooled);
            self.leads.extend(next.map(lead));
            return Ok(None);
        }
        let place = |(rank, &at): (usize, &usize)| Candidate {
            response: at as u32,
            score: self.scores[at].clone(),
            lead: self.leads.get(rank).copied(),
        };
        Ok(Some(self.places.iter().enumerate().map(place).collect()))
    }

    /// Begin to score with this model; what was read stays read where it reads the same.
    fn begin(&mut self, kept: &Kept) {
        self.by = Some(kept.number());
        self.scores.clear();
        self.places.clear();
        self.leads.clear();
        let recipe = &kept.model.recipe;
        if !self.reading.as_ref().is_some_and(|reading| reading.is_as(recipe)) {
            self.read.clear();
            self.reading = Some(Reading::new(recipe, texts(&self.prompt, &self.responses)));
        }
    }
}
