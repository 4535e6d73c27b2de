//! Answering pairs: nothing moves on before it is stored, and nothing stands still because it cannot be.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::domain::choice::{Choice, Place};
use crate::domain::log::{Action, Asked, EventId, Given, LogEvent, OnPage};
use crate::domain::pair::PairId;
use crate::ui::browser;
use crate::ui::state::{Reason, Tab, Wish};

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
        let pair = shown.pair.id.clone();
        let (given, supersedes) = match shown.reason {
            Reason::Settling => (Given::Adjudicated, None),
            // A repeat measures; what was said first goes on counting.
            Reason::Asked(Asked::Repeat) => {
                (Given::OnPage { shown: shown.order, lead_ms, asked: Asked::Repeat }, None)
            }
            Reason::Asked(asked) => {
                (Given::OnPage { shown: shown.order, lead_ms, asked }, workspace.to_supersede(&pair))
            }
        };
        let label = self.state.draft.label(choice);
        self.commit(self.event(Action::Label { pair, label, given, supersedes }), None);
    }

    /// Take back my newest answer and show its pair again.
    pub fn undo(self) {
        let workspace = self.state.workspace;
        if workspace.saving.get_untracked() {
            return;
        }
        if let Some((event, pair)) = workspace.next_undo() {
            let wish = self.as_it_was(&event, pair);
            self.commit(self.event(Action::Undo { event }), Some(wish));
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

    /// Show this pair on the Annotate tab, to be answered anew.
    pub fn revisit(self, pair: PairId) {
        self.state.workspace.revisit(Some(pair));
        self.open_tab(Tab::Annotate);
    }

    /// Leave a pair that was shown again as it is, and go on with the queue.
    pub fn leave_revisited(self) {
        self.state.workspace.revisit(None);
    }

    /// A pair is on the screen. If it was not before, its time runs from now.
    pub fn pair_is_shown(self) {
        let workspace = self.state.workspace;
        let Some(shown) = workspace.current.get_untracked() else { return };
        let before = untrack(|| workspace.earlier_answer()).map(|answer| answer.label);
        if self.state.draft.begin((shown.pair.id.clone(), shown.reason), before) {
            self.world.update_value(|world| world.shown_at = browser::clock_ms());
            browser::scroll_to_top();
        }
    }

    /// The pair of this answer as it stood when it was given, with the remarks that were made.
    fn as_it_was(self, event: &EventId, pair: PairId) -> Wish {
        self.state.workspace.dataset.with_untracked(|dataset| {
            match dataset.event(event).and_then(OnPage::of) {
                Some(given) => {
                    let reason = Reason::Asked(given.asked);
                    self.state.draft.remember((pair.clone(), reason), given.label.clone());
                    Wish::As(pair, given.shown, reason)
                }
                None => Wish::Settle(pair),
            }
        })
    }

    fn commit(self, event: LogEvent, next: Option<Wish>) {
        let workspace = self.state.workspace;
        workspace.saving.set(true);
        spawn_local(async move {
            self.store_or_hold(&[], std::slice::from_ref(&event)).await;
            workspace.wish(next);
            workspace.append(event);
            workspace.pick_next();
            workspace.saving.set(false);
            self.fit();
        });
    }
}
