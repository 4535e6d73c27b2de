//! A folder for `transformers`' `AutoModelForSequenceClassification`, with one output, the score: of the library's own
//! class where one computes the same ([`super::plain`]), else of ours ([`super::custom`]).

use super::bundle::Bundle;
use super::checkpoint::Checkpoint;
use super::custom::Trains;
use super::offer::Offer;
use super::plain::Plain;
use super::tensors::Tensors;
use super::tokenizer::{Cutting, Types};
use crate::domain::weights_format::WeightsFormat;
use crate::engine::ports::ByteSource;
use crate::protocol::Fault;

/// The archive.
///
/// # Errors
/// `FaultKind::Backbone` if the backbone's weights cannot be read, or its tokenizer has no token for padding;
/// `FaultKind::Internal` if it cannot be written.
pub async fn write<S: ByteSource>(offer: &Offer<'_, S>) -> Result<Vec<u8>, Fault> {
    let base = Base::of(offer).await?;
    let mut bundle = offer.bundle(base.tensors.bytes());
    offer.companions(WeightsFormat::Transformers, &mut bundle)?;
    base.write(offer, "", &offer.checkpoint, &mut bundle).await?;
    bundle.finish()
}

/// What `from_pretrained` needs.
pub struct Base {
    /// The library's own class that holds it, if one does.
    pub plain: Option<Plain>,
    /// Backbone and head.
    pub tensors: Tensors,
}

impl Base {
    /// Of this model.
    ///
    /// # Errors
    /// As [`Offer::plain`] and [`Offer::plain_tensors`].
    pub async fn of<S: ByteSource>(offer: &Offer<'_, S>) -> Result<Self, Fault> {
        let plain = offer.plain()?;
        let tensors = match plain {
            Some(plain) => offer.plain_tensors(plain).await?,
            None => offer.own_tensors(),
        };
        Ok(Self { plain, tensors })
    }

    /// Put it into a folder, with the backbone's numbers from this checkpoint.
    ///
    /// # Errors
    /// As [`write`].
    pub async fn write<S: ByteSource>(
        &self,
        offer: &Offer<'_, S>,
        folder: &str,
        checkpoint: &Checkpoint<'_, S>,
        bundle: &mut Bundle,
    ) -> Result<(), Fault> {
        let (cutting, types, config) = match self.plain {
            Some(plain) => {
                let types = if offer.has_code(plain) { Types::Told } else { Types::Untold };
                (Cutting::AtTheBeginning, types, offer.plain_config(plain)?)
            }
            None => (Cutting::ByTheNetwork, offer.types(), offer.own_config(Trains::Everything)?),
        };
        offer.tokenizer(folder, cutting, types, bundle)?;
        bundle.add(&format!("{folder}config.json"), &config)?;
        if self.plain.is_none_or(|plain| offer.has_code(plain)) {
            offer.code(folder, bundle)?;
        }
        self.tensors.write(&format!("{folder}model.safetensors"), checkpoint, bundle).await
    }
}
