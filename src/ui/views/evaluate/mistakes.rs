//! Where model and person disagree, the most confident disagreement first. Each pair can be read, and answered
//! anew.

use std::sync::Arc;

use leptos::prelude::*;

use crate::domain::choice::Side;
use crate::domain::evaluation::{Evaluation, Judged};
use crate::domain::metrics::preference_probability;
use crate::ui::actions::Actions;
use crate::ui::browser::{self, Way};
use crate::ui::figures::{many, percent};

/// So many are listed at first.
const PAGE: usize = 20;

/// The list.
#[component]
pub fn Mistakes(judged: Memo<Option<Arc<Evaluation>>>) -> impl IntoView {
    let shown = RwSignal::new(PAGE);
    let mistakes = Memo::new(move |_| {
        let mistakes = judged.get().map(|it| it.mistakes().into_iter().cloned().collect::<Vec<Judged>>());
        mistakes.unwrap_or_default()
    });
    let total = move || mistakes.with(Vec::len);
    view! {
        <section class="mistakes" data-testid="eval-mistakes" aria-label="Where it disagrees with you">
            <div class="section-head">
                <h3>"Where it disagrees with you"</h3>
                <p class="quiet">
                    {move || match total() {
                        0 => "Nowhere, on the answers it was judged by.".to_owned(),
                        some => {
                            format!(
                                "{}, the most confident first. Some of them may be slips of yours. Arrow keys move, Space unfolds, \
                                 Enter takes you to the pair.",
                                many(some, "pair"),
                            )
                        }
                    }}
                </p>
            </div>
            <ol>
                <For
                    each=move || mistakes.get().into_iter().take(shown.get())
                    key=|judged| (judged.pair.clone(), judged.margin.to_bits())
                    let:judged
                >
                    <Mistake judged=judged />
                </For>
            </ol>
            {move || {
                (total() > shown.get())
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| shown.update(|shown| *shown += PAGE)
                            >
                                "Show more"
                            </button>
                        }
                    })
            }}
        </section>
    }
}

/// One line that unfolds to the pair.
#[component]
fn Mistake(judged: Judged) -> impl IntoView {
    let actions = Actions::of_page();
    let workspace = actions.state.workspace;
    let open = RwSignal::new(false);
    let pair = workspace.dataset.with_untracked(|dataset| dataset.pair(&judged.pair).cloned())?;
    let chosen = workspace.dataset.with_untracked(|dataset| {
        dataset.answer(&judged.pair).and_then(|answer| answer.label.choice.preferred())
    })?;
    let sure = percent(preference_probability(-f64::from(judged.margin)));
    let (yours, its) = match chosen {
        Side::A => (pair.response_a.clone(), pair.response_b.clone()),
        Side::B => (pair.response_b.clone(), pair.response_a.clone()),
    };
    let id = judged.pair;
    let by_key = id.clone();
    let full_prompt = pair.prompt.clone();
    let content = move || {
        let id = id.clone();
        view! {
            <div class="prompt-text">{full_prompt.clone()}</div>
            <div class="responses">
                <section class="response yours">
                    <p class="response-letter">"Your choice"</p>
                    <div class="response-text" tabindex="0">
                        {yours.clone()}
                    </div>
                </section>
                <section class="response">
                    <p class="response-letter">"Its choice"</p>
                    <div class="response-text" tabindex="0">
                        {its.clone()}
                    </div>
                </section>
            </div>
            <button type="button" class="button" on:click=move |_| actions.revisit(id.clone())>
                "Answer it again"
            </button>
        }
    };
    Some(view! {
        <li class="mistake">
            <button
                type="button"
                class="mistake-line"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| open.update(|open| *open = !*open)
                on:keydown=move |event| match event.key().as_str() {
                    "Enter" => {
                        event.prevent_default();
                        actions.revisit(by_key.clone());
                    }
                    "ArrowDown" | "ArrowUp" => {
                        event.prevent_default();
                        let down = event.key() == "ArrowDown";
                        browser::move_focus(if down { Way::Down } else { Way::Up });
                    }
                    _ => {}
                }
            >
                <span class="mistake-prompt">{excerpt(&pair.prompt)}</span>
                <span class="mistake-sure">{sure}" sure"</span>
            </button>
            {move || open.get().then(|| view! { <div class="mistake-pair">{content()}</div> })}
        </li>
    })
}

fn excerpt(prompt: &str) -> String {
    const LONGEST: usize = 160;
    let line = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return if line.is_empty() { "(empty prompt)".into() } else { line };
    }
    let cut: String = line.chars().take(LONGEST).collect();
    format!("{}…", cut.trim_end())
}
