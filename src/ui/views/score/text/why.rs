//! Why the responses score as they do: token by token, sentence by sentence, and what they are like. Shown on demand,
//! and then it follows what is typed.

mod alike;
mod difference;
mod parts;

use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::state::Why;
use crate::ui::widgets::FaultNote;

/// The button, and the answer below it.
pub fn why(actions: Actions) -> AnyView {
    let (scoring, why) = (actions.state.scoring, actions.state.why);
    let two = Memo::new(move |_| scoring.other.with(|other| !other.is_empty()));
    let none = Memo::new(move |_| scoring.scores.with(Option::is_none));
    view! {
        <section class="why" aria-label="Why">
            <button
                type="button"
                class="button toggle"
                data-testid="score-why"
                aria-pressed=move || if why.wanted.get() { "true" } else { "false" }
                prop:disabled=move || none.get() && !why.wanted.get()
                on:click=move |_| actions.turn_why()
            >
                {move || if two.get() { "Why these scores?" } else { "Why this score?" }}
            </button>
            {move || why.wanted.get().then(|| shown(actions))}
        </section>
    }
    .into_any()
}

fn shown(actions: Actions) -> AnyView {
    let (scoring, why) = (actions.state.scoring, actions.state.why);
    let count = Memo::new(move |_| why.told.with(Vec::len));
    let sides = move || {
        let count = count.get();
        (0..count).map(|response| side(actions, response, count)).collect_view()
    };
    let behind = move || {
        let first = scoring.response.get();
        why.told.with(|told| told.first().is_some_and(|told| told.response != first))
    };
    let words = move || match (count.get(), why.pending.get(), behind()) {
        (_, true, false) | (0, true, true) => "Being worked out\u{2026}",
        (_, _, true) => "Of the text before your last changes.",
        (0, false, false) if why.trouble.with(Option::is_none) => {
            "As soon as there is a score, this says what it is made of."
        }
        (_, false, false) => "",
    };
    view! {
        <p class="quiet" role="status">
            {words}
        </p>
        {move || why.trouble.get().map(|fault| view! { <FaultNote fault=fault /> })}
        <div class="why-shown" class:behind=behind aria-busy=move || why.pending.get().to_string()>
            {move || why.told.with(|told| difference::difference(told)).map(|words| view! { <p>{words}</p> })}
            <div class="score-columns">{sides}</div>
            {move || (count.get() > 0).then(method)}
        </div>
    }
    .into_any()
}

/// All that is told of one response.
fn side(actions: Actions, response: usize, count: usize) -> AnyView {
    let why = actions.state.why;
    let (name, suffix) = match (count, response) {
        (1, _) => ("The response", ""),
        (_, 0) => ("The first response", ""),
        (_, _) => ("The second response", "-b"),
    };
    let largest = largest(why);
    // Each part is drawn anew only when it has changed: the others come a moment later.
    let tokens = Memo::new(move |_| {
        why.told.with(|told| {
            let told = told.get(response)?;
            Some((told.prompt.clone(), told.response.clone(), told.tokens.clone()?))
        })
    });
    let sentences = Memo::new(move |_| {
        why.told.with(|told| {
            let told = told.get(response)?;
            Some((told.response.clone(), told.sentences.clone()?))
        })
    });
    let neighbours = Memo::new(move |_| why.told.with(|told| told.get(response)?.alike.clone()));
    view! {
        <section class="why-side" aria-label=name>
            <h3>{name}</h3>
            {move || {
                tokens
                    .with(|it| {
                        it.as_ref()
                            .map(|(prompt, response, tokens)| {
                                parts::by_token(prompt, response, tokens, largest.get(), suffix)
                            })
                    })
            }}
            {move || {
                sentences
                    .with(|it| {
                        it.as_ref().map(|(text, pieces)| parts::by_sentence(text, pieces, suffix))
                    })
            }}
            {move || neighbours.get().map(|all| alike::alike(actions, &all, suffix))}
        </section>
    }
    .into_any()
}

/// What the most weighty token of all responses adds, in absolute value: the full colour.
fn largest(why: Why) -> Memo<f32> {
    Memo::new(move |_| {
        why.told.with(|told| {
            let all = told.iter().filter_map(|told| told.tokens.as_ref()).flat_map(|tokens| &tokens.pieces);
            all.filter(|piece| piece.start < piece.end).map(|piece| piece.part.abs()).fold(0.0, f32::max)
        })
    })
}

fn method() -> AnyView {
    view! {
        <details class="numbers">
            <summary>"How it is taken apart"</summary>
            <p class="quiet">
                "By token: gradient \u{d7} input at the pooled layer, measured from the average text. The score is linear in what is
                pooled there, so that tokens and length add up to it exactly; the other gradient methods come to the same (Ancona and
                others, 2018). What one token has told another before that layer counts as the other\u{2019}s."
            </p>
            <p class="quiet">
                "By sentence: the score, less that of the same response without the sentence, computed anew. What two sentences do
                together is in both numbers or in neither, so these do not add up."
            </p>
        </details>
    }
    .into_any()
}
