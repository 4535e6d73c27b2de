//! Several annotators: how far they agree, and the pairs on which they do not, to be settled.

use leptos::prelude::*;

use super::super::{Dialogs, said};
use super::name_of;
use crate::domain::annotators::{Agreement, Twosome, agreement};
use crate::domain::dataset::Dataset;
use crate::domain::log::Given;
use crate::domain::metrics::Interval;
use crate::domain::pair::PairId;
use crate::domain::query::shown_order;
use crate::ui::actions::Actions;
use crate::ui::figures::many;
use crate::ui::widgets::{Glyph, Icon};

/// More rows than this nobody reads at once.
const SHOWN: usize = 100;

/// Agreement with others.
#[component]
pub fn Others() -> impl IntoView {
    let workspace = Actions::of_page().state.workspace;
    let found = Memo::new(move |_| workspace.dataset.with(agreement));
    view! {
        <section class="others" aria-labelledby="others-head">
            <h3 id="others-head">"With others"</h3>
            {move || match found.get() {
                None => {
                    view! {
                        <p class="quiet">
                            "Once the logs of several people are put together (each saves their workspace under Data,
                             one restores them all), this says how far they agree and where they do not."
                        </p>
                    }
                        .into_any()
                }
                Some(agreement) => {
                    view! {
                        <Alpha agreement=agreement.clone() />
                        <Twosomes twosomes=agreement.twosomes />
                        <Disagreements disputed=agreement.disputed />
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

#[component]
fn Alpha(agreement: Agreement) -> impl IntoView {
    let Agreement { shared, alpha, interval, .. } = agreement;
    let certainty = match interval {
        Some(Interval { low, high }) => format!("95% interval {low:.2} to {high:.2}, by the jackknife"),
        None => format!("below {} shared pairs it can be anything", Agreement::ENOUGH),
    };
    view! {
        <p>
            "Krippendorff's α "
            <b class="inline" data-testid="annotators-alpha" data-value=alpha.map(|alpha| alpha.to_string())>
                {alpha.map_or("cannot be told".into(), |alpha| format!("{alpha:.2}"))}
            </b>
            {format!(" over {} ({certainty}). ", many(shared, "shared pair"))}
            "0 is what chance would bring, 1 is perfect; above 0.8 labels are usually relied on, below 0.67 they are not
            (Krippendorff, 2004)."
        </p>
    }
}

#[component]
fn Twosomes(twosomes: Vec<Twosome>) -> impl IntoView {
    let row = |Twosome { names, both, same, kappa }: Twosome| {
        view! {
            <tr>
                <th scope="row">{format!("{} and {}", name_of(&names.0), name_of(&names.1))}</th>
                <td>{both}</td>
                <td>{same}</td>
                <td>{kappa.map_or("–".into(), |kappa| format!("{kappa:.2}"))}</td>
            </tr>
        }
    };
    view! {
        <table class="figures-table">
            <thead>
                <tr>
                    <th scope="col">"Annotators"</th>
                    <th scope="col">"Both"</th>
                    <th scope="col">"Same"</th>
                    <th scope="col">"κ"</th>
                </tr>
            </thead>
            <tbody>{twosomes.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

/// One disputed pair.
struct Dispute {
    pair: PairId,
    prompt: String,
    voices: String,
    settled: Option<&'static str>,
}

#[component]
fn Disagreements(disputed: Vec<PairId>) -> impl IntoView {
    let actions = Actions::of_page();
    let dialogs: Dialogs = expect_context();
    let seed = actions.state.settings.seed.get_untracked();
    let total = disputed.len();
    let disputes: Vec<Dispute> = actions.state.workspace.dataset.with_untracked(|dataset| {
        disputed.iter().take(SHOWN).filter_map(|pair| dispute(dataset, pair, seed)).collect()
    });
    let row = move |Dispute { pair, prompt, voices, settled }: Dispute| {
        let open = move |_| {
            dialogs.you.set(false);
            actions.settle(pair.clone());
        };
        view! {
            <li>
                <button type="button" class="history-row" on:click=open>
                    <span class="history-sign" aria-hidden="true">
                        {settled.map(|_| view! { <Icon glyph=Glyph::Tick /> })}
                    </span>
                    <span class="history-prompt">{prompt}</span>
                    <span class="quiet">
                        {voices} {settled.map(|words| format!(" · settled: {words}"))}
                    </span>
                </button>
            </li>
        }
    };
    let head = match total {
        0 => "They disagree on no pair.".to_owned(),
        _ => format!("They disagree on {}. Open one to settle it.", many(total, "pair")),
    };
    view! {
        <p>{head}</p>
        <ol class="history" data-testid="disagreements" data-value=total.to_string()>
            {disputes.into_iter().map(row).collect_view()}
        </ol>
        {(total > SHOWN).then(|| view! { <p class="quiet">{format!("The first {SHOWN} are shown.")}</p> })}
    }
}

/// Letters are those of the places in which this person would see the responses.
fn dispute(dataset: &Dataset, id: &PairId, seed: u64) -> Option<Dispute> {
    let order = shown_order(id, seed);
    let voices: Vec<String> = dataset
        .labels(id)
        .iter()
        .map(|answer| {
            let said = said::in_words(answer.label.choice, order);
            format!("{}: {said}", name_of(&answer.annotator))
        })
        .collect();
    let settled = dataset
        .answer(id)
        .filter(|answer| answer.given == Given::Adjudicated)
        .map(|answer| said::in_words(answer.label.choice, order));
    Some(Dispute {
        pair: id.clone(),
        prompt: said::beginning(dataset.pair(id)?),
        voices: voices.join(" · "),
        settled,
    })
}
