//! One annotator's habits: do they say the same twice, do they favour a place, do they take the time to read?

use leptos::prelude::*;

use crate::domain::annotators::{Consistency, FASTEST_WORDS_A_MINUTE, Pace, PositionBias, Record};
use crate::domain::metrics::Interval;
use crate::ui::actions::Actions;
use crate::ui::figures::{many, percent, took};
use crate::ui::widgets::IntervalBar;

/// Repeats and answers below which a share says little.
const FEW: usize = 10;

/// A result this rare by chance alone is called hard to explain by it.
const RARE: f64 = 0.05;

/// The three measures.
#[component]
pub fn Habits() -> impl IntoView {
    let workspace = Actions::of_page().state.workspace;
    let me = workspace.me();
    let record = Memo::new(move |_| workspace.dataset.with(|dataset| Record::of(dataset, &me)));
    view! {
        <dl class="measures">
            {move || view! { <WithYourself consistency=record.get().consistency /> }}
            {move || view! { <Places position=record.get().position /> }}
            {move || view! { <Time pace=record.get().pace /> }}
        </dl>
    }
}

#[component]
fn WithYourself(consistency: Option<Consistency>) -> impl IntoView {
    let percent_asked = Actions::of_page().state.settings.repeat_percent.get_untracked();
    let words = match consistency {
        None if percent_asked == 0 => {
            "No pairs come back, so this cannot be known. Set below how many should.".into()
        }
        None => format!(
            "About {percent_asked} of every hundred pairs you answer come back later, sides swapped. After about {FEW} \
             of them this says how often you say the same again."
        ),
        Some(it) => format!(
            "The same answer in {} of {}, sides swapped ({}).{}",
            it.same,
            many(it.repeats, "repeat"),
            interval(it.interval),
            if it.repeats < FEW { " So few say little yet." } else { "" },
        ),
    };
    view! {
        <div class="measure">
            <dt>"You agree with yourself"</dt>
            <dd>
                <b
                    data-testid="annotator-consistency"
                    data-value=consistency.map(|it| it.share().to_string())
                >
                    {consistency.map_or("–".into(), |it| percent(it.share()))}
                </b>
                <div class="measure-more">
                    <Share name="Same answer twice" middle="half" share=consistency.map(|it| (it.share(), it.interval)) />
                    <p>{words}</p>
                    {consistency.and_then(|it| it.kappa).map(|kappa| view! { <Kappa kappa=kappa /> })}
                </div>
            </dd>
        </div>
    }
}

#[component]
fn Kappa(kappa: f64) -> impl IntoView {
    view! {
        <p>
            "Cohen's κ "
            <b class="inline" data-testid="annotator-kappa" data-value=kappa.to_string()>
                {format!("{kappa:.2}")}
            </b>
            ": 0 is what chance would bring, 1 is perfect."
        </p>
    }
}

#[component]
fn Places(position: Option<PositionBias>) -> impl IntoView {
    let words = match position {
        None => "Sides are drawn by a fair coin. Once you prefer one response in some pairs, this says whether you \
                 favour a place rather than a text."
            .to_owned(),
        Some(it) => {
            let verdict = match it {
                PositionBias { answers, .. } if answers < FEW => "So few say little yet.",
                PositionBias { p, .. } if p >= RARE => "Nothing speaks for a favourite place.",
                PositionBias { first, answers, .. } if 2 * first > answers => {
                    "Chance hardly explains that: you may favour what stands first."
                }
                PositionBias { .. } => "Chance hardly explains that: you may favour what stands second.",
            };
            format!(
                "The first place in {} of {} ({}). {verdict}",
                it.first,
                many(it.answers, "preference"),
                interval(it.interval),
            )
        }
    };
    view! {
        <div class="measure">
            <dt>"You choose the first place"</dt>
            <dd>
                <b data-testid="annotator-position" data-value=position.map(|it| it.share().to_string())>
                    {position.map_or("–".into(), |it| percent(it.share()))}
                </b>
                <div class="measure-more">
                    <Share name="First place" middle="by chance" share=position.map(|it| (it.share(), it.interval)) />
                    <p>{words}</p>
                    {position
                        .map(|it| {
                            view! {
                                <p>
                                    "If place played no part, a share at least this far from a half would come up with
                                     probability "
                                    <b
                                        class="inline"
                                        data-testid="annotator-position-p"
                                        data-value=it.p.to_string()
                                    >
                                        {probability(it.p)}
                                    </b> " (exact binomial test)."
                                </p>
                            }
                        })}
                </div>
            </dd>
        </div>
    }
}

#[component]
fn Time(pace: Option<Pace>) -> impl IntoView {
    let seconds = |ms: f64| took(ms / 1000.0);
    let words = match pace {
        None => "The time from showing a pair to answering it is noted. Half of your answers will have taken less than \
                 what stands here."
            .to_owned(),
        Some(it) => format!(
            "Half of your answers took less than that, the middle half {} to {}. {}",
            seconds(it.lower_ms),
            seconds(it.upper_ms),
            match it.too_fast {
                0 => "You took the time to read each pair.".to_owned(),
                fast => format!(
                    "{fast} of {} came faster than all the words can be read ({FASTEST_WORDS_A_MINUTE} a minute, more \
                     than twice what adults read at).",
                    it.answers
                ),
            },
        ),
    };
    view! {
        <div class="measure">
            <dt>"Time for a pair"</dt>
            <dd>
                <b data-testid="annotator-pace" data-value=pace.map(|it| it.median_ms.to_string())>
                    {pace.map_or("–".into(), |it| seconds(it.median_ms))}
                </b>
                <div class="measure-more">
                    <p data-testid="annotator-too-fast" data-value=pace.map(|it| it.too_fast.to_string())>
                        {words}
                    </p>
                </div>
            </dd>
        </div>
    }
}

/// A share on its line, where there is one.
#[component]
fn Share(name: &'static str, middle: &'static str, share: Option<(f64, Interval)>) -> impl IntoView {
    share.map(|(share, interval)| {
        let accuracy = Signal::stored(Some(share));
        let interval = Signal::stored(Some(interval));
        view! { <IntervalBar name=name middle=middle accuracy=accuracy interval=interval /> }
    })
}

fn interval(Interval { low, high }: Interval) -> String {
    format!("95% interval {} to {}", percent(low), percent(high))
}

fn probability(p: f64) -> String {
    if p < 0.001 { "below 0.001".into() } else { format!("{p:.3}") }
}
