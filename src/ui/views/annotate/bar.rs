//! The line above the pair: how far the person has come and how fast, the way back, how pairs are shown.

use leptos::prelude::*;

use super::Dialogs;
use crate::ui::actions::Actions;
use crate::ui::figures::{about, many};
use crate::ui::state::Switch;
use crate::ui::widgets::{Glyph, Icon};

/// The line.
#[component]
pub fn Bar() -> impl IntoView {
    let actions = Actions::of_page();
    let state = actions.state;
    let dialogs: Dialogs = expect_context();
    let cannot_go_back = Memo::new(move |_| {
        let me = state.workspace.me();
        state.workspace.dataset.with(|dataset| dataset.given_by(&me).next().is_none())
    });
    let nothing_to_redo = Signal::derive(move || !state.workspace.can_redo.get());
    let open = move |dialog: RwSignal<bool>| Callback::new(move |()| dialog.set(true));
    view! {
        <div class="annotate-bar">
            <Counters />
            <div class="tools" role="group" aria-label="The way back">
                <Tool
                    testid="go-back"
                    glyph=Glyph::Back
                    name="To the pair before"
                    key="P"
                    idle=cannot_go_back
                    on_press=Callback::new(move |()| actions.go_back())
                />
                <Tool
                    testid="redo"
                    glyph=Glyph::Redo
                    name="Redo"
                    key="R"
                    idle=nothing_to_redo
                    on_press=Callback::new(move |()| actions.redo())
                />
                <Tool
                    testid="history"
                    glyph=Glyph::History
                    name="What you have answered"
                    key="H"
                    on_press=open(dialogs.history)
                />
            </div>
            <div class="tools" role="group" aria-label="How pairs are shown">
                {Switch::ALL.map(|switch| view! { <Turn switch=switch /> }).collect_view()}
            </div>
            <div class="tools">
                <Tool
                    testid="you"
                    glyph=Glyph::Person
                    name="You as an annotator"
                    key="Y"
                    on_press=open(dialogs.you)
                />
                <Tool
                    testid="keys"
                    glyph=Glyph::Help
                    name="Keys"
                    key="?"
                    on_press=Callback::new(move |()| state.help.set(true))
                />
            </div>
        </div>
    }
}

/// How far the person has come, and when they will be through at their pace.
#[component]
fn Counters() -> impl IntoView {
    let workspace = Actions::of_page().state.workspace;
    let counts = workspace.counts;
    let share = move || {
        let counts = counts.get();
        1.0 - counts.remaining as f64 / counts.pairs.max(1) as f64
    };
    let pace = move || {
        let rhythm = workspace.rhythm.get()?;
        let left = about(rhythm.seconds_for(counts.get().remaining));
        Some(view! {
            <span data-testid="pace" data-value=rhythm.a_minute().to_string()>
                <span class="sep">"·"</span>
                {format!("{:.0} a minute", rhythm.a_minute().max(1.0))}
                {(counts.get().remaining > 0).then(|| format!(", {left} left"))}
            </span>
        })
    };
    view! {
        <div class="counters">
            <p role="status">
                <b data-testid="annotated-count">{move || counts.get().annotated}</b>
                " answered"
                <span class="sep">"·"</span>
                <b data-testid="queue-remaining">{move || counts.get().remaining}</b>
                " to go"
                {move || {
                    let skipped = counts.get().skipped;
                    (skipped > 0)
                        .then(|| {
                            view! {
                                <span class="sep">"·"</span>
                                {skipped}
                                " skipped"
                            }
                        })
                }}
                {pace}
            </p>
            <div class="hairline" role="img" aria-label=move || many(counts.get().remaining, "pair") + " to go">
                <div style:transform=move || format!("scaleX({:.4})", share())></div>
            </div>
        </div>
    }
}

/// A button that is all icon; its name and key are in its title.
#[component]
fn Tool(
    testid: &'static str,
    glyph: Glyph,
    name: &'static str,
    key: &'static str,
    /// There is nothing for it to do now.
    #[prop(optional, into)]
    idle: Signal<bool>,
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button tool"
            data-testid=testid
            title=format!("{name} ({key})")
            aria-label=name
            aria-keyshortcuts=key
            // Not `disabled`: a button that is disabled under the finger loses the focus.
            aria-disabled=move || if idle.get() { "true" } else { "false" }
            on:click=move |_| on_press.run(())
        >
            <Icon glyph=glyph />
        </button>
    }
}

/// One switch of how pairs are shown.
#[component]
fn Turn(switch: Switch) -> impl IntoView {
    let actions = Actions::of_page();
    let on = move || actions.state.settings.look.get().has(switch);
    let glyph = match switch {
        Switch::Markdown => Glyph::Markdown,
        Switch::Differences => Glyph::Differences,
        Switch::Together => Glyph::Together,
        Switch::Source => Glyph::Source,
        Switch::Focus => Glyph::Focus,
    };
    view! {
        <button
            type="button"
            class="icon-button tool"
            data-testid=switch.word()
            title=format!("{} ({})", switch.name(), switch.key())
            aria-label=switch.name()
            aria-keyshortcuts=switch.key()
            aria-pressed=move || if on() { "true" } else { "false" }
            on:click=move |_| actions.turn(switch)
        >
            <Icon glyph=glyph />
        </button>
    }
}
