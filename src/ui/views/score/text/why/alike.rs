//! The answered pairs that a response is most like.

use leptos::prelude::*;

use crate::domain::choice::{Choice, Side};
use crate::protocol::scoring::Neighbour;
use crate::ui::actions::Actions;
use crate::ui::figures::signed;
use crate::ui::views::data::excerpt;

/// The list; each opens its pair.
pub fn alike(actions: Actions, neighbours: &[Neighbour], suffix: &'static str) -> AnyView {
    let lines: Vec<AnyView> = neighbours.iter().filter_map(|it| line(actions, it)).collect();
    if lines.is_empty() {
        return view! { <p class="quiet">"There is no answered pair yet to compare it with."</p> }.into_any();
    }
    view! {
        <h4>"Most like these you answered"</h4>
        <ul class="why-alike" data-testid=format!("why-alike{suffix}")>
            {lines}
        </ul>
    }
    .into_any()
}

/// A response with what was said of it; `None` if its pair is gone since.
fn line(actions: Actions, it: &Neighbour) -> Option<AnyView> {
    let (text, answer) = actions.state.workspace.dataset.with_untracked(|dataset| {
        let pair = dataset.pair(&it.pair)?;
        let text = match it.side {
            Side::A => &pair.response_a,
            Side::B => &pair.response_b,
        };
        Some((excerpt(text), dataset.answer(&it.pair).map(|answer| answer.label.choice)))
    })?;
    let (pair, name) = (it.pair.clone(), it.pair.to_string());
    let figures = format!("likeness {:.2} \u{b7} scores {}", it.similarity, signed(f64::from(it.score)));
    Some(
        view! {
            <li data-pair=name data-value=it.similarity.to_string()>
                <button type="button" class="mistake-line" on:click=move |_| actions.open_pair(pair.clone())>
                    <span class="mistake-prompt" dir="auto">
                        {text}
                    </span>
                    <span class="mistake-sure">{said(answer, it.side)}<br />{figures}</span>
                </button>
            </li>
        }
        .into_any(),
    )
}

/// What was said of this response.
fn said(answer: Option<Choice>, side: Side) -> &'static str {
    match (answer, answer.and_then(Choice::preferred)) {
        (_, Some(better)) if better == side => "the better one",
        (_, Some(_)) => "the worse one",
        (Some(Choice::BothGood), None) => "both good",
        (Some(Choice::BothBad), None) => "both bad",
        (Some(Choice::A | Choice::B | Choice::Tie), None) => "a tie",
        (Some(Choice::Skip) | None, None) => "not answered",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_of_the_response_it_is_about() {
        assert_eq!(said(Some(Choice::A), Side::A), "the better one");
        assert_eq!(said(Some(Choice::A), Side::B), "the worse one");
        assert_eq!(said(Some(Choice::BothBad), Side::B), "both bad");
        assert_eq!(said(None, Side::B), "not answered");
    }
}
