//! Histograms: of margins about zero, where what lies right of the line agrees with the person; and of any numbers.

use leptos::prelude::*;

/// Bars over [−limit, limit]; the left half disagrees, the right half agrees.
#[component]
pub fn Histogram(
    /// What is shown.
    #[prop(into)]
    title: String,
    /// Counts, from −limit to limit; an even number of bins.
    #[prop(into)]
    counts: Signal<Vec<usize>>,
    /// The end of the axis.
    #[prop(into)]
    limit: Signal<f32>,
) -> impl IntoView {
    let words = move || {
        counts.with(|counts| {
            let (wrong, right) = counts.split_at(counts.len() / 2);
            format!(
                "{} of {} pairs lie right of zero, where the model agrees with you.",
                right.iter().sum::<usize>(),
                right.iter().chain(wrong).sum::<usize>(),
            )
        })
    };
    let drawn = move || {
        counts.with(|counts| {
            bars(counts, |place| if place < counts.len() / 2 { "bar wrong" } else { "bar right" })
        })
    };
    view! {
        <figure class="chart histogram">
            <figcaption>
                <span class="chart-title">{title.clone()}</span>
            </figcaption>
            <div class="plot bare">
                <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img">
                    <title>{title}</title>
                    <desc>{words}</desc>
                    {drawn}
                    <path class="zero" d="M50 0V100" />
                    <path class="grid" d="M0 100H100" />
                </svg>
                <div class="plot-x" aria-hidden="true">
                    <span>{move || format!("\u{2212}{:.1}  disagrees", limit.get())}</span>
                    <span>"0"</span>
                    <span>{move || format!("agrees  +{:.1}", limit.get())}</span>
                </div>
            </div>
        </figure>
    }
}

/// Bars from the lowest number to the highest. `words` say what is seen.
pub fn spread(title: String, words: String, counts: &[usize], low: String, high: String) -> AnyView {
    view! {
        <figure class="chart histogram">
            <figcaption>
                <span class="chart-title">{title.clone()}</span>
            </figcaption>
            <div class="plot bare">
                <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img">
                    <title>{title}</title>
                    <desc>{words}</desc>
                    {bars(counts, |_| "bar right")}
                    <path class="grid" d="M0 100H100" />
                </svg>
                <div class="plot-x" aria-hidden="true">
                    <span>{low}</span>
                    <span>{high}</span>
                </div>
            </div>
        </figure>
    }
    .into_any()
}

fn bars(counts: &[usize], class: impl Fn(usize) -> &'static str) -> AnyView {
    let highest = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let width = 100.0 / counts.len().max(1) as f64;
    let bar = |(place, &count): (usize, &usize)| {
        let height = count as f64 / highest * 100.0;
        view! {
            <rect
                class=class(place)
                x=format!("{:.2}", place as f64 * width + width * 0.08)
                y=format!("{:.2}", 100.0 - height)
                width=format!("{:.2}", width * 0.84)
                height=format!("{height:.2}")
            />
        }
    };
    counts.iter().enumerate().map(bar).collect_view().into_any()
}
