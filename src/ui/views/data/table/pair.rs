//! One pair, whole: its texts, what was said of it and by whom, note and tags; and what can be done to it.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use super::row::answer_word;
use crate::domain::choice::{Choice, Side};
use crate::domain::log::{Answer, Given};
use crate::domain::pair::Pair;
use crate::domain::table::was_too_fast;
use crate::protocol::scoring::Strip;
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::figures::{count, took};
use crate::ui::state::Backbone;
use crate::ui::widgets::{FaultNote, Glyph, Icon, token_strip};

/// A dialog over the table.
#[component]
pub fn OpenedPair() -> impl IntoView {
    let actions = Actions::of_page();
    let (workspace, table) = (actions.state.workspace, actions.state.table);
    let place = NodeRef::<html::Dialog>::new();
    let content = Memo::new(move |_| {
        let id = table.opened.get()?;
        workspace.dataset.with(|dataset| Some((dataset.pair(&id)?.clone(), dataset.answer(&id).cloned())))
    });
    Effect::new(move || {
        let Some(dialog) = place.get() else { return };
        match content.with(Option::is_some) {
            true if !dialog.open() => drop(dialog.show_modal()),
            false if dialog.open() => dialog.close(),
            true | false => {}
        }
    });
    let step = move |by: isize| {
        let now = table.active.get_untracked();
        let next = now.saturating_add_signed(by);
        if let Some(pair) = actions.pair_in_row(next).filter(|_| next != now) {
            table.active.set(next);
            table.opened.set(Some(pair));
        }
    };
    // A pair may have been opened from another tab: then it is in no row, or not in the active one.
    let in_row = Memo::new(move |_| {
        table.found.track();
        let row = table.active.get();
        table.opened.with(Option::is_some) && actions.pair_in_row(row) == table.opened.get()
    });
    let at_end = move |by: isize| {
        let next = table.active.get() as isize + by;
        next < 0 || next >= table.found.with(|found| found.len()) as isize
    };
    view! {
        <dialog
            class="dialog wide pair-dialog"
            aria-label="A pair"
            data-testid="pair-dialog"
            node_ref=place
            on:close=move |_| table.opened.set(None)
        >
            <div class="dialog-head">
                <h2>
                    {move || match in_row.get() {
                        true => format!("Pair {}", count(table.active.get() + 1)),
                        false => "A pair".to_owned(),
                    }}
                    <span class="quiet">
                        {move || {
                            in_row
                                .get()
                                .then(|| format!(" of {}", count(table.found.with(|found| found.len()))))
                        }}
                    </span>
                </h2>
                <div class="row">
                    <button
                        type="button"
                        class="icon-button"
                        aria-label="The pair before"
                        data-testid="pair-before"
                        prop:disabled=move || at_end(-1)
                        on:click=move |_| step(-1)
                    >
                        <Icon glyph=Glyph::Up />
                    </button>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label="The next pair"
                        data-testid="pair-next"
                        prop:disabled=move || at_end(1)
                        on:click=move |_| step(1)
                    >
                        <Icon glyph=Glyph::Down />
                    </button>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label="Close"
                        on:click=move |_| table.opened.set(None)
                    >
                        <Icon glyph=Glyph::Close />
                    </button>
                </div>
            </div>
            {move || {
                content.get().map(|(pair, answer)| view! { <Whole pair=pair answer=answer /> })
            }}
        </dialog>
    }
}

#[component]
fn Whole(pair: Arc<Pair>, answer: Option<Answer>) -> impl IntoView {
    let actions = Actions::of_page();
    let answered = answer.is_some();
    let preferred = answer.as_ref().and_then(|answer| answer.label.choice.preferred());
    let facts = facts(&pair, answer.as_ref());
    let (again, gone) = (pair.id.clone(), pair.id.clone());
    let response = |side: Side, letter: &'static str, by: String, text: String| {
        let empty = text.trim().is_empty();
        view! {
            <section class="response" class:yours=preferred == Some(side) aria-label=format!("Response {letter}")>
                <p class="response-letter">
                    {letter}
                    {(preferred == Some(side)).then_some(" · better")}
                    {(!by.is_empty()).then(|| view! { <span class="quiet">" "{by}</span> })}
                </p>
                <div class="response-text" tabindex="0">{text}</div>
                {empty.then(|| view! { <p class="quiet empty-response">"This response is empty."</p> })}
            </section>
        }
    };
    view! {
        <section class="prompt" aria-label="Prompt">
            <p class="label">"Prompt"</p>
            <div class="prompt-text" tabindex="0">{pair.prompt.clone()}</div>
        </section>
        <div class="responses">
            {response(Side::A, "A", pair.source_a.clone(), pair.response_a.clone())}
            {response(Side::B, "B", pair.source_b.clone(), pair.response_b.clone())}
        </div>
        <AsRead pair=pair.clone() />
        <dl class="pair-facts">
            {facts
                .into_iter()
                .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
                .collect_view()}
        </dl>
        {match answer {
            Some(answer) => view! { <Remarks answer=answer pair=pair.id.clone() /> }.into_any(),
            None => view! { <p class="quiet">"A note and tags belong to an answer: answer the pair first."</p> }.into_any(),
        }}
        <div class="row">
            <button
                type="button"
                class="button primary"
                data-testid="answer-again"
                on:click=move |_| {
                    actions.state.table.opened.set(None);
                    actions.revisit(again.clone());
                }
            >
                {if answered { "Answer it again" } else { "Answer it" }}
            </button>
            <button
                type="button"
                class="button danger"
                data-testid="delete-pair"
                on:click=move |_| actions.delete_pairs(vec![gone.clone()])
            >
                "Delete the pair"
            </button>
        </div>
    }
}

