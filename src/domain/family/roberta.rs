//! RoBERTa (Liu and others, 2019): a BERT whose places are counted from after the padding's id, and which has no use for
//! token types. Agrees with `transformers`' `modeling_roberta.py`, but for texts in which somebody wrote `<pad>`: there it
//! takes the token for padding and gives it no place, and here it is a token like any other.

use super::architecture::{Activation, Architecture};
use super::config::Config;
use super::names::{Names, pooler};

const NAMES: Names = Names {
    prefixes: &["roberta.", ""],
    // A classifier has a layer of its own, and leaves the one that BERT's has aside.
    poolers: &[
        pooler("classifier.dense", Activation::Tanh, Some("classifier.out_proj")),
        pooler("pooler.dense", Activation::Tanh, None),
    ],
    unused: &["pooler.", "lm_head.", "position_ids", "classifier."],
    ..super::bert::NAMES
};

/// The network of this configuration.
///
/// # Errors
/// Why it cannot be.
pub(super) fn read(config: &Config) -> Result<Architecture, String> {
    let padding = config.number_or("pad_token_id", 1.0) as usize;
    super::bert::encoder(config, "roberta", NAMES, padding + 1)
}
