//! Into the store, or, where it refuses, into memory with a word about it: nothing is lost silently.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use super::carrying::{LINES_AT_ONCE, written};
use crate::domain::log::LogEvent;
use crate::domain::pair::Pair;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::ui::browser::Pieces;
use crate::ui::state::Unsaved;

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

    /// Give the person what was refused, in lines of a workspace file: restoring it brings all of it back.
    pub fn download_unsaved(self) {
        let workspace = self.state.workspace;
        let held = workspace.unsaved.with_untracked(|unsaved| unsaved.as_ref().map(Unsaved::to_write));
        let Some(mut to_write) = held else { return };
        spawn_local(async move {
            let pieces = Pieces::default();
            let mut next =
                || workspace.dataset.with_untracked(|dataset| to_write.lines(dataset, LINES_AT_ONCE));
            while let Some(lines) = next() {
                match written(lines) {
                    Ok(text) => pieces.push(text.as_bytes()),
                    Err(fault) => return self.state.notices.fault(fault),
                }
                TimeoutFuture::new(0).await;
            }
            if let Err(fault) = pieces.save("unsaved.jsonl", "application/jsonl") {
                self.state.notices.fault(fault);
            }
        });
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
