//! What the page knows, as signals. Events become state in `state/apply.rs`, and nowhere else.
//!
//! Must not send, store or fetch: that is the actions' part.

mod adding;
mod apply;
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
mod strips;
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

use leptos::prelude::*;

pub use adding::{Adding, KeptBytes, Offer, Stage as AddingStage};
pub use candidates::{Candidates, NINETEEN_IN_TWENTY, Order, Placed};
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
pub use strips::Strips;
pub use study::{Compared, Looked, Study, Subject, Tested};
pub use sweeping::Sweeping;
pub use table::Table;
pub use thinned::Thinned;
pub use training::{Outcome, Phase, Sizes, Training};
pub use unsaved::Unsaved;
pub use why::{Tokens, Told, Why};
pub use workspace::{Errand, Loading, Workspace};

use crate::domain::backbone::BackboneCard;
use crate::protocol::{RequestId, Slot};

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
    /// How the opened pair is read.
    pub strips: Strips,
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
            strips: Strips::default(),
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

    /// The backbone that is chosen, once the list of them is read.
    pub fn chosen_backbone(&self) -> Option<BackboneCard> {
        let chosen = self.settings.backbone.get();
        self.engine.cards.with(|cards| cards.iter().find(|card| card.id == chosen).cloned())
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
}
