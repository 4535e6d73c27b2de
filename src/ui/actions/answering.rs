//! Answering pairs: nothing moves on before it is stored.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::domain::choice::{Choice, Place};
use crate::domain::log::{Action, Given};
use crate::domain::pair::PairId;
use crate::ui::browser;
use crate::ui::state::Tab;

impl Actions {
    /// The response in this place is the better one.
    pub fn choose(self, place: Place) {
        if let Some(shown) = self.state.workspace.current.get_untracked() {
            self.answer(shown.order.choice_at(place));
        }
    }

    /// Answer the pair on the screen. It stays until the answer is stored; if that fails, it can
    /// be tried again.
    pub fn answer(self, choice: Choice) {
        let workspace = self.state.workspace;
        let (Some(shown), Some(store)) = (workspace.current.get_untracked(), self.store()) else { return };
        if workspace.saving.get_untracked() {
            return;
        }
        workspace.saving.set(true);
        let lead_ms = (browser::clock_ms() - self.world.with_value(|world| world.shown_at)).max(0.0) as u64;
        let given = Given::OnPage { shown: shown.order, lead_ms };
        let event = self.event(Action::Answer { pair: shown.pair.id, choice, given });
        spawn_local(async move {
            match store.append(&event).await {
                Ok(()) => {
                    workspace.unsaved.set(None);
                    workspace.revisit(None);
                    workspace.append(event);
                    self.fit();
                }
                Err(fault) => workspace.unsaved.set(Some((fault, choice))),
            }
            workspace.saving.set(false);
        });
    }

    /// Take back the newest answer and show its pair again.
    pub fn undo(self) {
        let workspace = self.state.workspace;
        let (Some((event, pair)), Some(store)) = (workspace.last_answer(), self.store()) else { return };
        if workspace.saving.get_untracked() {
            return;
        }
        workspace.saving.set(true);
        let event = self.event(Action::Undo { event });
        spawn_local(async move {
            match store.append(&event).await {
                Ok(()) => {
                    workspace.unsaved.set(None);
                    workspace.append(event);
                    workspace.revisit(Some(pair));
                    self.fit();
                }
                Err(fault) => self.state.notices.fault(fault),
            }
            workspace.saving.set(false);
        });
    }

    /// Show this pair on the Annotate tab, to be answered anew.
    pub fn revisit(self, pair: PairId) {
        self.state.workspace.revisit(Some(pair));
        self.open_tab(Tab::Annotate);
    }

    /// Leave a pair that was shown again as it is, and go on with the queue.
    pub fn leave_revisited(self) {
        self.state.workspace.revisit(None);
    }

    /// The pair on the screen is new: its time runs from now.
    pub fn pair_is_shown(self) {
        self.world.update_value(|world| world.shown_at = browser::clock_ms());
        browser::scroll_to_top();
    }
}
