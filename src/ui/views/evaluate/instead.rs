//! What it may have learned instead: length, place, formatting. Each with its uncertainty, and a plain sentence.

use leptos::prelude::*;

use crate::domain::evaluation::instead::{ByLength, Following, Habit, Trait};
use crate::domain::metrics::{Correlation, Share};
use crate::ui::actions::Actions;
use crate::ui::figures::{chance, count, many, percent, signed};
use crate::ui::widgets::{Whisker, WhiskerLine};

/// The section.
#[component]
pub fn Instead() -> impl IntoView {
    let study = Actions::of_page().state.study;
    let by_length = move || study.looked.with(|looked| looked.by_length);
    let following = move || study.looked.with(|looked| looked.following.clone());
    let position = move || study.looked.with(|looked| looked.position);
    view! {
        <section class="card instead" data-testid="eval-instead" aria-label="What it may have learned instead">
            <h3>"What it may have learned instead"</h3>
            {move || by_length().map(|it| view! { <Length it=it /> })}
            <table class="forest">
                <thead>
                    <tr>
                        <th scope="col">"More of it"</th>
                        <th scope="col">"You chose it"</th>
                        <th scope="col" class="forest-plot"></th>
                        <th scope="col">"The model follows it"</th>
                        <th scope="col" class="forest-plot"></th>
                    </tr>
                </thead>
                <tbody>
                    {move || following().into_iter().map(|it| view! { <Row it=it /> }).collect_view()}
                    {move || position().map(|it| view! { <Position it=it /> })}
                </tbody>
            </table>
            <ul class="sentences">
                {move || {
                    following()
                        .iter()
                        .filter_map(sentence)
                        .chain(position().map(place_sentence))
                        .map(|words| view! { <li>{words}</li> })
                        .collect_view()
                }}
            </ul>
            <p class="quiet">
                "A habit is named where a fair coin would show as much less than once in twenty; so of twenty such lines, one is
                chance. That an answer goes along with length does not make it wrong: better answers may be longer."
            </p>
        </section>
    }
}

/// Accuracy with length held equal.
#[component]
fn Length(it: ByLength) -> impl IntoView {
    let part = |share: Share| match (share.value(), share.interval()) {
        (Some(value), Some(interval)) => format!(
            "{} ({} to {}, of {})",
            percent(value),
            percent(interval.low),
            percent(interval.high),
            count(share.whole)
        ),
        _ => "no pair".to_owned(),
    };
    let words = match (it.controlled, it.interval) {
        (Some(value), Some(interval)) if interval.low > 0.5 => {
            format!(
                "With length held equal it is right on {}: it has learned more than length.",
                percent(value)
            )
        }
        (Some(value), _) => format!(
            "With length held equal it is right on {}: that it has learned more than length cannot be told yet.",
            percent(value)
        ),
        (None, _) => {
            "You always chose in the same direction of length, so length and quality cannot be told apart."
                .into()
        }
    };
    let interval = it
        .interval
        .map(|interval| format!(" 95% interval {} to {}.", percent(interval.low), percent(interval.high)));
    view! {
        <p
            class="verdict-line"
            data-testid="eval-length-controlled"
            data-value=it.controlled.map(|value| value.to_string())
        >
            {words}
        </p>
        <WhiskerLine it=Whisker::share(it.controlled, it.interval) />
        <p class="quiet">
            {format!(
                "Right where you chose the longer response: {}. Where you chose the shorter: {}.",
                part(it.longer),
                part(it.shorter),
            )}
            {interval}
        </p>
    }
}

#[component]
fn Row(it: Following) -> impl IntoView {
    view! {
        <tr data-trait=format!("{:?}", it.what) data-told=it.habit.is_some_and(|habit| habit.told()).to_string()>
            <th scope="row">{name(it.what)}</th>
            <HabitCells habit=it.habit />
            <ModelCells model=it.model />
        </tr>
    }
}

#[component]
fn Position(it: Habit) -> impl IntoView {
    view! {
        <tr data-trait="Position" data-told=it.told().to_string()>
            <th scope="row">"On the left"</th>
            <HabitCells habit=Some(it) />
            <td colspan="2" class="quiet">"it never sees the place"</td>
        </tr>
    }
}

