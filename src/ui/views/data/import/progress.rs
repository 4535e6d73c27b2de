//! How far a file has been read; and the way to stop it.

use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::figures::{count, duration, many};
use crate::ui::state::{AfterHalt, Reading};
use crate::ui::widgets::ProgressBar;

/// The bar; nothing while no file is read.
#[component]
pub fn Progress() -> impl IntoView {
    let actions = Actions::of_page();
    let intake = actions.state.intake;
    let share =
        Signal::derive(move || intake.reading.with(|reading| reading.as_ref().and_then(Reading::share)));
    let figures =
        Signal::derive(move || intake.reading.with(|reading| reading.as_ref().map(said).unwrap_or_default()));
    let busy = Memo::new(move |_| intake.busy());
    let halted =
        Memo::new(move |_| intake.reading.with(|reading| reading.as_ref().is_some_and(|now| now.halted)));
    view! {
        <Show when=move || busy.get()>
            <div class="import-progress">
                <ProgressBar label="Import" share=share figures=figures testid="import-progress" />
                <Show
                    when=move || halted.get()
                    fallback=move || {
                        view! {
                            <button
                                type="button"
                                class="button"
                                data-testid="import-cancel"
                                prop:disabled=move || intake.halt.get()
                                on:click=move |_| actions.halt_import()
                            >
                                "Cancel"
                            </button>
                        }
                    }
                >
                    <Halted />
                </Show>
            </div>
        </Show>
    }
}

/// The import stands still: what is to become of it?
#[component]
fn Halted() -> impl IntoView {
    let actions = Actions::of_page();
    let button = move |then: AfterHalt, testid: &'static str, words: &'static str| {
        view! {
            <button type="button" class="button" data-testid=testid on:click=move |_| actions.after_halt(then)>
                {words}
            </button>
        }
    };
    view! {
        <div class="halted" role="alert">
            <p>"The import stands still. What came in so far is stored. What shall become of it?"</p>
            <div class="row">
                {button(AfterHalt::Keep, "import-keep", "Keep what came")}
                {button(AfterHalt::Discard, "import-discard", "Take it away again")}
                {button(AfterHalt::GoOn, "import-go-on", "Go on")}
            </div>
        </div>
    }
}

fn said(reading: &Reading) -> String {
    let mut said = format!("{}: {}", reading.name, many(reading.rows, "row"));
    if let Some(rate) = reading.rate() {
        said += &format!(" · {} a second", count(rate.round() as usize));
    }
    if let Some(left) = reading.remaining().filter(|_| !reading.halted) {
        said += &format!(" · {} left", duration(left));
    }
    if reading.waiting > 0 {
        said += &format!(" · {} more after it", many(reading.waiting, "file"));
    }
    said
}
