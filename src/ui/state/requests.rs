//! What was asked of the engine and not answered yet.

use std::collections::HashMap;

use crate::domain::weights_format::WeightsFormat;
use crate::protocol::RequestId;

/// Why a request was made: what its answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To follow the newest answers.
    Fit,
    /// To know what to ask next.
    Rank,
    /// To look closer at a model.
    Study,
    /// To show a score.
    Score,
    /// To put candidates in order.
    Order,
    /// To show why.
    Explain,
    /// To show what a kept model says beside others.
    Compare,
    /// To write token ids into a file.
    Tokenise,
    /// To show how a pair is read.
    Strips,
    /// To score rows of a file.
    Rows,
    /// To keep a model for later.
    ExportToKeep,
    /// To give the model to the person, in this format.
    ExportToSave(WeightsFormat),
    /// To bring back the model of the last visit.
    ImportKept,
    /// To take the model that the person gave or chose.
    ImportGiven,
    /// To hold a kept model beside the others.
    ImportBeside,
}

/// Open requests, each with its purpose.
#[derive(Debug, Default)]
pub struct Requests {
    last: u32,
    open: HashMap<RequestId, Purpose>,
}

impl Requests {
    /// A new request's id.
    pub fn ask(&mut self, purpose: Purpose) -> RequestId {
        self.last += 1;
        self.open.insert(RequestId(self.last), purpose);
        RequestId(self.last)
    }

    /// This request was answered; what for, if it was open.
    pub fn close(&mut self, request: RequestId) -> Option<Purpose> {
        self.open.remove(&request)
    }

    /// A model has come, which does not name the request that brought it: whether a person gave it.
    pub fn close_imports(&mut self) -> bool {
        let given = self.open.values().any(|purpose| *purpose == Purpose::ImportGiven);
        self.open.retain(|_, purpose| !matches!(purpose, Purpose::ImportGiven | Purpose::ImportKept));
        given
    }

    /// The engine is gone, and all answers with it. Ids go on, so that none is used twice.
    pub fn forget(&mut self) {
        self.open.clear();
    }
}
