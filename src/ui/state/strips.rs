//! How the opened pair is read, token by token.

use leptos::prelude::*;

use crate::protocol::scoring::Strip;
use crate::protocol::{Fault, RequestId};

/// Of the pair that is looked at, as far as somebody wants to know.
#[derive(Clone, Copy)]
pub struct Strips {
    /// A's and B's, or why there are none.
    pub shown: RwSignal<Option<Result<Vec<Strip>, Fault>>>,
    /// Whether they are to be shown, of whichever pair is opened.
    pub wanted: RwSignal<bool>,
    asked: StoredValue<Option<RequestId>>,
}

impl Default for Strips {
    fn default() -> Self {
        Self { shown: RwSignal::new(None), wanted: RwSignal::new(false), asked: StoredValue::new(None) }
    }
}

impl Strips {
    /// Another pair's are asked for.
    pub fn asked(&self, request: RequestId) {
        self.asked.set_value(Some(request));
        self.shown.set(None);
    }

    /// Those of an older question are not taken.
    pub fn came(&self, request: RequestId, strips: Vec<Strip>) {
        if self.asked.get_value() == Some(request) {
            self.shown.set(Some(Ok(strips)));
        }
    }

    /// There are none.
    pub fn failed(&self, request: RequestId, fault: Fault) {
        if self.asked.get_value() == Some(request) {
            self.shown.set(Some(Err(fault)));
        }
    }
}
