//! A run below the head as it is kept from time to time, so that a lost device, a closed tab or a crash costs minutes and
//! not hours.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::domain::config::DescentConfig;
use crate::domain::dataset::Comparison;
use crate::domain::run::EpochReport;
use crate::protocol::error::FaultKind;
use crate::protocol::{BUILD_ID, Fault, RunId, wire};
use crate::train::objective::Aim;
use crate::train::tuning::State;

/// At least so long between two savings, but for a pause and an epoch's end.
pub const EVERY_MS: f64 = 20_000.0;

/// Everything that a run needs to go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// The build that wrote it: another may train in another way.
    build: String,
    /// Whose it is.
    pub run: RunId,
    /// What it learns from.
    pub comparisons: Vec<Comparison>,
    /// Its settings.
    pub config: DescentConfig,
    /// What is minimised, over which features: other responses may be known by now.
    pub aim: Aim,
    /// The epochs so far.
    pub epochs: Vec<EpochReport>,
    /// Milliseconds of training so far.
    pub trained_ms: f64,
    /// Where it stands.
    pub state: State,
}

impl Saved {
    /// This, of the build that runs.
    pub fn new(
        (run, comparisons): (RunId, Vec<Comparison>),
        config: DescentConfig,
        aim: Aim,
        (epochs, trained_ms): (Vec<EpochReport>, f64),
        state: State,
    ) -> Self {
        Self { build: BUILD_ID.into(), run, comparisons, config, aim, epochs, trained_ms, state }
    }

    /// As bytes.
    ///
    /// # Errors
    /// As [`wire::encode`].
    pub fn bytes(&self) -> Result<Vec<u8>, Fault> {
        wire::encode(self)
    }

    /// What was saved of this run, whose pairs must all be among these comparisons.
    ///
    /// # Errors
    /// `FaultKind::Data` if it is not there, of another build, or of pairs that are gone.
    pub fn read(bytes: Option<Vec<u8>>, run: RunId, among: &[Comparison]) -> Result<Self, Fault> {
        let refused = |what: &str| {
            Fault::new(FaultKind::Data, format!("The run cannot go on: {what}."), "Start it anew.")
        };
        let bytes = bytes.ok_or_else(|| refused("nothing was saved of it"))?;
        // The build stands first, and is read first: what another has written may be of another shape.
        let build: &str = postcard::take_from_bytes(&bytes).map(|(build, _)| build).unwrap_or_default();
        if build != BUILD_ID {
            return Err(refused("another version of this page has saved it"));
        }
        let saved: Self = wire::decode(&bytes).map_err(|_| refused("what was saved of it is broken"))?;
        if saved.run != run {
            return Err(refused("what was saved is of another run"));
        }
        let here: HashSet<&str> = among.iter().map(|it| it.pair.as_str()).collect();
        if saved.comparisons.iter().any(|comparison| !here.contains(comparison.pair.as_str())) {
            return Err(refused("answers that it learns from are gone"));
        }
        Ok(saved)
    }
}
