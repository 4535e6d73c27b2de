//! The network: backbone, pooling, head, loss. Start with [`reward_model`].
//!
//! Knows burn; must not know bytes, messages, time or the browser.

pub mod attention;
pub mod attribution;
pub mod head;
pub mod hidden_layer;
pub mod input;
pub mod loops;
pub mod loss;
pub mod mlp;
pub mod norm;
pub mod packed;
pub mod pooler;
pub mod pooling;
pub mod projection;
pub mod reward_model;
pub mod rotary;
pub mod sight;
pub mod transformer;
pub mod tuned;
pub mod upper;
pub mod words;
