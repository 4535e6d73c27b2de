//! A reliability diagram: how often the favourite was right, by how sure the model was of it.

use leptos::prelude::*;

use crate::domain::metrics::Bin;
use crate::ui::figures::{count, many, percent};

/// Points on the diagonal are honest; below it the model is too sure, above it not sure enough.
#[component]
pub fn Reliability(
    /// Bins of confidence from ½ to 1.
    bins: Vec<Bin>,
) -> impl IntoView {
    let x = |confidence: f64| (confidence - 0.5) * 200.0;
    let y = |right: f64| (1.0 - right) * 100.0;
    let bins: Vec<Bin> = bins.into_iter().filter(|bin| bin.count > 0).collect();
    let whiskers: String = bins
        .iter()
        .filter_map(|bin| {
            let interval = bin.interval?;
            Some(format!("M{:.2} {:.2}V{:.2}", x(bin.confidence), y(interval.low), y(interval.high)))
        })
        .collect();
    // A dot is a line of no length with round ends: so it stays round however the plot is stretched.
    let dots: String =
        bins.iter().map(|bin| format!("M{:.2} {:.2}h0.01", x(bin.confidence), y(bin.right))).collect();
    let said = |bin: &Bin| {
        format!(
            "{} of {} where it was {} sure",
            percent(bin.right),
            many(bin.count, "pair"),
            percent(bin.confidence)
        )
    };
    let words = format!("Right on {}.", bins.iter().map(said).collect::<Vec<_>>().join("; on "));
    view! {
        <figure class="chart reliability">
            <figcaption>
                <span class="chart-title">"Right, by how sure it was"</span>
                <span class="legend">
                    <span class="legend-key"><i class="line second"></i>"honest"</span>
                </span>
            </figcaption>
            <div class="plot">
                <div class="plot-y" aria-hidden="true">
                    <span>"100%"</span>
                    <span>"right"</span>
                    <span>"0%"</span>
                </div>
                <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img">
                    <title>"Right, by how sure it was"</title>
                    <desc>{words}</desc>
                    <path class="grid" d="M0 0H100M0 100H100" />
                    <path class="line second" d="M0 50L100 0" />
                    <path class="line whiskers" d=whiskers />
                    <path class="line dots" d=dots />
                </svg>
                <div class="plot-x" aria-hidden="true">
                    <span>"50% sure"</span>
                    <span>"100% sure"</span>
                </div>
            </div>
            <details class="numbers">
                <summary>"In numbers"</summary>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"sure"</th>
                            <th scope="col">"right"</th>
                            <th scope="col">"95% interval"</th>
                            <th scope="col">"pairs"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {bins
                            .into_iter()
                            .map(|bin| {
                                let interval = bin
                                    .interval
                                    .map(|it| format!("{} to {}", percent(it.low), percent(it.high)));
                                view! {
                                    <tr>
                                        <th scope="row">{percent(bin.confidence)}</th>
                                        <td>{percent(bin.right)}</td>
                                        <td>{interval}</td>
                                        <td>{count(bin.count)}</td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
            </details>
        </figure>
    }
}
