//! What is to be expected of the best of n such candidates, and what it costs.

use leptos::prelude::*;

use crate::domain::best_of_n::{BestOf, best_of, divergence};
use crate::ui::figures::signed;
use crate::ui::state::Placed;
use crate::ui::widgets::{LineChart, Series, Stroke};

/// The curve over n, its numbers, and a word of caution. Nothing for one candidate, which there is no choosing from.
pub fn best_of_n(places: &[Placed]) -> AnyView {
    let scores: Vec<f32> = places.iter().map(|placed| placed.score.value).collect();
    let all = best_of(&scores);
    let (Some(first), Some(last)) = (all.first(), all.last().filter(|last| last.n > 1)) else {
        return ().into_any();
    };
    // The expected best never falls as n grows.
    let air = ((last.expected - first.expected) * 0.08).max(0.01);
    let points = all.iter().map(|it| ((it.n as f64).ln(), it.expected)).collect();
    let line = Series { name: "expected score".into(), stroke: Stroke::Main, points };
    let row = |it: &BestOf| {
        view! {
            <tr>
                <th scope="row">{it.n}</th>
                <td>{signed(it.expected)}</td>
                <td>{format!("{:.2}", it.divergence)}</td>
            </tr>
        }
    };
    view! {
        <div class="best-of" data-testid="rank-best-of-n" data-points=all.len().to_string()>
            <LineChart
                title="Expected score of the best of n"
                x_name="n"
                series=vec![line]
                range=(first.expected - air, last.expected + air)
                write=signed
                write_x=drawn
            />
            <p class="quiet">
                {format!(
                    "Best of {} is expected to score {} more than one drawn at random. More is not always better: the model that \
                     chooses is only a stand-in for what you want. Beyond some n what it chooses looks better to it and is worse \
                     (Gao, Schulman and Hilton, 2023). So does every way of optimising against it, the further one goes from \
                     the model that writes; best of n goes at most log n \u{2212} (n \u{2212} 1)/n nats far.",
                    last.n,
                    format_args!("{:.2}", last.expected - first.expected),
                )}
            </p>
            <details class="numbers">
                <summary>"In numbers"</summary>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"n"</th>
                            <th scope="col">"expected score"</th>
                            <th scope="col">"KL, nats"</th>
                        </tr>
                    </thead>
                    <tbody>{all.iter().map(row).collect_view()}</tbody>
                </table>
            </details>
        </div>
    }
    .into_any()
}

/// The axis is logarithmic in n; beside it, how far best of n goes from the model that writes.
fn drawn(log_n: f64) -> String {
    let n = log_n.exp().round();
    format!("n = {n:.0}, KL {:.2}", divergence(n as usize))
}
