//! What the person has answered, newest first, each to be gone back to.

use leptos::prelude::*;

use super::{Dialogs, said};
use crate::domain::log::Asked;
use crate::domain::pair::PairId;
use crate::ui::actions::Actions;
use crate::ui::figures::many;
use crate::ui::widgets::Dialog;

/// More than this nobody reads; the table under Data has them all.
const SHOWN: usize = 200;

/// One answer in the list.
struct Entry {
    pair: PairId,
    short: &'static str,
    words: String,
    prompt: String,
}

/// The dialog.
#[component]
pub fn History() -> impl IntoView {
    let dialogs: Dialogs = expect_context();
    view! {
        <Dialog open=dialogs.history title="What you have answered" class="roomy">
            <List />
        </Dialog>
    }
}

#[component]
fn List() -> impl IntoView {
    let actions = Actions::of_page();
    let dialogs: Dialogs = expect_context();
    let row = move |Entry { pair, short, words, prompt }: Entry| {
        let back = move |_| {
            dialogs.history.set(false);
            actions.revisit(pair.clone());
        };
        view! {
            <li>
                <button type="button" class="history-row" on:click=back>
                    <span class="history-sign" aria-hidden="true">
                        {short}
                    </span>
                    <span class="history-prompt">{prompt}</span>
                    <span class="quiet">{words}</span>
                </button>
            </li>
        }
    };
    move || {
        let (entries, more) = entries();
        if entries.is_empty() {
            return view! { <p class="quiet">"Nothing yet. Your answers will stand here, newest first."</p> }
                .into_any();
        }
        view! {
            <ol class="history" data-testid="history-list">
                {entries.into_iter().map(row).collect_view()}
            </ol>
            {(more > 0)
                .then(|| {
                    let older = many(more, "older answer");
                    view! { <p class="quiet">{format!("{older} can be found in the table under Data.")}</p> }
                })}
        }
        .into_any()
    }
}

/// The newest answers, and how many more there are.
fn entries() -> (Vec<Entry>, usize) {
    Actions::of_page().state.workspace.with_given(|dataset, given| {
        let more = given.len().saturating_sub(SHOWN);
        let entries = given.iter().rev().take(SHOWN).filter_map(|given| {
            let pair = dataset.pair(given.pair)?;
            let label = given.label;
            let mut words = vec![said::in_words(label.choice, given.shown).to_owned()];
            words.extend(label.strength.map(|strength| said::how_much(strength).to_lowercase()));
            words.extend((given.asked == Asked::Repeat).then(|| "asked again".to_owned()));
            words.extend(label.tags.iter().map(|tag| format!("#{tag}")));
            words.extend((!label.note.is_empty()).then(|| format!("“{}”", label.note)));
            Some(Entry {
                pair: given.pair.clone(),
                short: said::in_short(label.choice, given.shown),
                words: words.join(" · "),
                prompt: said::beginning(pair),
            })
        });
        (entries.collect(), more)
    })
}
