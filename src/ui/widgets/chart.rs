//! A line chart: a stretchable plot with its labels in HTML around it, so that text never stretches with it.

use std::borrow::Cow;

use leptos::prelude::*;

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// The line that matters.
    Main,
    /// The one to compare it with.
    Second,
    /// The noise behind both.
    Faint,
    /// One of several of equal rank, by its place among them.
    Equal(usize),
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub name: Cow<'static, str>,
    /// How it is drawn.
    pub stroke: Stroke,
    /// Points, x rising.
    pub points: Vec<(f64, f64)>,
}

/// Lines over a common x, with a text alternative that gives the newest values.
#[component]
pub fn LineChart(
    /// What is shown.
    #[prop(into)]
    title: String,
    /// What x counts, e.g. "step".
    x_name: &'static str,
    /// The lines.
    #[prop(into)]
    series: Signal<Vec<Series>>,
    /// The y axis, from and to; `None` fits it to the points.
    #[prop(optional)]
    range: Option<(f64, f64)>,
    /// How a y value is written.
    write: fn(f64) -> String,
    /// How the ends of the x axis are written, where a number is not enough.
    #[prop(optional)]
    write_x: Option<fn(f64) -> String>,
) -> impl IntoView {
    let frame = Memo::new(move |_| series.with(|series| Frame::around(series, range)));
    let heading = title.clone();
    let name_x = move |x: f64| write_x.map_or_else(|| format!("{x_name} {x:.0}"), |write| write(x));
    let alternative = move || series.with(|series| in_words(series, &name_x, write));
    let right_end = move || match write_x {
        Some(write) => write(frame.get().right),
        None => format!("{:.0}", frame.get().right),
    };
    view! {
        <figure class="chart">
            <figcaption>
                <span class="chart-title">{heading}</span>
                <span class="legend">
                    {move || series.with(|series| series.iter().map(|line| key(line, write)).collect_view())}
                </span>
            </figcaption>
            <div class="plot">
                <div class="plot-y" aria-hidden="true">
                    <span>{move || write(frame.get().top)}</span>
                    <span>{move || write(frame.get().bottom)}</span>
                </div>
                <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img">
                    <title>{title}</title>
                    <desc>{alternative}</desc>
                    <path class="grid" d="M0 0H100M0 50H100M0 100H100" />
                    {move || {
                        let frame = frame.get();
                        series.with(|series| series.iter().map(|line| stroke(line, frame)).collect_view())
                    }}
                </svg>
                <div class="plot-x" aria-hidden="true">
                    <span>{move || name_x(frame.get().left)}</span>
                    <span>{right_end}</span>
                </div>
            </div>
        </figure>
    }
}

/// What part of the plane is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Frame {
    left: f64,
    right: f64,
    bottom: f64,
    top: f64,
}

impl Frame {
    fn around(series: &[Series], range: Option<(f64, f64)>) -> Self {
        let points = || series.iter().flat_map(|line| line.points.iter());
        let (left, right) = ends(points().map(|point| point.0));
        let (bottom, top) = range.unwrap_or_else(|| {
            let (low, high) = ends(points().map(|point| point.1));
            let air = ((high - low) * 0.08).max(0.01);
            ((low - air).max(0.0), high + air)
        });
        Self { left, right, bottom, top }
    }

    fn place(self, (x, y): (f64, f64)) -> (f64, f64) {
        let along =
            |value: f64, from: f64, to: f64| if to > from { (value - from) / (to - from) } else { 0.0 };
        (
            along(x, self.left, self.right) * 100.0,
            100.0 - along(y, self.bottom, self.top).clamp(0.0, 1.0) * 100.0,
        )
    }
}

fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low <= high { (low, high) } else { (0.0, 1.0) }
}

fn class(stroke: Stroke) -> &'static str {
    match stroke {
        Stroke::Main => "line main",
        Stroke::Second => "line second",
        Stroke::Faint => "line faint",
        Stroke::Equal(place) => ["line equal-1", "line equal-2", "line equal-3", "line equal-4"][place % 4],
    }
}

fn stroke(line: &Series, frame: Frame) -> impl IntoView + use<> {
    let mut path = String::new();
    for (index, point) in line.points.iter().enumerate() {
        let (x, y) = frame.place(*point);
        let letter = if index == 0 { 'M' } else { 'L' };
        path += &format!("{letter}{x:.2} {y:.2}");
    }
    // A single point is drawn as a dot: a line of no length with round ends.
    if line.points.len() == 1 {
        path += "h0.01";
    }
    view! { <path class=class(line.stroke) d=path /> }
}

fn key(line: &Series, write: fn(f64) -> String) -> impl IntoView + use<> {
    let newest = line.points.last().map(|point| write(point.1));
    view! {
        <span class="legend-key">
            <i class=class(line.stroke)></i>
            {line.name.clone()}
            " "
            <b>{newest}</b>
        </span>
    }
}

fn in_words(series: &[Series], name_x: &dyn Fn(f64) -> String, write: fn(f64) -> String) -> String {
    let said: Vec<String> = series
        .iter()
        .filter_map(|line| {
            let (first, last) = (line.points.first()?, line.points.last()?);
            Some(format!(
                "{}: from {} at {} to {} at {}.",
                line.name,
                write(first.1),
                name_x(first.0),
                write(last.1),
                name_x(last.0),
            ))
        })
        .collect();
    if said.is_empty() { "Nothing to show yet.".to_owned() } else { said.join(" ") }
}
