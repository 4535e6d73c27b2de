//! Pairs and answers out, with a word on what a format cannot hold.

use leptos::prelude::*;

use crate::domain::choice::Choice;
use crate::domain::dataset::Dataset;
use crate::ui::actions::{Actions, DataFormat};
use crate::ui::figures::many;
use crate::ui::widgets::{Glyph, Icon, Select};

/// The card.
#[component]
pub fn Export() -> impl IntoView {
    let actions = Actions::of_page();
    let workspace = actions.state.workspace;
    let format = RwSignal::new(DataFormat::default());
    let options = DataFormat::ALL.map(|format| (format.word().to_owned(), format.name().to_owned())).to_vec();
    let on_change =
        Callback::new(move |word: String| format.set(DataFormat::from_word(&word).unwrap_or_default()));
    let held = move || {
        workspace.dataset.with(|dataset| match format.get() {
            DataFormat::Trl => what_preferences_hold(dataset),
            DataFormat::Pairs => {
                format!(
                    "Holds all {}, answered or not, with the newest answer of each.",
                    many(dataset.len(), "pair")
                )
            }
            DataFormat::Log => {
                "Holds every answer and every undo with its time and the side shown, without the texts."
                    .into()
            }
        })
    };
    let empty = move || match format.get() {
        DataFormat::Trl => workspace.counts.get().preferences == 0,
        DataFormat::Pairs => workspace.counts.get().pairs == 0,
        DataFormat::Log => workspace.counts.get().annotated + workspace.counts.get().skipped == 0,
    };
    view! {
        <section class="card" aria-labelledby="export-head">
            <h3 id="export-head">"Take your data along"</h3>
            <Select
                id="export-format"
                label="Format"
                options=options
                value=Signal::derive(move || format.get().word().to_owned())
                on_change=on_change
            />
            <p class="quiet" role="status">
                {held}
            </p>
            <button
                type="button"
                class="button"
                data-testid="export-data"
                prop:disabled=empty
                on:click=move |_| actions.export_data(format.get_untracked())
            >
                <Icon glyph=Glyph::Download />
                "Download JSON Lines"
            </button>
        </section>
    }
}

/// Ties and the like have no place in chosen and rejected: say how many stay behind.
fn what_preferences_hold(dataset: &Dataset) -> String {
    let mut left_out = vec![];
    let mut held = 0;
    for (choice, number) in dataset.counts() {
        match choice {
            Choice::A | Choice::B => held += number,
            Choice::Tie if number > 0 => left_out.push(many(number, "tie")),
            Choice::BothGood if number > 0 => left_out.push(format!("{number} both good")),
            Choice::BothBad if number > 0 => left_out.push(format!("{number} both bad")),
            Choice::Skip if number > 0 => left_out.push(format!("{number} skipped")),
            Choice::Tie | Choice::BothGood | Choice::BothBad | Choice::Skip => {}
        }
    }
    let held = format!("Holds {}: what trainers such as TRL read.", many(held, "preference"));
    if left_out.is_empty() { held } else { format!("{held} It cannot hold {}.", left_out.join(", ")) }
}
