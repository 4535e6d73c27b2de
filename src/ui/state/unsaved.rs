//! What the store has refused: kept in this tab, each pair and event once, until it is stored.

use std::collections::HashSet;

use crate::domain::log::{EventId, LogEvent};
use crate::domain::pair::{Pair, PairId};
use crate::protocol::Fault;

/// What the store has refused so far: it lives in this tab only.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsaved {
    /// Why.
    pub fault: Fault,
    /// Pairs, in order.
    pub pairs: Vec<Pair>,
    /// Events, in order.
    pub events: Vec<LogEvent>,
}

impl Unsaved {
    /// The store has refused these too, or again.
    pub fn more(&mut self, fault: Fault, pairs: &[Pair], events: &[LogEvent]) {
        self.fault = fault;
        let known: HashSet<PairId> = self.pairs.iter().map(|pair| pair.id.clone()).collect();
        self.pairs.extend(pairs.iter().filter(|pair| !known.contains(&pair.id)).cloned());
        let known: HashSet<EventId> = self.events.iter().map(|event| event.id.clone()).collect();
        self.events.extend(events.iter().filter(|event| !known.contains(&event.id)).cloned());
    }

    /// The store has taken these; says whether nothing is left.
    pub fn without(&mut self, pairs: &[Pair], events: &[LogEvent]) -> bool {
        let pairs: HashSet<&PairId> = pairs.iter().map(|pair| &pair.id).collect();
        let events: HashSet<&EventId> = events.iter().map(|event| &event.id).collect();
        self.pairs.retain(|pair| !pairs.contains(&pair.id));
        self.events.retain(|event| !events.contains(&event.id));
        self.pairs.is_empty() && self.events.is_empty()
    }
}
