//! What the engine needs of the world around it: a browser's worker, or a native test.

use std::ops::Range;

use crate::domain::backbone::BackboneCard;
use crate::protocol::crew::{CrewCommand, TokenBatch};
use crate::protocol::event::Origin;
use crate::protocol::{Event, Fault};

/// The world around an engine.
///
/// Futures need not be `Send`: an engine lives on one thread.
#[allow(async_fn_in_trait)]
pub trait Host {
    /// A backbone's file.
    type File: ByteSource;
    /// A helper worker.
    type Helper: Helper;

    /// Tell the page.
    fn emit(&self, event: Event);

    /// Milliseconds on a clock that never goes back.
    fn now_ms(&self) -> f64;

    /// Let waiting messages be delivered: every long job does this between steps, so that pause and score are heard.
    async fn breathe(&self);

    /// Open one of a backbone's files, fetching it if it is not kept: checked against the card's size and hash,
    /// kept under a final name only when whole. `progress` is told (bytes so far, whence).
    ///
    /// # Errors
    /// `FaultKind::Backbone` if it cannot be had or is not what the card says.
    async fn open(
        &self,
        base: &str,
        card: &BackboneCard,
        file: &str,
        progress: &dyn Fn(u64, Origin),
    ) -> Result<Self::File, Fault>;

    /// Kept features by key, `None` where there is none. Storage trouble is no reason to fail: it reads as none.
    async fn kept_features(&self, keys: &[String]) -> Vec<Option<Vec<f32>>>;

    /// Keep features for later visits. Trouble is emitted once as `FaultKind::Storage`, and work goes on.
    async fn keep_features(&self, entries: Vec<(String, Vec<f32>)>);

    /// Keep what a run has come to, in place of what was kept before; `None` keeps nothing. Says whether that is so now:
    /// trouble is emitted once as `FaultKind::Storage`, and work goes on.
    async fn keep_run(&self, saved: Option<Vec<u8>>) -> bool;

    /// What was kept of a run, by this engine or an earlier one.
    async fn kept_run(&self) -> Option<Vec<u8>>;

    /// Start a helper worker and have it load the backbone (`CrewCommand::Enlist`).
    ///
    /// # Errors
    /// Whatever kept it from being ready; the engine then works with fewer.
    async fn hire(&self, enlist: CrewCommand) -> Result<Self::Helper, Fault>;
}

/// Bytes that can be read piece by piece, so that a large file never lies in memory whole.
#[allow(async_fn_in_trait)]
pub trait ByteSource {
    /// Size in bytes.
    fn size(&self) -> u64;

    /// These bytes.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if they cannot be read.
    async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, Fault>;
}

/// A helper worker at the engine's end. Dropping it ends the worker.
#[allow(async_fn_in_trait)]
pub trait Helper {
    /// Pooled vectors of this batch, `[rows, hidden]` row by row.
    ///
    /// # Errors
    /// If the helper was lost.
    async fn compute(&self, batch: TokenBatch) -> Result<Vec<f32>, Fault>;
}
