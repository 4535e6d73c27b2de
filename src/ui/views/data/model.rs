//! The model as a file: out, in one of several formats, and in again.

use leptos::html;
use leptos::prelude::*;

use crate::domain::recipe::Recipe;
use crate::domain::weights_format::WeightsFormat;
use crate::protocol::Slot;
use crate::ui::actions::Actions;
use crate::ui::folder;
use crate::ui::views::slot::SlotSelect;
use crate::ui::widgets::{Glyph, Icon, ProgressBar, Select};

/// The card.
#[component]
pub fn Model() -> impl IntoView {
    let actions = Actions::of_page();
    let engine = actions.state.engine;
    let parcels = actions.state.parcels;
    let any = Memo::new(move |_| engine.living.with(Option::is_some) || engine.trained.with(Option::is_some));
    let made = Memo::new(move |_| in_view(actions));
    let recipe = Memo::new(move |_| made.with(|(recipe, _)| recipe.clone()));
    let backbone = Memo::new(move |_| {
        actions.state.chosen_backbone().map_or_else(Default::default, |card| (card.family, card.layers))
    });
    let options: Vec<(String, String)> =
        WeightsFormat::ALL.map(|format| (format.word().to_owned(), format.name().to_owned())).into();
    let barred = Memo::new(move |_| barred(&recipe.get(), &backbone.get()));
    let refused = Memo::new(move |_| refusal(parcels.format.get(), &recipe.get(), &backbone.get()));
    let making = move || parcels.making.with(Option::is_some);
    let busy = move || making() || parcels.writing.with(Option::is_some);
    let cannot_leave = move || !any.get() || busy() || refused.get().is_some();
    let is_folder = move || parcels.format.get().folder_name().is_some() && folder::can_be_written();
    let input = NodeRef::<html::Input>::new();
    let on_change = move |_| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            actions.upload_model(file);
        }
        input.set_value("");
    };
    view! {
        <section class="card" aria-labelledby="model-head">
            <h3 id="model-head">"Take your model along"</h3>
            {move || {
                if any.get() {
                    view! { <SlotSelect /> }.into_any()
                } else {
                    view! { <p class="quiet">"There is none yet. It forms from your answers."</p> }.into_any()
                }
            }}
            <Select
                id="model-format"
                label="Format"
                options=options
                barred=barred
                value=Signal::derive(move || parcels.format.get().word().to_owned())
                on_change=Callback::new(move |word: String| {
                    if let Some(format) = WeightsFormat::from_word(&word) {
                        parcels.choose(format);
                    }
                })
            />
            {move || opened(actions, parcels.format.get(), &made.get(), &backbone.get())}
            {move || reasons(&recipe.get(), &backbone.get())}
            <div class="row">
                <button
                    type="button"
                    class="button"
                    data-testid="download-model"
                    aria-busy=move || busy().to_string()
                    prop:disabled=cannot_leave
                    on:click=move |_| actions.download_model()
                >
                    <Icon glyph=Glyph::Download />
                    "Download the model"
                </button>
                <Show when=is_folder>
                    <button
                        type="button"
                        class="button"
                        data-testid="save-model-folder"
                        aria-busy=move || busy().to_string()
                        prop:disabled=cannot_leave
                        on:click=move |_| actions.save_model_as_folder()
                    >
                        <Icon glyph=Glyph::Folder />
                        "Save as a folder\u{2026}"
                    </button>
                </Show>
                <label class="button" for="upload-model">
                    <Icon glyph=Glyph::Upload />
                    "Upload a model"
                </label>
                <input
                    id="upload-model"
                    class="file-input"
                    data-testid="upload-model"
                    type="file"
                    accept=".safetensors"
                    node_ref=input
                    on:change=on_change
                />
            </div>
            <Show when=making>
                <ProgressBar
                    label="Making the model\u{2019}s file"
                    share=Signal::stored(None)
                    figures="Making the file, and opening it again to compare its scores\u{2026}"
                    testid="model-progress"
                />
            </Show>
            <Show when=move || parcels.writing.with(Option::is_some)>
                <ProgressBar
                    label="Writing the folder"
                    share=parcels.writing
                    figures="Writing the folder\u{2026}"
                    testid="folder-progress"
                />
            </Show>
            <p class="complaint" role="alert" data-testid="model-trouble">
                {move || parcels.trouble.get().map(|fault| fault.to_string())}
            </p>
            <p class="quiet">
                "To use Reward Studio\u{2019}s own file in Python, take "
                <a href="reward_studio.py" download="reward_studio.py">
                    "reward_studio.py"
                </a>
                " along: it reads the file and gives the same scores with torch and transformers. The archives bring all that \
                they need."
            </p>
        </section>
    }
}