#[component]
fn HabitCells(habit: Option<Habit>) -> impl IntoView {
    match habit {
        Some(it) => view! {
            <td>
                <span class="phone-label">"you chose it: "</span>
                <b>{it.share.value().map(percent)}</b>
                <span class="quiet">{format!(" of {}, {}", count(it.share.whole), chance(it.p))}</span>
            </td>
            <td class="forest-plot">
                <WhiskerLine it=Whisker::share(it.share.value(), Some(it.interval)) />
            </td>
        }
        .into_any(),
        None => view! { <td colspan="2" class="quiet">"never differs"</td> }.into_any(),
    }
}

#[component]
fn ModelCells(model: Option<Correlation>) -> impl IntoView {
    match model {
        Some(it) => view! {
            <td>
                <span class="phone-label">"the model follows it: "</span>
                <b>{signed(it.r)}</b>
                <span class="quiet">{format!(" ({} to {})", signed(it.interval.low), signed(it.interval.high))}</span>
            </td>
            <td class="forest-plot">
                <WhiskerLine it=Whisker::difference(1.0, Some(it.r), Some(it.interval)) />
            </td>
        }
        .into_any(),
        None => view! { <td colspan="2" class="quiet">"–"</td> }.into_any(),
    }
}

fn name(what: Trait) -> &'static str {
    match what {
        Trait::Length => "Length",
        Trait::Lists => "List items",
        Trait::Bold => "Bold",
        Trait::Headers => "Headers",
        Trait::Code => "Code",
        Trait::Sentences => "Words a sentence",
    }
}

/// The response that has more of it, or less.
fn things(what: Trait, more: bool) -> &'static str {
    match (what, more) {
        (Trait::Length, true) => "the longer response",
        (Trait::Length, false) => "the shorter response",
        (Trait::Lists, true) => "the response with more list items",
        (Trait::Lists, false) => "the response with fewer list items",
        (Trait::Bold, true) => "the response with more bold text",
        (Trait::Bold, false) => "the response with less bold text",
        (Trait::Headers, true) => "the response with more headers",
        (Trait::Headers, false) => "the response with fewer headers",
        (Trait::Code, true) => "the response with more code",
        (Trait::Code, false) => "the response with less code",
        (Trait::Sentences, true) => "the response with longer sentences",
        (Trait::Sentences, false) => "the response with shorter sentences",
    }
}

/// Below this size a correlation is nothing to speak of, whatever its interval says.
const SLIGHT: f64 = 0.2;

/// What there is to say of a trait; `None` where neither person nor model goes by it.
fn sentence(it: &Following) -> Option<String> {
    let habit = it.habit.filter(Habit::told);
    let model = it.model.filter(|model| model.r.abs() >= SLIGHT && !model.interval.holds(0.0));
    let leans = model.map(|model| model.r > 0.0);
    match (habit, model) {
        (Some(Habit { share, .. }), _) => {
            let more = share.part * 2 > share.whole;
            let taken = if more { share.part } else { share.whole - share.part };
            let model = match (leans, model) {
                (Some(leans), Some(model)) if leans == more => {
                    format!("the model does so too ({})", signed(model.r))
                }
                (Some(_), Some(model)) => format!("the model leans the other way ({})", signed(model.r)),
                (Some(_) | None, _) => "the model does not clearly follow".into(),
            };
            let pairs = many(share.whole, "pair");
            Some(format!("You chose {} in {} of {pairs}; {model}.", things(it.what, more), count(taken)))
        }
        (None, Some(model)) => Some(format!(
            "The model favours {} ({}), though your answers show no such habit.",
            things(it.what, model.r > 0.0),
            signed(model.r)
        )),
        (None, None) => None,
    }
}

fn place_sentence(it: Habit) -> String {
    let share = it.share;
    let counted = format!("{} of {}", count(share.part), many(share.whole, "answer"));
    if it.told() {
        format!(
            "You chose the left response in {counted}: more lopsided than chance. The sides are drawn at random, so what \
             was chosen by its place is noise to the model."
        )
    } else {
        format!("You chose the left response in {counted}: no habit of side.")
    }
}
