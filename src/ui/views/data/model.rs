//! The model as a file: out, and in again.

use leptos::html;
use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::views::slot::SlotSelect;
use crate::ui::widgets::{Glyph, Icon, Select};

/// The card.
#[component]
pub fn Model() -> impl IntoView {
    let actions = Actions::of_page();
    let engine = actions.state.engine;
    let any = Memo::new(move |_| engine.living.with(Option::is_some) || engine.trained.with(Option::is_some));
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
                hint="One safetensors file: head, normalisation, recipe, metrics, and the backbone's name and hash."
                options=vec![("studio".to_owned(), "Reward Studio (.safetensors)".to_owned())]
                later=&[
                    ("transformers", "transformers (later)"),
                    ("peft", "PEFT (later)"),
                    ("sentence-transformers", "sentence-transformers (later)"),
                ]
                value="studio".to_owned()
                on_change=Callback::new(|_| {})
            />
            <div class="row">
                <button
                    type="button"
                    class="button"
                    data-testid="download-model"
                    prop:disabled=move || !any.get()
                    on:click=move |_| actions.download_model()
                >
                    <Icon glyph=Glyph::Download />
                    "Download the model"
                </button>
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
            <p class="quiet">
                "To use it in Python, take " <a href="reward_studio.py" download="reward_studio.py">
                    "reward_studio.py"
                </a>
                " along: it reads the file and gives the same scores with torch and transformers."
            </p>
        </section>
    }
}
