//! From prompt and response to token ids.

pub mod encode;

pub use encode::{Encoded, Encoder};
