//! Safetensors in and out: a backbone's weights, and the files that a trained model leaves as.
//!
//! Reads through [`crate::engine::ports::ByteSource`], tensor by tensor, so that a large file never lies in
//! memory whole; must not know where its bytes come from.

pub mod bert;
pub mod file;
pub mod studio;
