//! The numbers: accuracy with its interval, calibration, length, loss, and the margins behind them.

use std::sync::Arc;

use leptos::prelude::*;

use super::of;
use crate::domain::evaluation::Evaluation;
use crate::domain::metrics;
use crate::protocol::event::ModelCard;
use crate::ui::figures::{count, percent, signed};
use crate::ui::views::verdict;
use crate::ui::widgets::{Histogram, IntervalBar};

/// Bins of the histogram; even, so that zero lies between two of them.
const BINS: usize = 20;

/// All figures of one model.
#[component]
pub fn Figures(card: Signal<Option<Arc<ModelCard>>>) -> impl IntoView {
    let accuracy = Signal::derive(move || of(card, Evaluation::accuracy));
    let interval = Signal::derive(move || of(card, Evaluation::interval));
    let end = move |read: fn(metrics::Interval) -> f64| interval.get().map(read);
    let counts = Signal::derive(move || {
        of(card, |evaluation| Some(metrics::histogram(&evaluation.margins(), limit(evaluation), BINS)))
            .unwrap_or(vec![0; BINS])
    });
    let limit = Signal::derive(move || of(card, |evaluation| Some(limit(evaluation))).unwrap_or(1.0));
    view! {
        <div class="verdict card">
            <div class="verdict-number">
                <b
                    data-testid="eval-accuracy"
                    data-value=move || accuracy.get().map(|value| value.to_string())
                >
                    {move || accuracy.get().map_or("–".to_owned(), percent)}
                </b>
                <p>
                    "95% interval "
                    <Value
                        testid="eval-interval-low"
                        value=Signal::derive(move || end(|interval| interval.low))
                        write=percent
                    /> " to "
                    <Value
                        testid="eval-interval-high"
                        value=Signal::derive(move || end(|interval| interval.high))
                        write=percent
                    />
                </p>
            </div>
            <div class="verdict-words">
                <IntervalBar accuracy=accuracy interval=interval />
                <p class="verdict-line" role="status">
                    {move || of(card, |it| Some(verdict::against_guessing(it)))}
                </p>
                <p class="quiet">{move || of(card, |it| Some(verdict::how_held_out(it)))}</p>
            </div>
        </div>
        <div class="columns even">
            <div class="card">
                <Histogram
                    title="Margins: how far apart it holds the two responses"
                    counts=counts
                    limit=limit
                />
            </div>
            <Measures card=card />
        </div>
    }
}

/// The smaller numbers, each with a sentence on how to read it.
#[component]
fn Measures(card: Signal<Option<Arc<ModelCard>>>) -> impl IntoView {
    let ece = Signal::derive(move || of(card, |it| metrics::calibration_error(&it.forecasts())));
    let bias = Signal::derive(move || of(card, Evaluation::length_bias));
    let share = Signal::derive(move || {
        card.with(|card| card.as_ref().and_then(|card| card.length_share)).map(f64::from)
    });
    let loss = Signal::derive(move || of(card, |it| metrics::mean_loss(&it.margins())));
    let train_loss = Signal::derive(move || of(card, |it| Some(f64::from(it.train_loss))));
    let lambda = move || card.with(|card| card.as_ref().map(|card| format!("λ = {}", card.lambda)));
    let learned = move || of(card, |it| Some(count(it.learned_from as usize)));
    view! {
        <div class="card">
        <dl class="measures">
            <Measure name="Calibration error" testid="eval-ece" value=ece write=percent>
                "How far its confidence is from how often it is right. Small is good; below 10% its
                probabilities can be read as such."
            </Measure>
            <Measure name="Length bias" testid="eval-length-bias" value=bias write=signed>
                "How its margins go along with length, from \u{2212}1 to +1. Near 0, it does not follow length."
            </Measure>
            <Measure name="Share of length" testid="eval-length-share" value=share write=percent>
                "Of what separates the margins, the part that the length feature alone explains."
            </Measure>
            <Measure name="Loss, held out" testid="eval-loss" value=loss write=three>
                "0.693 is guessing; 0 would be certain and right. On the answers it learned from: "
                <Value testid="eval-train-loss" value=train_loss write=three />
                "."
            </Measure>
        </dl>
            <p class="quiet">"Learned from "{learned}" preferences, "{lambda}"."</p>
        </div>
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

/// A number for people, with its full digits for programs.
#[component]
fn Value(testid: &'static str, value: Signal<Option<f64>>, write: fn(f64) -> String) -> impl IntoView {
    view! {
        <span data-testid=testid data-value=move || value.get().map(|value| value.to_string())>
            {move || value.get().map_or("–".to_owned(), write)}
        </span>
    }
}

fn three(value: f64) -> String {
    format!("{value:.3}")
}

/// An axis that holds nearly all margins: twice their mean size, in halves.
fn limit(evaluation: &Evaluation) -> f32 {
    let sizes: Vec<f32> = evaluation.margins().iter().map(|margin| margin.abs()).collect();
    let mean = metrics::mean_margin(&sizes).unwrap_or(1.0) as f32;
    ((mean * 2.5 * 2.0).ceil() / 2.0).max(0.5)
}
