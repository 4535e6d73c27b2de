//! Test sets: pairs that are never learned from, with the arithmetic of the benchmarks they belong to.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{STILL_READING, still_reading};
use crate::domain::evaluation::benchmark::{Benchmark, Report};
use crate::domain::metrics::Share;
use crate::ui::actions::Actions;
use crate::ui::figures::many;
use crate::ui::state::Tab;
use crate::ui::views::benchmark::{sections, share_cells};

/// A preference of a test set, as the model judges it.
struct TestPair {
    source: String,
    subset: String,
    right: bool,
}

/// The section.
#[component]
pub fn Tests() -> impl IntoView {
    let actions = Actions::of_page();
    let state = actions.state;
    let (study, workspace) = (state.study, state.workspace);
    let any = Memo::new(move |_| workspace.counts.get().tests > 0);
    let why_none = move || match (still_reading(), study.under_way.get()) {
        (true, _) => Some(STILL_READING),
        (false, true) => Some("Being worked out."),
        (false, false) => None,
    };
    let content = move || {
        let tested = study.tested.get();
        let pairs: Vec<TestPair> = workspace.dataset.with_untracked(|dataset| {
            let of = |judged: &crate::domain::evaluation::Judged| {
                let pair = dataset.pair(&judged.pair)?;
                Some(TestPair {
                    source: pair.source.clone(),
                    subset: pair.subset.clone(),
                    right: judged.margin > 0.0,
                })
            };
            tested.judged.iter().filter_map(of).collect()
        });
        let waiting = (tested.waiting > 0).then(|| {
            view! {
                <p class="quiet">
                    {format!("{} still wait for their features.", many(tested.waiting as usize, "test pair"))}
                </p>
            }
        });
        let none = pairs.is_empty() && tested.waiting == 0;
        view! {
            {move || none.then(why_none).flatten().map(|words| view! { <p class="quiet">{words}</p> })}
            {waiting}
            <Sources pairs=&pairs />
            {Benchmark::ALL
                .into_iter()
                .filter_map(|benchmark| report(benchmark, &pairs))
                .map(|report| {
                    let testid = format!("eval-{}", report.benchmark.name().to_lowercase());
                    sections(report, testid)
                })
                .collect_view()}
        }
    };
    view! {
        <section class="card" data-testid="eval-tests" aria-label="Test sets">
            <h3>"Test sets"</h3>
            {move || {
                if any.get() {
                    content().into_any()
                } else {
                    view! {
                        <p class="quiet">
                            "No set is kept for testing. Choose \u{201c}Test set: never learned from\u{201d} beside a source on the Data tab,
                            or tick \u{201c}This is a test set\u{201d} when a file comes in: it is then judged here. RewardBench and LLMBar files are added up as those benchmarks do."
                        </p>
                        <button type="button" class="button" on:click=move |_| actions.open_tab(Tab::Data)>
                            "Open the Data tab"
                        </button>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

/// What a benchmark makes of them. A file that names no subsets is known by its own name.
fn report(benchmark: Benchmark, pairs: &[TestPair]) -> Option<Report> {
    let name = |pair: &'_ TestPair| -> String {
        if pair.subset.is_empty() { pair.source.clone() } else { pair.subset.clone() }
    };
    let named: Vec<(String, bool)> = pairs.iter().map(|pair| (name(pair), pair.right)).collect();
    Report::of(benchmark, named.iter().map(|(name, right)| (name.as_str(), *right)))
}

#[component]
fn Sources<'a>(pairs: &'a [TestPair]) -> impl IntoView + use<> {
    let mut shares: BTreeMap<&str, Share> = BTreeMap::new();
    for pair in pairs {
        let share = shares.entry(&pair.source).or_default();
        share.part += usize::from(pair.right);
        share.whole += 1;
    }
    let line = |(name, share): (&str, Share)| {
        view! {
            <tr data-test-set=name.to_owned() data-value=share.value().map(|value| value.to_string())>
                <th scope="row">{name.to_owned()}</th>
                {share_cells(share)}
            </tr>
        }
    };
    view! {
        <table class="forest">
            <tbody>{shares.into_iter().map(line).collect_view()}</tbody>
        </table>
    }
}
