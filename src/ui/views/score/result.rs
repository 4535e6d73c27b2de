//! The scores, and what they mean for each other.

use leptos::prelude::*;

use crate::protocol::Slot;
use crate::protocol::event;
use crate::ui::actions::Actions;
use crate::ui::figures::{many, milliseconds, percent, signed};
use crate::ui::widgets::FaultNote;

/// The first response's score.
#[component]
pub fn First() -> impl IntoView {
    let scoring = Actions::of_page().state.scoring;
    view! { <Number score=Signal::derive(move || scoring.first()) testid="score-value" /> }
}

/// The second response's score.
#[component]
pub fn Second() -> impl IntoView {
    let scoring = Actions::of_page().state.scoring;
    view! { <Number score=Signal::derive(move || scoring.second()) testid="score-value-b" /> }
}

#[component]
fn Number(score: Signal<Option<event::Score>>, testid: &'static str) -> impl IntoView {
    let pending = Actions::of_page().state.scoring.pending;
    let value = move || score.with(|score| score.as_ref().map(|score| score.value));
    let made_of = move || score.get().map(|score| made_of(&score));
    view! {
        <div
            class="score-result"
            class:empty=move || value().is_none()
            aria-busy=move || if pending.get() { "true" } else { "false" }
        >
            <b
                class="score-number"
                data-testid=testid
                data-value=move || value().map(|value| value.to_string())
            >
                {move || value().map_or("–".to_owned(), |value| signed(f64::from(value)))}
            </b>
            <p class="quiet">{made_of}</p>
        </div>
    }
}

fn made_of(score: &event::Score) -> String {
    let cut = match score.cut_tokens {
        0 => String::new(),
        some => format!(" · {} did not fit and were not read", many(some as usize, "token")),
    };
    format!(
        "{} · length gives {} of it{cut} · {}",
        many(score.response_tokens as usize, "token"),
        signed(f64::from(score.length_part)),
        milliseconds(f64::from(score.ms)),
    )
}

/// Which of the two the model prefers, and how surely.
#[component]
pub fn Preference() -> impl IntoView {
    let scoring = Actions::of_page().state.scoring;
    let first = move || scoring.preference();
    let words = move || match first() {
        Some(share) if share > 0.5 => format!("It would choose the first response, {} sure.", percent(share)),
        Some(share) if share < 0.5 => {
            format!("It would choose the second response, {} sure.", percent(1.0 - share))
        }
        Some(_) => "It holds them equal.".to_owned(),
        None => "With a second response you see which one it would choose. \
                 Scores of different prompts cannot be compared."
            .to_owned(),
    };
    let whose = move || {
        scoring.scores.with(|scores| {
            scores.as_ref().map(|(slot, _)| match slot {
                Slot::Living => "Scored by the living model.",
                Slot::Trained => "Scored by the trained model.",
            })
        })
    };
    view! {
        <div class="preference" class:empty=move || first().is_none()>
            <div
                class="preference-bar"
                data-testid="score-preference"
                data-value=move || first().map(|share| share.to_string())
                role="img"
                aria-label=words
            >
                <div
                    class="preference-first"
                    style:flex-grow=move || format!("{:.4}", first().unwrap_or(0.5))
                >
                    <span>{move || first().map(percent)}</span>
                </div>
                <div
                    class="preference-second"
                    style:flex-grow=move || format!("{:.4}", 1.0 - first().unwrap_or(0.5))
                >
                    <span>{move || first().map(|share| percent(1.0 - share))}</span>
                </div>
            </div>
            <p role="status">{words}" "<span class="quiet">{whose}</span></p>
            {move || scoring.trouble.get().map(|fault| view! { <FaultNote fault=fault /> })}
        </div>
    }
}
