//! The engine as the page sees it: device, backbone, features, and the two models.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::backbone::BackboneCard;
use crate::domain::device::{Decision, DeviceKind};
use crate::domain::evaluation::{Evaluation, HeldOut};
use crate::domain::recipe::Recipe;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::protocol::event::{ModelCard, Origin, Preparation};
use crate::ui::browser;

/// Where the backbone stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Backbone {
    /// Nothing was heard yet.
    #[default]
    Waiting,
    /// Bytes are coming.
    Loading(Load),
    /// It is there.
    Ready {
        /// Whence.
        origin: Origin,
        /// Blocks held in memory.
        layers: u8,
        /// Tensors of its files that are not used, by name.
        unused: Vec<String>,
        /// Of conversations, what its chat template cannot write as messages.
        refused: Option<String>,
        /// Whether its files have a pooler.
        pooler: bool,
        /// How the model that came with it reads, if one did.
        brought: Option<Recipe>,
    },
    /// It could not be had.
    Failed(Fault),
}

/// Bytes so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Got.
    pub got: u64,
    /// In all.
    pub total: u64,
    /// Whence.
    pub origin: Origin,
    /// Bytes a second since the first.
    pub rate: f64,
}

/// What the newest exact fit took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitNote {
    /// Milliseconds for the weights.
    pub fit_ms: f32,
    /// Milliseconds for the cross-validation.
    pub judge_ms: f32,
    /// Preferences left out, for want of features.
    pub waiting: u32,
}

/// One point of "held-out accuracy by number of answers".
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Preferences that were learned from or held out.
    pub answers: u32,
    /// 0–1.
    pub accuracy: f64,
}

/// The engine's side of the state.
#[derive(Clone, Copy)]
pub struct Engine {
    /// The backbones that can be had.
    pub cards: RwSignal<Vec<BackboneCard>>,
    /// The device that runs, and why; `None` while one is starting.
    pub device: RwSignal<Option<Decision>>,
    /// Why no engine runs any more; `None` while one runs or starts.
    pub stopped: RwSignal<Option<Fault>>,
    /// The backbone.
    pub backbone: RwSignal<Backbone>,
    /// Features of the known pairs.
    pub preparation: RwSignal<Preparation>,
    /// The model that follows every answer.
    pub living: RwSignal<Option<Arc<ModelCard>>>,
    /// The model that was trained or uploaded.
    pub trained: RwSignal<Option<Arc<ModelCard>>>,
    /// Kept models that the engine holds beside, by number.
    pub beside: RwSignal<BTreeMap<u32, Arc<ModelCard>>>,
    /// The newest exact fit.
    pub fit: RwSignal<Option<FitNote>>,
    /// Why the newest exact fit was not possible.
    pub trouble: RwSignal<Option<Fault>>,
    /// The living model's accuracy by number of answers, in rising order.
    pub curve: RwSignal<Vec<CurvePoint>>,
    /// By how much the newest answer alone moved that accuracy.
    pub change: RwSignal<Option<f64>>,
    began: StoredValue<Option<(f64, u64)>>,
    fitted_at: StoredValue<f64>,
    done_when_asked: StoredValue<Option<u32>>,
    newest: StoredValue<Option<CurvePoint>>,
}

/// Below this many held-out preferences no share and no interval says anything worth reading.
pub const ENOUGH_TO_JUDGE: usize = 5;

/// While features come in, the living model is made anew this often.
const REFIT_MS: f64 = 1_500.0;

impl Default for Engine {
    fn default() -> Self {
        Self {
            cards: RwSignal::new(vec![]),
            device: RwSignal::new(None),
            stopped: RwSignal::new(None),
            backbone: RwSignal::new(Backbone::Waiting),
            preparation: RwSignal::new(Preparation::default()),
            living: RwSignal::new(None),
            trained: RwSignal::new(None),
            beside: RwSignal::new(BTreeMap::new()),
            fit: RwSignal::new(None),
            trouble: RwSignal::new(None),
            curve: RwSignal::new(vec![]),
            change: RwSignal::new(None),
            began: StoredValue::new(None),
            fitted_at: StoredValue::new(0.0),
            done_when_asked: StoredValue::new(None),
            newest: StoredValue::new(None),
        }
    }
}

impl Engine {
    /// No engine runs any more.
    pub fn stopped(&self, fault: Fault) {
        self.device.set(None);
        self.backbone.set(Backbone::Waiting);
        self.stopped.set(Some(fault));
    }

    /// There is nothing left to learn from.
    pub fn forget_living(&self) {
        self.living.set(None);
        self.fit.set(None);
        self.trouble.set(None);
        self.curve.set(vec![]);
        self.change.set(None);
    }

