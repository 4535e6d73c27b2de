//! Accuracy by source, tag, annotator, strength and length.

use leptos::prelude::*;

use crate::domain::evaluation::slices::{By, ENOUGH, Slice};
use crate::ui::actions::Actions;
use crate::ui::figures::{count, percent};
use crate::ui::widgets::{Whisker, WhiskerLine};

/// One table, in groups.
#[component]
pub fn Slices() -> impl IntoView {
    let study = Actions::of_page().state.study;
    let slices = Memo::new(move |_| study.looked.with(|looked| looked.slices.clone()));
    let group = move |by: By| {
        let rows: Vec<Slice> = slices.get().into_iter().filter(|slice| slice.by == by).collect();
        (!rows.is_empty()).then(|| {
            view! {
                <tbody>
                    <tr>
                        <th scope="rowgroup" colspan="4" class="group">
                            {name(by)}
                        </th>
                    </tr>
                    {rows.into_iter().map(|slice| view! { <Line slice=slice /> }).collect_view()}
                </tbody>
            }
        })
    };
    view! {
        <section class="card" data-testid="eval-slices" aria-label="Where it is better and where worse">
            <h3>"Where it is better and where worse"</h3>
            {move || {
                if slices.with(Vec::is_empty) {
                    view! {
                        <p class="quiet">
                            "All judged pairs are of one kind: one source, one length, no tags or strengths. There is nothing to
                            compare."
                        </p>
                    }
                        .into_any()
                } else {
                    view! {
                        <table class="forest">{By::ALL.map(group).into_iter().collect_view()}</table>
                        <p class="quiet">
                            {format!(
                                "Slices of fewer than {ENOUGH} pairs are grey and not ranked: their intervals are wider than ± 20 points. \
                                 Of many slices one is always the worst; look at whether its interval holds the accuracy of the whole.",
                            )}
                        </p>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

#[component]
fn Line(slice: Slice) -> impl IntoView {
    let enough = slice.judgeable();
    let value = slice.share.value();
    view! {
        <tr class:grey=!enough data-slice=slice.name.clone() data-value=value.map(|value| value.to_string())>
            <th scope="row">{label(&slice)}</th>
            <td class="forest-plot">
                <WhiskerLine it=Whisker::share(value.filter(|_| enough), Some(slice.interval)) />
            </td>
            <td>
                <b>{value.map(percent)}</b>
                <span class="quiet">{format!(" of {}", count(slice.share.whole))}</span>
            </td>
            <td>
                {if enough {
                    format!("{} to {}", percent(slice.interval.low), percent(slice.interval.high))
                } else {
                    "too few to judge".to_owned()
                }}
            </td>
        </tr>
    }
}

fn name(by: By) -> &'static str {
    match by {
        By::Source => "By source",
        By::Tag => "By tag",
        By::Annotator => "By annotator",
        By::Strength => "By strength",
        By::Length => "By length of the longer response",
    }
}

fn label(slice: &Slice) -> String {
    match (slice.by, slice.name.as_str()) {
        (By::Strength, "1") => "slightly better".into(),
        (By::Strength, "2") => "clearly better".into(),
        (By::Strength, "3") => "far better".into(),
        (By::Source | By::Tag | By::Annotator | By::Strength | By::Length, name) => name.into(),
    }
}
