//! The annotator, measured: with themselves, with places, with time, with others. In sentences, with what is not known.

mod agreement;
mod habits;

use leptos::prelude::*;

use super::Dialogs;
use crate::ui::actions::Actions;
use crate::ui::widgets::{Dialog, NumberField};

/// The dialog. What it says is worked out when it opens.
#[component]
pub fn You() -> impl IntoView {
    let dialogs: Dialogs = expect_context();
    view! {
        <Dialog open=dialogs.you title="You as an annotator" class="roomy">
            <div class="you">
                <Name />
                <habits::Habits />
                <agreement::Others />
                <RepeatShare />
            </div>
        </Dialog>
    }
}

/// A name for the screen: labels without one are nobody's in particular.
pub fn name_of(annotator: &str) -> String {
    if annotator.is_empty() { "no name".to_owned() } else { annotator.to_owned() }
}

#[component]
fn Name() -> impl IntoView {
    let actions = Actions::of_page();
    let name = actions.state.settings.annotator;
    view! {
        <div class="field">
            <label for="annotator-name">"Your name, if you like"</label>
            <input
                id="annotator-name"
                data-testid="annotator-name"
                type="text"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || name.get()
                on:change=move |event| actions.set_annotator(&event_target_value(&event))
            />
            <p class="hint">
                "It stands in the log beside each answer you give from now on, so that answers of several people can be
                told apart once their files are put together. It goes nowhere else."
            </p>
        </div>
    }
}

#[component]
fn RepeatShare() -> impl IntoView {
    let actions = Actions::of_page();
    let value = actions.state.settings.repeat_percent.get_untracked().to_string();
    let on_change = Callback::new(move |text: String| match text.trim().parse::<u8>() {
        Ok(percent @ 0..=50) => {
            actions.set_repeat_percent(percent);
            Ok(())
        }
        Ok(_) | Err(_) => Err("Give a whole number from 0 to 50.".to_owned()),
    });
    view! {
        <NumberField
            id="repeat-percent"
            label="Pairs that come back, of a hundred"
            hint="Sides swapped, ten answers later at the earliest. Your first answer goes on counting."
            value=value
            on_change=on_change
        />
    }
}