    /// The recipe has changed: what was measured with the old one says nothing of the new.
    pub fn features_are_stale(&self) {
        self.fit.set(None);
        self.curve.set(vec![]);
        self.change.set(None);
        self.preparation.set(Preparation::default());
    }

    /// An exact fit is on its way to the engine.
    pub fn fit_asked(&self) {
        self.done_when_asked.set_value(Some(self.preparation.with_untracked(|preparation| preparation.done)));
    }

    /// Whether this fault takes the engine with it. On the CPU, once it runs, only helpers are lost, and it goes on.
    pub(super) fn falls_with(&self, fault: &Fault) -> bool {
        let on_cpu = |device: &Decision| device.kind != DeviceKind::WebGpu;
        fault.kind == FaultKind::Device
            && !self.device.with_untracked(|device| device.as_ref().is_some_and(on_cpu))
    }

    /// The living model's evaluation, once there is enough of it to be worth a look.
    pub fn judgement(&self) -> Option<Evaluation> {
        self.living.with(|card| card.as_ref().and_then(|card| enough(card)).cloned())
    }

    pub(super) fn starting(&self) {
        self.device.set(None);
        self.stopped.set(None);
        self.beside.update(BTreeMap::clear);
        self.backbone.set(Backbone::Waiting);
        self.preparation.set(Preparation::default());
        self.began.set_value(None);
        self.done_when_asked.set_value(None);
    }

    pub(super) fn backbone_progress(&self, got: u64, total: u64, origin: Origin) {
        let now = browser::clock_ms();
        if self.began.with_value(|began| began.is_none_or(|(_, from)| from > got)) {
            self.began.set_value(Some((now, got)));
        }
        let (since, from) = self.began.get_value().unwrap_or((now, got));
        let seconds = (now - since) / 1000.0;
        let rate = if seconds > 0.2 { (got - from) as f64 / seconds } else { 0.0 };
        self.backbone.set(Backbone::Loading(Load { got, total, origin, rate }));
    }

    /// A fit has ended; the model it gave, if it gave one, has come before.
    pub(super) fn fitted(&self, note: FitNote) {
        self.fitted_at.set_value(browser::clock_ms());
        self.fit.set(Some(note));
        self.trouble.set(None);
        let newest = self.newest.try_update_value(Option::take).flatten();
        // A fit that lacks features says nothing of how many answers it takes.
        if let Some(newest) = newest.filter(|_| note.waiting == 0) {
            self.draw(newest);
        }
    }

    fn draw(&self, newest: CurvePoint) {
        let before = self.curve.with_untracked(|curve| curve.last().copied());
        if let Some(before) = before.filter(|before| before.answers != newest.answers) {
            // What an import of many has moved is not the doing of one answer.
            let by_one = before.answers.abs_diff(newest.answers) == 1;
            self.change.set(by_one.then_some(newest.accuracy - before.accuracy));
        }
        self.curve.update(|curve| {
            // After an undo the curve goes back with the answers.
            curve.retain(|point| point.answers < newest.answers);
            curve.push(newest);
        });
    }

    pub(super) fn fit_failed(&self, fault: Fault) {
        self.fitted_at.set_value(browser::clock_ms());
        if fault.kind == FaultKind::Data {
            // The answers no longer carry a model (after an undo): the old one would be of other answers.
            self.living.set(None);
        }
        self.trouble.set(Some(fault));
    }

    pub(super) fn living_is(&self, card: Arc<ModelCard>) {
        self.newest.set_value(enough(&card).and_then(|evaluation| {
            let answers = match evaluation.held_out {
                HeldOut::CrossValidation(_) => evaluation.learned_from,
                HeldOut::Split => evaluation.learned_from + evaluation.judged.len() as u32,
            };
            Some(CurvePoint { answers, accuracy: evaluation.accuracy()? })
        }));
        self.living.set(Some(card));
    }

    /// Whether answers wait for features, and some have come since the newest fit was asked for.
    pub(super) fn fit_is_due(&self) -> bool {
        let Preparation { done, total, .. } = self.preparation.get_untracked();
        let waiting = self.fit.with_untracked(|fit| fit.is_none_or(|fit| fit.waiting > 0));
        let rested = browser::clock_ms() - self.fitted_at.get_value() >= REFIT_MS;
        let more = self.done_when_asked.get_value().is_none_or(|asked| asked != done);
        total > 0 && waiting && more && (done == total || rested)
    }
}

fn enough(card: &ModelCard) -> Option<&Evaluation> {
    card.evaluation.as_ref().filter(|evaluation| evaluation.judged.len() >= ENOUGH_TO_JUDGE)
}
