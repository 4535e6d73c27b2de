//! Accuracy by number of answers: whether more of them would help.

use leptos::prelude::*;

use super::{STILL_READING, still_reading};
use crate::domain::evaluation::finding::LearningPoint;
use crate::ui::actions::Actions;
use crate::ui::figures::{many, percent};
use crate::ui::widgets::{BandChart, BandPoint};

/// The curve, or a word on when there will be one.
#[component]
pub fn Curve() -> impl IntoView {
    let study = Actions::of_page().state.study;
    let content = move || {
        let points = study.curve.get();
        if points.len() < 2 {
            let words = if still_reading() {
                STILL_READING
            } else if study.under_way.get() {
                "Being worked out: the model is fitted many times over, to more and more of your answers."
            } else {
                "With some dozens of answers, to different prompts, this shows whether more would help."
            };
            return view! { <p class="quiet">{words}</p> }.into_any();
        }
        let drawn = points
            .iter()
            .map(|it| BandPoint { x: it.answers, at: it.mean, low: it.low, high: it.high })
            .collect::<Vec<_>>();
        view! {
            <BandChart
                title="Accuracy by number of answers"
                x_name="answers"
                band_name="middle 90% of draws"
                points=drawn
            />
            <p class="quiet">{words(&points)}</p>
        }
        .into_any()
    };
    view! {
        <section
            class="card"
            data-testid="eval-curve"
            data-points=move || study.curve.with(Vec::len).to_string()
            aria-label="Accuracy by number of answers"
        >
            <h3>"Would more answers help?"</h3>
            {content}
        </section>
    }
}

fn words(points: &[LearningPoint]) -> String {
    let (Some(last), Some(before)) = (points.last(), points.len().checked_sub(2).map(|at| points[at])) else {
        return String::new();
    };
    let gain = last.mean - before.mean;
    let step = format!("from {} to {}", before.answers, many(last.answers as usize, "answer"));
    let sense = if gain > 0.02 {
        format!(
            "Still rising: {} to {} {step}. More answers are worth their while.",
            percent(before.mean),
            percent(last.mean)
        )
    } else if gain > -0.02 {
        format!(
            "Level: {} to {} {step}. More answers of this kind will change little.",
            percent(before.mean),
            percent(last.mean)
        )
    } else {
        format!(
            "Falling, {} to {} {step}: the later answers do not agree with the earlier ones, or it is chance.",
            percent(before.mean),
            percent(last.mean)
        )
    };
    format!(
        "{sense} Each point is the mean of {}: which answers are learned from, and which are held out, is drawn anew.",
        many(last.draws as usize, "draw")
    )
}
