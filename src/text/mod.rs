//! From prompt and response to token ids; and what else is asked of a text by itself.

pub mod conversation;
pub mod encode;
mod form;
pub mod layout;
pub mod sentences;
mod template;

pub use encode::{Encoded, Encoder, READING, Span};
