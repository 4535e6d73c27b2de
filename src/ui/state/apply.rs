//! [`State::apply`], the only place where an event becomes state. What has to follow from it is said in a [`Follow`], and
//! done by the actions.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Backbone, FitNote, Follow, Holding, Outcome, Phase, Purpose, Requests, Scores, Sizes, State};
use crate::domain::evaluation::finding::Finding;
use crate::domain::query::choosing::Ranking;
use crate::protocol::error::FaultKind;
use crate::protocol::event::MadeBy;
use crate::protocol::scoring::Insight;
use crate::protocol::{Event, Fault, RequestId, Slot};

impl State {
    /// Take in one event. What it makes necessary is returned, in order.
    pub fn apply(&self, event: Event) -> Vec<Follow> {
        match event {
            Event::Hello { .. } => vec![],
            Event::DeviceReady(decision) => {
                self.engine.device.set(Some(decision));
                vec![]
            }
            Event::BackboneProgress { got, total, origin } => {
                self.engine.backbone_progress(got, total, origin);
                vec![]
            }
            Event::BackboneReady { origin, layers, unused, refused, pooler, brought, .. } => {
                let came = brought.is_some();
                self.engine.backbone.set(Backbone::Ready {
                    origin,
                    layers,
                    unused,
                    refused,
                    pooler,
                    brought,
                });
                // What came along is asked for before another model takes its place.
                let keep = if came { vec![Follow::KeepBrought] } else { vec![] };
                [keep, vec![Follow::Restore, Follow::Fit]].concat()
            }
            Event::BackboneFailed(fault) if fault.kind == FaultKind::Device => vec![Follow::FallBack(fault)],
            Event::BackboneFailed(fault) => {
                self.engine.backbone.set(Backbone::Failed(fault));
                vec![]
            }
            Event::Preparing(preparation) => {
                self.engine.preparation.set(preparation);
                // A fit under way looks for itself, when it lands, whether more has come meanwhile.
                let idle = !self.fits.with_value(|fits| fits.busy());
                if idle && self.engine.fit_is_due() { vec![Follow::Fit] } else { vec![] }
            }
            Event::Fitted { request, fit_ms, judge_ms, waiting } => {
                self.close(request);
                self.engine.fitted(FitNote { fit_ms, judge_ms, waiting });
                let whole = if waiting == 0 { self.filing_goes_on(Slot::Living) } else { vec![] };
                [vec![Follow::KeepCurve, Follow::Rank], whole, self.fit_landed(request)].concat()
            }
            Event::ModelReady { slot: Slot::Living, card } => {
                self.engine.living_is(Arc::from(card));
                [vec![Follow::ScoreAnew], self.filing_holds(Slot::Living)].concat()
            }
            Event::ModelReady { slot: Slot::Trained, card } => {
                let made_by = card.made_by;
                self.engine.trained.set(Some(Arc::from(card)));
                let arrived = match made_by {
                    MadeBy::Upload => self.import_arrived(),
                    MadeBy::Descent(_) | MadeBy::ExactFit(_) | MadeBy::Brought => {
                        self.models.trained_anew();
                        vec![Follow::ScoreAnew]
                    }
                };
                [self.filing_holds(Slot::Trained), self.filing_goes_on(Slot::Trained), arrived].concat()
            }
            Event::ModelReady { slot: Slot::Beside(number), card } => {
                self.engine.beside.update(|beside| {
                    beside.insert(number, Arc::from(card));
                });
                if let Some(request) = self.comparison.given_by(number) {
                    self.close(request);
                }
                self.comparison.enters(number, Holding::Ready);
                let slot = Slot::Beside(number);
                [self.filing_holds(slot), self.filing_goes_on(slot), vec![Follow::Compare]].concat()
            }
            Event::RunPreparing { run, waiting } => {
                self.training.enter(run, Phase::Preparing(waiting));
                vec![]
            }
            Event::RunStarted { run, steps, train, validation } => {
                self.training.started(run, Sizes { steps, train, validation });
                vec![]
            }
            Event::Step { run, report } => {
                self.training.step(run, report);
                vec![]
            }
            Event::Epoch { run, report } => {
                self.training.epoch(run, report);
                vec![]
            }
            Event::RunSaved { run, step, steps } => {
                let ours = self.training.saved(run, step, steps);
                ours.then_some(Follow::KeepUnfinished).into_iter().collect()
            }
            Event::RunReading { run, left } => {
                self.training.reads(run, left);
                vec![]
            }
            Event::RunPaused { run } => {
                self.training.enter(run, Phase::Paused);
                vec![]
            }
            Event::RunResumed { run } => {
                let begun = self.training.sizes.with_untracked(Option::is_some);
                self.training.enter(run, if begun { Phase::Training } else { Phase::Preparing(0) });
                vec![]
            }
            Event::RunDone { run, ending, validation_accuracy, seconds } => {
                self.training.enter(run, Phase::Done(Outcome { ending, validation_accuracy, seconds }));
                self.settings.slot.set(None);
                self.training.unfinished.set(None);
                vec![Follow::KeepRun, Follow::KeepUnfinished, Follow::AskToKeep, Follow::ScoreAnew]
            }
            Event::RunFailed { fault, .. } if fault.kind == FaultKind::Device => {
                vec![Follow::FallBack(fault)]
            }
            Event::RunFailed { run, fault } => {
                self.training.enter(run, Phase::Failed(fault));
                vec![]
            }
            Event::Scored { request, slot: slot @ Slot::Beside(number), scores, compared } => {
                self.close(request);
                self.comparison.scored(number, Scores { slot, scores, compared });
                self.comparison_landed(request)
            }
            Event::Scored { request, slot, scores, compared } => {
                self.close(request);
                self.scoring.scored(Scores { slot, scores, compared });
                self.score_landed(request)
            }
            Event::Superseded { request } => match self.close(request) {
                Some(Purpose::Fit) => self.fit_landed(request),
                Some(Purpose::Score) => self.score_landed(request),
                Some(Purpose::Compare) => self.comparison_landed(request),
                Some(
                    Purpose::Rank
                    | Purpose::Study
                    | Purpose::Order
                    | Purpose::Explain
                    | Purpose::Tokenise
                    | Purpose::Strips
                    | Purpose::Rows
                    | Purpose::ExportToKeep
                    | Purpose::ExportToSave(_)
                    | Purpose::ImportKept
                    | Purpose::ImportGiven
                    | Purpose::ImportBeside,
                )
                | None => vec![],
            },
            Event::Exported { request, slot, bytes } => match self.close(request) {
                Some(Purpose::ExportToKeep) => vec![Follow::Keep(slot, bytes)],
                Some(Purpose::ExportToSave(format)) => {
                    self.parcels.came();
                    vec![Follow::Save(format, bytes)]
                }
                Some(
                    Purpose::Fit
                    | Purpose::Rank
                    | Purpose::Study
                    | Purpose::Score
                    | Purpose::Order
                    | Purpose::Explain
                    | Purpose::Compare
                    | Purpose::Tokenise
                    | Purpose::Strips
                    | Purpose::Rows
                    | Purpose::ImportKept
                    | Purpose::ImportGiven
                    | Purpose::ImportBeside,
                )
                | None => vec![],
            },
            Event::Tokenised { request, ids } => {
                self.close(request);
                vec![Follow::Tokenised(request, Ok(ids))]
            }
            Event::Strips { request, strips } => {
                self.close(request);
                self.strips.came(request, strips);
                vec![]
            }
            Event::Ranked { request, rule, pairs, typical_gain } => {
                // What another rule than today's would ask is of no interest any more.
                let wanted =
                    self.close(request).is_some() && rule == self.settings.asking_rule.get_untracked();
                let ranking = Ranking { rule, pairs, typical_gain };
                self.workspace.ranked(Some(ranking).filter(|it| wanted && !it.pairs.is_empty()));
                vec![]
            }
            Event::Checked { slot } if slot == self.slot_in_view() => vec![Follow::Score],
            Event::Checked { .. } => vec![],
            Event::Failed { fault, .. } if self.engine.falls_with(&fault) => vec![Follow::FallBack(fault)],
            Event::Failed { request, fault } => self.failed(request, fault),
            Event::Ordered { request, slot, candidates } => {
                self.close(request);
                self.candidates.ordered(request, slot, candidates);
                vec![]
            }
            Event::Explained { request, insight } => {
                if insight == Insight::Done {
                    self.close(request);
                }
                self.why.explained(request, insight);
                vec![]
            }
            Event::RowsScored { request, rows } => {
                self.close(request);
                vec![Follow::RowsScored(request, Ok(rows))]
            }
            Event::Found { request, finding } => {
                if finding == Finding::Done {
                    self.close(request);
                }
                self.study.found(request, finding);
                vec![]
            }
        }
    }

