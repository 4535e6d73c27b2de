//! What the page knows, as signals; and [`State::apply`], the only place where an event becomes state.
//!
//! Must not send, store or fetch: what has to follow from an event is said in a [`Follow`], and
//! done by the actions.

mod engine;
mod intake;
mod lane;
mod notices;
mod scoring;
mod settings;
mod training;
mod workspace;

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;

pub use engine::{Backbone, CurvePoint, Engine, FitNote, Load};
pub use intake::{FileReport, Intake};
pub use lane::Lane;
pub use notices::{Notice, Notices, Tone};
pub use scoring::Scoring;
pub use settings::{Settings, Tab, Theme};
pub use training::{Outcome, Phase, Sizes, Training};
pub use workspace::{Counts, Shown, Workspace};

use crate::protocol::error::FaultKind;
use crate::protocol::{Event, Fault, RequestId, Slot};

/// Everything the page knows. Copies share the same signals.
#[derive(Clone, Copy)]
pub struct State {
    /// Pairs and answers.
    pub workspace: Workspace,
    /// What file imports have brought.
    pub intake: Intake,
    /// Device, backbone, features and models.
    pub engine: Engine,
    /// The training run.
    pub training: Training,
    /// What is being scored.
    pub scoring: Scoring,
    /// What the person has set, and the browser keeps.
    pub settings: Settings,
    /// What the person is to be told in passing.
    pub notices: Notices,
    /// Exact fits: one under way, the newest wins.
    pub fits: StoredValue<Lane>,
    /// Scores: one under way, the newest wins.
    pub scores: StoredValue<Lane>,
    requests: StoredValue<Requests>,
}

/// Why a request was made: what its answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To follow the newest answers.
    Fit,
    /// To show a score.
    Score,
    /// To keep the trained model for the next visit.
    ExportToKeep,
    /// To give the model to the person.
    ExportToSave,
    /// To bring back the model of the last visit.
    ImportKept,
    /// To take the model that the person gave.
    ImportGiven,
}

/// What has to be done because of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Follow {
    /// The living model is behind the answers.
    Fit,
    /// What the scores show is behind what was typed, or the model is new.
    Score,
    /// Bring back the trained model of the last visit.
    Restore,
    /// The trained model is new: ask for its file, to keep it.
    AskToKeep,
    /// Keep this model file for the next visit.
    Keep(Vec<u8>),
    /// Give this model file to the person.
    Save(Vec<u8>),
    /// Keep the accuracy curve for the next visit.
    KeepCurve,
}

#[derive(Default)]
struct Requests {
    last: u32,
    open: HashMap<RequestId, Purpose>,
}

impl Default for State {
    fn default() -> Self {
        let settings = Settings::default();
        Self {
            workspace: Workspace::new(settings.seed),
            intake: Intake::default(),
            engine: Engine::default(),
            training: Training::default(),
            scoring: Scoring::default(),
            settings,
            notices: Notices::default(),
            fits: StoredValue::new(Lane::default()),
            scores: StoredValue::new(Lane::default()),
            requests: StoredValue::new(Requests::default()),
        }
    }
}

impl State {
    /// A new request's id, with what its answer will be for.
    pub fn ask(&self, purpose: Purpose) -> RequestId {
        self.requests
            .try_update_value(|requests| {
                requests.last += 1;
                requests.open.insert(RequestId(requests.last), purpose);
                RequestId(requests.last)
            })
            .unwrap_or_default()
    }

    /// The model that the views show: the one asked for where there is one, else whichever there is.
    pub fn slot_in_view(&self) -> Slot {
        let (living, trained) =
            (self.engine.living.with(Option::is_some), self.engine.trained.with(Option::is_some));
        match (self.settings.slot.get(), living, trained) {
            (Slot::Trained, true, false) => Slot::Living,
            (Slot::Living, false, true) => Slot::Trained,
            (asked, _, _) => asked,
        }
    }

