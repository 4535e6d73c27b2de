//! The training run on the screen: its phase, its newest step, its curves.

use leptos::prelude::*;

use super::Thinned;
use crate::domain::run::{Ending, EpochReport, StepReport, Unfinished};
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
    /// Its newest step, repainted at most every [`PAINT_MS`], like the curves.
    pub step: RwSignal<Option<StepReport>>,
    /// (step, loss of its batch), thinned.
    pub losses: RwSignal<Thinned<(f64, f64)>>,
    /// The epochs so far, thinned.
    pub epochs: RwSignal<Thinned<EpochReport>>,
    /// Responses that a model trained below the head has still to read before it is judged.
    pub reading: RwSignal<Option<u32>>,
    /// The run that can be gone on with: the one that goes on, or one that was left.
    pub unfinished: RwSignal<Option<Unfinished>>,
    /// Why the run had to begin anew, if it had to.
    pub begun_anew: RwSignal<Option<String>>,
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
            losses: RwSignal::new(Thinned::default()),
            epochs: RwSignal::new(Thinned::default()),
            reading: RwSignal::new(None),
            unfinished: RwSignal::new(None),
            begun_anew: RwSignal::new(None),
            painted: StoredValue::new(0.0),
        }
    }
}

impl Training {
    /// A new run was asked for; `begun_anew` says why, where it takes the place of one that was lost.
    pub fn asked(&self, run: RunId, begun_anew: Option<String>) {
        self.forget();
        self.run.set(Some(run));
        self.phase.set(Phase::Preparing(0));
        self.begun_anew.set(begun_anew);
    }

    /// The engine is gone: what was trained so far is lost, and the run waits for the next engine.
    pub(super) fn engine_starts(&self) {
        if self.phase.with_untracked(Phase::active) {
            self.sizes.set(None);
            self.phase.set(Phase::Preparing(0));
        }
    }

    /// The engine stopped, and the run with it.
    pub fn lost(&self, fault: Fault) {
        if self.phase.with_untracked(Phase::active) {
            self.phase.set(Phase::Failed(fault));
        }
    }

    /// Nothing of an earlier run is left.
    pub fn forget(&self) {
        self.run.set(None);
        self.phase.set(Phase::Idle);
        self.sizes.set(None);
        self.step.set(None);
        self.losses.set(Thinned::default());
        self.epochs.set(Thinned::default());
        self.reading.set(None);
        self.begun_anew.set(None);
    }

    pub(super) fn started(&self, run: RunId, sizes: Sizes) {
        if self.is(run) {
            self.sizes.set(Some(sizes));
            self.phase.set(Phase::Training);
        }
    }

    pub(super) fn step(&self, run: RunId, report: StepReport) {
        if self.is(run) {
            let point = (f64::from(report.step), f64::from(report.loss));
            self.losses.update_untracked(|losses| losses.push(point));
            self.step.update_untracked(|step| *step = Some(report));
            self.paint_if_due();
        }
    }

    pub(super) fn epoch(&self, run: RunId, report: EpochReport) {
        if self.is(run) {
            self.epochs.update_untracked(|epochs| epochs.push(report));
            self.paint_if_due();
        }
    }

    /// Says whether it is the run on the screen.
    pub(super) fn saved(&self, run: RunId, step: u32, steps: u32) -> bool {
        if self.is(run) {
            self.unfinished.set(Some(Unfinished { run: run.0, step, steps }));
        }
        self.is(run)
    }

    pub(super) fn reads(&self, run: RunId, left: u32) {
        if self.is(run) {
            self.reading.set(Some(left));
        }
    }

    pub(super) fn enter(&self, run: RunId, phase: Phase) {
        if self.is(run) {
            self.phase.set(phase);
            self.paint();
        }
    }

    /// Whether training below the head has come to nothing: no epoch was better on held-out pairs than the start.
    pub fn start_was_best(&self) -> bool {
        self.epochs.with(|epochs| {
            let loss = |epoch: &EpochReport| epoch.validation_loss;
            let mut all = epochs.iter();
            let start = all.next().filter(|first| first.epoch == 0).and_then(loss);
            start.is_some_and(|start| all.filter_map(loss).all(|later| later >= start))
        })
    }

    fn paint_if_due(&self) {
        if browser::clock_ms() - self.painted.get_value() >= PAINT_MS {
            self.paint();
        }
    }

    fn paint(&self) {
        self.painted.set_value(browser::clock_ms());
        self.step.notify();
        self.losses.notify();
        self.epochs.notify();
    }

    fn is(&self, run: RunId) -> bool {
        self.run.get_untracked() == Some(run)
    }
}
