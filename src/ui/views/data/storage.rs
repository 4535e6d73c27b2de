//! What the browser keeps, and how to be rid of it.

mod carry;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::storage::space::{self, Space};
use crate::ui::actions::Actions;
use crate::ui::figures::bytes;
use crate::ui::widgets::{Dialog, FaultNote};

/// The card.
#[component]
pub fn Storage() -> impl IntoView {
    let actions = Actions::of_page();
    let space = RwSignal::new(Space::default());
    let look = move || {
        spawn_local(async move {
            let found = space::space().await;
            // The tab may have been left meanwhile, and its signals with it.
            space.try_set(found);
        });
    };
    let empty = Memo::new(move |_| actions.state.workspace.counts.get().pairs == 0);
    Effect::new(move || {
        empty.track();
        look();
    });
    let persist = move |_| {
        spawn_local(async move {
            if space::ask_to_persist().await != Some(true) {
                actions.state.notices.fault(not_for_good());
            }
            look();
        });
    };
    let memory_only = actions.state.workspace.memory_only;
    let asking = RwSignal::new(false);
    let clear = move |_| {
        asking.set(false);
        actions.clear_everything();
    };
    view! {
        <section class="card" aria-labelledby="storage-head">
            <h3 id="storage-head">"Kept in this browser"</h3>
            {move || memory_only.get().map(|fault| view! { <FaultNote fault=fault /> })}
            <p class="quiet">
                "Your pairs and answers, features, the model and the backbone. None of it is sent anywhere. \
                Another browser, or a private window, has none of it."
            </p>
            {move || space.get().used.map(|(used, quota)| view! { <Used used=used quota=quota /> })}
            {move || space.get().persisted.map(|persisted| view! { <Persisted persisted=persisted on_ask=persist /> })}
            <carry::Carry />
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

/// How full it is.
#[component]
fn Used(used: u64, quota: u64) -> impl IntoView {
    view! {
        <p data-testid="storage-used" data-value=used.to_string()>
            <b>{bytes(used)}</b>
            " of the "
            {bytes(quota)}
            " that the browser allows this page."
        </p>
        <meter
            class="storage-meter"
            aria-label="Space used"
            min="0"
            max=quota.to_string()
            high=(quota / 10 * 8).to_string()
            value=used.to_string()
        ></meter>
    }
}

/// Whether it stays, and what that means.
#[component]
fn Persisted(persisted: bool, on_ask: impl Fn(()) + Copy + 'static) -> impl IntoView {
    let ask = move || {
        view! {
            <button
                type="button"
                class="button"
                data-testid="storage-persist"
                on:click=move |_| on_ask(())
            >
                "Ask the browser to keep it"
            </button>
        }
    };
    view! {
        <p class="quiet" data-testid="storage-persisted" data-value=persisted.to_string()>
            {if persisted {
                "It stays until you delete it: the browser has promised not to clear it up, even when the disk runs full."
            } else {
                "The browser may clear it up when the disk runs full, or when you have not been here for long. \
                Save the workspace as a file from time to time."
            }}
        </p>
        {(!persisted).then(ask)}
    }
}

fn not_for_good() -> Fault {
    Fault::new(
        FaultKind::Storage,
        "The browser did not promise to keep this page's data.",
        "It often does once the page is bookmarked, installed or visited regularly. Until then, save the workspace \
         as a file from time to time.",
    )
}
