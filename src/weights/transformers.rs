//! A folder for `transformers`' `AutoModelForSequenceClassification`, with one output, the score: of the library's own
//! class where one computes the same ([`super::plain`]), else of ours ([`super::custom`]).

use super::custom::Trains;
use super::offer::Offer;
use super::plain::Plain;
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
    let plain = offer.plain()?;
    let tensors = match plain {
        Some(plain) => offer.plain_tensors(plain).await?,
        None => offer.own_tensors(),
    };
    let mut bundle = offer.bundle(tensors.bytes());
    offer.companions(WeightsFormat::Transformers, &mut bundle)?;
    let (cutting, types, config) = match plain {
        Some(plain @ Plain::Bert) => (Cutting::AtTheBeginning, Types::Told, offer.plain_config(plain)?),
        Some(plain @ Plain::Decoder { .. }) => {
            (Cutting::AtTheBeginning, Types::Untold, offer.plain_config(plain)?)
        }
        None => (Cutting::ByTheNetwork, offer.types(), offer.own_config(Trains::Everything)?),
    };
    offer.tokenizer("", cutting, types, &mut bundle)?;
    bundle.add("config.json", &config)?;
    if !matches!(plain, Some(Plain::Decoder { .. })) {
        offer.code("", &mut bundle)?;
    }
    tensors.write("model.safetensors", &offer.checkpoint, &mut bundle).await?;
    bundle.finish()
}