/// The recipe of the model that is looked at, and whether its head is linear; before there is one, those of the next.
fn in_view(actions: Actions) -> (Recipe, bool) {
    let state = actions.state;
    let card = match state.slot_in_view() {
        Slot::Living => state.engine.living.get(),
        Slot::Trained | Slot::Beside(_) => state.engine.trained.get(),
    };
    match card {
        Some(card) => (card.recipe.clone(), card.hidden_units.is_none()),
        None => (
            state.settings.recipe.get(),
            state.settings.descent.with(|descent| descent.hidden_units.is_none()),
        ),
    }
}

/// A backbone's family, and how many blocks it has.
type Family = (String, u8);

/// Why this format cannot hold a model of this recipe.
fn refusal(format: WeightsFormat, recipe: &Recipe, (family, layers): &Family) -> Option<&'static str> {
    format.refusal(recipe, family, *layers)
}

/// The form values of the formats that cannot hold this recipe.
fn barred(recipe: &Recipe, backbone: &Family) -> Vec<String> {
    let barred = WeightsFormat::ALL.into_iter().filter(|format| refusal(*format, recipe, backbone).is_some());
    barred.map(|format| format.word().to_owned()).collect()
}

/// Why those formats are not to be chosen, each reason once.
fn reasons(recipe: &Recipe, backbone: &Family) -> impl IntoView + use<> {
    let mut reasons: Vec<(&'static str, Vec<WeightsFormat>)> = vec![];
    for format in WeightsFormat::ALL {
        let Some(why) = refusal(format, recipe, backbone) else { continue };
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, formats)) => formats.push(format),
            None => reasons.push((why, vec![format])),
        }
    }
    let reason = |(why, formats): (&'static str, Vec<WeightsFormat>)| {
        let all =
            |told: fn(WeightsFormat) -> &'static str| formats.iter().copied().map(told).collect::<Vec<_>>();
        view! {
            <p class="hint" data-testid="model-refusal" data-format=all(WeightsFormat::word).join(" ")>
                {all(WeightsFormat::name).join(", ")} ": " {why}
            </p>
        }
    };
    reasons.into_iter().map(reason).collect_view()
}

/// What opens the file, with the line to copy.
fn opened(
    actions: Actions,
    format: WeightsFormat,
    (recipe, is_linear): &(Recipe, bool),
    (family, layers): &Family,
) -> impl IntoView + use<> {
    let (what, line) = format.opens(recipe, *is_linear, family, *layers);
    let copied = RwSignal::new(false);
    view! {
        <p class="hint" data-testid="model-says">
            {what}
        </p>
        <pre class="learn-code" tabindex="0" aria-label="What opens it">
            <code data-testid="model-line">{line}</code>
        </pre>
        <div class="row">
            <button
                type="button"
                class="button"
                data-testid="model-copy"
                on:click=move |_| actions.copy(line.to_owned(), copied)
            >
                {move || if copied.get() { "Copied" } else { "Copy the line" }}
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::recipe::{LengthFeature, Pooling};

    #[test]
    fn only_what_cannot_hold_the_recipe_is_barred() {
        let on = |family: &str| (family.to_owned(), 6);
        assert_eq!(barred(&Recipe::measured_best(6), &on("bert")), ["peft", "sentence-transformers"]);
        let mean =
            Recipe { pooling: Pooling::Mean, length_feature: LengthFeature::Off, ..Recipe::measured_best(6) };
        assert_eq!(barred(&mean, &on("bert")), ["peft"]);
        assert_eq!(barred(&mean, &on("llama")), ["peft", "sentence-transformers"]);
        let adapted = Recipe { tuned: Some("lora-0123456789abcdef".into()), ..mean };
        assert!(barred(&adapted, &on("bert")).is_empty());
    }
}
