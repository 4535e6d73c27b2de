//! What the engine and its helper workers say to each other: batches of tokens out, pooled vectors back.

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::domain::backbone::BackboneCard;
use crate::domain::device::DeviceKind;
use crate::domain::recipe::Pooling;

/// From the engine to a helper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CrewCommand {
    /// Load the first `layers` blocks of this backbone. Answered by `Ready` or `Lost`.
    Enlist {
        /// [`super::BUILD_ID`] of the engine.
        build: String,
        /// The backbone, already kept by the browser.
        backbone: BackboneCard,
        /// The address that the card's folder is relative to.
        base: String,
        /// The CPU backend.
        device: DeviceKind,
        /// Blocks needed.
        layers: u8,
    },
    /// Compute these. Answered by `Done` or `Lost`.
    Compute(TokenBatch),
}

/// From a helper to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CrewEvent {
    /// The backbone is loaded.
    Ready,
    /// Pooled vectors, `[batch, hidden]` row by row.
    Done {
        /// The batch's.
        ticket: u32,
        /// Row-major values.
        pooled: Vec<f32>,
    },
    /// This helper can do no more; its work is to be given to another.
    Lost(Fault),
}

/// Token rows of about the same length, to be run as one batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenBatch {
    /// Names the batch.
    pub ticket: u32,
    /// Blocks to run.
    pub layer: u8,
    /// How to pool.
    pub pooling: Pooling,
    /// The rows.
    pub rows: Vec<TokenRow>,
}

/// One encoded prompt and response.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TokenRow {
    /// Prompt and response with what the family puts around them, cut to the recipe's longest input.
    pub ids: Vec<u32>,
    /// Index of the response's first token in `ids`; the tokens before it are of type 0, the others of type 1.
    pub response_start: u32,
    /// Index one past the response's last token (that of the final `[SEP]`).
    pub response_end: u32,
}
