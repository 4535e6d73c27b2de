//! Reward Studio: annotate pairs of responses, train a reward model in the browser, take the weights along.
//!
//! The map of the crate. Three cargo-feature rings keep what is heavy where it is needed:
//!
//! | module | what it owns | ring |
//! |---|---|---|
//! | [`domain`] | facts: pairs, choices, splits, recipes, metrics | always (std and serde only) |
//! | [`protocol`] | all that crosses between page and worker | always |
//! | `data` | files of preference data: bytes to rows to records, and back | `data` |
//! | `text` | prompt and response → token ids | `engine` |
//! | `model` | backbone, pooling, head, loss | `engine` |
//! | `weights` | safetensors in and out | `engine` |
//! | `train` | features, exact fit, gradient descent | `engine` |
//! | `engine` | commands in, events out | `engine` |
//! | `native` | a program that scores files without a page | `native` |
//! | `worker` | the engine's host in a Web Worker, and the page's client of it | `worker`, `page` |
//! | `storage` | what the browser keeps | `web` |
//! | `ui` | the page | `page` |
//!
//! This is the only file with `cfg(feature)` on the map's modules; see `ARCHITECTURE.md` for the invariants.

pub mod domain;
pub mod protocol;

#[cfg(feature = "data")]
pub mod data;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "engine")]
pub mod model;
#[cfg(feature = "native")]
pub mod native;
#[cfg(feature = "engine")]
pub mod text;
#[cfg(feature = "engine")]
pub mod train;
#[cfg(feature = "engine")]
pub mod weights;

#[cfg(feature = "web")]
pub mod storage;
/// Web Workers: the page's client of them, and the hosts that the engine and the data's desk run in.
#[cfg(feature = "web")]
pub mod worker {
    pub mod adapter;
    pub mod client;
    #[cfg(feature = "data_worker")]
    pub mod data;
    #[cfg(feature = "worker")]
    pub mod host;
    #[cfg(any(feature = "worker", feature = "data_worker"))]
    mod last_words;
    #[cfg(any(feature = "worker", feature = "data_worker"))]
    mod outbox;
}

#[cfg(feature = "page")]
pub mod ui;
