//! What the page knows, as signals; and [`State::apply`], the only place where an event becomes state.
//!
//! Must not send, store or fetch: what has to follow from an event is said in a [`Follow`], and
//! done by the actions.

mod adding;
mod candidates;
mod comparison;
mod counts;
mod draft;
mod engine;
mod export;
mod filing;
mod follow;
mod intake;
mod lane;
mod look;
mod models;
mod notices;
mod parcels;
mod question;
mod requests;
mod score_part;
mod scoring;
mod settings;
mod study;
mod sweeping;
mod table;
mod thinned;
mod training;
mod unsaved;
mod why;
mod workspace;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use leptos::prelude::*;

pub use adding::{Adding, KeptBytes, Offer, Stage as AddingStage};
pub use candidates::{Candidates, NINETEEN_IN_TWENTY, Order, Placed, split};
pub use comparison::{Comparison, Held, Holding, agreement, preferred};
pub use counts::Counts;
pub use draft::Draft;
pub use engine::{Backbone, CurvePoint, ENOUGH_TO_JUDGE, Engine, FitNote, Load};
pub use export::Export;
pub use filing::{Filing, Progress, Stage};
pub use follow::Follow;
pub use intake::{AfterHalt, FileReport, GivenFile, Inspection, Intake, Reading};
pub use lane::Lane;
pub use look::{Look, Switch};
pub use models::{Models, Needs, needs};
pub use notices::{Mend, Notice, Notices, Tone};
pub use parcels::Parcels;
pub use question::{Reason, Shown, Wish};
pub use requests::{Purpose, Requests};
pub use score_part::ScorePart;
pub use scoring::{Scores, Scoring};
pub use settings::{Settings, Tab, Theme};
pub use study::{Compared, Looked, Study, Subject, Tested};
pub use sweeping::Sweeping;
pub use table::Table;
pub use thinned::Thinned;
pub use training::{Outcome, Phase, Sizes, Training};
pub use unsaved::Unsaved;
pub use why::{Tokens, Told, Why};
pub use workspace::{Errand, Loading, Workspace};

use crate::domain::evaluation::finding::Finding;
use crate::domain::query::choosing::Ranking;
use crate::protocol::error::FaultKind;
use crate::protocol::event::MadeBy;
use crate::protocol::scoring::Insight;
use crate::protocol::{Event, Fault, RequestId, Slot};

/// Everything the page knows. Copies share the same signals.
#[derive(Clone, Copy)]
pub struct State {
    /// Pairs and answers.
    pub workspace: Workspace,
    /// What is being said of the pair on the screen.
    pub draft: Draft,
    /// What file imports have brought.
    pub intake: Intake,
    /// Data on their way out.
    pub export: Export,
    /// The model on its way out.
    pub parcels: Parcels,
    /// The table of all pairs.
    pub table: Table,
    /// Device, backbone, features and models.
    pub engine: Engine,
    /// The training run.
    pub training: Training,
    /// A closer look at the model.
    pub study: Study,
    /// What is being scored.
    pub scoring: Scoring,
    /// The models that are kept.
    pub models: Models,
    /// Kept models side by side.
    pub comparison: Comparison,
    /// A backbone of one's own on its way in.
    pub adding: Adding,
    /// Why it scores as it does.
    pub why: Why,
    /// What is being put in order.
    pub candidates: Candidates,
    /// A file that is being scored.
    pub filing: Filing,
    /// What the person has set, and the browser keeps.
    pub settings: Settings,
    /// What the person is to be told in passing.
    pub notices: Notices,
    /// Whether the help is open.
    pub help: RwSignal<bool>,
    /// Exact fits: one under way, the newest wins.
    pub fits: StoredValue<Lane>,
    /// Scores: one under way, the newest wins.
    pub scores: StoredValue<Lane>,
    requests: StoredValue<Requests>,
}

impl Default for State {
    fn default() -> Self {
        let settings = Settings::default();
        Self {
            workspace: Workspace::new(&settings),
            draft: Draft::default(),
            intake: Intake::default(),
            export: Export::default(),
            parcels: Parcels::default(),
            table: Table::default(),
            engine: Engine::default(),
            training: Training::default(),
            study: Study::default(),
            scoring: Scoring::default(),
            adding: Adding::default(),
            why: Why::default(),
            candidates: Candidates::default(),
            models: Models::default(),
            comparison: Comparison::default(),
            filing: Filing::default(),
            settings,
            notices: Notices::default(),
            help: RwSignal::new(false),
            fits: StoredValue::new(Lane::default()),
            scores: StoredValue::new(Lane::default()),
            requests: StoredValue::new(Requests::default()),
        }
    }
}

impl State {
    /// A new request's id, with what its answer will be for.
    pub fn ask(&self, purpose: Purpose) -> RequestId {
        self.requests.try_update_value(|requests| requests.ask(purpose)).unwrap_or_default()
    }

    /// A new engine is being started: whatever the old one was asked will never be answered.
    pub fn engine_starts(&self) {
        self.fits.update_value(Lane::reset);
        self.scores.update_value(Lane::reset);
        self.requests.update_value(Requests::forget);
        self.parcels.engine_gone();
        self.scoring.pending.set(false);
        self.why.engine_starts();
        self.candidates.engine_starts();
        self.training.engine_starts();
        self.study.engine_starts();
        self.comparison.engine_starts();
        self.filing.engine_starts();
        self.engine.starting();
    }

    /// The model that the views show: the one asked for where there is one, else the trained, else the living.
    pub fn slot_in_view(&self) -> Slot {
        let (living, trained) =
            (self.engine.living.with(Option::is_some), self.engine.trained.with(Option::is_some));
        match (self.settings.slot.get(), living, trained) {
            (Some(Slot::Living), true, _) | (_, _, false) => Slot::Living,
            (Some(Slot::Living), false, true) | (Some(Slot::Trained | Slot::Beside(_)) | None, _, true) => {
                Slot::Trained
            }
        }
    }

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
            Event::BackboneReady { origin, layers, unused, .. } => {
                self.engine.backbone.set(Backbone::Ready { origin, layers, unused });
                vec![Follow::Restore, Follow::Fit]
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
                    MadeBy::Descent(_) | MadeBy::ExactFit(_) => {
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
                vec![Follow::KeepRun, Follow::AskToKeep, Follow::ScoreAnew]
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
