//! What came of each file: what was taken, what was refused and why; and the way back.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::figures::{count, many};
use crate::ui::state::FileReport;
use crate::ui::widgets::{FaultNote, Glyph, Icon};

/// The reports of the newest import.
#[component]
pub fn Reports() -> impl IntoView {
    let intake = Actions::of_page().state.intake;
    view! {
        <div data-testid="import-report" role="status">
            {move || {
                intake.reports.get().into_iter().map(|report| view! { <OneFile report=report /> }).collect_view()
            }}
        </div>
    }
}

#[component]
fn OneFile(report: Arc<FileReport>) -> impl IntoView {
    let actions = Actions::of_page();
    // Of a file that could not even be read there is nothing to count.
    let unread = report.fault.is_some() && report.refused_total + report.new + report.duplicate == 0;
    let said = (!unread).then(|| sum(&report));
    let undo = report.import.clone().map(|import| {
        view! {
            <button
                type="button"
                class="text-button"
                data-testid="import-undo"
                on:click=move |_| actions.undo_import(import.clone())
            >
                <Icon glyph=Glyph::Undo />
                "Undo this import"
            </button>
        }
    });
    let fault = report.fault.clone().map(|fault| view! { <FaultNote fault=fault /> });
    view! {
        <div class="file-report">
            <p>
                <strong>{report.name.clone()}</strong>
                {said}
            </p>
            {fault}
            {undo}
            {(report.refused_total > 0).then(|| view! { <RefusedRows report=report /> })}
        </div>
    }
}

#[component]
fn RefusedRows(report: Arc<FileReport>) -> impl IntoView {
    let actions = Actions::of_page();
    let hidden = report.refused_total - report.refused.len().min(FileReport::SHOWN);
    let kept = report.refused.len();
    let rows = report.refused.iter().take(FileReport::SHOWN).map(|refused| {
        view! {
            <li>
                <b>"Line "{refused.line}</b>
                " "
                {refused.reason.clone()}
                <code class="refused-text">{refused.text.clone()}</code>
            </li>
        }
    });
    let rows = rows.collect_view();
    let download = if kept < report.refused_total {
        format!("Download the first {} with line, reason and text", count(kept))
    } else {
        "Download them with line, reason and text".into()
    };
    view! {
        <details>
            <summary>"What was refused"</summary>
            <ul class="refused">{rows}</ul>
            {(hidden > 0).then(|| view! { <p class="quiet">"and "{count(hidden)}" more"</p> })}
            <button
                type="button"
                class="text-button"
                data-testid="download-refused"
                on:click=move |_| actions.download_refused(&report)
            >
                <Icon glyph=Glyph::Download />
                {download}
            </button>
        </details>
    }
}

/// `: 12 new pairs, 3 duplicates, 12 answers, 1 refused`.
fn sum(report: &FileReport) -> String {
    let rest = [
        (report.duplicate, many(report.duplicate, "duplicate")),
        (report.answers, many(report.answers, "answer")),
        (report.refused_total, format!("{} refused", count(report.refused_total))),
    ];
    let rest = rest.iter().filter(|(number, _)| *number > 0);
    rest.fold(format!(": {}", many(report.new, "new pair")), |said, (_, more)| said + ", " + more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_names_what_there_is() {
        let report = FileReport { new: 1, answers: 2, refused_total: 1_234, ..FileReport::default() };
        assert_eq!(sum(&report), ": 1 new pair, 2 answers, 1,234 refused");
    }
}