    /// Take in one event. What it makes necessary is returned, in order.
    pub fn apply(&self, event: Event) -> Vec<Follow> {
        match event {
            Event::Hello { .. } => vec![],
            Event::DeviceReady(decision) => {
                self.fits.update_value(Lane::reset);
                self.scores.update_value(Lane::reset);
                self.training.device_changed(&decision);
                self.engine.device.set(Some(decision));
                self.engine.device_trouble.set(None);
                vec![]
            }
            Event::BackboneProgress { got, total, origin } => {
                self.engine.backbone_progress(got, total, origin);
                vec![]
            }
            Event::BackboneReady { origin, layers, .. } => {
                self.engine.backbone.set(Backbone::Ready { origin, layers });
                vec![Follow::Restore, Follow::Fit]
            }
            Event::BackboneFailed(fault) => {
                self.engine.backbone.set(Backbone::Failed(fault));
                vec![]
            }
            Event::Preparing(preparation) => {
                self.engine.preparation.set(preparation);
                if self.engine.fit_is_due() { vec![Follow::Fit] } else { vec![] }
            }
            Event::Fitted { request, fit_ms, judge_ms, waiting } => {
                self.close(request);
                self.engine.fitted(FitNote { fit_ms, judge_ms, waiting });
                self.fit_landed(request)
            }
            Event::ModelReady { slot: Slot::Living, card } => {
                self.engine.living_is(Arc::from(card));
                vec![Follow::KeepCurve, Follow::Score]
            }
            Event::ModelReady { slot: Slot::Trained, card } => {
                self.engine.trained.set(Some(Arc::from(card)));
                self.trained_arrived()
            }
            Event::RunPreparing { run, waiting } => {
                self.training.preparing(run, waiting);
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
                self.training.enter(run, Phase::Training);
                vec![]
            }
            Event::RunDone { run, ending, validation_accuracy, seconds } => {
                self.training.enter(run, Phase::Done(Outcome { ending, validation_accuracy, seconds }));
                self.settings.slot.set(Slot::Trained);
                vec![Follow::AskToKeep, Follow::Score]
            }
            Event::RunFailed { run, fault } => {
                self.training.enter(run, Phase::Failed(fault));
                vec![]
            }
            Event::Scored { request, slot, scores } => {
                self.close(request);
                self.scoring.scored(slot, scores);
                self.score_landed(request)
            }
            Event::Superseded { request } => {
                self.close(request);
                self.score_landed(request)
            }
            Event::Exported { request, slot: _, bytes } => match self.close(request) {
                Some(Purpose::ExportToKeep) => vec![Follow::Keep(bytes)],
                Some(Purpose::ExportToSave) => vec![Follow::Save(bytes)],
                Some(Purpose::Fit | Purpose::Score | Purpose::ImportKept | Purpose::ImportGiven) | None => {
                    vec![]
                }
            },
            Event::Failed { request, fault } => self.failed(request, fault),
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
            (
                _,
                Some(
                    Purpose::Fit
                    | Purpose::Score
                    | Purpose::ExportToKeep
                    | Purpose::ExportToSave
                    | Purpose::ImportKept
                    | Purpose::ImportGiven,
                )
                | None,
            ) => {
                if fault.kind == FaultKind::Device {
                    self.engine.device.set(None);
                    self.engine.device_trouble.set(Some(fault.clone()));
                }
                self.notices.fault(fault);
                vec![]
            }
        }
    }

    /// Imports are answered by the model itself, which does not name the request.
    fn trained_arrived(&self) -> Vec<Follow> {
        let given = self.requests.try_update_value(|requests| {
            let given = requests.open.values().any(|purpose| *purpose == Purpose::ImportGiven);
            requests.open.retain(|_, purpose| !matches!(purpose, Purpose::ImportGiven | Purpose::ImportKept));
            given
        });
        if given == Some(true) {
            self.settings.slot.set(Slot::Trained);
            self.notices.good("The model is loaded. Score and Evaluate now use it.");
            vec![Follow::Score, Follow::AskToKeep]
        } else {
            vec![Follow::Score]
        }
    }

    fn fit_landed(&self, request: RequestId) -> Vec<Follow> {
        let again = self.fits.try_update_value(|lane| lane.landed(request)).unwrap_or(false);
        if again { vec![Follow::Fit] } else { vec![] }
    }

    fn score_landed(&self, request: RequestId) -> Vec<Follow> {
        let again = self.scores.try_update_value(|lane| lane.landed(request)).unwrap_or(false);
        if again { vec![Follow::Score] } else { vec![] }
    }

    fn close(&self, request: RequestId) -> Option<Purpose> {
        self.requests.try_update_value(|requests| requests.open.remove(&request)).flatten()
    }
}
