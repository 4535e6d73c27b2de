//! The training run on the screen: its phase, its newest step, its curves.

use leptos::prelude::*;

use crate::domain::device::Decision;
use crate::domain::run::{Ending, EpochReport, StepReport};
use crate::protocol::error::FaultKind;
use crate::protocol::{Fault, RunId};
use crate::ui::browser;

/// Where the run stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// There is none.
    #[default]
    Idle,
    /// It waits for the features of this many preferences.
    Preparing(u32),
    /// It goes on.
    Training,
    /// It is held.
    Paused,
    /// It has ended well.
    Done(Outcome),
    /// It has ended badly.
    Failed(Fault),
}

impl Phase {
    /// The value of `data-state`.
    pub fn word(&self) -> &'static str {
        match self {
            Phase::Idle => "idle",
            Phase::Preparing(_) => "preparing",
            Phase::Training => "training",
            Phase::Paused => "paused",
            Phase::Done(_) => "done",
            Phase::Failed(_) => "failed",
        }
    }

    /// Whether a run is under way.
    pub fn active(&self) -> bool {
        match self {
            Phase::Preparing(_) | Phase::Training | Phase::Paused => true,
            Phase::Idle | Phase::Done(_) | Phase::Failed(_) => false,
        }
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Why it ended.
    pub ending: Ending,
    /// Accuracy over the validation pairs, 0–1.
    pub validation_accuracy: Option<f32>,
    /// Seconds of training.
    pub seconds: f32,
}

/// How large a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Steps without early stopping.
    pub steps: u32,
    /// Preferences learned from.
    pub train: u32,
    /// Preferences held out.
    pub validation: u32,
}

/// The newest run.
#[derive(Clone, Copy)]
pub struct Training {
    /// Its name.
    pub run: RwSignal<Option<RunId>>,
    /// Where it stands.
    pub phase: RwSignal<Phase>,
    /// How large it is.
    pub sizes: RwSignal<Option<Sizes>>,
    /// Its newest step, repainted at most every [`PAINT_MS`].
    pub step: RwSignal<Option<StepReport>>,
    /// Every epoch so far.
    pub epochs: RwSignal<Vec<EpochReport>>,
    painted: StoredValue<f64>,
}

/// Steps come by the hundred a second; the eye needs ten.
const PAINT_MS: f64 = 100.0;

impl Default for Training {
    fn default() -> Self {
        Self {
            run: RwSignal::new(None),
            phase: RwSignal::new(Phase::Idle),
            sizes: RwSignal::new(None),
            step: RwSignal::new(None),
            epochs: RwSignal::new(vec![]),
            painted: StoredValue::new(0.0),
        }
    }
}

impl Training {
    /// A new run was asked for.
    pub fn asked(&self, run: RunId) {
        self.run.set(Some(run));
        self.phase.set(Phase::Preparing(0));
        self.sizes.set(None);
        self.step.set(None);
        self.epochs.set(vec![]);
    }

    pub(super) fn preparing(&self, run: RunId, waiting: u32) {
        self.enter(run, Phase::Preparing(waiting));
    }

    pub(super) fn started(&self, run: RunId, sizes: Sizes) {
        if self.is(run) {
            self.sizes.set(Some(sizes));
            self.phase.set(Phase::Training);
        }
    }

    pub(super) fn step(&self, run: RunId, report: StepReport) {
        let now = browser::clock_ms();
        let last = report.step >= report.steps;
        if self.is(run) && (last || now - self.painted.get_value() >= PAINT_MS) {
            self.painted.set_value(now);
            self.step.set(Some(report));
        }
    }

    pub(super) fn epoch(&self, run: RunId, report: EpochReport) {
        if self.is(run) {
            self.epochs.update(|epochs| epochs.push(report));
        }
    }

    pub(super) fn enter(&self, run: RunId, phase: Phase) {
        if self.is(run) {
            self.phase.set(phase);
        }
    }

    /// Another device runs now. A run does not survive that.
    pub(super) fn device_changed(&self, decision: &Decision) {
        if self.phase.with_untracked(Phase::active) {
            self.phase.set(Phase::Failed(Fault::new(
                FaultKind::Device,
                "The device changed, and the run ended with it.",
                format!("Start it again; it will run on {}.", decision.kind.name()),
            )));
        }
    }

    fn is(&self, run: RunId) -> bool {
        self.run.get_untracked() == Some(run)
    }
}
