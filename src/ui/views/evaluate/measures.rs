//! The smaller numbers, each with a sentence on how to read it; the margins behind them; and TRL's names.

use std::sync::Arc;

use leptos::prelude::*;

use super::figures::Value;
use crate::domain::evaluation::Evaluation;
use crate::domain::evaluation::calibrated::Calibrated;
use crate::domain::metrics::{self, NoTemperature, Trainer};
use crate::protocol::event::ModelCard;
use crate::ui::actions::Actions;
use crate::ui::figures::{count, percent, signed};
use crate::ui::widgets::{Histogram, Reliability};

/// Bins of the histogram; even, so that zero lies between two of them.
const BINS: usize = 20;

/// Whether its confidence can be believed.
#[component]
pub fn Calibration(judged: Memo<Option<Arc<Evaluation>>>) -> impl IntoView {
    let study = Actions::of_page().state.study;
    let calibrated = Memo::new(move |_| study.looked.with(|looked| looked.calibrated.clone()));
    let with = move |read: fn(&Evaluation) -> Option<f64>| {
        Signal::derive(move || judged.get().and_then(|it| read(&it)))
    };
    let temperature = Signal::derive(move || calibrated.get().and_then(|it| it.temperature.ok()));
    view! {
        <section class="columns even" aria-label="Whether its confidence can be believed">
            <div class="card">
                {move || calibrated.get().map(|it| view! { <Reliability bins=it.bins /> })}
                <p class="quiet">
                    "On the dashed line its confidence is honest; below it, it is too sure. Every pair is counted in both
                    orders, a tie as half a win."
                </p>
            </div>
            <div class="card">
                <dl class="measures">
                    <Measure
                        name="Calibration error"
                        testid="eval-ece"
                        value=with(|it| metrics::calibration_error(&it.forecasts()))
                        write=percent
                    >
                        {move || judged.get().map(|it| error_words(it.judged.len() + it.ties.len()))}
                    </Measure>
                    <Measure
                        name="Brier score"
                        testid="eval-brier"
                        value=with(|it| metrics::brier(&it.forecasts()))
                        write=three
                    >
                        "Mean square of probability less outcome: 0.250 is guessing, 0 certain and right."
                    </Measure>
                    <Measure name="Temperature" testid="eval-temperature" value=temperature write=two>
                        {move || calibrated.get().map(|it| temperature_words(&it))}
                    </Measure>
                </dl>
            </div>
        </section>
    }
}

/// Margins, losses, and the names that TRL logs.
#[component]
pub fn Margins(judged: Memo<Option<Arc<Evaluation>>>, card: Signal<Option<Arc<ModelCard>>>) -> impl IntoView {
    let evaluation = move || judged.get();
    let limit = Signal::derive(move || evaluation().map_or(1.0, |it| limit(&it)));
    let counts = Signal::derive(move || {
        evaluation()
            .map_or(vec![0; BINS], |it| metrics::histogram(&it.margins(), limit.get_untracked(), BINS))
    });
    let loss = Signal::derive(move || evaluation().and_then(|it| metrics::mean_loss(&it.margins())));
    let train_loss = Signal::derive(move || evaluation().map(|it| f64::from(it.train_loss)));
    let bias = Signal::derive(move || evaluation().and_then(|it| it.length_bias()));
    let share = Signal::derive(move || {
        card.with(|card| card.as_ref().and_then(|card| card.length_share)).map(f64::from)
    });
    let lambda = move || card.with(|card| card.as_ref().map(|card| format!("λ = {}", card.lambda)));
    let learned = move || evaluation().map(|it| count(it.learned_from as usize));
    view! {
        <section class="columns even" aria-label="Margins and losses">
            <div class="card">
                <Histogram
                    title="Margins: how far apart it holds the two responses"
                    counts=counts
                    limit=limit
                />
            </div>
            <div class="card">
                <dl class="measures">
                    <Measure name="Loss, held out" testid="eval-loss" value=loss write=three>
                        "0.693 is guessing; 0 would be certain and right. On the answers it learned from: "
                        <Value testid="eval-train-loss" value=train_loss write=three />
                        "."
                    </Measure>
                    <Measure name="Length bias" testid="eval-length-bias" value=bias write=signed>
                        "How its margins go along with length, from \u{2212}1 to +1. Near 0, it does not follow length."
                    </Measure>
                    <Measure name="Share of length" testid="eval-length-share" value=share write=percent>
                        "Of what separates the margins, the part that length alone explains."
                    </Measure>
                </dl>
                <p class="quiet">"Learned from "{learned}" answers, "{lambda}"."</p>
                {move || evaluation().and_then(|it| it.trainer()).map(|it| view! { <TrainerNames it=it /> })}
            </div>
        </section>
    }
}

