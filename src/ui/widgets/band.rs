//! A curve with a band about it, over a count. Its numbers stand in a table below, for who cannot see it or wants
//! them exactly.

use leptos::prelude::*;

use crate::ui::figures::{count, percent};

/// One point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandPoint {
    /// Counted along.
    pub x: u32,
    /// The curve, 0–1.
    pub at: f64,
    /// The band's lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// Shares over a count, on a logarithmic axis.
#[component]
pub fn BandChart(
    /// What is shown.
    title: &'static str,
    /// What is counted, in the plural.
    x_name: &'static str,
    /// What the band is, e.g. "middle 90% of draws".
    band_name: &'static str,
    /// Points, x rising.
    points: Vec<BandPoint>,
) -> impl IntoView {
    let x = {
        let log = |value: u32| f64::from(value.max(1)).ln();
        let from = points.first().map_or(0.0, |point| log(point.x));
        let span = points.last().map_or(1.0, |point| (log(point.x) - from).max(1e-9));
        move |value: u32| (log(value) - from) / span * 100.0
    };
    // Shares below 30 % are of no model that is of use.
    let floor = points.iter().fold(0.3f64, |floor, point| floor.min(point.low));
    let y = move |share: f64| (1.0 - (share - floor) / (1.0 - floor)) * 100.0;
    let trace = |read: fn(&BandPoint) -> f64, points: &mut dyn Iterator<Item = &BandPoint>| {
        points.map(|point| format!("{:.2} {:.2}", x(point.x), y(read(point)))).collect::<Vec<_>>().join("L")
    };
    let line = format!("M{}", trace(|point| point.at, &mut points.iter()));
    let area = format!(
        "M{}L{}Z",
        trace(|point| point.low, &mut points.iter()),
        trace(|point| point.high, &mut points.iter().rev())
    );
    let half = y(0.5);
    let words = points.iter().map(|it| format!("{} after {}", percent(it.at), count(it.x as usize)));
    let words = words.collect::<Vec<_>>().join(", ");
    let ends =
        [points.first(), points.last()].map(|point| point.map_or(String::new(), |it| count(it.x as usize)));
    let [first, last] = ends;
    view! {
        <figure class="chart band">
            <figcaption>
                <span class="chart-title">{title}</span>
                <span class="legend">
                    <span class="legend-key"><i class="line main"></i>"mean"</span>
                    <span class="legend-key"><i class="line area"></i>{band_name}</span>
                </span>
            </figcaption>
            <div class="plot">
                <div class="plot-y" aria-hidden="true">
                    <span>"100%"</span>
                    <span>{percent(floor)}</span>
                </div>
                <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img">
                    <title>{title}</title>
                    <desc>{words}</desc>
                    <path class="area" d=area />
                    <path class="grid" d=format!("M0 0H100M0 100H100M0 {half:.2}H100") />
                    <path class="line main" d=line />
                </svg>
                <div class="plot-x" aria-hidden="true">
                    <span>{format!("{first} {x_name}")}</span>
                    <span>{last}</span>
                </div>
            </div>
            <details class="numbers">
                <summary>"In numbers"</summary>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{x_name}</th>
                            <th scope="col">"mean"</th>
                            <th scope="col">{band_name}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {points
                            .into_iter()
                            .map(|it| {
                                view! {
                                    <tr>
                                        <th scope="row">{count(it.x as usize)}</th>
                                        <td>{percent(it.at)}</td>
                                        <td>{format!("{} to {}", percent(it.low), percent(it.high))}</td>
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
