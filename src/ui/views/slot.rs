//! Which of the two models is looked at.

use leptos::prelude::*;

use crate::protocol::Slot;
use crate::protocol::event::{MadeBy, ModelCard};
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::widgets::Select;

/// A choice between the models that there are.
#[component]
pub fn SlotSelect() -> impl IntoView {
    let actions = Actions::of_page();
    let state = actions.state;
    let options = Signal::derive(move || {
        let mut options = vec![];
        if state.engine.living.with(Option::is_some) {
            options.push((word(Slot::Living).to_owned(), "Living: follows every answer".to_owned()));
        }
        if let Some(card) = state.engine.trained.get() {
            let kept = state.models.used().map(|model| format!("Trained: {}", browser::title(&model)));
            options.push((word(Slot::Trained).to_owned(), kept.unwrap_or_else(|| made_by(&card))));
        }
        options
    });
    let value = Signal::derive(move || word(state.slot_in_view()).to_owned());
    let on_change = Callback::new(move |chosen: String| {
        actions.look_at(if chosen == word(Slot::Trained) { Slot::Trained } else { Slot::Living });
    });
    view! { <Select id="slot-select" label="Model" options=options value=value on_change=on_change /> }
}

fn word(slot: Slot) -> &'static str {
    match slot {
        Slot::Living => "living",
        Slot::Trained | Slot::Beside(_) => "trained",
    }
}

fn made_by(card: &ModelCard) -> String {
    match card.made_by {
        MadeBy::ExactFit(_) => "Trained: from a file of an exact fit".into(),
        MadeBy::Descent(run) => format!("Trained: run {}", run.0),
        MadeBy::Upload => "Trained: from a file".into(),
        MadeBy::Brought => "Came with the backbone".into(),
    }
}
