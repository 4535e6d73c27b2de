//! Faults as a person reads them: what happened, and what to do.

use serde::{Deserialize, Serialize};

/// A fault that reached the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What kind, for the page to act on.
    pub kind: FaultKind,
    /// What happened, in a sentence.
    pub what: String,
    /// What to do about it, in a sentence.
    pub remedy: String,
}

/// Kinds of fault that the page treats differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultKind {
    /// Page and worker are of different builds: the page must be reloaded.
    Build,
    /// The device could not start or was lost: the page falls back to the CPU.
    Device,
    /// A file could not be fetched, or is not what it should be.
    Backbone,
    /// The data do not allow it (nothing to learn from, one label only, …).
    Data,
    /// A file that was given is not usable.
    File,
    /// The settings make no sense.
    Settings,
    /// There is no model yet.
    NoModel,
    /// Storage is full or refused; work goes on in memory.
    Storage,
    /// A bug of ours.
    Internal,
}

impl Fault {
    /// A fault of this kind.
    pub fn new(kind: FaultKind, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { kind, what: what.into(), remedy: remedy.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.what, self.remedy)
    }
}

impl std::error::Error for Fault {}
