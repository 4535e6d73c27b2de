//! The models in their slots, and what each says of a text.

use std::collections::BTreeMap;

use super::confidence::{self, Confidence};
use super::library::Library;
use super::reading::Read;
use super::standing::Standings;
use crate::domain::run::RunLog;
use crate::model::reward_model::{Pooled, RewardModel};
use crate::protocol::error::FaultKind;
use crate::protocol::event::ModelCard;
use crate::protocol::scoring::{Compared, Score};
use crate::protocol::{Fault, Slot};
use crate::train::laplace::Posterior;

/// A model, with what is known of it.
pub struct Kept {
    /// The model.
    pub model: RewardModel,
    /// What it is.
    pub card: ModelCard,
    /// How far it is to be believed; `None` of a model that came from a file.
    pub confidence: Option<Confidence>,
    /// The run that it is of, where that was in this engine's life.
    pub log: Option<RunLog>,
    standings: Standings,
    /// No other model has had this number.
    number: u64,
}

impl Kept {
    /// A model that nobody has scored with.
    pub fn new(model: RewardModel, card: ModelCard, confidence: Option<Confidence>) -> Self {
        Self { model, card, confidence, log: None, standings: Standings::default(), number: 0 }
    }

    /// The same model with the log of its run.
    pub fn logged(self, log: RunLog) -> Self {
        Self { log: Some(log), ..self }
    }

    /// By which it is told from all others that were ever kept.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The model beside its posterior, where it has one.
    pub fn with_posterior(&self) -> Option<(&RewardModel, &Posterior)> {
        Some((&self.model, self.confidence.as_ref()?.posterior(&self.model)?))
    }

    /// What it says of a response that was read by its recipe `ms` milliseconds after it was asked to be.
    pub fn score(&mut self, library: &Library, read: &Read, ms: f64) -> Score {
        let Read { pooled, cut_tokens, .. } = read;
        let (value, length_part) = self.model.score(pooled);
        Score {
            value,
            length_part,
            response_tokens: pooled.tokens,
            cut_tokens: *cut_tokens,
            ms: ms as f32,
            doubt: self.confidence.as_ref().and_then(|it| it.of_score(&self.model, pooled)),
            standing: self.standings.of(library, &self.model, pooled, value),
        }
    }

    /// Two responses to one prompt, compared.
    pub fn compare(&self, first: &Pooled, second: &Pooled) -> Compared {
        confidence::compare(&self.model, self.confidence.as_ref(), first, second)
    }
}

/// All models of an engine.
#[derive(Default)]
pub struct Models {
    kept: BTreeMap<Slot, Kept>,
    count: u64,
}

impl Models {
    /// The model in this slot.
    pub fn get(&self, slot: Slot) -> Option<&Kept> {
        self.kept.get(&slot)
    }

    /// The model in this slot, for somebody who wants to know how sure its scores are.
    pub fn wanted_for_scores(&mut self, slot: Slot) -> Option<&mut Kept> {
        let kept = self.kept.get_mut(&slot)?;
        if let Some(confidence) = &mut kept.confidence {
            confidence.want();
        }
        Some(kept)
    }

    /// Put a model into a slot.
    pub fn keep(&mut self, slot: Slot, mut kept: Kept) {
        self.count += 1;
        kept.number = self.count;
        self.kept.insert(slot, kept);
    }

    /// Let go of the model in a slot.
    pub fn forget(&mut self, slot: Slot) {
        self.kept.remove(&slot);
    }

    /// The changes of the backbone that models need.
    pub fn changes(&self) -> Vec<&str> {
        self.kept.values().filter_map(|kept| kept.model.recipe.tuned.as_deref()).collect()
    }

    /// The recipes of the models, as `Recipe::pooled_key` has them.
    pub fn recipes(&self) -> Vec<String> {
        self.kept.values().map(|kept| kept.model.recipe.pooled_key()).collect()
    }

    /// Make a piece of a check that is wanted of a model. `None` where none is; else whose it was, and whether it was
    /// the last piece.
    pub fn check(&mut self) -> Option<(Slot, bool)> {
        self.kept.iter_mut().find_map(|(slot, kept)| {
            let confidence = kept.confidence.as_mut().filter(|confidence| confidence.has_work())?;
            Some((*slot, confidence.work(&kept.model)))
        })
    }
}

/// What the page is told of a slot that is empty.
pub fn no_model() -> Fault {
    Fault::new(
        FaultKind::NoModel,
        "There is no model of that kind yet.",
        "Answer a few pairs, or train a model, or load one from a file.",
    )
}
