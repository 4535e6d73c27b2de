//! What stands before the response: one question, or the turns of a conversation. Text and Rank share it.

use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::widgets::{Glyph, Icon};

/// Who may speak.
const ROLES: [&str; 3] = ["user", "assistant", "system"];

/// The turns, and what can be done with them. The first has the id `first`.
pub fn conversation(first: &'static str) -> AnyView {
    let actions = Actions::of_page();
    let turns = actions.state.scoring.turns;
    let count = Memo::new(move |_| turns.with(Vec::len));
    let pairs = move || actions.state.workspace.counts.get().pairs;
    view! {
        <div class="conversation">
            {move || {
                let count = count.get();
                (0..count).map(|place| turn(actions, place, count, id(first, place))).collect_view()
            }}
            <div class="row spread">
                <button
                    type="button"
                    class="text-button"
                    data-testid="score-add-turn"
                    on:click=move |_| {
                        actions.state.scoring.add_turn();
                        browser::focus_soon(id(first, turns.with_untracked(Vec::len) - 1));
                    }
                >
                    "+ Add a turn"
                </button>
                <button
                    type="button"
                    class="text-button"
                    prop:disabled=move || pairs() == 0
                    on:click=move |_| actions.fill_in_a_pair()
                >
                    "Fill in one of your pairs"
                </button>
            </div>
        </div>
    }
    .into_any()
}

fn id(first: &str, place: usize) -> String {
    if place == 0 { first.to_owned() } else { format!("score-turn-{place}") }
}

fn turn(actions: Actions, place: usize, count: usize, id: String) -> AnyView {
    let turns = actions.state.scoring.turns;
    let alone = count == 1;
    let value = Signal::derive(move || {
        turns.with(|turns| turns.get(place).map_or(String::new(), |turn| turn.content.clone()))
    });
    let on_input = Callback::new(move |text: String| {
        turns
            .update(|turns| turns.get_mut(place).into_iter().for_each(|turn| turn.content.clone_from(&text)));
        actions.typed();
    });
    let label = if alone { "Prompt".to_owned() } else { format!("Turn {}", place + 1) };
    let head = if alone {
        view! { <label for=id.clone()>"Prompt"</label> }.into_any()
    } else {
        role(actions, place)
    };
    let remove = (place > 0).then(|| {
        view! {
            <button
                type="button"
                class="icon-button"
                aria-label=format!("Remove turn {}", place + 1)
                data-testid=format!("score-remove-turn-{place}")
                on:click=move |_| {
                    actions.state.scoring.remove_turn(place);
                    actions.typed();
                }
            >
                <Icon glyph=Glyph::Close />
            </button>
        }
    });
    view! {
        <div class="field">
            <div class="turn-head">{head}{remove}</div>
            {super::area(id, label, "2", value, on_input)}
        </div>
    }
    .into_any()
}

/// Who speaks.
fn role(actions: Actions, place: usize) -> AnyView {
    let turns = actions.state.scoring.turns;
    let now = move || turns.with(|turns| turns.get(place).map_or(String::new(), |turn| turn.role.clone()));
    let options = move || {
        // A pair of the workspace may have another yet.
        let now = now();
        let other = (!ROLES.contains(&now.as_str())).then_some(now.clone());
        let all = ROLES.iter().map(|role| (*role).to_owned()).chain(other);
        all.map(|role| {
            let chosen = role == now;
            view! {
                <option value=role.clone() prop:selected=chosen>
                    {role.clone()}
                </option>
            }
        })
        .collect_view()
    };
    view! {
        <select
            class="turn-role"
            aria-label=format!("Who speaks in turn {}", place + 1)
            data-testid=format!("score-role-{place}")
            on:change=move |event| {
                let role = event_target_value(&event);
                turns.update(|turns| turns.get_mut(place).into_iter().for_each(|turn| turn.role.clone_from(&role)));
                actions.typed();
            }
        >
            {options}
        </select>
    }
    .into_any()
}