    fn failed(&self, request: Option<RequestId>, fault: Fault) -> Vec<Follow> {
        let purpose = request.and_then(|request| self.close(request));
        match (request, purpose) {
            (Some(request), Some(Purpose::Fit)) => {
                self.engine.fit_failed(fault);
                self.fit_landed(request)
            }
            (Some(request), Some(Purpose::Score)) => {
                self.scoring.failed(fault);
                self.score_landed(request)
            }
            (Some(request), Some(Purpose::Order)) => {
                self.candidates.failed(request, fault);
                vec![]
            }
            (Some(request), Some(Purpose::Explain)) => {
                self.why.failed(request, fault);
                vec![]
            }
            // Without a model there is nothing to choose by, and chance goes on.
            (_, Some(Purpose::Rank)) => vec![],
            (_, Some(Purpose::Study)) => {
                self.study.failed();
                vec![]
            }
            (Some(request), Some(Purpose::Strips)) => {
                self.strips.failed(request, fault);
                vec![]
            }
            (Some(request), Some(Purpose::Tokenise)) => vec![Follow::Tokenised(request, Err(fault))],
            (Some(request), Some(Purpose::Compare)) => {
                self.comparison.clear();
                self.comparison_landed(request)
            }
            (Some(request), Some(Purpose::ImportBeside)) => {
                self.comparison.import_failed(request, fault);
                vec![]
            }
            (_, Some(Purpose::ImportKept | Purpose::ImportGiven)) => {
                self.models.refused(self.engine.trained.with_untracked(Option::is_some));
                self.notices.fault(fault);
                vec![]
            }
            (Some(request), Some(Purpose::Rows)) => vec![Follow::RowsScored(request, Err(fault))],
            (_, Some(Purpose::ExportToSave(_))) => {
                self.parcels.failed(fault);
                vec![]
            }
            (
                _,
                Some(
                    Purpose::Fit
                    | Purpose::Score
                    | Purpose::Order
                    | Purpose::Explain
                    | Purpose::Compare
                    | Purpose::Tokenise
                    | Purpose::Strips
                    | Purpose::Rows
                    | Purpose::ExportToKeep
                    | Purpose::ImportBeside,
                )
                | None,
            ) => {
                self.notices.fault(fault);
                vec![]
            }
        }
    }

