//! Getting the features of all pairs: from what earlier visits kept, from the crew, or computed here.

use super::{Studio, no_backbone};
use crate::domain::formats::record::TokenIds;
use crate::domain::recipe::Recipe;
use crate::engine::crew::Job;
use crate::engine::library::Batch;
use crate::engine::ports::Host;
use crate::model::pooling::weigh;
use crate::protocol::crew::TokenRow;
use crate::protocol::scoring::Strip;
use crate::protocol::{Event, Fault};

/// Progress of the features is told at most this often.
const TELL_MS: f64 = 120.0;

impl<H: Host + 'static> Studio<H>
where
    H::Helper: 'static,
{
    /// Give every idle helper a batch; says whether anybody got one.
    pub(super) async fn employ_crew(&mut self) -> bool {
        let mut employed = false;
        while self.crew.has_idle() {
            let features = self.next_batch().await.map(Job::Features);
            let Some(job) = features.or_else(|| self.next_passage()) else { break };
            match self.crew.give(job) {
                Some(job) => {
                    self.return_job(job);
                    break;
                }
                None => employed = true,
            }
        }
        employed
    }

    /// Take back what was not computed.
    pub(super) fn return_job(&mut self, job: Job) {
        match job {
            Job::Features(batch) => self.library.return_batch(batch),
            Job::Rows(request, passage) => self.return_passage(request, passage),
        }
    }

    /// Compute a batch here; false where none waits.
    pub(super) async fn compute_batch(&mut self) -> bool {
        let Some(batch) = self.next_batch().await else { return false };
        let Some(backbone) = &mut self.backbone else { return false };
        match backbone.pooled(&batch.tokens.rows, batch.tokens.layer, batch.tokens.pooling).await {
            Ok(pooled) => {
                let kept = self.library.take(&batch, &pooled, self.host.now_ms());
                self.untold = true;
                self.host.keep_features(kept).await;
                true
            }
            Err(fault) => {
                // The page starts another engine; this one must not try the same again for ever.
                self.backbone = None;
                self.host.emit(Event::BackboneFailed(fault));
                false
            }
        }
    }

    /// The next batch to compute, looking up what earlier visits kept.
    pub(super) async fn next_batch(&mut self) -> Option<Batch> {
        while self.library.needs_window() {
            self.library.started(self.host.now_ms());
            let window = self.library.window();
            let keys: Vec<String> = window.iter().map(|wanted| wanted.key.clone()).collect();
            let kept = self.host.kept_features(&keys).await;
            let width = self.backbone.as_ref().map(|backbone| usize::from(backbone.card.hidden) + 1);
            let mut missing = Vec::new();
            for (wanted, kept) in window.into_iter().zip(kept) {
                match kept.filter(|values| Some(values.len()) == width) {
                    Some(values) => self.library.take_kept(wanted.key, values),
                    None => missing.push(wanted),
                }
            }
            self.untold = true;
            if let Some(backbone) = &self.backbone
                && let Err(fault) = self.library.plan(&missing, &backbone.encoder, backbone.batch_positions())
            {
                self.host.emit(Event::Failed { request: None, fault });
            }
        }
        self.library.next_batch()
    }

    /// Token ids of pairs `[prompt, response A, response B]`, as their features are computed from them.
    pub(super) fn tokenise(&self, texts: &[[String; 3]]) -> Result<Vec<TokenIds>, Fault> {
        let backbone = self.backbone.as_ref().ok_or_else(no_backbone)?;
        let recipe = self.library.recipe();
        let longest =
            recipe.map_or(Recipe::measured_best(backbone.card.layers).max_tokens, |it| it.max_tokens);
        let ids = |prompt: &str, response: &str| -> Result<Vec<u32>, Fault> {
            Ok(backbone.encoder.encode(prompt, response, longest)?.row.ids)
        };
        let both = |[prompt, a, b]: &[String; 3]| -> Result<TokenIds, Fault> {
            Ok(TokenIds { a: ids(prompt, a)?, b: ids(prompt, b)? })
        };
        texts.iter().map(both).collect()
    }

    /// How the recipe in force has these responses to a prompt read.
    pub(super) fn strips(&self, prompt: &str, responses: &[String]) -> Result<Vec<Strip>, Fault> {
        let backbone = self.backbone.as_ref().ok_or_else(no_backbone)?;
        let recipe = self.library.recipe().cloned().unwrap_or(Recipe::measured_best(backbone.card.layers));
        let strip = |response: &String| {
            let pooled = |row: &TokenRow, shares: &mut [f32]| weigh(row, recipe.pooling, shares);
            backbone.encoder.strip((prompt, response), recipe.max_tokens, pooled)
        };
        responses.iter().map(strip).collect()
    }

    pub(super) fn tell_preparation(&mut self) {
        if !self.untold {
            return;
        }
        let now = self.host.now_ms();
        let preparation = self.library.preparation(now);
        let complete = preparation.done == preparation.total;
        if complete || now - self.told_ms >= TELL_MS {
            self.untold = false;
            self.told_ms = now;
            self.host.emit(Event::Preparing(preparation));
        }
    }
}
