//! What a closer look at the model has brought to light: what the page works out from the answers, what the engine
//! finds, and the runs that are kept for comparison.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;

use super::Counts;
use crate::domain::evaluation::calibrated::Calibrated;
use crate::domain::evaluation::duel::Duel;
use crate::domain::evaluation::evidence::Evidence;
use crate::domain::evaluation::finding::{Finding, LearningPoint};
use crate::domain::evaluation::headline::Measured;
use crate::domain::evaluation::instead::{ByLength, Following, Habit};
use crate::domain::evaluation::kept_run::KeptRun;
use crate::domain::evaluation::slices::Slice;
use crate::domain::evaluation::{Evaluation, Judged};
use crate::domain::pair::PairId;
use crate::protocol::RequestId;
use crate::protocol::event::ModelCard;

/// What the page has worked out, piece by piece. What is not worked out anew yet is of the model before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looked {
    /// The judged pairs with all that is known of them.
    pub evidence: Arc<Evidence>,
    /// The model's accuracy with both intervals.
    pub model: Option<Measured>,
    /// The longer response wins.
    pub longer: Option<Measured>,
    /// The model against it.
    pub against_longer: Option<Duel>,
    /// The left response wins.
    pub left: Option<Measured>,
    /// Calibration.
    pub calibrated: Option<Calibrated>,
    /// Accuracy by length.
    pub by_length: Option<ByLength>,
    /// Traits in the answers and in the model.
    pub following: Vec<Following>,
    /// The place on the screen.
    pub position: Option<Habit>,
    /// Slices.
    pub slices: Vec<Slice>,
}

/// The test sets as the model judges them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tested {
    /// One a preference.
    pub judged: Vec<Judged>,
    /// Pairs whose features are not there yet.
    pub waiting: u32,
}

/// Two runs compared: which, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The run.
    pub run: u32,
    /// Against the first of those chosen; `None` for that one itself, or where they share no pair.
    pub duel: Option<Duel>,
}

/// What the engine is asked to look at.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The model.
    pub card: Arc<ModelCard>,
    /// How many answers there are, to learn from and to test by.
    pub counts: Counts,
    /// Responses that the engine has read.
    pub read: u32,
}

/// A closer look.
#[derive(Clone, Copy)]
pub struct Study {
    /// What the page has worked out.
    pub looked: RwSignal<Looked>,
    /// The evaluation it was worked out from, by the answers that stood then.
    pub evaluation: RwSignal<Option<Arc<Evaluation>>>,
    /// What a bag of words says of each pair.
    pub words: RwSignal<Arc<HashMap<PairId, f32>>>,
    /// How often the bag of words is right.
    pub words_measured: RwSignal<Option<Measured>>,
    /// Accuracy by number of answers.
    pub curve: RwSignal<Vec<LearningPoint>>,
    /// The test sets.
    pub tested: RwSignal<Tested>,
    /// Whether the engine is still looking.
    pub under_way: RwSignal<bool>,
    /// Finished runs, newest last.
    pub runs: RwSignal<Vec<KeptRun>>,
    /// The runs that are compared, in the order they were chosen; `None` until the person chooses.
    pub chosen: RwSignal<Option<Vec<u32>>>,
    /// What came of it.
    pub compared: RwSignal<Vec<Compared>>,
    request: StoredValue<Option<RequestId>>,
    seen: StoredValue<Option<Subject>>,
    glance: StoredValue<u32>,
}

impl Default for Study {
    fn default() -> Self {
        Self {
            looked: RwSignal::new(Looked::default()),
            evaluation: RwSignal::new(None),
            words: RwSignal::new(Arc::default()),
            words_measured: RwSignal::new(None),
            curve: RwSignal::new(vec![]),
            tested: RwSignal::new(Tested::default()),
            under_way: RwSignal::new(false),
            runs: RwSignal::new(vec![]),
            chosen: RwSignal::new(None),
            compared: RwSignal::new(vec![]),
            request: StoredValue::new(None),
            seen: StoredValue::new(None),
            glance: StoredValue::new(0),
        }
    }
}

impl Study {
    /// The engine was asked of this; whatever it was asked before is of no more interest.
    pub fn asked(&self, request: RequestId, subject: Subject) {
        self.request.set_value(Some(request));
        self.seen.set_value(Some(subject));
        self.under_way.set(true);
    }

    /// Whether the engine has looked, or is looking, at just this, and a look now would show no more. What it has read
    /// since matters only if test pairs had to wait for it.
    pub fn knows(&self, subject: &Subject) -> bool {
        let waits = self.tested.with(|tested| tested.waiting > 0);
        self.seen.with_value(|seen| {
            seen.as_ref().is_some_and(|seen| {
                Arc::ptr_eq(&seen.card, &subject.card)
                    && seen.counts == subject.counts
                    && (!waits || seen.read == subject.read)
            })
        })
    }

    /// A new look of the page begins; says its number.
    pub fn glance(&self) -> u32 {
        self.glance
            .try_update_value(|number| {
                *number += 1;
                *number
            })
            .unwrap_or_default()
    }

    /// Whether the look of this number is the newest.
    pub fn is_newest(&self, glance: u32) -> bool {
        self.glance.try_with_value(|number| *number == glance).unwrap_or(false)
    }

    pub(super) fn found(&self, request: RequestId, finding: Finding) {
        if self.request.get_value() != Some(request) {
            return;
        }
        match finding {
            Finding::Words(margins) => self.words.set(Arc::new(margins.into_iter().collect())),
            Finding::Curve(points) => self.curve.set(points),
            Finding::Tests { judged, waiting } => self.tested.set(Tested { judged, waiting }),
            Finding::Done => self.under_way.set(false),
        }
    }

    /// The engine could not look: a model of tomorrow may be asked for again.
    pub(super) fn failed(&self) {
        self.engine_starts();
    }

    /// The engine is gone, and cannot answer.
    pub(super) fn engine_starts(&self) {
        self.request.set_value(None);
        self.seen.set_value(None);
        self.under_way.set(false);
    }

    /// Nothing is left to look at.
    pub fn forget(&self) {
        self.engine_starts();
        self.looked.set(Looked::default());
        self.evaluation.set(None);
        self.words.set(Arc::default());
        self.words_measured.set(None);
        self.curve.set(vec![]);
        self.tested.set(Tested::default());
        self.runs.set(vec![]);
        self.chosen.set(None);
        self.compared.set(vec![]);
    }

    /// The runs to compare: those chosen, else the newest two.
    pub fn to_compare(&self) -> Vec<u32> {
        self.chosen.get().unwrap_or_else(|| {
            self.runs.with(|runs| runs.iter().rev().take(2).rev().map(|run| run.run).collect())
        })
    }
}