/// Both responses as the model reads them, for those who want to see it.
#[component]
fn AsRead(pair: Arc<Pair>) -> impl IntoView {
    let actions = Actions::of_page();
    let (strips, engine) = (actions.state.strips, actions.state.engine);
    let ready = Memo::new(move |_| engine.backbone.with(|it| matches!(it, Backbone::Ready { .. })));
    let place = NodeRef::<html::Details>::new();
    Effect::new(move || {
        actions.state.settings.recipe.track();
        if strips.wanted.get() && ready.get() {
            actions.read_pair(&pair);
        }
    });
    let shown = move || match strips.shown.get() {
        _ if !ready.get() => view! { <p class="quiet">"The backbone is not loaded yet."</p> }.into_any(),
        None => ().into_any(),
        Some(Err(fault)) => view! { <FaultNote fault=fault /> }.into_any(),
        Some(Ok(strips)) => {
            let strip = |(strip, letter): (&Strip, &str)| {
                token_strip(
                    format!("strip-{letter}"),
                    format!("Prompt and response {letter}, token by token"),
                    strip,
                )
            };
            let [a, b] = ["A", "B"].map(|letter| view! { <p class="response-letter">{letter}</p> });
            let mut both = strips.iter().zip(["A", "B"]).map(strip);
            view! {
                <div>{a} {both.next()}</div>
                <div>{b} {both.next()}</div>
                <p class="quiet">
                    "By the recipe of the Train tab. Underlined tokens\u{2019} hidden states become the vector that is scored; pale
                    ones are what the backbone\u{2019}s family, or its chat template, puts around the texts and between the turns of
                    a conversation."
                </p>
            }
                .into_any()
        }
    };
    view! {
        <details
            class="as-read"
            node_ref=place
            prop:open=strips.wanted.get_untracked()
            on:toggle=move |_| strips.wanted.set(place.get_untracked().is_some_and(|it| it.open()))
        >
            <summary data-testid="as-read">"As the model reads it"</summary>
            {move || strips.wanted.get().then(shown)}
        </details>
    }
}

/// What is known of a pair beside its texts.
fn facts(pair: &Pair, answer: Option<&Answer>) -> Vec<(&'static str, String)> {
    let mut facts = vec![];
    if let Some(answer) = answer {
        let label = &answer.label;
        let choice = match label.choice {
            Choice::A | Choice::B => format!("{} is better", answer_word(label.choice)),
            Choice::Tie | Choice::BothGood | Choice::BothBad | Choice::Skip => {
                answer_word(label.choice).into()
            }
        };
        facts.push(("Answer", choice));
        if let Some(strength) = label.strength {
            facts.push(("Strength", format!("{} of 3", strength.get())));
        }
        if let Some(margin) = label.margin {
            facts.push(("Margin", format!("{margin}")));
        }
        if !answer.annotator.is_empty() {
            facts.push(("By", answer.annotator.clone()));
        }
        facts.push(("When", browser::moment(answer.at_ms)));
        facts.push(("How", how(pair, answer)));
    }
    facts.push(("Source", pair.source.clone()));
    if !pair.subset.is_empty() {
        facts.push(("Part", pair.subset.clone()));
    }
    facts
}

fn how(pair: &Pair, answer: &Answer) -> String {
    match answer.given {
        Given::OnPage { lead_ms, .. } if was_too_fast(pair, answer) => {
            format!("on this page in {}, too fast to have been read", took(lead_ms as f64 / 1000.0))
        }
        Given::OnPage { lead_ms, .. } => format!("on this page in {}", took(lead_ms as f64 / 1000.0)),
        Given::Imported { .. } => "came with a file".into(),
        Given::Adjudicated => "settled between annotators".into(),
    }
}

/// Note and tags, to be changed.
#[component]
fn Remarks(answer: Answer, pair: crate::domain::pair::PairId) -> impl IntoView {
    let actions = Actions::of_page();
    let note = RwSignal::new(answer.label.note.clone());
    let tags = RwSignal::new(answer.label.tags.join(", "));
    let before = (answer.label.note, answer.label.tags);
    let changed = Memo::new(move |_| note.get() != before.0 || split(&tags.get()) != before.1);
    let save =
        move |_| actions.annotate_answer(pair.clone(), split(&tags.get_untracked()), note.get_untracked());
    view! {
        <div class="remarks">
            <div class="field">
                <label for="pair-tags">"Tags, with commas between them"</label>
                <input
                    id="pair-tags"
                    data-testid="pair-tags"
                    autocomplete="off"
                    prop:value=move || tags.get()
                    on:input=move |event| tags.set(event_target_value(&event))
                />
            </div>
            <div class="field">
                <label for="pair-note">"Note"</label>
                <textarea
                    id="pair-note"
                    data-testid="pair-note"
                    rows="2"
                    prop:value=move || note.get()
                    on:input=move |event| note.set(event_target_value(&event))
                ></textarea>
            </div>
            <button
                type="button"
                class="button"
                data-testid="save-remarks"
                prop:disabled=move || !changed.get()
                on:click=save
            >
                "Save note and tags"
            </button>
        </div>
    }
}

/// Tags of a line, each once.
fn split(line: &str) -> Vec<String> {
    let mut tags: Vec<String> = vec![];
    for tag in line.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_split_at_commas_each_once() {
        assert_eq!(split(" odd, needs care ,, odd,"), ["odd", "needs care"]);
        assert!(split(" , ").is_empty());
    }
}
