//! Into the store, or, where it refuses, into memory with a word about it: nothing is lost silently.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::domain::dataset::Dataset;
use crate::domain::formats::export::ExportFormat;
use crate::domain::formats::pairs;
use crate::domain::handout::Handout;
use crate::domain::log::{Action, LogEvent};
use crate::domain::pair::{Pair, PairId};
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

impl Actions {
    /// Store pairs and events in one transaction, together with whatever was refused before; returns when they
    /// are on disk, or held in memory because the store has refused them.
    pub(super) async fn store_or_hold(self, pairs: &[Pair], events: &[LogEvent]) {
        let workspace = self.state.workspace;
        let Some(store) = self.store() else { return workspace.hold(still_opening(), pairs, events) };
        let (mut all_pairs, mut all_events) = match workspace.unsaved.get_untracked() {
            Some(unsaved) => (unsaved.pairs, unsaved.events),
            None => (vec![], vec![]),
        };
        all_pairs.extend_from_slice(pairs);
        all_events.extend_from_slice(events);
        match store.append(&all_pairs, &all_events).await {
            Ok(()) => workspace.stored(&all_pairs, &all_events),
            Err(fault) => workspace.hold(fault, &all_pairs, &all_events),
        }
    }

    /// Try again to store what was refused.
    pub fn store_again(self) {
        spawn_local(async move {
            self.store_or_hold(&[], &[]).await;
            if self.state.workspace.unsaved.with_untracked(Option::is_none) {
                self.state.notices.good("Everything is stored.");
            }
        });
    }

    /// Give the person what was refused, in a form that this page imports again.
    pub fn download_unsaved(self) {
        let workspace = self.state.workspace;
        let Some(unsaved) = workspace.unsaved.get_untracked() else { return };
        let mut pairs = unsaved.pairs;
        workspace.dataset.with_untracked(|dataset| {
            pairs.extend(
                unsaved
                    .events
                    .iter()
                    .filter_map(answered)
                    .filter_map(|id| dataset.pair(id))
                    .map(|pair| Pair::clone(pair)),
            );
        });
        let unsaved = Dataset::new(pairs, &unsaved.events);
        let all = Handout { format: ExportFormat::Pairs, ..Handout::default() };
        let records = (0..unsaved.places()).filter_map(|place| all.record(&unsaved, place));
        let text: String = records.map(|record| format!("{}\n", pairs::write(&record))).collect();
        self.save("unsaved.jsonl", "application/jsonl", text.as_bytes());
    }

    /// Forget pairs, answers and model, here and in the store, and begin anew. Settings stay.
    pub fn clear_everything(self) {
        let Some(store) = self.store() else { return };
        spawn_local(async move {
            if let Err(fault) = store.clear().await {
                return self.state.notices.fault(fault);
            }
            self.state.workspace.unsaved.set(None);
            self.begin_anew();
            self.state.notices.good("Everything is removed from this browser.");
        });
    }

    /// The store is empty: nothing that the page knows of what was in it may live on.
    pub(super) fn begin_anew(self) {
        let state = self.state;
        state.workspace.revisit(None);
        state.workspace.begin();
        state.draft.forget();
        state.intake.reports.set(vec![]);
        state.table.forget();
        state.scoring.empty();
        state.why.clear();
        state.candidates.empty();
        self.forget_filing();
        self.forget_models();
        // A fresh engine is the one that certainly holds nothing of the old.
        state.training.forget();
        self.start_engine();
    }
}

fn still_opening() -> Fault {
    Fault::new(
        FaultKind::Storage,
        "The browser's storage is still opening.",
        "This is stored as soon as it is open.",
    )
}

fn answered(event: &LogEvent) -> Option<&PairId> {
    match &event.action {
        Action::Label { pair, .. } | Action::Delete { pair } => Some(pair),
        Action::Undo { .. } | Action::Redo { .. } | Action::Import { .. } | Action::Use { .. } => None,
    }
}
