//! The recipe: how a prompt and a response become features. A change computes them anew, in the background.

use leptos::prelude::*;

use crate::domain::family::is_decoder;
use crate::domain::recipe::{LengthFeature, Pooling, Recipe};
use crate::ui::actions::Actions;
use crate::ui::state::Backbone;
use crate::ui::widgets::Select;

/// Layer, pooling, length, longest input.
#[component]
pub fn RecipeFields() -> impl IntoView {
    let actions = Actions::of_page();
    let state = actions.state;
    let recipe = state.settings.recipe;
    let busy = Signal::derive(move || state.training.phase.with(|phase| phase.active()));
    let layers = move || state.chosen_backbone().map_or(6, |card| card.layers);
    let cannot = Signal::derive(move || {
        let mut barred = vec![];
        // A decoder's first token has seen nothing, so every text would have the same vector.
        if state.chosen_backbone().is_some_and(|card| is_decoder(&card.family)) {
            barred.push(Pooling::Cls.word().to_owned());
        }
        if matches!(state.engine.backbone.get(), Backbone::Ready { pooler: false, .. }) {
            barred.push(Pooling::Pooler.word().to_owned());
        }
        barred
    });
    let layer_options = Signal::derive(move || {
        let best = Recipe::measured_best(layers()).layer;
        (1..=layers())
            .map(|layer| {
                let note = if layer == best { " (measured best)" } else { "" };
                (layer.to_string(), format!("after block {layer}{note}"))
            })
            .collect()
    });
    let change = move |change: fn(&mut Recipe, &str) -> Option<()>| {
        Callback::new(move |word: String| {
            let mut wished = recipe.get_untracked();
            if change(&mut wished, &word).is_some() {
                actions.set_recipe(wished);
            }
        })
    };
    let reads = move |read: fn(&Recipe) -> String| Signal::derive(move || recipe.with(read));
    let poolings = Pooling::ALL.map(|pooling| (pooling.word().to_owned(), name(pooling).to_owned())).to_vec();
    let lengths = vec![("on".to_owned(), "On".to_owned()), ("off".to_owned(), "Off".to_owned())];
    let longest =
        [64, 128, 256, 512].map(|tokens: u16| (tokens.to_string(), format!("{tokens} tokens"))).to_vec();
    view! {
        <h3>"Recipe of the features"</h3>
        <p class="hint">
            "A change reads all pairs anew, in the background. A trained model keeps the recipe it was
            trained with."
        </p>
        <div class="fields">
            <Select
                id="recipe-layer"
                label="Hidden states"
                options=layer_options
                value=reads(|recipe| recipe.layer.to_string())
                on_change=change(|wished, word| word.parse().ok().map(|layer| wished.layer = layer))
                disabled=busy
            />
            <Select
                id="recipe-pooling"
                label="Pooling"
                options=poolings
                barred=cannot
                value=reads(|recipe| recipe.pooling.word().to_owned())
                on_change=change(|wished, word| {
                    Pooling::from_word(word).map(|pooling| wished.pooling = pooling)
                })
                disabled=busy
            />
            <Select
                id="recipe-length"
                label="Length as a feature"
                hint="Much of what people prefer is length. Off, the model has to find other reasons."
                options=lengths
                value=reads(|recipe| {
                    if recipe.length_feature == LengthFeature::On { "on" } else { "off" }.to_owned()
                })
                on_change=change(|wished, word| {
                    wished.length_feature = if word == "on" { LengthFeature::On } else { LengthFeature::Off };
                    Some(())
                })
                disabled=busy
            />
            <Select
                id="recipe-max-tokens"
                label="Longest input"
                options=longest
                value=reads(|recipe| recipe.max_tokens.to_string())
                on_change=change(|wished, word| word.parse().ok().map(|tokens| wished.max_tokens = tokens))
                disabled=busy
            />
        </div>
    }
}

fn name(pooling: Pooling) -> &'static str {
    match pooling {
        Pooling::ResponseMean => "Mean of the response (measured best)",
        Pooling::Mean => "Mean of everything",
        Pooling::Cls => "First token, [CLS] (encoders only)",
        Pooling::Last => "Last token, as in the lesson",
        Pooling::Pooler => "First token behind the backbone's pooler",
    }
}
