//! Into the store, or, where it refuses, into memory with a word about it: nothing is lost silently.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::carrying::{LINES_AT_ONCE, written};
use super::{Actions, World};
use crate::domain::log::LogEvent;
use crate::domain::pair::Pair;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::ui::browser::Pieces;
use crate::ui::state::Unsaved;

/// Pairs and events that are tried again at once.
const AT_ONCE: usize = 1_000;

impl Actions {
    /// Store pairs and events in one transaction; returns when they are on disk, or held in memory because the store
    /// has refused them. If there was room for them, perhaps there is for what was refused before.
    pub(super) async fn store_or_hold(self, pairs: &[Pair], events: &[LogEvent]) {
        let workspace = self.state.workspace;
        let Some(store) = self.store() else { return workspace.hold(still_opening(), pairs, events) };
        match store.append(pairs, events).await {
            Ok(()) => spawn_local(self.store_what_is_held()),
            Err(fault) => workspace.hold(fault, pairs, events),
        }
    }

    /// Store what was refused, a lump at a time until one is refused again: however much is held, an answer costs no
    /// more than a lump.
    pub(super) async fn store_what_is_held(self) {
        let workspace = self.state.workspace;
        let Some(store) = self.store() else { return };
        let begins = |world: &mut World| !std::mem::replace(&mut world.storing_held, true);
        if self.world.try_update_value(begins) != Some(true) {
            return;
        }
        while let Some((pairs, events)) =
            workspace.unsaved.with_untracked(|unsaved| unsaved.as_ref().map(|held| held.lump(AT_ONCE)))
        {
            match store.append(&pairs, &events).await {
                Ok(()) => workspace.stored(&pairs, &events),
                Err(fault) => {
                    workspace.hold(fault, &[], &[]);
                    break;
                }
            }
        }
        self.world.update_value(|world| world.storing_held = false);
    }

    /// Try again to store what was refused.
    pub fn store_again(self) {
        spawn_local(async move {
            self.store_what_is_held().await;
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
