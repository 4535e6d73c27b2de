//! The models in their slots, and their way out into a file and back.

use super::{Studio, no_backbone};
use crate::engine::confidence::Confidence;
use crate::engine::ports::Host;
use crate::engine::scorer;
use crate::model::reward_model::RewardModel;
use crate::protocol::error::FaultKind;
use crate::protocol::event::ModelCard;
use crate::protocol::{Event, Fault, Slot};
use crate::train::laplace::Posterior;
use crate::weights::studio::{self as file, GoldenScore};

/// By these an export's reader can check itself: an everyday answer, one that asks back, an empty one, signs that
/// tokenizers trip over, and one that is longer than any recipe's input.
fn golden_texts() -> [(&'static str, String); 5] {
    [
        ("How do I reset my password?", "Open Settings, choose Account, then Reset password.".into()),
        ("Can you help me plan a party?", "I'd love to! How many guests, and what is your budget?".into()),
        ("Is it going to rain tomorrow?", String::new()),
        ("¿Qué tal?", "Très bien, merci — 很好 👩‍🚀!".into()),
        ("Tell me everything about tea.", "Tea is made of leaves, water and time. ".repeat(60)),
    ]
}

/// A model in a slot.
pub(super) struct Kept {
    pub(super) model: RewardModel,
    pub(super) card: ModelCard,
    pub(super) confidence: Option<Confidence>,
}

impl Kept {
    /// The model beside its posterior, where it has one.
    pub(super) fn with_posterior(&self) -> Option<(&RewardModel, &Posterior)> {
        Some((&self.model, self.confidence.as_ref()?.posterior(&self.model)?))
    }
}

impl<H: Host + 'static> Studio<H>
where
    H::Helper: 'static,
{
    pub(super) fn slot(&self, slot: Slot) -> Option<&Kept> {
        match slot {
            Slot::Living => self.living.as_ref(),
            Slot::Trained => self.trained.as_ref(),
            Slot::Beside(number) => self.beside.get(&number),
        }
    }

    /// The model in this slot, for somebody who wants to know how sure its scores are.
    pub(super) fn slot_to_score_with(&mut self, slot: Slot) -> Option<&Kept> {
        let kept = match slot {
            Slot::Living => self.living.as_mut(),
            Slot::Trained => self.trained.as_mut(),
            Slot::Beside(number) => self.beside.get_mut(&number),
        }?;
        if let Some(confidence) = &mut kept.confidence {
            confidence.want();
        }
        Some(kept)
    }

    /// Make a piece of a check that is wanted of a model; false where none is.
    pub(super) fn check(&mut self) -> bool {
        let slots = [(Slot::Living, &mut self.living), (Slot::Trained, &mut self.trained)];
        for (slot, kept) in slots {
            let Some(Kept { model, confidence: Some(confidence), .. }) = kept else { continue };
            if confidence.has_work() {
                if confidence.work(model) {
                    self.host.emit(Event::Checked { slot });
                }
                return true;
            }
        }
        false
    }

    pub(super) fn keep(&mut self, slot: Slot, mut kept: Kept) {
        if let Some(backbone) = &self.backbone {
            kept.card.backbone.clone_from(&backbone.card.id);
        }
        self.host.emit(Event::ModelReady { slot, card: Box::new(kept.card.clone()) });
        match slot {
            Slot::Living => self.living = Some(kept),
            Slot::Trained => self.trained = Some(kept),
            Slot::Beside(number) => {
                self.beside.insert(number, kept);
            }
        }
    }

    pub(super) fn forget(&mut self, slot: Slot) {
        match slot {
            Slot::Living => self.living = None,
            Slot::Trained => self.trained = None,
            Slot::Beside(number) => {
                self.beside.remove(&number);
            }
        }
    }

    pub(super) async fn export(&mut self, slot: Slot) -> Result<Vec<u8>, Fault> {
        let kept = self.slot(slot).ok_or_else(no_model)?;
        let (model, card) = (kept.model.clone(), kept.card.clone());
        let backbone = self.backbone.as_mut().ok_or_else(no_backbone)?;
        let mut golden = Vec::new();
        for (prompt, response) in golden_texts() {
            let read = scorer::read(backbone, &self.library, &model, prompt, std::slice::from_ref(&response))
                .await?;
            golden.extend(read.iter().map(|read| GoldenScore {
                prompt: prompt.into(),
                response: response.clone(),
                score: read.score(&model, None, 0.0).value,
            }));
        }
        file::write(&model, &card, &backbone.card, golden)
    }

    pub(super) fn import(&self, bytes: &[u8]) -> Result<Kept, Fault> {
        let backbone = self.backbone.as_ref().ok_or_else(no_backbone)?;
        let (model, card) = file::read(bytes, &backbone.card)?;
        Ok(Kept { model, card, confidence: None })
    }
}

pub(super) fn no_model() -> Fault {
    Fault::new(
        FaultKind::NoModel,
        "There is no model of that kind yet.",
        "Answer a few pairs, or train a model, or load one from a file.",
    )
}
