//! What the loop does with the score: the best of n answers, by the reward model and in truth.

use leptos::prelude::*;

use super::{figure, step, written};
use crate::domain::primer::{Overoptimised, divergence_of_best_of};
use crate::ui::figures::count;
use crate::ui::widgets::{Notches, Plane, Touch, legend, line, slider};

const PLANE: Plane = Plane { x: (0.0, 2.75), y: (-0.6, 2.75) };

/// n is two to the power of what is set.
const DOUBLINGS: Notches = Notches { least: 0.0, most: 12.0, step: 1.0 };
const FAULTS: Notches = Notches { least: 0.2, most: 0.5, step: 0.01 };

/// For the drawing only: an α of 1 makes the reward model's own gain the distance itself.
const ALPHA: f64 = 1.0;

/// The step.
pub fn many() -> AnyView {
    let (doublings, beta) = (RwSignal::new(2.0), RwSignal::new(0.3));
    let law = Signal::derive(move || Overoptimised { alpha: ALPHA, beta: beta.get() });
    let distance = Signal::derive(move || distance_of(doublings.get()));
    let words = view! {
        <p>
            "The simplest way to use a reward model is to let a language model answer n times and take the answer with the
            highest score. Reinforcement learning (PPO, GRPO) does the same more slowly: it moves the language model itself
            towards such answers."
        </p>
        <p>
            "Both push against a model of what people want, not against what they want. The score keeps rising; at some
            point the answers only please the model. Gao and others (2023) found a law for it: with d the square root of the
            divergence from the first language model, the gain of the best of n is"
        </p>
        <p class="learn-formula">"R(d) = d (α − β d),  d = √(log n − (n − 1)/n)"</p>
        <p class="quiet">
            "This is an illustration: α = 1 and β are chosen, not measured on your model. The remedies are the same
            everywhere: more and better pairs, a limit on the divergence, and people who look at what comes out."
        </p>
    };
    let answers = Signal::derive(move || match doublings.get() as i32 {
        0 => "n = 1 answer".to_owned(),
        power => format!("n = {} answers", count(1 << power)),
    });
    let content = view! {
        {legend(&[("line second", "what the reward model says"), ("line main", "what people would say")])}
        {plane(law, distance, doublings)}
        {slider(
            "learn-best-of-n",
            "The best of how many",
            DOUBLINGS,
            doublings.into(),
            answers,
            Callback::new(move |value| doublings.set(value)),
        )}
        {slider(
            "learn-fault",
            "How faulty the reward model is",
            FAULTS,
            beta.into(),
            Signal::derive(move || format!("β = {}", written(beta.get(), 2))),
            Callback::new(move |value| beta.set(value)),
        )}
        <div class="learn-figures">
            {figure("learn-proxy", "by the model", Signal::derive(move || law.get().proxy(distance.get())), 2)}
            {figure("learn-truth", "in truth", Signal::derive(move || law.get().truth(distance.get())), 2)}
        </div>
        <p class="quiet" role="status">{move || verdict(law.get(), distance.get())}</p>
    };
    step("learn-many", "What happens to the score", words.into_any(), content.into_any())
}

fn distance_of(doublings: f64) -> f64 {
    divergence_of_best_of(doublings.exp2()).max(0.0).sqrt()
}

fn verdict(law: Overoptimised, distance: f64) -> &'static str {
    match (distance - law.peak(), law.truth(distance)) {
        (before, _) if before <= 0.0 => "More answers still help: both lines rise.",
        (_, gain) if gain > 0.0 => "Past the peak: the score goes on rising, and the answers get worse.",
        _ => "Worse than not choosing at all, and the score has never been higher.",
    }
}

fn plane(law: Signal<Overoptimised>, distance: Signal<f64>, doublings: RwSignal<f64>) -> AnyView {
    let on_drag = move |(_, (x, _)): (Touch, (f64, f64))| {
        let far = |power: &u32| (distance_of(f64::from(*power)) - x).abs();
        let nearest = (0..=DOUBLINGS.most as u32).min_by(|one, other| far(one).total_cmp(&far(other)));
        doublings.set(f64::from(nearest.unwrap_or(0)));
    };
    let peak = move || {
        let law = law.get();
        PLANE.path([(law.peak(), PLANE.y.0), (law.peak(), law.truth(law.peak()))])
    };
    let lines = view! {
        <path class="grid" d=PLANE.path([(0.0, 0.0), (2.75, 0.0)]) />
        {line("grid dashed", peak)}
        {line("line second", move || PLANE.curve(|distance| law.get().proxy(distance)))}
        {line("line main", move || PLANE.curve(|distance| law.get().truth(distance)))}
    };
    let handles = view! {
        {PLANE.handle("handle small", "", move || (distance.get(), law.get().proxy(distance.get())))}
        {PLANE.handle("handle", "", move || (distance.get(), law.get().truth(distance.get())))}
    };
    let words = Signal::derive(move || {
        let (law, distance) = (law.get(), distance.get());
        format!(
            "At a distance of {distance:.2} the reward model says {:.2}, people would say {:.2}. {}",
            law.proxy(distance),
            law.truth(distance),
            verdict(law, distance),
        )
    });
    let ends = ["gain", "loss", "n = 1", "n = 4,096"];
    PLANE.view(words, ends, lines.into_any(), handles.into_any(), Callback::new(on_drag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_n_of_the_slider_is_on_the_plane_and_the_verdict_turns_at_the_peak() {
        assert_eq!(distance_of(0.0), 0.0);
        assert!(distance_of(DOUBLINGS.most) < PLANE.x.1);
        for beta in [FAULTS.least, FAULTS.most] {
            let law = Overoptimised { alpha: ALPHA, beta };
            assert!(law.truth(distance_of(DOUBLINGS.most)) > PLANE.y.0 - 0.5);
            assert!(verdict(law, law.peak() - 0.01).starts_with("More"));
            assert!(verdict(law, law.peak() + 0.01).starts_with("Past"));
            assert!(verdict(law, 2.01 * law.peak()).starts_with("Worse"));
        }
    }
}
