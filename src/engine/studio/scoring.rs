//! Texts that a person waits for: scored, put in order, explained.

use super::{Studio, no_backbone};
use crate::engine::models::no_model;
use crate::engine::ports::Host;
use crate::engine::reading::{Read, Reading, texts};
use crate::engine::refuse;
use crate::protocol::scoring::{Insight, Score};
use crate::protocol::{Event, Fault, RequestId, Slot};

/// Responses that are to be scored.
pub(super) struct ScoreRequest {
    pub(super) request: RequestId,
    pub(super) slot: Slot,
    pub(super) prompt: String,
    pub(super) responses: Vec<String>,
    pub(super) asked_ms: f64,
}

impl<H: Host + 'static> Studio<H>
where
    H::Helper: 'static,
{
    /// Note a request down in the place of an older one of the same model, which nobody waits for any more. That way
    /// every model has its turn, however fast somebody types.
    pub(super) fn want_score(&mut self, wanted: ScoreRequest) {
        match self.scores.iter_mut().find(|older| older.slot == wanted.slot) {
            Some(older) => {
                let ScoreRequest { request, .. } = std::mem::replace(older, wanted);
                self.host.emit(Event::Superseded { request });
            }
            None => self.scores.push_back(wanted),
        }
    }

    /// Answer the oldest request; false where there is none.
    pub(super) async fn answer_score(&mut self) -> bool {
        let Some(wanted) = self.scores.pop_front() else { return false };
        match self.score(&wanted).await {
            Ok(scored) => self.host.emit(scored),
            Err(fault) => refuse(&*self.host, wanted.request, fault),
        }
        true
    }

    async fn score(&mut self, wanted: &ScoreRequest) -> Result<Event, Fault> {
        let ScoreRequest { request, slot, prompt, responses, asked_ms } = wanted;
        let kept = self.models.wanted_for_scores(*slot).ok_or_else(no_model)?;
        let backbone = self.backbone.as_mut().ok_or_else(no_backbone)?;
        let mut reading = Reading::new(&kept.model.recipe, texts(prompt, responses));
        while reading.step(backbone, &self.library, &self.recent).await? {}
        let read = reading.found().into_iter().collect::<Result<Vec<Read>, Fault>>()?;
        let ms = self.host.now_ms() - asked_ms;
        let scores: Vec<Score> = read.iter().map(|read| kept.score(&self.library, read, ms)).collect();
        let compared = match read.as_slice() {
            [first, second, ..] => Some(kept.compare(&first.pooled, &second.pooled)),
            [_] | [] => None,
        };
        read.into_iter().for_each(|read| self.recent.keep(read.key, read.pooled));
        Ok(Event::Scored { request: *request, slot: *slot, scores, compared })
    }

    /// A slice of what is to be put in order; false where nothing is.
    pub(super) async fn step_ordering(&mut self) -> bool {
        let Some(mut ordering) = self.ordering.take() else { return false };
        let (request, slot) = (ordering.request, ordering.slot);
        let ordered = async {
            let kept = self.models.wanted_for_scores(slot).ok_or_else(no_model)?;
            let backbone = self.backbone.as_mut().ok_or_else(no_backbone)?;
            ordering.step(kept, backbone, (&self.library, &self.recent), self.host.now_ms()).await
        };
        match ordered.await {
            Ok(None) => self.ordering = Some(ordering),
            Ok(Some(candidates)) => self.host.emit(Event::Ordered { request, slot, candidates }),
            Err(fault) => refuse(&*self.host, request, fault),
        }
        true
    }

    /// A slice of an explanation; false where none is wanted.
    pub(super) async fn step_why(&mut self) -> bool {
        let Some(mut why) = self.why.take() else { return false };
        let request = why.request;
        let explained = async {
            let backbone = self.backbone.as_mut().ok_or_else(no_backbone)?;
            why.step(&self.models, backbone, (&self.library, &self.recent), &self.answered).await
        };
        match explained.await {
            Ok(insight) => {
                if insight != Some(Insight::Done) {
                    self.why = Some(why);
                }
                if let Some(insight) = insight {
                    self.host.emit(Event::Explained { request, insight });
                }
            }
            Err(fault) => refuse(&*self.host, request, fault),
        }
        true
    }
}
