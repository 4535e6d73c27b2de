//! The lines that put the downloaded model to use in Python. The very same file is what `tests/python` runs.

use leptos::prelude::*;

use super::step;
use crate::domain::kept_model::file_name;
use crate::ui::actions::Actions;
use crate::ui::browser;

/// With [`ANY_MODEL`] for the file's name.
const LINES: &str = include_str!("grpo.py");

const ANY_MODEL: &str = "reward-model.safetensors";

/// The step.
pub fn python() -> AnyView {
    let actions = Actions::of_page();
    let lines = Memo::new(move |_| {
        let named = actions.state.models.used().map(|model| file_name(&browser::title(&model)));
        LINES.replace(ANY_MODEL, named.as_deref().unwrap_or(ANY_MODEL))
    });
    let copied = RwSignal::new(false);
    let words = view! {
        <p>
            "Your own model can be put into both. Download it on Score, under Models, take "
            <a href="reward_studio.py" download="reward_studio.py">
                "reward_studio.py"
            </a>
            " along, and these lines choose the best of n, and train a language model with TRL\u{2019}s GRPO."
        </p>
        <p class="quiet">
            "Keep an eye on what comes out: a head of a few hundred weights is easily pleased. Few steps, a divergence that is held
            down, and a look at the answers every now and then."
        </p>
    };
    let content = view! {
        <pre class="learn-code" tabindex="0" aria-label="Python">
            <code data-testid="learn-python">{move || lines.get()}</code>
        </pre>
        <div class="row">
            <button
                type="button"
                class="button"
                data-testid="learn-copy"
                on:click=move |_| actions.copy(lines.get_untracked(), copied)
            >
                {move || if copied.get() { "Copied" } else { "Copy" }}
            </button>
        </div>
    };
    step("learn-use", "Put your model to use", words.into_any(), content.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_name_one_file_once() {
        assert_eq!(LINES.matches(ANY_MODEL).count(), 1);
    }
}