/// What TRL's trainer would log, exact over all pairs.
#[component]
fn TrainerNames(it: Trainer) -> impl IntoView {
    view! {
        <details class="numbers" data-testid="eval-trl">
            <summary>"By TRL's names"</summary>
            <table>
                <tbody>
                    {it
                        .named()
                        .map(|(name, value)| {
                            view! {
                                <tr data-name=name data-value=value.to_string()>
                                    <th scope="row">
                                        <code>{format!("eval_{name}")}</code>
                                    </th>
                                    <td>{format!("{value:.4}")}</td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </details>
    }
}

#[component]
fn Measure(
    name: &'static str,
    testid: &'static str,
    value: Signal<Option<f64>>,
    write: fn(f64) -> String,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="measure">
            <dt>{name}</dt>
            <dd>
                <b>
                    <Value testid=testid value=value write=write />
                </b>
                <p>{children()}</p>
            </dd>
        </div>
    }
}

/// How to read the calibration error of so many pairs: even an honest model's is not 0.
fn error_words(pairs: usize) -> String {
    // Ten bins share the pairs: a share of n / 10 pairs strays by about 0.4 / √(n / 10) on average.
    let by_chance = 0.4 / (pairs as f64 / 10.0).sqrt();
    if by_chance > 0.2 {
        return "How far its confidence is from how often it is right. Too few pairs to tell from chance."
            .into();
    }
    format!(
        "How far its confidence is from how often it is right. On this many pairs even an honest model shows about {}.",
        percent(by_chance)
    )
}

fn temperature_words(calibrated: &Calibrated) -> String {
    match (calibrated.temperature, calibrated.after) {
        (Ok(_), Some(after)) if after.loss >= calibrated.before.loss => format!(
            "On prompts that it was not fitted on it does no good (the loss goes from {:.3} to {:.3}), so the margins are \
             best left as they are.",
            calibrated.before.loss, after.loss,
        ),
        (Ok(found), after) => {
            let sense = if found > 1.1 {
                "It is too sure of itself: its margins should be smaller."
            } else if found < 0.9 {
                "It is not sure enough of itself: its margins could be larger."
            } else {
                "Its margins are about as large as they should be."
            };
            let gain = after.map(|after| {
                let before = calibrated.before;
                format!(
                    " Divided by it, the calibration error goes from {} to {} and the loss from {:.3} to {:.3}, \
                     measured on prompts that it was not fitted on.",
                    percent(before.error),
                    percent(after.error),
                    before.loss,
                    after.loss,
                )
            });
            format!("{sense}{}", gain.unwrap_or_default())
        }
        (Err(NoTemperature::TooFew), _) => "It takes 20 held-out answers to fit one.".into(),
        (Err(NoTemperature::NeverWrong), _) => {
            "It was right on every pair, so its margins cannot be too large: there is none to fit.".into()
        }
        (Err(NoTemperature::NoSignal), _) => {
            "Its margins do not go along with your answers, so no temperature makes them honest.".into()
        }
    }
}

fn two(value: f64) -> String {
    format!("{value:.2}")
}

fn three(value: f64) -> String {
    format!("{value:.3}")
}

/// An axis that holds nearly all margins: two and a half times their mean size, in halves.
fn limit(evaluation: &Evaluation) -> f32 {
    let sizes: Vec<f32> = evaluation.margins().iter().map(|margin| margin.abs()).collect();
    let mean = metrics::mean_margin(&sizes).unwrap_or(1.0) as f32;
    ((mean * 2.5 * 2.0).ceil() / 2.0).max(0.5)
}