    /// Imports are answered by the model itself, which does not name the request.
    fn import_arrived(&self) -> Vec<Follow> {
        let given = self.requests.try_update_value(Requests::close_imports);
        self.models.arrived();
        if given == Some(true) {
            self.settings.slot.set(None);
            self.notices.good("The model is loaded. Score and Evaluate now use it.");
        }
        vec![Follow::ScoreAnew, Follow::InUse]
    }

    /// The model in this slot is there, and all that it learned from.
    fn filing_goes_on(&self, slot: Slot) -> Vec<Follow> {
        if self.filing.waits_for(slot) { vec![Follow::GoOnFiling] } else { vec![] }
    }

    /// The model in this slot is another one than it was.
    fn filing_holds(&self, slot: Slot) -> Vec<Follow> {
        if self.filing.model_changes(slot) { vec![Follow::HoldFiling] } else { vec![] }
    }

    fn fit_landed(&self, request: RequestId) -> Vec<Follow> {
        let again = self.fits.try_update_value(|lane| lane.landed(request)).unwrap_or(false);
        if again || self.engine.fit_is_due() { vec![Follow::Fit] } else { vec![] }
    }

    fn score_landed(&self, request: RequestId) -> Vec<Follow> {
        let again = self.scores.try_update_value(|lane| lane.landed(request)).unwrap_or(false);
        self.scoring.pending.set(again);
        if again { vec![Follow::Score] } else { vec![] }
    }

    fn comparison_landed(&self, request: RequestId) -> Vec<Follow> {
        if self.comparison.landed(request) { vec![Follow::Compare] } else { vec![] }
    }

    fn close(&self, request: RequestId) -> Option<Purpose> {
        self.requests.try_update_value(|requests| requests.close(request)).flatten()
    }
}
