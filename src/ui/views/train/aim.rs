//! What is minimised: the likelihood of the answers, and what is made of their strength.

use leptos::prelude::*;

use crate::domain::config::{LossChoice, Start, StrengthUse};
use crate::domain::likelihood::{Advice, Loss};
use crate::domain::recipe::Recipe;
use crate::protocol::event::ModelCard;
use crate::ui::actions::Actions;
use crate::ui::figures::many;
use crate::ui::state::Backbone;
use crate::ui::widgets::Select;

/// The two choices, which the living model follows, too.
#[component]
pub fn Aim() -> impl IntoView {
    let actions = Actions::of_page();
    let settings = actions.state.settings;
    let busy = Signal::derive(move || actions.state.training.phase.with(|phase| phase.active()));
    let aim = Memo::new(move |_| settings.descent.with(|descent| descent.objective));
    let losses = [("recommended".to_owned(), "Recommended for your answers".to_owned())]
        .into_iter()
        .chain(Loss::ALL.map(|loss| (loss.word().to_owned(), format!("{}: {}", name(loss), about(loss)))))
        .collect::<Vec<_>>();
    let strengths =
        StrengthUse::ALL.map(|strength| (strength.word().to_owned(), use_of(strength).to_owned()));
    let on_loss = Callback::new(move |word: String| {
        let mut wished = settings.descent.get_untracked();
        wished.objective.loss = Loss::from_word(&word).map_or(LossChoice::Recommended, LossChoice::Fixed);
        actions.set_descent(wished);
    });
    let on_strength = Callback::new(move |word: String| {
        let mut wished = settings.descent.get_untracked();
        wished.objective.strength = StrengthUse::from_word(&word).unwrap_or_default();
        actions.set_descent(wished);
    });
    let loss = Signal::derive(move || {
        match aim.get().loss {
            LossChoice::Recommended => "recommended",
            LossChoice::Fixed(loss) => loss.word(),
        }
        .to_owned()
    });
    let brought = Memo::new(move |_| match actions.state.engine.backbone.get() {
        Backbone::Ready { brought, .. } => brought,
        Backbone::Waiting | Backbone::Loading(_) | Backbone::Failed(_) => None,
    });
    let starts_there = move || {
        let reads =
            brought.with(|its| its.as_ref().is_some_and(|its| settings.recipe.with(|now| its.reads_as(now))));
        reads && aim.get().start == Start::Brought
    };
    let on_start = Callback::new(move |word: String| {
        let mut wished = settings.descent.get_untracked();
        wished.objective.start = if word == "brought" { Start::Brought } else { Start::Nothing };
        let its = brought.get_untracked().filter(|_| wished.objective.start == Start::Brought);
        actions.set_descent(wished);
        if let Some(its) = its {
            let max_tokens = settings.recipe.with_untracked(|now| now.max_tokens);
            actions.set_recipe(Recipe { max_tokens, ..its });
        }
    });
    let starts = [
        ("nothing".to_owned(), "From nothing".to_owned()),
        ("brought".to_owned(), "From the backbone\u{2019}s own model".to_owned()),
    ];
    let start = move || {
        // The weights of an MLP are others.
        let is_linear = settings.descent.with(|descent| descent.hidden_units.is_none());
        (is_linear && brought.with(Option::is_some)).then(|| {
            view! {
                <Select
                    id="start-select"
                    label="Where the head starts"
                    hint="A reward model came with the backbone. Your answers say by how much to leave it; without any it
                    stays what it was. Choosing it sets the recipe to its own. Also used by the living model."
                    options=starts.to_vec()
                    value=Signal::derive(move || if starts_there() { "brought" } else { "nothing" }.to_owned())
                    on_change=on_start
                    disabled=busy
                />
            }
        })
    };
    view! {
        <section class="stack" aria-label="What is minimised">
            {start}
            <div>
                <Select
                    id="loss-select"
                    label="How answers are explained"
                    options=losses
                    value=loss
                    on_change=on_loss
                    disabled=busy
                />
                <p class="quiet" data-testid="loss-advice" aria-live="polite">
                    {move || actions.state.engine.living.with(|card| card.as_ref().map(|card| used(card)))}
                </p>
            </div>
            <Select
                id="strength-select"
                label="How much better you said it was"
                hint="Also used by the living model."
                options=strengths.to_vec()
                value=Signal::derive(move || aim.get().strength.word().to_owned())
                on_change=on_strength
                disabled=busy
            />
        </section>
    }
}

fn name(loss: Loss) -> &'static str {
    match loss {
        Loss::BradleyTerry => "Bradley–Terry",
        Loss::SoftTies => "Soft labels",
        Loss::RaoKupper => "Rao–Kupper",
        Loss::Davidson => "Davidson",
    }
}

fn about(loss: Loss) -> &'static str {
    match loss {
        Loss::BradleyTerry => "ties are left out",
        Loss::SoftTies => "a tie is half a preference each way",
        Loss::RaoKupper => "ties are differences too small to notice",
        Loss::Davidson => "a tie is an answer of its own",
    }
}

fn use_of(strength: StrengthUse) -> &'static str {
    match strength {
        StrengthUse::Unused => "Not used",
        StrengthUse::Margin => "As a margin: stronger answers ask for a larger difference",
        StrengthUse::Weight => "As a weight: stronger answers count more",
    }
}

/// What the living model uses, and why.
fn used(card: &ModelCard) -> String {
    let loss = card.likelihood.loss;
    let ties_at_evens = card.likelihood.shares(0.0).tie;
    let learned = if loss.has_tie() {
        format!(
            " It expects a tie in {} of pairs with equal scores.",
            crate::ui::figures::percent(ties_at_evens)
        )
    } else {
        String::new()
    };
    match &card.advice {
        Some(advice) => format!("{}{learned}", advised(loss, advice)),
        None => format!("{} is used, as you chose.{learned}", name(loss)),
    }
}

fn advised(loss: Loss, advice: &Advice) -> String {
    let Advice { ties, comparisons, held_out } = advice;
    let ties = match ties {
        0 => "there are no ties among your answers".to_owned(),
        1 => format!("only 1 of your {comparisons} answers is a tie"),
        some => format!("{some} of your {} are ties", many(*comparisons as usize, "answer")),
    };
    match held_out.as_slice() {
        [(_, best), (other, worse), ..] => format!(
            "Recommended: {}. {} and it explains held-out answers best (loss {best:.3}; {} {worse:.3}).",
            name(loss),
            sentence(&format!("{ties},")),
            name(*other),
        ),
        [_] | [] => format!("Recommended: {}, as {ties}.", name(loss)),
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
