//! What the browser keeps, and how to be rid of it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::figures::bytes;
use crate::ui::widgets::{Dialog, FaultNote};

/// The card.
#[component]
pub fn Storage() -> impl IntoView {
    let actions = Actions::of_page();
    let used = RwSignal::new(None::<(u64, u64)>);
    spawn_local(async move {
        let found = browser::usage().await;
        // The tab may have been left meanwhile, and its signals with it.
        used.try_set(found);
    });
    let memory_only = actions.state.workspace.memory_only;
    let asking = RwSignal::new(false);
    let clear = move |_| {
        asking.set(false);
        actions.clear_everything();
    };
    let said = move || match used.get() {
        Some((used, quota)) => format!(
            "This page keeps {} of the {} the browser allows it: your pairs and answers, \
             features, and the backbone.",
            bytes(used),
            bytes(quota)
        ),
        None => {
            "This page keeps your pairs and answers, features, and the backbone in this browser.".to_owned()
        }
    };
    view! {
        <section class="card" aria-labelledby="storage-head">
            <h3 id="storage-head">"Kept in this browser"</h3>
            {move || memory_only.get().map(|fault| view! { <FaultNote fault=fault /> })}
            <p class="quiet">{said}</p>
            <p class="quiet">
                "None of it is sent anywhere. Another browser, or a private window, has none of it."
            </p>
            <button
                type="button"
                class="button danger"
                data-testid="clear-everything"
                on:click=move |_| asking.set(true)
            >
                "Delete everything"
            </button>
            <Dialog open=asking title="Delete everything?">
                <p>
                    "All pairs, all answers and the trained model are removed from this browser. There is no way back,
                    except from files you have downloaded."
                </p>
                <div class="row end">
                    <button type="button" class="button" on:click=move |_| asking.set(false)>
                        "Keep everything"
                    </button>
                    <button
                        type="button"
                        class="button danger solid"
                        data-testid="clear-confirm"
                        on:click=clear
                    >
                        "Delete it"
                    </button>
                </div>
            </Dialog>
        </section>
    }
}
