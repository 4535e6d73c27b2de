//! A model leaves as a file, which is opened again before it is given out.

use super::{Studio, no_backbone};
use crate::engine::models::{Kept, no_model};
use crate::engine::ports::Host;
use crate::engine::reading::{Reading, Text};
use crate::protocol::error::FaultKind;
use crate::protocol::parcel::Parcel;
use crate::protocol::{Fault, Slot};
use crate::weights::offer::Offer;
use crate::weights::proof::{agree, prove};
use crate::weights::studio::{self, GoldenScore, Manifest, Opened, PoolerWords};
use crate::weights::{peft, scale_out, sentence_transformers, transformers};

/// By these an export's reader can check itself: an everyday answer, one that asks back, an empty one, signs that
/// tokenizers trip over, one that is longer than any recipe's input, and two conversations of several turns.
fn golden_texts() -> [(&'static str, String); 7] {
    [
        ("How do I reset my password?", "Open Settings, choose Account, then Reset password.".into()),
        ("Can you help me plan a party?", "I'd love to! How many guests, and what is your budget?".into()),
        ("Is it going to rain tomorrow?", String::new()),
        ("¿Qué tal?", "Très bien, merci — 很好 👩‍🚀!".into()),
        ("Tell me everything about tea.", "Tea is made of leaves, water and time. ".repeat(60)),
        (
            "User: My parcel is late.\n\nAssistant: I am sorry! Which one?\n\nUser: The red one, order 17.",
            "It arrives today, before six.".into(),
        ),
        ("System: Answer in one word.\n\nUser:  Is it far? ", "No.".into()),
    ]
}

impl<H: Host + 'static> Studio<H>
where
    H::Helper: 'static,
{
    /// The model in `slot` as a file.
    ///
    /// # Errors
    /// `FaultKind::NoModel` for an empty slot, `FaultKind::Settings` where the format cannot hold the recipe,
    /// `FaultKind::Internal` where the file, opened again, gives other scores; and as the backbone's reading.
    pub(super) async fn export(&mut self, slot: Slot, parcel: &Parcel) -> Result<Vec<u8>, Fault> {
        let format = parcel.format();
        let Kept { model, card, log, .. } = self.models.get(slot).ok_or_else(no_model)?;
        let backbone = self.backbone.as_mut().ok_or_else(no_backbone)?;
        if let Some(why) = format.refusal(&model.recipe, &backbone.card.family, backbone.card.layers) {
            return Err(Fault::new(FaultKind::Settings, why, "Choose another format."));
        }
        let texts = golden_texts();
        let mut reading = Reading::new(&model.recipe, of(&texts));
        while reading.step(backbone, &self.library, &self.recent).await? {}
        let scored = texts.into_iter().zip(reading.found()).map(|((prompt, response), read)| {
            let score = model.score(&read?.pooled).0;
            Ok(GoldenScore { prompt: prompt.into(), response, score })
        });
        let golden = scored.collect::<Result<Vec<GoldenScore>, Fault>>()?;
        let checkpoint = backbone.checkpoint(&model.recipe)?;
        let pooler = PoolerWords::of(&checkpoint, &model.recipe);
        let about = (&backbone.card, backbone.changes(&model.recipe), pooler);
        let offer = Offer {
            model,
            manifest: Manifest::of(model, card, about, golden),
            log: log.as_ref(),
            backbone: &backbone.card,
            config: backbone.config_json(),
            checkpoint,
            encoder: &backbone.encoder,
        };
        let file = match parcel {
            Parcel::Studio => studio::write(model, backbone.changes(&model.recipe), &offer.manifest)?,
            Parcel::Transformers => transformers::write(&offer).await?,
            Parcel::SentenceTransformers => sentence_transformers::write(&offer).await?,
            Parcel::Peft => peft::write(&offer).await?,
            Parcel::ScaleOut(lines) => scale_out::write(&offer, lines).await?,
        };
        let golden = &offer.manifest.golden;
        match parcel {
            Parcel::Studio => {
                let again: Opened = studio::read(&file, &backbone.card, backbone.architecture())?;
                if again.changes.as_ref() != backbone.changes(&model.recipe) {
                    return Err(other_changes());
                }
                let pooled = reading.found().into_iter().map(|read| Ok(again.model.score(&read?.pooled).0));
                agree(golden, &pooled.collect::<Result<Vec<f32>, Fault>>()?)?;
            }
            Parcel::Transformers | Parcel::SentenceTransformers | Parcel::Peft | Parcel::ScaleOut(_) => {
                prove(&file, format, &model.recipe, golden, &backbone.device).await?;
            }
        }
        Ok(file)
    }
}

fn other_changes() -> Fault {
    Fault::new(
        FaultKind::Internal,
        "The file, opened again, changes the backbone in another way than the model does, so it is not given out.",
        "Please report this.",
    )
}

fn of(texts: &[(&str, String)]) -> Vec<Text> {
    texts.iter().map(|(prompt, response)| ((*prompt).into(), response.as_str().into())).collect()
}
