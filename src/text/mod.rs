//! From prompt and response to token ids; and what else is asked of a text by itself.

pub mod conversation;
pub mod encode;
pub mod form;
pub mod layout;
mod placed;
pub mod sentences;
pub mod template;

pub use encode::{Encoded, Encoder, READING, Span};
