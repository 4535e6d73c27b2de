//! All that crosses between page and worker: a closed set of commands, events and errors.
//!
//! Must not know how either side works. `_` arms on [`Command`] and [`Event`] are forbidden, so that
//! whoever adds one is led by the compiler to every place that must know of it.

pub mod command;
pub mod crew;
pub mod data;
pub mod error;
pub mod event;
pub mod filing;
pub mod parcel;
pub mod scoring;
pub mod wire;

pub use command::Command;
pub use error::Fault;
pub use event::Event;

use serde::{Deserialize, Serialize};

/// Which build a wasm file is of. Page and worker must be of the same one: the wire format is nobody else's.
pub const BUILD_ID: &str = match option_env!("REWARD_STUDIO_BUILD_ID") {
    Some(id) => id,
    None => env!("CARGO_PKG_VERSION"),
};

/// Ties an answer to the question it answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RequestId(pub u32);

/// Names one training run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RunId(pub u32);

/// The engine's models: the one that follows every answer, the one the person trained or uploaded, and any number of
/// those that the page keeps, for as long as it wants them beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Slot {
    /// Refitted after every answer.
    Living,
    /// The newest training run's, or an uploaded one.
    Trained,
    /// One that the page has given to be held, by a number of the page's.
    Beside(u32),
}
