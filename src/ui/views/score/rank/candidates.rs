//! Where candidates come in: many at once or one by one, and each can be changed.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use web_sys::File;

use crate::domain::candidate_texts::split;
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::figures::many;
use crate::ui::state::Candidates;
use crate::ui::views::drop::choose_files;
use crate::ui::views::score::area;
use crate::ui::widgets::{Glyph, Icon, segments};

/// The box to paste into, and the candidates so far.
pub fn candidates(actions: Actions, on_files: Callback<Vec<(String, File)>>) -> AnyView {
    let typed = actions.state.candidates;
    let count = Memo::new(move |_| typed.texts.with(Vec::len));
    let new = Memo::new(move |_| split(&typed.pasted.get(), typed.by_line.get()).len());
    let add = move || {
        typed.add_pasted();
        actions.typed();
        // An empty one is there to be typed into; otherwise the next is pasted.
        let all = typed.texts.get_untracked();
        browser::focus_soon(match all.last() {
            Some(last) if last.is_empty() => id(all.len() - 1),
            Some(_) | None => "rank-paste".into(),
        });
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            add();
        }
    };
    let how = segments(
        "How candidates are told apart",
        vec![("rank-by-rule", "A line of --- between"), ("rank-by-line", "One a line")],
        Signal::derive(move || usize::from(typed.by_line.get())),
        Callback::new(move |place| typed.by_line.set(place == 1)),
    );
    view! {
        <div class="score-side">
            <div class="field" on:keydown=on_key>
                <label for="rank-paste">"Add candidates"</label>
                {area(
                    "rank-paste".into(),
                    "Add candidates".into(),
                    "5",
                    typed.pasted.into(),
                    Callback::new(move |text| typed.pasted.set(text)),
                )}
            </div>
            <div class="row spread">
                {how}
                <div class="row">
                    <button
                        type="button"
                        class="button"
                        data-testid="rank-paste-all"
                        on:click=move |_| actions.paste_candidates()
                    >
                        "Paste"
                    </button>
                    {choose_files("rank-files", "From files", true, false.into(), on_files)}
                </div>
            </div>
            <div class="row end">
                <button type="button" class="button" data-testid="rank-add" on:click=move |_| add()>
                    {move || match new.get() {
                        0 => "Add an empty one".to_owned(),
                        some => format!("Add {}", many(some, "candidate")),
                    }}
                </button>
            </div>
            {move || {
                let count = count.get();
                (0..count).map(|place| candidate(actions, typed, place)).collect_view()
            }}
            {move || {
                (count.get() > 1)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="text-button"
                                data-testid="rank-clear"
                                on:click=move |_| {
                                    typed.texts.set(vec![]);
                                    actions.typed();
                                }
                            >
                                "Remove all"
                            </button>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

fn id(place: usize) -> String {
    format!("rank-candidate-{place}")
}

fn candidate(actions: Actions, typed: Candidates, place: usize) -> AnyView {
    let number = place + 1;
    let value = Signal::derive(move || typed.texts.with(|all| all.get(place).cloned().unwrap_or_default()));
    let on_input = Callback::new(move |text: String| {
        typed.texts.update(|all| all.get_mut(place).into_iter().for_each(|it| it.clone_from(&text)));
        actions.typed();
    });
    view! {
        <div class="field candidate">
            <label for=id(place)>{number}</label>
            {area(id(place), format!("Candidate {number}"), "2", value, on_input)}
            <button
                type="button"
                class="icon-button"
                aria-label=format!("Remove candidate {number}")
                data-testid=format!("rank-remove-{place}")
                on:click=move |_| {
                    typed.texts
                        .update(|all| {
                            if place < all.len() {
                                all.remove(place);
                            }
                        });
                    actions.typed();
                }
            >
                <Icon glyph=Glyph::Close />
            </button>
        </div>
    }
    .into_any()
}
