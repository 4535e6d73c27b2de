//! A benchmark's result rows: its sections, their subsets, and what it adds up to.

use leptos::prelude::*;

use crate::domain::evaluation::benchmark::{Report, SectionScore};
use crate::domain::metrics::Share;
use crate::ui::figures::{count, percent};
use crate::ui::widgets::{Whisker, WhiskerLine};

/// All sections, with what is missing; `data-value` is the overall score.
pub fn sections(report: Report, testid: String) -> AnyView {
    let missing = report.missing();
    let name = report.benchmark.name();
    view! {
        <div data-testid=testid data-value=report.overall.to_string()>
            <h4>{format!("{name}: {}", percent(report.overall))}</h4>
            <table class="forest">{report.sections.into_iter().map(section).collect_view()}</table>
            <p class="quiet">{comparable(&missing.join(", "))}</p>
        </div>
    }
    .into_any()
}

/// Whether a benchmark's number may be compared with published ones.
pub fn comparable(missing: &str) -> String {
    if missing.is_empty() {
        "All subsets are there: this number can be compared with published ones.".to_owned()
    } else {
        format!(
            "Added up over what is there; not comparable with published numbers, since these are missing: {missing}."
        )
    }
}

fn section(section: SectionScore) -> AnyView {
    let score = section.score.map_or("missing".to_owned(), percent);
    let there = section.subsets.into_iter().filter(|subset| subset.share.whole > 0);
    view! {
        <tbody data-section=section.name data-value=section.score.map(|value| value.to_string())>
            <tr>
                <th scope="rowgroup" colspan="4" class="group">
                    {format!("{}: {score}", section.name)}
                </th>
            </tr>
            {there
                .map(|subset| {
                    view! {
                        <tr data-subset=subset.name data-value=subset.share.value().map(|value| value.to_string())>
                            <th scope="row">{subset.name}</th>
                            {share_cells(subset.share)}
                        </tr>
                    }
                })
                .collect_view()}
        </tbody>
    }
    .into_any()
}

/// A share as a whisker and in figures: three cells.
pub fn share_cells(share: Share) -> AnyView {
    let (value, interval) = (share.value(), share.interval());
    view! {
        <td class="forest-plot">
            <WhiskerLine it=Whisker::share(value, interval) />
        </td>
        <td>
            <b>{value.map(percent)}</b>
            <span class="quiet">{format!(" of {}", count(share.whole))}</span>
        </td>
        <td>{interval.map(|it| format!("{} to {}", percent(it.low), percent(it.high)))}</td>
    }
    .into_any()
}
