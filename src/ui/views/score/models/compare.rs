//! The ticked models side by side on what is typed, one row a model.

use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::figures::{percent, signed};
use crate::ui::state::{Held, Holding, ScorePart, Scores, agreement, preferred};

/// The table, once two are ticked.
pub fn compare() -> AnyView {
    let actions = Actions::of_page();
    let state = actions.state;
    let any = Memo::new(move |_| state.comparison.ticked.with(|ticked| ticked.len() > 1));
    state.comparison.open.set(true);
    on_cleanup(move || {
        state.comparison.open.set(false);
        actions.hold_compared();
    });
    Effect::new(move || {
        state.comparison.ticked.track();
        state.engine.backbone.track();
        actions.hold_compared();
    });
    Effect::new(move || {
        state.scoring.turns.track();
        for text in [state.scoring.response, state.scoring.other] {
            text.track();
        }
        actions.compare();
    });
    (move || any.get().then(|| table(actions))).into_any()
}

fn table(actions: Actions) -> AnyView {
    let (comparison, part) = (actions.state.comparison, actions.state.scoring.part);
    let rows = move || {
        comparison.scores.with(|scores| {
            let rows =
                comparison.held.get().into_iter().map(|held| row(actions, &held, scores.get(&held.number)));
            rows.collect_view()
        })
    };
    let agreed = move || {
        comparison.scores.with(|scores| agreement(&scores.values().filter_map(preferred).collect::<Vec<_>>()))
    };
    let waits = move || {
        let waits = comparison.scores.with(|scores| scores.is_empty());
        waits.then_some("Type a response above, and each of them scores it as you type.")
    };
    view! {
        <section class="card" aria-labelledby="compare-head">
            <div class="run-head">
                <h3 id="compare-head">"Your ticked models on this text"</h3>
                <button
                    type="button"
                    class="text-button"
                    on:click=move |_| part.set(ScorePart::Models)
                >
                    "Choose others"
                </button>
            </div>
            <table class="forest compare" data-testid="compare-models">
                <thead>
                    <tr>
                        <th scope="col">"Model"</th>
                        <th scope="col">"First"</th>
                        <th scope="col">"Second"</th>
                        <th scope="col" class="forest-plot">"Prefers"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p role="status">{agreed}{waits}</p>
            <p class="quiet">
                "Each model has its own scale: its scores are to be compared with each other, never with those of another \
                 model. What can be compared is which response each prefers, and how surely."
            </p>
        </section>
    }
    .into_any()
}

fn row(actions: Actions, held: &Held, scores: Option<&Scores>) -> AnyView {
    let title = actions.state.models.get(&held.id).map(|model| browser::title(&model));
    let value = |place: usize| scores.and_then(|scores| scores.scores.get(place)).map(|score| score.value);
    let cell = |place: usize| value(place).map_or("–".to_owned(), |value| signed(f64::from(value)));
    let compared = scores.and_then(|scores| scores.compared);
    let bar = match (&held.state, compared) {
        (Holding::Failed(fault), _) => view! { <span class="quiet">{fault.to_string()}</span> }.into_any(),
        (Holding::Reading | Holding::Given(_), _) => {
            view! { <span class="quiet">"being loaded"</span> }.into_any()
        }
        (Holding::Ready, None) => ().into_any(),
        (Holding::Ready, Some(compared)) => bar(compared.shares.first, compared.shares.second),
    };
    view! {
        <tr data-model=held.id.as_str().to_owned() data-value=value(0).map(|value| value.to_string())>
            <th scope="row">{title}</th>
            <td>{cell(0)}</td>
            <td>{cell(1)}</td>
            <td class="forest-plot">{bar}</td>
        </tr>
    }
    .into_any()
}

/// Two shares as two lengths, the larger in words.
fn bar(first: f64, second: f64) -> AnyView {
    let words = match first.partial_cmp(&second) {
        Some(std::cmp::Ordering::Greater) => format!("first, {}", percent(first)),
        Some(std::cmp::Ordering::Less) => format!("second, {}", percent(second)),
        Some(std::cmp::Ordering::Equal) | None => "neither".into(),
    };
    view! {
        <div class="compare-bar" data-value=first.to_string()>
            <div class="compare-track" aria-hidden="true">
                <div class="compare-fill" style:width=format!("{:.1}%", 100.0 * first / (first + second))></div>
            </div>
            <span>{words}</span>
        </div>
    }
    .into_any()
}
