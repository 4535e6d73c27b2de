//! A number with its intervals on a line: the mark, the interval about it, a thinner one behind, and the value that
//! would mean nothing. What it shows always stands beside it in words, so it is hidden from screen readers.

use leptos::prelude::*;

use crate::domain::metrics::Interval;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whisker {
    /// The ends of the line.
    pub range: (f64, f64),
    /// The value that would mean nothing: one half of a share, 0 of a difference.
    pub nothing: f64,
    /// The number.
    pub at: Option<f64>,
    /// Its interval.
    pub interval: Option<Interval>,
    /// A second interval, where there is one.
    pub second: Option<Interval>,
}

impl Whisker {
    /// A share on a line from 0 to 1 about one half.
    pub fn share(at: Option<f64>, interval: Option<Interval>) -> Self {
        Self { range: (0.0, 1.0), nothing: 0.5, at, interval, second: None }
    }

    /// A difference, or a correlation, on a line from −`end` to `end` about 0.
    pub fn difference(end: f64, at: Option<f64>, interval: Option<Interval>) -> Self {
        Self { range: (-end, end), nothing: 0.0, at, interval, second: None }
    }

    fn place(&self, value: f64) -> f64 {
        let (from, to) = self.range;
        ((value - from) / (to - from)).clamp(0.0, 1.0) * 100.0
    }
}

/// The line.
#[component]
pub fn WhiskerLine(
    /// What to draw.
    it: Whisker,
) -> impl IntoView {
    let band = move |class: &'static str, interval: Option<Interval>| {
        interval.map(|Interval { low, high }| {
            view! {
                <div
                    class=class
                    style:left=format!("{:.2}%", it.place(low))
                    style:right=format!("{:.2}%", 100.0 - it.place(high))
                ></div>
            }
        })
    };
    let left = |value: f64| format!("{:.2}%", it.place(value));
    view! {
        <div class="whisker" aria-hidden="true">
            <div class="whisker-nothing" style:left=left(it.nothing)></div>
            {band("whisker-second", it.second)}
            {band("whisker-band", it.interval)}
            {it.at.map(|at| view! { <div class="whisker-mark" style:left=left(at)></div> })}
        </div>
    }
}
