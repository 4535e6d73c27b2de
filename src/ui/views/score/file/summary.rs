//! What came of a file: how many rows have scores and why the others have none, how the scores are spread, how often the
//! better response scores higher, and what a benchmark makes of it.

use leptos::prelude::*;

use crate::domain::evaluation::benchmark::{self, Benchmark};
use crate::domain::evaluation::reward_bench_2::RewardBench2;
use crate::domain::filing::{Histogram, Reason, Report, scored_name};
use crate::protocol::Fault;
use crate::ui::actions::Actions;
use crate::ui::figures::{count, many, percent, signed};
use crate::ui::views::benchmark::{comparable, sections, share_cells};
use crate::ui::widgets::{FaultNote, Glyph, Icon, spread};

pub fn summary(report: &Report, cut_short: Option<Fault>) -> AnyView {
    let actions = Actions::of_page();
    let name = scored_name(&actions.state.filing.name.get_untracked());
    let errors = report.rows - report.scored;
    view! {
        <p role="status">
            <strong>{name.clone()}</strong>
            {format!(": {}, ", many(report.rows, "row"))}
            <span
                data-testid="file-scored"
                data-value=report.scored.to_string()
                data-asked=actions.state.filing.progress.get_untracked().asked.to_string()
            >
                {format!("{} scored", count(report.scored))}
            </span>
            ", "
            <span data-testid="file-errors" data-value=errors.to_string()>
                {format!("{} kept without a score", count(errors))}
            </span>
            "."
        </p>
        {cut_short.map(|fault| view! { <FaultNote fault=fault /> })}
        <div class="row">
            <button
                type="button"
                class="button primary"
                data-testid="file-download"
                on:click=move |_| actions.download_scored()
            >
                <Icon glyph=Glyph::Download />
                {format!("Download {name}")}
            </button>
            <button type="button" class="button" data-testid="file-away" on:click=move |_| actions.put_filing_away()>
                "Put it away"
            </button>
        </div>
        {(errors > 0).then(|| reasons(&report.reasons))}
        {report.histogram.as_ref().map(|histogram| scores(report, histogram))}
        {agreement(report)}
        {benchmarks(report)}
    }
    .into_any()
}

fn reasons(reasons: &[Reason]) -> AnyView {
    let item = |reason: &Reason| {
        let first = (reason.line > 0).then(|| format!(" (first in line {})", count(reason.line)));
        let words = if reason.words.is_empty() { "For other reasons." } else { &reason.words };
        view! {
            <li>
                <b>{many(reason.rows, "row")}</b>
                {first}
                ": "
                {words.to_owned()}
            </li>
        }
    };
    view! {
        <details open=true>
            <summary>"Why rows have no score"</summary>
            <ul class="refused">{reasons.iter().map(item).collect_view()}</ul>
        </details>
    }
    .into_any()
}

fn scores(report: &Report, histogram: &Histogram) -> AnyView {
    let (low, high) = (signed(f64::from(histogram.low)), signed(f64::from(histogram.high)));
    let mean = report.mean.map(signed).unwrap_or_default();
    let std = report.std.map_or(String::new(), |std| format!(" ± {std:.2}"));
    let title = format!(
        "Scores of {}: {mean}{std} (mean and standard deviation)",
        many(report.responses, "response")
    );
    let cut = (report.cut > 0).then(|| {
        let words = format!(
            "{} longer than what the model reads; their ends do not count.",
            if report.cut == 1 {
                "1 response was".to_owned()
            } else {
                format!("{} were", many(report.cut, "response"))
            }
        );
        view! { <p class="quiet">{words}</p> }
    });
    let words = format!("From {low} to {high}.");
    view! {
        {spread(title, words, &histogram.counts, low, high)}
        {cut}
    }
    .into_any()
}

/// How often the response that the file says is better scores higher.
fn agreement(report: &Report) -> AnyView {
    let share = report.agreement;
    let Some(value) = share.value() else { return ().into_any() };
    view! {
        <table class="forest">
            <tbody>
                <tr data-testid="file-agreement" data-value=value.to_string()>
                    <th scope="row">"The better response scores higher"</th>
                    {share_cells(share)}
                </tr>
            </tbody>
        </table>
    }
    .into_any()
}

fn benchmarks(report: &Report) -> AnyView {
    let subsets = || report.subsets.iter().map(|(name, share)| (name.as_str(), *share));
    let of = |benchmark| benchmark::Report::of_shares(benchmark, subsets());
    let known: Vec<_> = Benchmark::ALL.into_iter().filter_map(of).collect();
    match &report.reward_bench_2 {
        Some(second) => reward_bench_2(second),
        None if known.is_empty() && report.subsets.len() > 1 => parts(report),
        None => known
            .into_iter()
            .map(|report| sections(report, "file-benchmark".into()))
            .collect_view()
            .into_any(),
    }
}

/// Parts of a file that belong to no benchmark known here.
fn parts(report: &Report) -> AnyView {
    let row = |(name, share): &(String, crate::domain::metrics::Share)| {
        view! {
            <tr data-subset=name.clone() data-value=share.value().map(|value| value.to_string())>
                <th scope="row">{name.clone()}</th>
                {share_cells(*share)}
            </tr>
        }
    };
    view! {
        <table class="forest" data-testid="file-parts">
            <tbody>{report.subsets.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn reward_bench_2(result: &RewardBench2) -> AnyView {
    let row = |(name, score, rows): &(String, f64, usize)| {
        view! {
            <tr data-subset=name.clone() data-value=score.to_string()>
                <th scope="row">{name.clone()}</th>
                <td>
                    <b>{percent(*score)}</b>
                    <span class="quiet">{format!(" of {}", many(*rows, "row"))}</span>
                </td>
            </tr>
        }
    };
    view! {
        <div data-testid="file-benchmark" data-value=result.overall.to_string()>
            <h4>{format!("RewardBench 2: {}", percent(result.overall))}</h4>
            <table class="forest">
                <tbody>{result.subsets.iter().map(row).collect_view()}</tbody>
            </table>
            <p class="quiet">{comparable(&result.missing.join(", "))}</p>
        </div>
    }
    .into_any()
}
