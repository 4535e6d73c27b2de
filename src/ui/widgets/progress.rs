//! A bar for work that has an end, with its figures in words beside it.

use leptos::prelude::*;

/// How far something has come.
#[component]
pub fn ProgressBar(
    /// What it is that progresses.
    #[prop(into)]
    label: String,
    /// 0–1; `None` while the end is not known.
    #[prop(into)]
    share: Signal<Option<f64>>,
    /// Counts, rate, remaining time.
    #[prop(into)]
    figures: Signal<String>,
    /// The public test id.
    #[prop(optional)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let percent = move || share.get().map(|share| (share.clamp(0.0, 1.0) * 100.0).round());
    view! {
        <div class="progress">
            <div
                class="progress-track"
                class:unknown=move || share.get().is_none()
                role="progressbar"
                aria-label=label
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || percent().map(|percent| percent.to_string())
                aria-valuetext=move || figures.get()
                data-testid=testid
            >
                <div
                    class="progress-fill"
                    style:transform=move || format!("scaleX({})", share.get().unwrap_or(1.0).clamp(0.0, 1.0))
                ></div>
            </div>
            <p class="progress-figures">{move || figures.get()}</p>
        </div>
    }
}
