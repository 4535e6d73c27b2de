//! The pair on the screen: counters, prompt, two responses. Text is shown as text, never as HTML.

use leptos::prelude::*;

use crate::domain::choice::{Choice, ShownOrder, Side};
use crate::ui::actions::Actions;
use crate::ui::state::Shown;
use crate::ui::widgets::{Glyph, Icon};

/// How far the person has come.
#[component]
pub fn Counters() -> impl IntoView {
    let state = Actions::of_page().state;
    let (counts, help) = (state.workspace.counts, state.help);
    let share = move || {
        let counts = counts.get();
        1.0 - counts.remaining as f64 / counts.pairs.max(1) as f64
    };
    view! {
        <div class="counters">
            <p role="status">
                <b data-testid="annotated-count">{move || counts.get().annotated}</b>
                " answered"
                <span class="sep">"·"</span>
                <b data-testid="queue-remaining">{move || counts.get().remaining}</b>
                " to go"
                {move || {
                    let skipped = counts.get().skipped;
                    (skipped > 0)
                        .then(|| {
                            view! {
                                <span class="sep">"·"</span>
                                {skipped}
                                " skipped"
                            }
                        })
                }}
            </p>
            <div class="hairline" aria-hidden="true">
                <div style:transform=move || format!("scaleX({:.4})", share())></div>
            </div>
            <button type="button" class="text-button keys-button" on:click=move |_| help.set(true)>
                <Icon glyph=Glyph::Help />
                "Keys"
            </button>
        </div>
    }
}

/// Prompt and responses of the current pair.
#[component]
pub fn PairOnScreen() -> impl IntoView {
    let actions = Actions::of_page();
    let workspace = actions.state.workspace;
    // Another tab may answer the pair while it is on this screen.
    let earlier = Memo::new(move |_| workspace.earlier_choice());
    Effect::new(move || {
        workspace.current.with(|_| ());
        actions.pair_is_shown();
    });
    move || {
        workspace.current.get().map(|shown| {
            let (first, second) = in_places(&shown);
            view! {
                <article class="pair">
                    {move || {
                        earlier.get().map(|choice| view! { <AnsweredBefore choice=choice order=shown.order /> })
                    }}
                    <section class="prompt" aria-label="Prompt">
                        <p class="label">"Prompt"</p>
                        <div class="prompt-text" data-testid="pair-prompt" tabindex="0">
                            {shown.pair.prompt.clone()}
                        </div>
                    </section>
                    <div class="responses">
                        <Response letter="A" testid="response-a" text=first />
                        <Response letter="B" testid="response-b" text=second />
                    </div>
                </article>
            }
        })
    }
}

/// One response. Its letter names the place on the screen.
#[component]
fn Response(letter: &'static str, testid: &'static str, text: String) -> impl IntoView {
    let empty = text.trim().is_empty();
    view! {
        <section class="response" aria-label=format!("Response {letter}")>
            <p class="response-letter" aria-hidden="true">
                {letter}
            </p>
            <div class="response-text" data-testid=testid tabindex="0">
                {text}
            </div>
            {empty.then(|| view! { <p class="quiet empty-response">"This response is empty."</p> })}
        </section>
    }
}

#[component]
fn AnsweredBefore(choice: Choice, order: ShownOrder) -> impl IntoView {
    let actions = Actions::of_page();
    let said = match choice.preferred() {
        Some(side) if side == order.first() => "A is better",
        Some(_) => "B is better",
        None => match choice {
            Choice::Tie => "a tie",
            Choice::BothGood => "both good",
            Choice::BothBad => "both bad",
            Choice::Skip | Choice::A | Choice::B => "skipped",
        },
    };
    view! {
        <p class="answered-before">
            "You have answered this pair: "<strong>{said}</strong>". Answer again to change it. "
            <button type="button" class="text-button" on:click=move |_| actions.leave_revisited()>
                "Leave it as it is"
            </button>
        </p>
    }
}

/// The two texts in the order of the places.
fn in_places(shown: &Shown) -> (String, String) {
    let (a, b) = (shown.pair.response_a.clone(), shown.pair.response_b.clone());
    match shown.order.first() {
        Side::A => (a, b),
        Side::B => (b, a),
    }
}
