//! The empty workspace: what this is, and one button to begin.

use leptos::prelude::*;

use super::Dialogs;
use super::specimen::Specimen;
use crate::ui::actions::Actions;
use crate::ui::state::Tab;

/// Where everybody begins.
#[component]
pub fn Welcome() -> impl IntoView {
    let actions = Actions::of_page();
    let dialogs: Dialogs = expect_context();
    let busy = move || actions.state.intake.reading.with(Option::is_some);
    view! {
        <div class="welcome">
            <div class="welcome-top">
                <div class="welcome-words">
                    <h2>"Teach a model your taste."</h2>
                    <p class="lead">
                        "Read two responses, say which is better. After a dozen answers a reward model has formed in this
                        tab, on your own machine, and you see how often it would have guessed you right."
                    </p>
                    <div class="welcome-actions">
                        <button
                            type="button"
                            class="button primary large"
                            data-testid="load-starter"
                            prop:disabled=busy
                            on:click=move |_| actions.load_starter()
                        >
                            "Start with the starter set"
                        </button>
                        <button
                            type="button"
                            class="button large"
                            data-testid="load-labelled"
                            prop:disabled=busy
                            on:click=move |_| actions.load_labelled()
                        >
                            "See training work at once with the labelled sample"
                        </button>
                    </div>
                    <p class="quiet">
                        "Have pairs of your own? "
                        <button
                            type="button"
                            class="text-button"
                            on:click=move |_| actions.open_tab(Tab::Data)
                        >
                            "Import them"
                        </button>
                        ". Nothing you read, type or answer leaves this tab unless you download it."
                    </p>
                    <p class="quiet">
                        "Several of you annotate? "
                        <button type="button" class="text-button" on:click=move |_| dialogs.you.set(true)>
                            "Put your name to your answers"
                        </button>
                        ", if you like."
                    </p>
                </div>
                <Specimen />
            </div>
            <ol class="steps">
                <li>
                    <h3>"Annotate"</h3>
                    <p>
                        "Pairs of everyday answers that people really disagree on: short or thorough, warm or plain,
                         careful or direct."
                    </p>
                </li>
                <li>
                    <h3>"Watch it form"</h3>
                    <p>
                        "The model is fitted anew after every answer, and judged on answers it has not seen."
                    </p>
                </li>
                <li>
                    <h3>"Use it"</h3>
                    <p>
                        "Score what you type, see where it disagrees with you, take the weights and the data along."
                    </p>
                </li>
            </ol>
        </div>
    }
}
