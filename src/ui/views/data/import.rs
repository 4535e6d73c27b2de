//! Pairs in: by choosing, by dropping, or from the sets that come with the page; and a report of what was
//! taken.

use leptos::ev::DragEvent;
use leptos::html;
use leptos::prelude::*;
use web_sys::{File, FileList};

use crate::ui::actions::Actions;
use crate::ui::figures::{count, many};
use crate::ui::state::FileReport;
use crate::ui::widgets::{FaultNote, Glyph, Icon, ProgressBar};

/// The card.
#[component]
pub fn Import() -> impl IntoView {
    let actions = Actions::of_page();
    let intake = actions.state.intake;
    let input = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let busy = move || intake.reading.with(Option::is_some);
    let on_change = move |_| {
        let Some(input) = input.get_untracked() else { return };
        actions.import_files(listed(input.files()));
        // So that the same file can be chosen again after it was mended.
        input.set_value("");
    };
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        actions.import_files(listed(event.data_transfer().and_then(|carried| carried.files())));
    };
    view! {
        <section class="card" aria-labelledby="import-head">
            <h3 id="import-head">"Bring pairs in"</h3>
            <div
                class="drop"
                class:over=move || over.get()
                on:dragover=move |event| {
                    event.prevent_default();
                    over.set(true);
                }
                on:dragleave=move |_| over.set(false)
                on:drop=on_drop
            >
                <label class="button" for="import-file">
                    <Icon glyph=Glyph::Upload />
                    "Choose files"
                </label>
                <input
                    id="import-file"
                    class="file-input"
                    data-testid="import-file"
                    type="file"
                    multiple
                    accept=".jsonl,.ndjson,.json,.txt"
                    node_ref=input
                    on:change=on_change
                />
                <p class="quiet">
                    "or drop them here. JSON Lines, one object a line: "<code>"prompt"</code>", "
                    <code>"chosen"</code>", " <code>"rejected"</code>", or "<code>"prompt"</code>", "
                    <code>"response_a"</code>", " <code>"response_b"</code>" to be answered."
                </p>
            </div>
            <p class="samples">
                <button
                    type="button"
                    class="text-button"
                    data-testid="load-starter"
                    prop:disabled=busy
                    on:click=move |_| actions.load_starter()
                >
                    "Load the starter set"
                </button>
                <button
                    type="button"
                    class="text-button"
                    data-testid="load-labelled"
                    prop:disabled=busy
                    on:click=move |_| actions.load_labelled()
                >
                    "Load the labelled sample"
                </button>
            </p>
            <Report />
        </section>
    }
}

fn listed(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else { return vec![] };
    (0..files.length()).filter_map(|place| files.get(place)).collect()
}

#[component]
fn Report() -> impl IntoView {
    let intake = Actions::of_page().state.intake;
    let share = Signal::derive(move || intake.reading.get().map(|(_, share)| share));
    let figures = Signal::derive(move || {
        intake.reading.get().map(|(name, _)| format!("Reading {name}")).unwrap_or_default()
    });
    let busy = Memo::new(move |_| intake.reading.with(Option::is_some));
    view! {
        {move || busy.get().then(|| view! { <ProgressBar label="Import" share=share figures=figures /> })}
        <div data-testid="import-report" role="status">
            {move || {
                intake
                    .reports
                    .get()
                    .into_iter()
                    .map(|report| view! { <OneFile report=report /> })
                    .collect_view()
            }}
        </div>
    }
}

#[component]
fn OneFile(report: FileReport) -> impl IntoView {
    let actions = Actions::of_page();
    let whole = report.clone();
    let rest = [
        (report.duplicate, many(report.duplicate, "duplicate")),
        (report.answers, many(report.answers, "answer")),
        (report.refused_total, format!("{} refused", count(report.refused_total))),
    ];
    let rest = rest.iter().filter(|(number, _)| *number > 0);
    let said = rest.fold(format!(": {}", many(report.new, "new pair")), |said, (_, more)| said + ", " + more);
    // Of a file that could not even be read there is nothing to count.
    let unread = report.fault.is_some() && report.refused_total == 0;
    let hidden = report.refused_total - report.refused.len().min(FileReport::SHOWN);
    let rows = report.refused.into_iter().take(FileReport::SHOWN).map(|refused| {
        view! {
            <li>
                <b>"Line "{refused.line}</b>
                " "
                {refused.reason}
                <code class="refused-text">{refused.text}</code>
            </li>
        }
    });
    view! {
        <div class="file-report">
            <p>
                <strong>{report.name}</strong>
                {(!unread).then_some(said)}
            </p>
            {report.fault.map(|fault| view! { <FaultNote fault=fault /> })}
            {(report.refused_total > 0)
                .then(|| {
                    view! {
                        <details>
                            <summary>"The refused rows"</summary>
                            <ul class="refused">{rows.collect_view()}</ul>
                            {(hidden > 0)
                                .then(|| view! { <p class="quiet">"and "{count(hidden)}" more"</p> })}
                            <button
                                type="button"
                                class="text-button"
                                data-testid="download-refused"
                                on:click=move |_| actions.download_refused(&whole)
                            >
                                <Icon glyph=Glyph::Download />
                                "Download them with line and reason"
                            </button>
                        </details>
                    }
                })}
        </div>
    }
}
