//! The table of all pairs: what is looked for, what was found, what is selected and opened.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;

use super::Sweeping;
use crate::domain::log::EventId;
use crate::domain::pair::PairId;
use crate::domain::table::{Facets, Query};

/// The table. `found` follows `query` and the dataset with a short delay: looking takes a while where there is much.
#[derive(Clone, Copy)]
pub struct Table {
    /// What is looked for.
    pub query: RwSignal<Query>,
    /// The places in the dataset of what was found, in order.
    pub found: RwSignal<Arc<Vec<u32>>>,
    /// What there is to filter by.
    pub facets: RwSignal<Facets>,
    /// The share looked through, while words are being looked for.
    pub looking: RwSignal<Option<f64>>,
    /// The row that keys act on, counted in `found`.
    pub active: RwSignal<usize>,
    /// Pairs that were ticked.
    pub selected: RwSignal<HashSet<PairId>>,
    /// Whether it is being asked if the ticked pairs are to be deleted.
    pub asking: RwSignal<bool>,
    /// The pair that is shown whole.
    pub opened: RwSignal<Option<PairId>>,
    /// The newest deletions, to be taken back.
    pub deleted: RwSignal<Vec<EventId>>,
    /// Who looks through the pairs.
    pub sweeping: StoredValue<Sweeping>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            query: RwSignal::new(Query::default()),
            found: RwSignal::new(Arc::default()),
            facets: RwSignal::new(Facets::default()),
            looking: RwSignal::new(None),
            active: RwSignal::new(0),
            selected: RwSignal::new(HashSet::new()),
            asking: RwSignal::new(false),
            opened: RwSignal::new(None),
            deleted: RwSignal::new(vec![]),
            sweeping: StoredValue::new(Sweeping::default()),
        }
    }
}

impl Table {
    /// Tick this pair, or take the tick away.
    pub fn toggle(&self, pair: &PairId) {
        self.selected.update(|selected| {
            if !selected.remove(pair) {
                selected.insert(pair.clone());
            }
        });
    }

    /// Nothing is looked for, ticked or opened.
    pub fn forget(&self) {
        self.query.set(Query::default());
        self.selected.set(HashSet::new());
        self.asking.set(false);
        self.opened.set(None);
        self.deleted.set(vec![]);
        self.active.set(0);
    }
}
