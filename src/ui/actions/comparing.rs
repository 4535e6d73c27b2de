//! Kept models side by side: the engine holds the ticked ones for as long as the comparison is on the screen, and each
//! scores what is typed.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::domain::kept_model::ModelId;
use crate::protocol::{Command, Slot};
use crate::ui::state::{Backbone, Holding, Needs, Purpose, needs};

impl Actions {
    /// Let the engine hold what is to be compared, and nothing else.
    pub fn hold_compared(self) {
        let comparison = self.state.comparison;
        let wanted = self.to_compare();
        for held in comparison.held.get_untracked() {
            if !wanted.contains(&held.id) {
                comparison.let_go(held.number);
                self.state.engine.beside.update(|beside| drop(beside.remove(&held.number)));
                self.send(Command::Forget { slot: Slot::Beside(held.number) });
            }
        }
        for id in wanted {
            if comparison.held.with_untracked(|held| held.iter().all(|it| it.id != id)) {
                let number = comparison.hold(id.clone());
                spawn_local(async move { self.hold(number, &id).await });
            }
        }
    }

    /// The ticked models that the engine can hold now; fewer than two are no comparison.
    fn to_compare(self) -> Vec<ModelId> {
        let state = self.state;
        let chosen = state.settings.backbone.get_untracked();
        let usable = |id: &ModelId| {
            let model = state.models.get(id);
            let fits = |model| state.engine.cards.with_untracked(|cards| needs(&model, cards, &chosen));
            model.is_some_and(|model| fits(model) == Needs::Nothing)
        };
        let ready = state.engine.backbone.with_untracked(|it| matches!(it, Backbone::Ready { .. }));
        let open = state.comparison.open.get_untracked();
        let ticked = state.comparison.ticked.get_untracked();
        let ticked: Vec<ModelId> = ticked.into_iter().filter(usable).collect();
        if ready && open && ticked.len() > 1 { ticked } else { vec![] }
    }

    async fn hold(self, number: u32, id: &ModelId) {
        let comparison = self.state.comparison;
        let file = self.model_file(id).await;
        if comparison.held.with_untracked(|held| held.iter().all(|it| it.number != number)) {
            return;
        }
        match file {
            Ok(bytes) => {
                let request = self.state.ask(Purpose::ImportBeside);
                comparison.enters(number, Holding::Given(request));
                self.send(Command::Import { request, slot: Slot::Beside(number), bytes });
            }
            Err(fault) => comparison.enters(number, Holding::Failed(fault)),
        }
    }

    /// Let each of them score what is typed. While a slot has a score under way the newest text waits for it.
    pub fn compare(self) {
        let (comparison, scoring) = (self.state.comparison, self.state.scoring);
        if scoring.response.with_untracked(String::is_empty) {
            return comparison.clear();
        }
        for number in comparison.may_score() {
            let request = self.state.ask(Purpose::Compare);
            comparison.went(number, request);
            let (prompt, responses) = (scoring.prompt(), scoring.responses());
            self.send(Command::Score { request, slot: Slot::Beside(number), prompt, responses });
        }
    }
}
