//! Events for tests: written by one session, a millisecond apart.

use super::{Action, Asked, EventId, Given, LogEvent};
use crate::domain::choice::{Choice, ShownOrder};
use crate::domain::pair::PairId;

/// Writes one session's events.
pub(crate) struct Writer {
    session: String,
    annotator: String,
    number: u64,
    at_ms: u64,
}

impl Writer {
    /// Of nobody in particular.
    pub(crate) fn new(session: &str) -> Self {
        Self::named(session, "")
    }

    /// Of this annotator.
    pub(crate) fn named(session: &str, annotator: &str) -> Self {
        Self { session: session.into(), annotator: annotator.into(), number: 0, at_ms: 0 }
    }

    /// The next event is of this time, and has it for its number.
    pub(crate) fn at(mut self, at_ms: u64) -> Self {
        self.at_ms = at_ms.saturating_sub(1);
        self.number = self.at_ms;
        self
    }

    /// The next event.
    pub(crate) fn event(&mut self, action: Action) -> LogEvent {
        self.number += 1;
        self.at_ms += 1;
        LogEvent {
            v: LogEvent::VERSION,
            id: EventId::new(&format!("{}{}", self.session, self.annotator), self.number),
            at_ms: self.at_ms,
            session: self.session.clone(),
            annotator: self.annotator.clone(),
            action,
        }
    }

    /// An answer to a pair that was asked at random.
    pub(crate) fn label(&mut self, pair: &PairId, choice: Choice) -> LogEvent {
        self.given(pair, choice, on_page(Asked::Random))
    }

    /// A label that came to be this way.
    pub(crate) fn given(&mut self, pair: &PairId, choice: Choice, given: Given) -> LogEvent {
        self.event(Action::Label { pair: pair.clone(), label: choice.into(), given, supersedes: None })
    }

    /// Take this back.
    pub(crate) fn undo(&mut self, event: &LogEvent) -> LogEvent {
        self.event(Action::Undo { event: event.id.clone() })
    }

    /// Let this count again.
    pub(crate) fn redo(&mut self, event: &LogEvent) -> LogEvent {
        self.event(Action::Redo { event: event.id.clone() })
    }
}

/// Given on the page, `response_a` first, in five milliseconds.
pub(crate) fn on_page(asked: Asked) -> Given {
    Given::OnPage { shown: ShownOrder::Ab, lead_ms: 5, asked }
}
