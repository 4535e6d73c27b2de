//! Pairs and answers out: in which format, with whose labels; and, before it is written, what the format cannot hold.

use leptos::prelude::*;

use crate::domain::formats::export::{Contents, ExportFormat, Lacking, Margin};
use crate::domain::handout::{Whose, holds_many};
use crate::domain::log::Purpose;
use crate::ui::actions::Actions;
use crate::ui::figures::{count, many, percent};
use crate::ui::widgets::{Glyph, Icon, ProgressBar, Select};

/// The form value of everybody's labels; no name begins with this character.
const EVERYBODY: &str = "\u{0}everybody";

/// The card.
#[component]
pub fn Export() -> impl IntoView {
    let actions = Actions::of_page();
    let state = actions.state;
    let export = state.export;
    Effect::new(move || {
        state.workspace.dataset.track();
        actions.weigh_export();
    });
    let formats =
        ExportFormat::ALL.map(|format| (format.word().to_owned(), format.name().to_owned())).to_vec();
    let format = Memo::new(move |_| export.wish.with(|wish| wish.format));
    let on_format = Callback::new(move |word: String| {
        let format = ExportFormat::from_word(&word).unwrap_or_default();
        actions.wish_for(|wish| wish.format = format);
    });
    let empty =
        move || export.contents.with(|contents| contents.as_ref().is_none_or(|contents| contents.rows == 0));
    let writing = Memo::new(move |_| export.writing.with(Option::is_some));
    view! {
        <section class="card" aria-labelledby="export-head">
            <h3 id="export-head">"Take your data along"</h3>
            <Select
                id="export-format"
                label="Format"
                options=formats
                value=Signal::derive(move || format.get().word().to_owned())
                on_change=on_format
            />
            <Options format=format />
            <p class="quiet" role="status" data-testid="export-says">
                {move || {
                    export.contents.with(|contents| contents.as_ref().map_or("Counting…".to_owned(), holds))
                }}
            </p>
            <Show
                when=move || writing.get()
                fallback=move || {
                    view! {
                        <button
                            type="button"
                            class="button"
                            data-testid="export-data"
                            prop:disabled=empty
                            on:click=move |_| actions.export_data()
                        >
                            <Icon glyph=Glyph::Download />
                            {move || format!("Download {}", format.get().file_name())}
                        </button>
                    }
                }
            >
                <ProgressBar
                    label="Export"
                    share=export.writing
                    figures=Signal::derive(move || {
                        export.writing.get().map(|share| format!("Writing: {}", percent(share))).unwrap_or_default()
                    })
                    testid="export-progress"
                />
                <button
                    type="button"
                    class="button"
                    data-testid="export-cancel"
                    on:click=move |_| actions.call_export_off()
                >
                    "Cancel"
                </button>
            </Show>
            {move || {
                export
                    .written
                    .get()
                    .map(|contents| {
                        view! { <p class="quiet" role="status" data-testid="export-written">{wrote(&contents)}</p> }
                    })
            }}
        </section>
    }
}

/// What there is to choose beside the format.
#[component]
fn Options(format: Memo<ExportFormat>) -> impl IntoView {
    let actions = Actions::of_page();
    let (export, table) = (actions.state.export, actions.state.table);
    let annotators =
        Memo::new(move |_| table.facets.with(|facets| facets.annotators.keys().cloned().collect::<Vec<_>>()));
    let whose = Signal::derive(move || {
        let together =
            if holds_many(format.get()) { "Everybody’s, side by side" } else { "What most annotators say" };
        let names = annotators.get().into_iter().map(|name| (name.clone(), format!("{name}’s alone")));
        std::iter::once((EVERYBODY.to_owned(), together.to_owned())).chain(names).collect::<Vec<_>>()
    });
    let tests = Memo::new(move |_| actions.state.workspace.counts.get().tests > 0);
    let margin = move || export.wish.with(|wish| wish.options.margin == Margin::With);
    view! {
        <Show when=move || annotators.with(|names| !names.is_empty())>
            <Select
                id="export-whose"
                label="Labels"
                options=whose
                value=Signal::derive(move || {
                    export.wish.with(|wish| match &wish.whose {
                        Whose::Everybody => EVERYBODY.to_owned(),
                        Whose::Annotator(name) => name.clone(),
                    })
                })
                on_change=Callback::new(move |word: String| {
                    let whose = if word == EVERYBODY { Whose::Everybody } else { Whose::Annotator(word) };
                    actions.wish_for(|wish| wish.whose = whose);
                })
            />
        </Show>
        <Show when=move || tests.get()>
            <Select
                id="export-tests"
                label="Test sets"
                options=[("all", "With the others"), ("learn", "Left out"), ("test", "Alone")]
                    .map(|(word, name)| (word.to_owned(), name.to_owned()))
                    .to_vec()
                value=Signal::derive(move || purpose_word(export.wish.with(|wish| wish.purpose)).to_owned())
                on_change=Callback::new(move |word: String| {
                    let all = [None, Some(Purpose::Learn), Some(Purpose::Test)];
                    let purpose = all.into_iter().find(|purpose| purpose_word(*purpose) == word).flatten();
                    actions.wish_for(|wish| wish.purpose = purpose);
                })
            />
        </Show>
        <Show when=move || format.get().takes_margin()>
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="export-margin"
                    prop:checked=margin
                    on:change=move |event| {
                        let margin = if event_target_checked(&event) { Margin::With } else { Margin::Without };
                        actions.wish_for(|wish| wish.options.margin = margin);
                    }
                />
                <span>
                    "Give every row a margin, "
                    <span class="quiet">"from strengths or marks; 0 where there is none"</span>
                </span>
            </label>
        </Show>
    }
}

fn purpose_word(purpose: Option<Purpose>) -> &'static str {
    match purpose {
        None => "all",
        Some(Purpose::Learn) => "learn",
        Some(Purpose::Test) => "test",
    }
}

/// What the file would hold, and what not.
fn holds(contents: &Contents) -> String {
    let held = format!("Holds {}.", many(contents.rows, "pair"));
    match reasons(&contents.left_out) {
        None => held,
        Some(reasons) => format!("{held} It cannot hold {reasons}."),
    }
}

fn wrote(contents: &Contents) -> String {
    let wrote = format!("Written: {}.", many(contents.rows, "row"));
    match reasons(&contents.left_out) {
        None => wrote,
        Some(reasons) => format!("{wrote} Left out: {reasons}."),
    }
}

fn reasons(left_out: &[(Lacking, usize)]) -> Option<String> {
    let reasons: Vec<String> =
        left_out.iter().map(|(why, times)| format!("{} ({})", count(*times), why.words())).collect();
    (!reasons.is_empty()).then(|| reasons.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Choice;

    #[test]
    fn what_stays_behind_is_said_by_number_and_reason() {
        let left_out = vec![(Lacking::Answer(Choice::Tie), 1_200), (Lacking::NoAnswer, 3)];
        let contents = Contents { rows: 7, left_out };
        assert_eq!(holds(&contents), "Holds 7 pairs. It cannot hold 1,200 (tie), 3 (not answered).");
        assert_eq!(holds(&Contents { rows: 1, left_out: vec![] }), "Holds 1 pair.");
    }
}
