//! The frame of the page: head, tabs, the open view, notices.

use leptos::ev;
use leptos::prelude::*;

use super::actions::Actions;
use super::state::{Backbone, State, Tab, Theme};
use super::widgets::{Glyph, Icon, Later, NoticeList, TabList};
use super::{browser, views};
use crate::ui::figures::percent;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let actions = Actions::new(State::default());
    provide_context(actions);
    actions.start();
    keep_stray_files_out();
    let state = actions.state;
    let open = state.settings.tab;
    let on_mend = Callback::new(move |mend| actions.mend(mend));
    Effect::new(move || {
        document().set_title(&format!("{} · Reward Studio", open.get().name()));
        browser::scroll_to_top();
    });
    let on_open = Callback::new(move |tab| actions.open_tab(tab));
    view! {
        <header class="top">
            <div class="brand">
                <BrandMark />
                <h1>"Reward Studio"</h1>
            </div>
            <TabList open=open on_open=on_open />
            <div class="top-end">
                <EngineChip />
                <HelpButton />
                <ThemeButton />
            </div>
        </header>
        <main id="main">{Tab::ALL.map(|tab| view! { <Panel tab=tab /> }).collect_view()}</main>
        <ReloadNote />
        <NoticeList notices=state.notices on_mend=on_mend />
        <views::Help />
    }
}

/// A file dropped beside the place for it would make the browser leave the page and open it.
fn keep_stray_files_out() {
    let over = window_event_listener(ev::dragover, |event| event.prevent_default());
    let drop = window_event_listener(ev::drop, |event| event.prevent_default());
    on_cleanup(move || {
        over.remove();
        drop.remove();
    });
}

/// One tab's panel; its view is made when it opens. Nothing is lost in between: all state lives in [`State`].
#[component]
fn Panel(tab: Tab) -> impl IntoView {
    let settings = Actions::of_page().state.settings;
    let open = Memo::new(move |_| settings.tab.get() == tab);
    let content = move || match tab {
        Tab::Annotate => view! { <views::Annotate /> }.into_any(),
        Tab::Train => view! { <views::Train /> }.into_any(),
        Tab::Evaluate => view! { <views::Evaluate /> }.into_any(),
        Tab::Score => view! { <views::Score /> }.into_any(),
        Tab::Data => view! { <views::Data /> }.into_any(),
        Tab::Learn => view! { <views::Learn /> }.into_any(),
    };
    view! {
        <section
            class="panel"
            role="tabpanel"
            id=format!("panel-{}", tab.word())
            aria-labelledby=format!("tab-{}", tab.word())
            hidden=move || !open.get()
        >
            {move || open.get().then(|| view! { <Later>{content()}</Later> })}
        </section>
    }
}

/// Two responses, one of them better: the mark of the page.
#[component]
fn BrandMark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <rect class="mark-less" x="3.75" y="10.75" width="6.5" height="9.5" rx="2" />
            <rect class="mark-more" x="13" y="3" width="8" height="18" rx="2.6" />
        </svg>
    }
}

/// What the engine is about, in a few words; leads to where it can be changed.
#[component]
fn EngineChip() -> impl IntoView {
    let actions = Actions::of_page();
    let engine = actions.state.engine;
    let word = move || {
        let device = engine.device.with(|device| device.as_ref().map(|device| device.kind.short_name()));
        engine.backbone.with(|backbone| match (backbone, device) {
            (Backbone::Failed(_), _) => ("bad", "Backbone missing".to_owned()),
            (_, None) if engine.stopped.with(Option::is_some) => ("bad", "Engine stopped".to_owned()),
            (_, None) => ("busy", "Starting".to_owned()),
            (Backbone::Loading(load), Some(_)) if load.total > 0 => {
                ("busy", format!("Loading {}", percent(load.got as f64 / load.total as f64)))
            }
            (Backbone::Waiting | Backbone::Loading(_), Some(_)) => ("busy", "Loading".to_owned()),
            (Backbone::Ready { .. }, Some(name)) => ("ready", name.to_owned()),
        })
    };
    let reason = move || {
        engine
            .device
            .with(|device| device.as_ref().map(|device| format!("{}: {}", device.kind.name(), device.reason)))
    };
    view! {
        <button
            type="button"
            class="chip"
            title=reason
            data-testid="engine"
            data-engine=move || word().0
            on:click=move |_| actions.open_tab(Tab::Train)
        >
            <span class="dot"></span>
            <span class="chip-word">{move || word().1}</span>
        </button>
    }
}

#[component]
fn HelpButton() -> impl IntoView {
    let help = Actions::of_page().state.help;
    view! {
        <button
            type="button"
            class="icon-button"
            data-testid="help"
            aria-label="Help and keys"
            aria-haspopup="dialog"
            title="Help and keys (?)"
            on:click=move |_| help.set(true)
        >
            <Icon glyph=Glyph::Help />
        </button>
    }
}

#[component]
fn ThemeButton() -> impl IntoView {
    let actions = Actions::of_page();
    let theme = actions.state.settings.theme;
    let glyph = Signal::derive(move || match theme.get() {
        Theme::System => Glyph::System,
        Theme::Light => Glyph::Light,
        Theme::Dark => Glyph::Dark,
    });
    let words = move || format!("Theme: {}. Change it", theme.get().word());
    view! {
        <button
            type="button"
            class="icon-button"
            data-testid="theme"
            aria-label=words
            title=words
            on:click=move |_| actions.set_theme(theme.get_untracked().next())
        >
            <Icon glyph=glyph />
        </button>
    }
}

/// Page and worker are of different builds: the one fault that only a reload mends.
#[component]
fn ReloadNote() -> impl IntoView {
    let reload = Actions::of_page().state.notices.reload;
    view! {
        {move || {
            reload
                .get()
                .map(|fault| {
                    view! {
                        <div class="reload" role="alert">
                            <p>
                                <strong>{fault.what}</strong>
                                " "
                                {fault.remedy}
                            </p>
                            <button
                                type="button"
                                class="button primary"
                                // Where a page may not reload itself, the sentence beside says what to do.
                                on:click=move |_| drop(window().location().reload())
                            >
                                "Reload"
                            </button>
                        </div>
                    }
                })
        }}
    }
}
