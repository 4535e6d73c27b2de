//! The headline: how often it is right, in words and with its intervals, beside rules that know nothing.

use std::sync::Arc;

use leptos::prelude::*;

use super::{STILL_READING, still_reading};
use crate::domain::evaluation::Evaluation;
use crate::domain::evaluation::headline::Measured;
use crate::domain::metrics::Interval;
use crate::protocol::event::MadeBy;
use crate::ui::actions::Actions;
use crate::ui::figures::{chance, count, many, percent, points};
use crate::ui::views::verdict;
use crate::ui::widgets::{IntervalBar, Whisker, WhiskerLine};

/// The verdict and what stands beside it.
#[component]
pub fn Figures(judged: Memo<Option<Arc<Evaluation>>>, made_by: Signal<Option<MadeBy>>) -> impl IntoView {
    let study = Actions::of_page().state.study;
    let read = move |read: fn(&Evaluation) -> Option<f64>| judged.get().and_then(|it| read(&it));
    let accuracy = Signal::derive(move || read(Evaluation::accuracy));
    let interval = Signal::derive(move || judged.get().and_then(|it| it.interval()));
    let end = move |read: fn(Interval) -> f64| interval.get().map(read);
    // The bootstrap comes a moment later; until then Wilson's interval speaks alone.
    let words = move || {
        let evaluation = judged.get()?;
        let measured = study.looked.with(|looked| looked.model).filter(|it| it.share == evaluation.share());
        Some(match measured {
            Some(measured) => verdict::told(measured.cautious(), measured.share),
            None => verdict::against_guessing(&evaluation),
        })
    };
    view! {
        <div class="verdict card">
            <div class="verdict-number">
                <b data-testid="eval-accuracy" data-value=move || accuracy.get().map(|value| value.to_string())>
                    {move || accuracy.get().map_or("–".to_owned(), percent)}
                </b>
                <p>
                    "95% interval "
                    <Value
                        testid="eval-interval-low"
                        value=Signal::derive(move || end(|interval| interval.low))
                        write=percent
                    /> " to "
                    <Value
                        testid="eval-interval-high"
                        value=Signal::derive(move || end(|interval| interval.high))
                        write=percent
                    />
                </p>
            </div>
            <div class="verdict-words">
                <IntervalBar accuracy=accuracy interval=interval />
                <p class="verdict-line" role="status">
                    {words}
                </p>
                <p class="quiet">
                    {move || judged.get().map(|it| verdict::how_held_out(&it))} " "
                    {move || verdict::had_a_say(made_by.get()?, judged.get()?.held_out)}
                </p>
            </div>
        </div>
        <Rivals />
    }
}

/// The model beside three rules, on the same pairs.
#[component]
fn Rivals() -> impl IntoView {
    let study = Actions::of_page().state.study;
    let measured = move |read: fn(&crate::ui::state::Looked) -> Option<Measured>| {
        Signal::derive(move || study.looked.with(read))
    };
    let no_sides = "These answers came with files, which do not say what stood on the left.";
    let no_words = Signal::derive(move || match (still_reading(), study.under_way.get()) {
        (true, _) => STILL_READING,
        (false, true) => "Being worked out.",
        (false, false) => "Too few answers to learn words from.",
    });
    let against = move || {
        let duel = study.looked.with(|looked| looked.against_longer)?;
        let apart = match duel.difference {
            0.0 => "as often right as".to_owned(),
            ahead if ahead > 0.0 => format!("{} ahead of", points(ahead).trim_start_matches('+')),
            behind => format!("{} behind", points(-behind).trim_start_matches('+')),
        };
        let sure = if duel.p < 0.05 {
            format!("more than chance shows ({})", chance(duel.p))
        } else {
            format!("which may be chance ({})", chance(duel.p))
        };
        Some(format!("The model is {apart} the rule that the longer response wins, {sure}."))
    };
    let words_ahead = move || {
        let (model, words) = (study.looked.with(|looked| looked.model)?, study.words_measured.get()?);
        words_ahead(&model, &words)
    };
    view! {
        <section class="card" aria-label="Beside rules that know nothing">
            <h3>"Beside rules that know nothing"</h3>
            <table class="forest">
                <thead>
                    <tr>
                        <th scope="col">"Rule"</th>
                        <th scope="col" class="forest-plot">
                            <span class="forest-axis" aria-hidden="true">
                                <span>"0%"</span>
                                <span>"guessing"</span>
                                <span>"100%"</span>
                            </span>
                        </th>
                        <th scope="col">"Right"</th>
                        <th scope="col">"95%"</th>
                        <th scope="col">"95%, by prompt"</th>
                    </tr>
                </thead>
                <tbody>
                    <Rival
                        name="This model"
                        testid="eval-model"
                        measured=measured(|looked| looked.model)
                        missing=Signal::stored("Being worked out.")
                    />
                    <Rival
                        name="The longer response wins"
                        testid="eval-baseline-longer"
                        measured=measured(|looked| looked.longer)
                        missing=Signal::stored("Being worked out.")
                    />
                    <Rival
                        name="The left response wins"
                        testid="eval-baseline-left"
                        measured=measured(|looked| looked.left)
                        missing=Signal::stored(no_sides)
                    />
                    <Rival
                        name="A bag of words, learned the same way"
                        testid="eval-baseline-words"
                        measured=study.words_measured.into()
                        missing=no_words
                    />
                </tbody>
            </table>
            <p class="quiet">
                {against}
                {words_ahead}
                " The thick bar is Wilson's interval, which takes every answer by itself; the thin one is bootstrapped over
                whole prompts, since answers to one prompt are alike."
            </p>
        </section>
    }
}

