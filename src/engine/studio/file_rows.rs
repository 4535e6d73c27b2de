//! Rows of files, scored when nothing more urgent waits: by the crew and here, the oldest request first.

use super::{Studio, no_backbone};
use crate::engine::crew::Job;
use crate::engine::models::no_model;
use crate::engine::ports::Host;
use crate::engine::reading::{Passage, Reading};
use crate::engine::refuse;
use crate::protocol::{Event, Fault, RequestId};

impl<H: Host + 'static> Studio<H>
where
    H::Helper: 'static,
{
    /// A slice of the work on files' rows that is done here; false where there is none. All requests are encoded before
    /// a batch is computed, so that the crew never waits for this worker.
    pub(super) async fn work_on_rows(&mut self) -> bool {
        self.answer_rows() || self.encode_rows() || self.compute_rows().await
    }

    /// A batch for a helper, of the oldest request that has one.
    pub(super) fn next_passage(&mut self) -> Option<Job> {
        self.passage_of(Reading::is_for_helpers)
    }

    fn passage_of(&mut self, suits: impl Fn(&Reading) -> bool) -> Option<Job> {
        self.rows.iter_mut().find_map(|rows| {
            let request = rows.request;
            Some(Job::Rows(request, rows.begun().filter(|reading| suits(reading))?.next()?))
        })
    }

    /// Take a batch that was computed, unless its request is gone.
    pub(super) fn take_passage(&mut self, request: RequestId, passage: &Passage, pooled: &[f32]) {
        let rows = self.rows.iter_mut().find(|rows| rows.request == request);
        if let Some(reading) = rows.and_then(|rows| rows.begun()) {
            reading.take(passage, pooled);
        }
    }

    /// Take a batch back that was not computed.
    pub(super) fn return_passage(&mut self, request: RequestId, passage: Passage) {
        let rows = self.rows.iter_mut().find(|rows| rows.request == request);
        if let Some(reading) = rows.and_then(|rows| rows.begun()) {
            reading.put_back(passage);
        }
    }

    /// Score a stretch of the oldest request, if it is read; with its last, answer it.
    fn answer_rows(&mut self) -> bool {
        let Some(oldest) = self.rows.front_mut() else { return false };
        let request = oldest.request;
        let scored = match self.models.get(oldest.slot) {
            Some(kept) => {
                if !oldest.is_read(kept) {
                    return false;
                }
                Ok(oldest.score(kept))
            }
            None => Err(no_model()),
        };
        match scored {
            Ok(None) => {}
            Ok(Some(rows)) => {
                self.rows.pop_front();
                self.host.emit(Event::RowsScored { request, rows });
            }
            Err(fault) => self.give_up(request, fault),
        }
        true
    }

    /// Encode a stretch of the oldest request that needs it.
    fn encode_rows(&mut self) -> bool {
        let Some(backbone) = &self.backbone else { return false };
        for rows in &mut self.rows {
            if let Some(kept) = self.models.get(rows.slot)
                && rows.reading(kept).encode(backbone, &self.library, &self.recent)
            {
                return true;
            }
        }
        false
    }

    /// Compute a batch here.
    async fn compute_rows(&mut self) -> bool {
        let Some(Job::Rows(request, passage)) = self.passage_of(|_| true) else { return false };
        let computed = match &mut self.backbone {
            Some(backbone) => backbone.pooled_under(&passage.tokens.rows, &passage.recipe).await,
            None => Err(no_backbone()),
        };
        match computed {
            Ok(pooled) => self.take_passage(request, &passage, &pooled),
            Err(fault) => self.give_up(request, fault),
        }
        true
    }

    fn give_up(&mut self, request: RequestId, fault: Fault) {
        self.rows.retain(|rows| rows.request != request);
        refuse(&*self.host, request, fault);
    }
}
