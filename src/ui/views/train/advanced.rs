//! The settings few people need, folded away.

use leptos::prelude::*;

use super::recipe::RecipeFields;
use crate::domain::config::{DescentConfig, Objective, Penalty};
use crate::domain::dataset::LEARN_AT_MOST;
use crate::ui::actions::Actions;
use crate::ui::widgets::{NumberField, Select};

/// Gradient descent's settings, and the recipe.
#[component]
pub fn Advanced() -> impl IntoView {
    let settings = Actions::of_page().state.settings;
    // The fields are made anew when the defaults come back, and never while somebody types.
    let edition = RwSignal::new(0);
    // Another depth has other defaults, and more to be set.
    let depth = Memo::new(move |_| settings.descent.with(|descent| descent.depth.word()));
    view! {
        <details class="advanced">
            <summary>"Advanced settings"</summary>
            {move || {
                edition.track();
                depth.track();
                depth.with(|_| ());
                let now = settings.descent.get_untracked();
                view! { <DescentFields now=now edition=edition /> }
            }}
            <RecipeFields />
        </details>
    }
}

#[component]
fn DescentFields(now: DescentConfig, edition: RwSignal<u32>) -> impl IntoView {
    let actions = Actions::of_page();
    let settings = actions.state.settings;
    let set = move |change: &dyn Fn(&mut DescentConfig) -> Result<(), String>| {
        let mut wished = settings.descent.get_untracked();
        change(&mut wished)?;
        actions.wish_descent(wished)
    };
    let number = move |change: fn(&mut DescentConfig, &str) -> Result<(), String>| {
        Callback::new(move |text: String| set(&|wished| change(wished, text.trim())))
    };
    let given = now.clone();
    let field = move |(id, label, hint, usual, place): Field| {
        let on_change = Callback::new(move |text: String| {
            let value = parse(text.trim(), &format!("a number such as {usual}"))?;
            set(&|wished| {
                *place(wished) = value;
                Ok(())
            })
        });
        let value = place(&mut given.clone()).to_string();
        view! { <NumberField id=id label=label hint=hint value=value on_change=on_change /> }
    };
    let loss = LOSS.map(&field).collect_view();
    let below = now.depth.is_deep().then(|| BELOW.map(&field).collect_view());
    let penalty = Memo::new(move |_| settings.descent.with(|descent| descent.objective.penalty));
    let fixed = Memo::new(move |_| matches!(penalty.get(), Penalty::Fixed(_)));
    let on_penalty = Callback::new(move |word: String| {
        let mut wished = settings.descent.get_untracked();
        let learned_from = actions.state.workspace.counts.get_untracked().preferences;
        let before = &mut wished.objective.penalty;
        *before = match word.as_str() {
            "fixed" => Penalty::Fixed(before.lambda(learned_from)),
            "evidence" => Penalty::Evidence,
            "held_out" => Penalty::HeldOut,
            _ => Penalty::Auto,
        };
        actions.set_descent(wished);
    });
    let back = move |_| {
        actions.set_descent(settings.descent.with_untracked(defaults));
        actions.set_learn_at_most(LEARN_AT_MOST);
        edition.update(|edition| *edition += 1);
    };
    view! {
        <HeadFields edition=edition />
        <h3>"Gradient descent (AdamW)"</h3>
        <div class="fields">
            <NumberField
                id="learning-rate"
                label="Learning rate"
                value=now.learning_rate.to_string()
                on_change=number(|wished, text| {
                    parse(text, "a number such as 0.05").map(|value| wished.learning_rate = value)
                })
            />
            <NumberField
                id="batch-size"
                label="Batch size"
                value=now.batch_size.to_string()
                on_change=number(|wished, text| parse(text, WHOLE).map(|value| wished.batch_size = value))
            />
            <NumberField
                id="epochs"
                label="Epochs, at most"
                value=now.epochs.to_string()
                on_change=number(|wished, text| parse(text, WHOLE).map(|value| wished.epochs = value))
            />
            <NumberField
                id="patience"
                label="Patience"
                hint="Epochs without a better held-out loss; 0 never stops early."
                value=now.patience.to_string()
                on_change=number(|wished, text| parse(text, WHOLE).map(|value| wished.patience = value))
            />
            <NumberField
                id="train-seed"
                label="Seed"
                hint="Same seed, same data, same CPU device: same weights."
                value=now.seed.to_string()
                on_change=number(|wished, text| parse(text, WHOLE).map(|value| wished.seed = value))
            />
            {loss}
            {below}
            <NumberField
                id="learn-at-most"
                label="Answers learned from, at most"
                hint="Of more, so many are drawn, always the same. Also for the living model."
                value=settings.learn_at_most.get_untracked().to_string()
                on_change=Callback::new(move |text: String| {
                    let most: usize = parse(text.trim(), WHOLE)?;
                    if most == 0 {
                        return Err("Give at least 1: from nothing nothing can be learned.".into());
                    }
                    actions.set_learn_at_most(most);
                    Ok(())
                })
            />
            <Select
                id="penalty"
                label="Penalty λ"
                hint="Also used by the living model."
                options=vec![
                    ("auto".to_owned(), "By number of answers".to_owned()),
                    ("held_out".to_owned(), "Best on held-out answers (slower)".to_owned()),
                    ("evidence".to_owned(), "Most probable for your answers (slower)".to_owned()),
                    ("fixed".to_owned(), "Fixed".to_owned()),
                ]
                value=Signal::derive(move || {
                    match penalty.get() {
                        Penalty::Auto => "auto",
                        Penalty::Evidence => "evidence",
                        Penalty::HeldOut => "held_out",
                        Penalty::Fixed(_) => "fixed",
                    }
                        .to_owned()
                })
                on_change=on_penalty
            />
            {move || {
                fixed
                    .get()
                    .then(|| {
                        let lambda = penalty.get_untracked().lambda(0);
                        view! {
                            <NumberField
                                id="penalty-lambda"
                                label="λ"
                                value=lambda.to_string()
                                on_change=number(|wished, text| {
                                    parse(text, "a number such as 1")
                                        .map(|value| wished.objective.penalty = Penalty::Fixed(value))
                                })
                            />
                        }
                    })
            }}
        </div>
        <button type="button" class="text-button" on:click=back>
            "Back to the defaults"
        </button>
    }
}

