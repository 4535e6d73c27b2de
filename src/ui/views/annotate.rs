//! Annotate: which of two responses is better. The model that forms from the answers stands beside them.

mod answer_bar;
mod asking;
mod banner;
mod bar;
mod done;
mod head_panel;
mod history;
pub(super) mod keys;
mod pair;
mod remarks;
mod said;
mod specimen;
mod strength;
mod welcome;
mod you;

use leptos::ev;
use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::figures::count;
use crate::ui::state::Switch;
use crate::ui::views::unsaved::UnsavedNote;
use crate::ui::widgets::Later;

/// Fewer pairs and answers are read before anybody could read of it.
const WORTH_COUNTING: usize = 5_000;

/// What stands in the middle of the tab.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Opening,
    Empty,
    Asking,
    Done,
}

/// Which of the tab's dialogs are open.
#[derive(Clone, Copy)]
struct Dialogs {
    history: RwSignal<bool>,
    you: RwSignal<bool>,
}

/// The tab.
#[component]
pub fn Annotate() -> impl IntoView {
    let actions = Actions::of_page();
    let workspace = actions.state.workspace;
    let dialogs = Dialogs { history: RwSignal::new(false), you: RwSignal::new(false) };
    provide_context(dialogs);
    let listener = window_event_listener(ev::keydown, move |event| keys::on_key(actions, dialogs, &event));
    on_cleanup(move || listener.remove());
    let stage = Memo::new(move |_| match (workspace.loaded.get(), workspace.counts.get().pairs) {
        (false, _) => Stage::Opening,
        (true, 0) => Stage::Empty,
        (true, _) if workspace.current.with(Option::is_some) => Stage::Asking,
        (true, _) => Stage::Done,
    });
    let look = actions.state.settings.look;
    Effect::new(move || {
        browser::set_focus_mode(stage.get() == Stage::Asking && look.get().has(Switch::Focus));
    });
    on_cleanup(|| browser::set_focus_mode(false));
    view! {
        {move || match stage.get() {
            Stage::Opening => view! { <Opening /> }.into_any(),
            Stage::Empty => view! { <welcome::Welcome /> }.into_any(),
            Stage::Asking => {
                view! {
                    <div class="annotate">
                        <head_panel::HeadPanel />
                        // Where the focus goes when a field is left: keys then answer, and Tab goes on from here.
                        <div class="asking" id="asking" tabindex="-1">
                            <bar::Bar />
                            <UnsavedNote />
                            // Last in the column, so that nothing moves when it comes.
                            <Later>
                                <pair::PairOnScreen />
                                <answer_bar::AnswerBar />
                            </Later>
                        </div>
                    </div>
                }
                    .into_any()
            }
            Stage::Done => {
                view! {
                    <div class="annotate">
                        <head_panel::HeadPanel />
                        <div class="asking">
                            <bar::Bar />
                            <UnsavedNote />
                            <done::Done />
                        </div>
                    </div>
                }
                    .into_any()
            }
        }}
        <history::History />
        <you::You />
    }
}

/// What is kept is being read; a large workspace takes some seconds.
#[component]
fn Opening() -> impl IntoView {
    let loading = Actions::of_page().state.workspace.loading;
    let large = move || loading.get().filter(|loading| loading.rows > WORTH_COUNTING);
    view! {
        <div class="opening">
            <p>"Opening your workspace…"</p>
            {move || {
                large()
                    .map(|loading| {
                        view! {
                            <p class="quiet" data-testid="loading">
                                {count(loading.done)} " of " {count(loading.rows)} " pairs and answers are read."
                            </p>
                        }
                    })
            }}
        </div>
    }
}
