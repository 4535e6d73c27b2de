//! How far a file is; and what is to become of it while it stands still.

use leptos::prelude::*;

use crate::protocol::Fault;
use crate::ui::actions::{Actions, Wake};
use crate::ui::figures::{count, duration, many};
use crate::ui::state::{Progress, Stage};
use crate::ui::widgets::{FaultNote, ProgressBar};

pub fn running() -> AnyView {
    let filing = Actions::of_page().state.filing;
    let (stage, progress) = (filing.stage, filing.progress);
    let share = Signal::derive(move || Some(progress.get().share()));
    let figures = Signal::derive(move || {
        let moves = stage.with(|stage| *stage == Stage::Scoring);
        format!("{}: {}", filing.name.get(), said(&progress.get(), moves))
    });
    let halted = Memo::new(move |_| {
        stage.with(|stage| if let Stage::Stopped(why) = stage { Some(why.clone()) } else { None })
    });
    view! {
        <div class="import-progress">
            <ProgressBar label="Scoring" share=share figures=figures testid="file-progress" />
            {counts()}
            {move || match halted.get() {
                Some(why) => stopped(why),
                None => moving(),
            }}
        </div>
    }
    .into_any()
}

/// Rows with scores, and rows without.
fn counts() -> AnyView {
    let progress = Actions::of_page().state.filing.progress;
    let scored = move || progress.get().scored;
    let errors = move || progress.get().rows - progress.get().scored;
    view! {
        <p class="quiet">
            <span
                data-testid="file-scored"
                data-value=move || scored().to_string()
                data-asked=move || progress.get().asked.to_string()
            >
                {move || format!("{} scored", count(scored()))}
            </span>
            ", "
            <span data-testid="file-errors" data-value=move || errors().to_string()>
                {move || format!("{} kept without a score", count(errors()))}
            </span>
        </p>
    }
    .into_any()
}

/// It moves, or would: one button holds it and lets it go again, so that the focus stays where it is.
fn moving() -> AnyView {
    let actions = Actions::of_page();
    let stage = actions.state.filing.stage;
    let paused = Memo::new(move |_| stage.with(|stage| *stage == Stage::Paused));
    let waiting = Memo::new(move |_| stage.with(|stage| *stage == Stage::Waiting));
    view! {
        <p class="quiet" role="status">
            {move || waiting.get().then_some("Waiting for the engine and its model. It goes on from the same row.")}
        </p>
        <div class="row">
            <button
                type="button"
                class="button"
                data-testid=move || if paused.get() { "file-resume" } else { "file-pause" }
                on:click=move |_| match paused.get_untracked() {
                    true => actions.wake_filing(Wake::GoOn),
                    false => actions.pause_filing(),
                }
            >
                {move || if paused.get() { "Resume" } else { "Pause" }}
            </button>
            <button type="button" class="button" data-testid="file-cancel" on:click=move |_| actions.cancel_filing()>
                "Cancel"
            </button>
        </div>
    }
    .into_any()
}

fn stopped(why: Option<Fault>) -> AnyView {
    view! {
        <div class="halted" role="alert">
            {match why {
                Some(fault) => view! { <FaultNote fault=fault /> }.into_any(),
                None => view! { <p>"The scoring stands still. What is scored is kept. What shall become of it?"</p> }.into_any(),
            }}
            <div class="row">
                {button(Wake::GoOn, "file-resume", "Go on")}
                {button(Wake::EndHere, "file-end", "End here, and take what is scored")}
                {button(Wake::Anew, "file-anew", "Begin anew")}
                {button(Wake::PutAway, "file-away", "Put it away")}
            </div>
        </div>
    }
    .into_any()
}

fn button(wake: Wake, testid: &'static str, words: &'static str) -> AnyView {
    let actions = Actions::of_page();
    view! {
        <button type="button" class="button" data-testid=testid on:click=move |_| actions.wake_filing(wake)>
            {words}
        </button>
    }
    .into_any()
}

fn said(progress: &Progress, moves: bool) -> String {
    let mut said = match progress.rows_total {
        Some(total) => format!("{} of {}", count(progress.rows), many(total, "row")),
        None => many(progress.rows, "row"),
    };
    if !moves {
        return said;
    }
    if let Some(rate) = progress.rate() {
        said += &format!(" · {rate:.1} a second");
    }
    if let Some(left) = progress.remaining() {
        said += &format!(" · {} left", duration(left));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_what_is_left_are_said_while_it_moves() {
        let progress =
            Progress { rows: 1_250, rows_total: Some(5_000), seconds: 100.0, ..Progress::default() };
        assert_eq!(said(&progress, true), "1,250 of 5,000 rows · 12.5 a second · 5 min 0 s left");
        assert_eq!(said(&progress, false), "1,250 of 5,000 rows");
        let uncounted = Progress { rows_total: None, ..progress };
        assert_eq!(said(&uncounted, false), "1,250 rows");
    }
}
