//! A curve the size of a word: shares over a count, with the half marked.

use leptos::prelude::*;

use crate::ui::figures::percent;

/// Points from 0–1 over a rising count. Nothing is drawn for fewer than two.
#[component]
pub fn Sparkline(
    /// What is shown.
    #[prop(into)]
    title: String,
    /// (count, share).
    #[prop(into)]
    points: Signal<Vec<(f64, f64)>>,
) -> impl IntoView {
    const WIDTH: f64 = 240.0;
    const HEIGHT: f64 = 48.0;
    // The lower third of the scale is where no model of use ever is.
    const FLOOR: f64 = 0.3;
    let path = move || {
        points.with(|points| {
            let from = points.first().map_or(0.0, |point| point.0);
            let span = points.last().map_or(1.0, |point| (point.0 - from).max(1.0));
            let mut path = String::new();
            for (index, (count, share)) in points.iter().enumerate() {
                let letter = if index == 0 { 'M' } else { 'L' };
                let x = (count - from) / span * (WIDTH - 8.0) + 4.0;
                let y = HEIGHT - ((share - FLOOR) / (1.0 - FLOOR)).clamp(0.0, 1.0) * (HEIGHT - 8.0) - 4.0;
                path += &format!("{letter}{x:.1} {y:.1}");
            }
            path
        })
    };
    let words = move || {
        points.with(|points| match (points.first(), points.last()) {
            (Some(first), Some(last)) => format!(
                "From {} at {:.0} to {} at {:.0} answers.",
                percent(first.1),
                first.0,
                percent(last.1),
                last.0
            ),
            _ => String::new(),
        })
    };
    let half = HEIGHT - (0.5 - FLOOR) / (1.0 - FLOOR) * (HEIGHT - 8.0) - 4.0;
    let drawn = Memo::new(move |_| points.with(|points| points.len() > 1));
    move || {
        let title = title.clone();
        drawn.get().then(|| {
            view! {
                <figure class="sparkline">
                    <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img">
                        <title>{title.clone()}</title>
                        <desc>{words}</desc>
                        <path class="grid" d=format!("M0 {half:.1}H{WIDTH}") />
                        <path class="line main" d=path />
                    </svg>
                    <figcaption>{title.clone()}</figcaption>
                </figure>
            }
        })
    }
}
