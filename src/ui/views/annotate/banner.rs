//! A word above a pair that is not simply the next one: it was answered before, or is to be settled.

use leptos::prelude::*;

use super::said;
use crate::domain::choice::ShownOrder;
use crate::domain::log::{Answer, Given};
use crate::domain::pair::PairId;
use crate::ui::actions::Actions;
use crate::ui::state::{Reason, Shown};

/// Shown where there is something to say.
#[component]
pub fn Banner(
    /// The pair on the screen.
    shown: Shown,
) -> impl IntoView {
    let actions = Actions::of_page();
    let workspace = actions.state.workspace;
    // Another tab may answer the pair while it is on this screen.
    let earlier = Memo::new(move |_| workspace.earlier_answer());
    let Shown { pair, order, reason } = shown;
    let id = pair.id.clone();
    move || match (reason, earlier.get()) {
        (Reason::Settling, _) => Some(view! { <Settling pair=id.clone() order=order /> }.into_any()),
        (Reason::Asked(_), Some(answer)) => {
            Some(view! { <AnsweredBefore answer=answer order=order /> }.into_any())
        }
        (Reason::Asked(_), None) => None,
    }
}

#[component]
fn AnsweredBefore(answer: Answer, order: ShownOrder) -> impl IntoView {
    let actions = Actions::of_page();
    let draft = actions.state.draft;
    let words = said::in_words(answer.label.choice, order);
    let whose = whose(&answer, &actions.state.workspace.me().annotator);
    let remarked = Memo::new(move |_| draft.differs(&answer.label));
    view! {
        <div class="answered-before" data-testid="answered-before">
            <p>{whose}": "<strong>{words}</strong>". Answer again to change it."</p>
            <div class="row">
                {move || {
                    remarked
                        .get()
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="text-button"
                                    data-testid="keep-remarks"
                                    on:click=move |_| actions.save_remarks()
                                >
                                    "Save strength, tags and note"
                                </button>
                            }
                        })
                }}
                <button
                    type="button"
                    class="text-button"
                    data-testid="go-on"
                    on:click=move |_| actions.leave_revisited()
                >
                    "Leave it as it is"
                </button>
            </div>
        </div>
    }
}

/// Where the answer comes from, as the beginning of a sentence.
fn whose(answer: &Answer, me: &str) -> String {
    match &answer.given {
        Given::Imported { .. } => "A file has answered this pair".into(),
        Given::Adjudicated => "This pair was settled".into(),
        Given::OnPage { .. } if answer.annotator.is_empty() || answer.annotator == me => {
            "You have answered this pair".into()
        }
        Given::OnPage { .. } => format!("{} has answered this pair", answer.annotator),
    }
}

#[component]
fn Settling(pair: PairId, order: ShownOrder) -> impl IntoView {
    let actions = Actions::of_page();
    let labels = actions.state.workspace.dataset.with_untracked(|dataset| dataset.labels(&pair));
    let voices = labels
        .into_iter()
        .map(|answer| {
            let name = super::you::name_of(&answer.annotator);
            format!("{name}: {}", said::in_words(answer.label.choice, order))
        })
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <div class="answered-before" data-testid="settling">
            <p><strong>{voices}</strong>". Your answer settles it."</p>
            <button type="button" class="text-button" on:click=move |_| actions.leave_revisited()>
                "Leave it open"
            </button>
        </div>
    }
}
