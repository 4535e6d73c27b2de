//! Models come into their slots and go, and find their way into a file and back.

use super::{Studio, no_backbone};
use crate::engine::models::{Kept, no_model};
use crate::engine::ports::Host;
use crate::engine::reading::{Reading, Text};
use crate::protocol::error::FaultKind;
use crate::protocol::{Event, Fault, Slot};
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

impl<H: Host + 'static> Studio<H>
where
    H::Helper: 'static,
{
    /// Make a piece of a check that is wanted of a model; false where none is.
    pub(super) fn check(&mut self) -> bool {
        let Some((slot, is_complete)) = self.models.check() else { return false };
        if is_complete {
            self.host.emit(Event::Checked { slot });
        }
        true
    }

    pub(super) fn keep(&mut self, slot: Slot, mut kept: Kept) {
        if let Some(backbone) = &self.backbone {
            kept.card.backbone.clone_from(&backbone.card.id);
        }
        self.host.emit(Event::ModelReady { slot, card: Box::new(kept.card.clone()) });
        self.models.keep(slot, kept);
    }

    pub(super) async fn export(&mut self, slot: Slot) -> Result<Vec<u8>, Fault> {
        let Kept { model, card, .. } = self.models.get(slot).ok_or_else(no_model)?;
        let backbone = self.backbone.as_mut().ok_or_else(no_backbone)?;
        let golden = golden_texts();
        let texts: Vec<Text> =
            golden.iter().map(|(prompt, response)| ((*prompt).into(), response.as_str().into())).collect();
        let mut reading = Reading::new(&model.recipe, texts);
        while reading.step(backbone, &self.library, &self.recent).await? {}
        let scored = golden.into_iter().zip(reading.found()).map(|((prompt, response), read)| {
            let score = model.score(&read?.pooled).0;
            Ok(GoldenScore { prompt: prompt.into(), response, score })
        });
        let golden = scored.collect::<Result<Vec<GoldenScore>, Fault>>()?;
        file::write(model, card, &backbone.card, golden)
    }

    pub(super) fn import(&mut self, slot: Slot, bytes: &[u8]) -> Result<(), Fault> {
        if slot == Slot::Living {
            return Err(Fault::new(
                FaultKind::Internal,
                "The model that follows the answers is fitted, and not taken from a file.",
                "Please report this.",
            ));
        }
        let backbone = self.backbone.as_ref().ok_or_else(no_backbone)?;
        let (model, card) = file::read(bytes, &backbone.card)?;
        self.keep(slot, Kept::new(model, card, None));
        Ok(())
    }
}
