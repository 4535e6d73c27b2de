//! A model of two features that learns from four pairs, a step at a time.

use leptos::prelude::*;

use super::{figure, step, written};
use crate::domain::primer::{TOY_PAIRS, Toy};
use crate::ui::widgets::{LineChart, Notches, Plane, Series, Stroke, Touch, line, slider};

const PLANE: Plane = Plane { x: (-2.6, 2.6), y: (-2.6, 2.6) };
const RATES: Notches = Notches { least: 0.2, most: 4.0, step: 0.2 };
const LETTERS: [&str; 4] = ["1", "2", "3", "4"];

/// More steps than this show nothing new.
const MOST_STEPS: usize = 200;

/// The step.
pub fn toy() -> AnyView {
    let (toy, rate) = (RwSignal::new(Toy::default()), RwSignal::new(1.0));
    let take = move |steps: usize| {
        let rate = rate.get_untracked();
        toy.update(|toy| (0..steps).for_each(|_| toy.step(rate)));
    };
    let ended = Memo::new(move |_| toy.with(|toy| toy.losses.len() > MOST_STEPS));
    let words = view! {
        <p>
            "Four pairs; of each answer the model knows two things, how warm and how long it is, and its score is"
        </p>
        <p class="learn-formula">"r = w₁ · warmth + w₂ · length"</p>
        <p>
            "Drawn is by how much the chosen answer was warmer and longer than the rejected one. The arrow is w: pairs on its
            side of the line are scored as the person chose. At first w is nothing. Each step adds up how the pairs pull and
            goes that way. Pair 4 says the opposite of pair 1, as people do: no model can please both, and the loss does not
            fall to 0."
        </p>
        <p>"The real model does the same with the 384 features that a small language model makes of a text."</p>
    };
    let rates = Signal::derive(move || written(rate.get(), 1));
    let loss = Signal::derive(move || toy.with(Toy::loss));
    let weight = move |place: usize| Signal::derive(move || toy.with(|toy| toy.weights[place]));
    let content = view! {
        <div class="learn-two">
            {plane(toy)}
            <LineChart
                title="Loss by step"
                x_name="step"
                series=losses(toy)
                range=(0.0, 0.75)
                write=|value| format!("{value:.2}")
            />
        </div>
        {slider("learn-rate", "Size of a step", RATES, rate.into(), rates, Callback::new(move |value| rate.set(value)))}
        <div class="row">
            <button
                type="button"
                class="button primary"
                data-testid="learn-step"
                prop:disabled=move || ended.get()
                on:click=move |_| take(1)
            >
                "Step"
            </button>
            <button
                type="button"
                class="button"
                data-testid="learn-ten-steps"
                prop:disabled=move || ended.get()
                on:click=move |_| take(10)
            >
                "Ten steps"
            </button>
            <button type="button" class="button" data-testid="learn-restart" on:click=move |_| toy.set(Toy::default())>
                "Begin again"
            </button>
        </div>
        <div class="learn-figures">
            {figure("learn-toy-loss", "mean loss", loss, 4)}
            {figure("learn-weight-1", "w₁, warmth", weight(0), 2)}
            {figure("learn-weight-2", "w₂, length", weight(1), 2)}
        </div>
        <p class="quiet" role="status">{move || toy.with(pleased)}</p>
    };
    step("learn-toy", "Learning, step by step", words.into_any(), content.into_any())
}

/// Which pairs the model scores as the person chose, in words.
fn pleased(toy: &Toy) -> String {
    let margins = TOY_PAIRS.map(|pair| written(toy.margin(&pair), 2));
    let right = TOY_PAIRS.iter().filter(|pair| toy.margin(pair) > 0.0).count();
    format!("Gaps of the four pairs: {}. {right} of 4 are scored as the person chose.", margins.join(", "))
}

fn losses(toy: RwSignal<Toy>) -> Signal<Vec<Series>> {
    Signal::derive(move || {
        let points = toy.with(|toy| (0u32..).map(f64::from).zip(toy.losses.iter().copied()).collect());
        vec![Series { name: "mean loss".into(), stroke: Stroke::Main, points }]
    })
}

/// The pairs' differences, the weights among them, and the line that parts right from wrong.
fn plane(toy: RwSignal<Toy>) -> AnyView {
    let weights = move || toy.with(|toy| toy.weights);
    // The line through the middle on which the model cannot tell: at right angles to the weights.
    let parting = move || {
        let [warmth, length] = weights();
        let long = warmth.hypot(length);
        if long < 1e-9 {
            return String::new();
        }
        let (x, y) = (-length / long * 4.0, warmth / long * 4.0);
        PLANE.path([(-x, -y), (x, y)])
    };
    let arrow = move || {
        let [warmth, length] = weights();
        PLANE.path([(0.0, 0.0), (warmth, length)])
    };
    let lines = view! {
        <path class="grid" d=PLANE.path([(-2.6, 0.0), (2.6, 0.0)]) />
        <path class="grid" d=PLANE.path([(0.0, -2.6), (0.0, 2.6)]) />
        {line("line second", parting)}
        {line("line main", arrow)}
    };
    let pair = |place: usize| {
        let [x, y] = TOY_PAIRS[place].difference();
        let right = move || toy.with(|toy| toy.margin(&TOY_PAIRS[place]) > 0.0);
        view! { <span class:right=right class="toy-pair">{PLANE.handle("handle still", LETTERS[place], move || (x, y))}</span> }
    };
    let tip = PLANE.handle("handle small", "", move || {
        let [warmth, length] = weights();
        (warmth, length)
    });
    let handles = view! { {(0..TOY_PAIRS.len()).map(pair).collect_view()} {tip} };
    // The weights can be put anywhere, to see what training makes of it.
    let on_drag = move |(_, (x, y)): (Touch, (f64, f64))| {
        toy.update(|toy| {
            toy.weights = [x, y];
            let loss = toy.loss();
            toy.losses = vec![loss];
        });
    };
    let said = Signal::derive(move || {
        let [warmth, length] = weights();
        format!("The weights are {warmth:.2} and {length:.2}. {}", toy.with(pleased))
    });
    let ends = ["longer", "shorter", "colder", "warmer"];
    PLANE.view(said, ends, lines.into_any(), handles.into_any(), Callback::new(on_drag))
}
