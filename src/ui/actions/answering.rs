//! Answering pairs: nothing moves on before it is stored, and nothing stands still because it cannot be.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::domain::choice::{Choice, Place};
use crate::domain::log::{Action, Asked, EventId, Given, LogEvent};
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

    /// Answer the pair on the screen. It stays there until the answer is stored.
    pub fn answer(self, choice: Choice) {
        let workspace = self.state.workspace;
        let Some(shown) = workspace.current.get_untracked() else { return };
        if workspace.saving.get_untracked() {
            return;
        }
        let lead_ms = (browser::clock_ms() - self.world.with_value(|world| world.shown_at)).max(0.0) as u64;
        let given = Given::OnPage { shown: shown.order, lead_ms, asked: Asked::Random };
        let pair = shown.pair.id.clone();
        let supersedes = workspace.to_supersede(&pair);
        let label = Action::Label { pair, label: choice.into(), given, supersedes };
        self.commit(self.event(label), None);
    }

    /// Take back my newest answer and show its pair again.
    pub fn undo(self) {
        let workspace = self.state.workspace;
        if workspace.saving.get_untracked() {
            return;
        }
        if let Some((event, pair)) = workspace.next_undo() {
            self.commit(self.event(Action::Undo { event }), Some(pair));
        }
    }

    /// Bring back the answer that was taken back last, and go on with the queue.
    pub fn redo(self) {
        let workspace = self.state.workspace;
        if workspace.saving.get_untracked() {
            return;
        }
        if let Some((event, _)) = workspace.next_redo() {
            self.commit(self.event(Action::Redo { event }), None);
        }
    }

    /// Take back whatever these events did: deletions, imports, uses of a source. They can be brought back.
    pub fn take_back(self, events: Vec<EventId>) {
        self.record(events.into_iter().map(|event| Action::Undo { event }).collect());
    }

    /// Let these events count again.
    pub fn bring_back(self, events: Vec<EventId>) {
        self.record(events.into_iter().map(|event| Action::Redo { event }).collect());
    }

    /// Store these actions as events of mine, then let them count; says which events they became.
    pub fn record(self, actions: Vec<Action>) -> Vec<EventId> {
        let events: Vec<LogEvent> = actions.into_iter().map(|action| self.event(action)).collect();
        let ids = events.iter().map(|event| event.id.clone()).collect();
        spawn_local(async move {
            self.store_or_hold(&[], &events).await;
            self.state.workspace.add(vec![], events);
            self.fit();
        });
        ids
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

    fn commit(self, event: LogEvent, show_next: Option<PairId>) {
        let workspace = self.state.workspace;
        workspace.saving.set(true);
        spawn_local(async move {
            self.store_or_hold(&[], std::slice::from_ref(&event)).await;
            workspace.revisit(show_next);
            workspace.append(event);
            workspace.saving.set(false);
            self.fit();
        });
    }
}