/// A linear head, or an MLP.
#[component]
fn HeadFields(edition: RwSignal<u32>) -> impl IntoView {
    let actions = Actions::of_page();
    let settings = actions.state.settings;
    let is_mlp = Memo::new(move |_| settings.descent.with(|descent| descent.hidden_units.is_some()));
    let set = move |hidden_units| {
        actions.wish_descent(DescentConfig { hidden_units, ..settings.descent.get_untracked() })
    };
    let on_kind = Callback::new(move |word: String| {
        // Usual units cannot be wrong.
        let _ = set((word == "mlp").then_some(USUAL_UNITS));
    });
    view! {
        <h3>"Head"</h3>
        <div class="fields">
            <Select
                id="head-select"
                label="Kind"
                hint="An MLP has one hidden layer. It has no exact fit, and is judged by the held-out fifth alone; the living model stays linear."
                options=vec![
                    ("linear".to_owned(), "Linear".to_owned()),
                    ("mlp".to_owned(), "MLP".to_owned()),
                ]
                value=Signal::derive(move || if is_mlp.get() { "mlp" } else { "linear" }.to_owned())
                on_change=on_kind
            />
            {move || {
                edition.track();
                is_mlp
                    .get()
                    .then(|| {
                        let now = settings.descent.get_untracked().hidden_units.unwrap_or(USUAL_UNITS);
                        view! {
                            <NumberField
                                id="hidden-units"
                                label="Hidden units"
                                hint="tanh; its weights have the penalty\u{2019}s prior too."
                                value=now.to_string()
                                on_change=Callback::new(move |text: String| {
                                    set(Some(parse(text.trim(), WHOLE)?))
                                })
                            />
                        }
                    })
            }}
        </div>
    }
}

/// Units that an MLP has until somebody says otherwise.
const USUAL_UNITS: u32 = 64;

/// The defaults of what stands here; depth, loss and strengths have their fields elsewhere, and stay.
fn defaults(now: &DescentConfig) -> DescentConfig {
    let objective = Objective { penalty: Penalty::default(), ..now.objective };
    DescentConfig { objective, ..DescentConfig::of(now.depth) }
}

/// A number: its test id, its name, what it does, one that is usual, and where it stands.
type Field = (&'static str, &'static str, &'static str, &'static str, fn(&mut DescentConfig) -> &mut f32);

/// What is to be set only where training goes below the head.
const BELOW: [Field; 3] = [
    ("warm-up", "Warm-up", "Share of all steps over which the learning rate rises.", "0.1", |it| {
        &mut it.below.warm_up
    }),
    (
        "clip-norm",
        "Clip gradients at",
        "The longest that the gradient may be; 0 for any length.",
        "1",
        |it| &mut it.below.clip,
    ),
    (
        "weight-decay",
        "Weight decay",
        "Of what trains below the head; the head has the penalty.",
        "0.01",
        |it| &mut it.below.weight_decay,
    ),
];

/// What the loss is made of, beside the likelihood.
const LOSS: [Field; 2] = [
    (
        "label-smoothing",
        "Label smoothing",
        "Share of answers that are taken to be the wrong way round.",
        "0.05",
        |it| &mut it.smoothing,
    ),
    (
        "reward-centring",
        "Reward centring",
        "Holds scores around 0; TRL\u{2019}s coefficient.",
        "0.01",
        |it| &mut it.centring,
    ),
];

/// What is a whole number.
pub const WHOLE: &str = "a whole number, 0 or more";

/// What was typed as what was `wanted`, or what to do instead.
pub fn parse<T: std::str::FromStr>(text: &str, wanted: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("Give {wanted}. Until then the last good value is used."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::config::{LossChoice, Start, StrengthUse};
    use crate::domain::depth::Depth;
    use crate::domain::likelihood::Loss;

    #[test]
    fn back_to_the_defaults_keeps_what_is_set_elsewhere() {
        let chosen = Objective {
            loss: LossChoice::Fixed(Loss::Davidson),
            strength: StrengthUse::Weight,
            penalty: Penalty::Evidence,
            start: Start::Brought,
        };
        for depth in [Depth::Head, Depth::Last(3)] {
            let now = DescentConfig { objective: chosen, depth, epochs: 7, ..DescentConfig::default() };
            let back = defaults(&now);
            assert_eq!(back.objective, Objective { penalty: Penalty::Auto, ..chosen });
            let bare = DescentConfig { objective: Objective::default(), ..back };
            assert_eq!(bare, DescentConfig::of(depth));
        }
    }
}
