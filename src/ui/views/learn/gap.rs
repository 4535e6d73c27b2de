//! What the gap does: a probability, and how hard the pair still pulls.

use leptos::prelude::*;

use super::{figure, step, written};
use crate::domain::metrics::preference_probability;
use crate::domain::primer::loss;
use crate::ui::widgets::{Notches, Plane, Touch, legend, line, slider};

const PLANE: Plane = Plane { x: (-5.0, 5.0), y: (0.0, 1.0) };
const SCORES: Notches = Notches { least: -2.5, most: 2.5, step: 0.1 };

/// The step.
pub fn gap() -> AnyView {
    let (chosen, rejected, both) = (RwSignal::new(0.4), RwSignal::new(0.9), RwSignal::new(0.0));
    let gap = Signal::derive(move || (chosen.get() + both.get()) - (rejected.get() + both.get()));
    let words = view! {
        <p>
            "σ(gap) is how sure the model is that people prefer the chosen answer: 50% at no gap, 73% at 1, 95% at 3. Where
            training moves it by gradient descent, the pair pulls with 1 − σ(gap): hard while the model is wrong, and less and
            less as it gets it right. So pairs that are understood let go, and those that are not are worked on."
        </p>
        <p>
            "Now add the same to both scores. Nothing changes: a score of 3 means nothing by itself, only the difference to
            another answer to the same prompt does."
        </p>
    };
    let scores = move |name: &'static str, of: RwSignal<f64>| {
        Signal::derive(move || format!("{name} = {}", written(of.get() + both.get(), 1)))
    };
    let set = |of: RwSignal<f64>| Callback::new(move |value: f64| of.set(value));
    let content = view! {
        {legend(&[("line main", "probability σ(gap)"), ("line second", "pull 1 − σ(gap)")])}
        {plane(gap, chosen, rejected)}
        {slider("learn-chosen", "Score of the chosen answer", SCORES, chosen.into(), scores("r", chosen), set(chosen))}
        {slider("learn-rejected", "Score of the rejected answer", SCORES, rejected.into(), scores("r", rejected), set(rejected))}
        {slider(
            "learn-shift",
            "Added to both",
            SCORES,
            both.into(),
            Signal::derive(move || written(both.get(), 1)),
            set(both),
        )}
        <div class="learn-figures">
            {figure("learn-gap", "gap", gap, 1)}
            {figure("learn-probability", "probability", Signal::derive(move || preference_probability(gap.get())), 3)}
            {figure("learn-pull", "pull", Signal::derive(move || -loss(gap.get()).slope), 3)}
        </div>
    };
    step("learn-gaps", "What the gap does", words.into_any(), content.into_any())
}

fn plane(gap: Signal<f64>, chosen: RwSignal<f64>, rejected: RwSignal<f64>) -> AnyView {
    let on_drag = move |(_, (x, _)): (Touch, (f64, f64))| {
        let score = rejected.get_untracked() + x;
        chosen.set((score * 10.0).round().clamp(10.0 * SCORES.least, 10.0 * SCORES.most) / 10.0);
    };
    let lines = view! {
        <path class="grid" d=PLANE.path([(0.0, 0.0), (0.0, 1.0)]) />
        <path class="grid" d=PLANE.path([(-5.0, 0.5), (5.0, 0.5)]) />
        {line("line second", || PLANE.curve(|gap| -loss(gap).slope))}
        {line("line main", || PLANE.curve(preference_probability))}
    };
    let handles = view! {
        {PLANE.handle("handle small", "", move || (gap.get(), -loss(gap.get()).slope))}
        {PLANE.handle("handle", "", move || (gap.get(), preference_probability(gap.get())))}
    };
    let words = Signal::derive(move || {
        let gap = gap.get();
        let (sure, pull) = (preference_probability(gap), -loss(gap).slope);
        format!("At a gap of {gap:.1} the probability is {sure:.2}, and the pair pulls with {pull:.2}.")
    });
    let ends = ["1", "0", "gap \u{2212}5", "+5"];
    PLANE.view(words, ends, lines.into_any(), handles.into_any(), Callback::new(on_drag))
}
