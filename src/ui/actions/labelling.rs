//! Beside the answer itself: what is remarked, the way back through what was answered, what is settled for others.

use std::collections::HashSet;

use leptos::prelude::*;

use super::Actions;
use crate::domain::log::Asked;
use crate::domain::pair::PairId;
use crate::ui::state::{Reason, Switch, Tab, Wish};

impl Actions {
    /// Show the pair that I answered before the one on the screen.
    pub fn go_back(self) {
        let (answered, here) = self.way_back();
        if let Some(pair) = here.checked_sub(1).and_then(|before| answered.get(before)) {
            self.state.workspace.revisit(Some(pair.clone()));
        }
    }

    /// From a pair that is shown again to the one answered after it; after the newest, to the queue.
    pub fn go_on(self) {
        let (answered, here) = self.way_back();
        self.state.workspace.revisit(answered.get(here + 1).cloned());
    }

    /// On from a pair that is shown again; where the queue is shown already, out of focus mode.
    pub fn step_out(self) {
        let shown = self.state.workspace.current.get_untracked();
        match shown.map(|shown| shown.reason) {
            Some(Reason::Settling | Reason::Asked(Asked::Revisited)) => self.go_on(),
            Some(Reason::Asked(_)) | None => {
                if self.state.settings.look.get_untracked().has(Switch::Focus) {
                    self.turn(Switch::Focus);
                }
            }
        }
    }

    /// Show this pair on the Annotate tab, to settle what annotators disagree on.
    pub fn settle(self, pair: PairId) {
        self.state.workspace.wish(Some(Wish::Settle(pair)));
        self.open_tab(Tab::Annotate);
    }

    /// Keep the remarks on a pair that was answered before, with my answer as it stands; where I gave none, with the
    /// one that stands.
    pub fn save_remarks(self) {
        let workspace = self.state.workspace;
        let Some(shown) = workspace.current.get_untracked() else { return };
        let me = workspace.me().annotator;
        let labels = workspace.dataset.with_untracked(|dataset| dataset.labels(&shown.pair.id));
        let mine = labels.into_iter().rfind(|label| label.annotator == me);
        if let Some(answer) = mine.or_else(|| untrack(|| workspace.earlier_answer())) {
            self.answer(answer.label.choice);
        }
    }

    /// The pairs that I have answered, each once, in the order of my newest answers to them; and where among them the
    /// screen is, one past the end where it shows the queue.
    fn way_back(self) -> (Vec<PairId>, usize) {
        let workspace = self.state.workspace;
        let answered = untrack(|| {
            workspace.with_given(|dataset, given| {
                let mut seen = HashSet::new();
                let there = given
                    .iter()
                    .rev()
                    .filter(|given| given.asked != Asked::Repeat && dataset.pair(given.pair).is_some())
                    .filter(|given| seen.insert(given.pair));
                let mut answered: Vec<PairId> = there.map(|given| given.pair.clone()).collect();
                answered.reverse();
                answered
            })
        });
        let shown = workspace.current.get_untracked();
        let again = shown.filter(|shown| shown.reason == Reason::Asked(Asked::Revisited));
        let here = again.and_then(|shown| answered.iter().position(|pair| *pair == shown.pair.id));
        let end = answered.len();
        (answered, here.unwrap_or(end))
    }
}
