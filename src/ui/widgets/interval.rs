//! A share with its interval, on a line from 0 to 100 % with a mark in the middle: what guessing would bring.

use leptos::prelude::*;

use crate::domain::metrics::Interval;
use crate::ui::figures::percent;

/// The bar that moves as answers come in.
#[component]
pub fn IntervalBar(
    /// What the share is of.
    #[prop(default = "Accuracy")]
    name: &'static str,
    /// What the middle means.
    #[prop(default = "guessing")]
    middle: &'static str,
    /// 0–1.
    #[prop(into)]
    accuracy: Signal<Option<f64>>,
    /// Its 95 % interval.
    #[prop(into)]
    interval: Signal<Option<Interval>>,
) -> impl IntoView {
    let ends = move || interval.get().unwrap_or(Interval { low: 0.0, high: 1.0 });
    let words = move || match (accuracy.get(), interval.get()) {
        (Some(accuracy), Some(Interval { low, high })) => {
            format!("{name} {}, 95% interval {} to {}", percent(accuracy), percent(low), percent(high))
        }
        _ => "Nothing to show yet".to_owned(),
    };
    view! {
        <div class="interval" class:empty=move || accuracy.get().is_none() role="img" aria-label=words>
            <div class="interval-track">
                <div
                    class="interval-band"
                    style:left=move || format!("{:.2}%", ends().low * 100.0)
                    style:right=move || format!("{:.2}%", 100.0 - ends().high * 100.0)
                ></div>
                <div class="interval-guess"></div>
                <div
                    class="interval-mark"
                    style:left=move || format!("{:.2}%", accuracy.get().unwrap_or(0.5) * 100.0)
                ></div>
            </div>
            <div class="interval-scale" aria-hidden="true">
                <span>"0%"</span>
                <span>{middle}</span>
                <span>"100%"</span>
            </div>
        </div>
    }
}
