//! From prompt and response to token ids; and what else is asked of a text by itself.

pub mod conversation;
pub mod encode;
pub mod layout;
pub mod sentences;

pub use encode::{Encoded, Encoder, Span};