/// What to think of a model that a bag of words does not fall behind; `None` where it does, or has judged other pairs.
fn words_ahead(model: &Measured, words: &Measured) -> Option<String> {
    if words.share.whole != model.share.whole || words.share.part < model.share.part {
        return None;
    }
    let apart = words.cautious().low > model.cautious().high;
    let sure = if apart { "" } else { ", though their intervals overlap, so it may be chance" };
    Some(format!(
        " A bag of words does at least as well here: right on {} of {}, the model on {}{sure}.",
        count(words.share.part),
        many(words.share.whole, "answer"),
        count(model.share.part),
    ))
}

#[component]
fn Rival(
    name: &'static str,
    testid: &'static str,
    measured: Signal<Option<Measured>>,
    missing: Signal<&'static str>,
) -> impl IntoView {
    let value = move || measured.get().and_then(|it| it.share.value());
    let between = |Interval { low, high }: Interval| format!("{} to {}", percent(low), percent(high));
    let cells = move || match measured.get() {
        Some(it) => {
            let drawn = Whisker { second: it.by_prompt, ..Whisker::share(it.share.value(), Some(it.wilson)) };
            let by_prompt = it.by_prompt.map_or("too few prompts".to_owned(), between);
            view! {
                <td class="forest-plot">
                    <WhiskerLine it=drawn />
                </td>
                <td>
                    <b>{it.share.value().map(percent)}</b>
                    <span class="quiet">{format!(" of {}", count(it.share.whole))}</span>
                </td>
                <td>{between(it.wilson)}</td>
                <td>{by_prompt}</td>
            }
            .into_any()
        }
        None => view! { <td colspan="4" class="quiet">{missing.get()}</td> }.into_any(),
    };
    view! {
        <tr
            data-testid=testid
            data-value=move || value().map(|value| value.to_string())
            class:main=move || testid == "eval-model"
        >
            <th scope="row">{name}</th>
            {cells}
        </tr>
    }
}

/// A number for people, with its full digits for programs.
#[component]
pub fn Value(testid: &'static str, value: Signal<Option<f64>>, write: fn(f64) -> String) -> impl IntoView {
    view! {
        <span data-testid=testid data-value=move || value.get().map(|value| value.to_string())>
            {move || value.get().map_or("–".to_owned(), write)}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right_on(part: usize) -> Measured {
        Measured::of((0..200).map(|number| (number, number < part))).unwrap()
    }

    #[test]
    fn a_bag_of_words_is_spoken_of_where_the_model_does_no_better() {
        assert_eq!(words_ahead(&right_on(130), &right_on(129)), None);
        let level = words_ahead(&right_on(130), &right_on(130)).unwrap();
        assert!(level.contains("right on 130 of 200 answers, the model on 130, though"), "{level}");
        let far_ahead = words_ahead(&right_on(100), &right_on(180)).unwrap();
        assert!(far_ahead.ends_with("the model on 100."), "{far_ahead}");
    }

    #[test]
    fn a_bag_of_words_that_has_judged_other_pairs_is_not_compared() {
        let fewer = Measured::of((0..100).map(|number| (number, true))).unwrap();
        assert_eq!(words_ahead(&right_on(100), &fewer), None);
    }
}
