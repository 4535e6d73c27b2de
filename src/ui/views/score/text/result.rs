//! The scores, how sure they are, and what they mean for each other.

use leptos::prelude::*;

use crate::domain::likelihood::Shares;
use crate::protocol::Slot;
use crate::protocol::scoring::{self, Compared, Standing};
use crate::ui::actions::Actions;
use crate::ui::figures::{many, milliseconds, percent, signed};
use crate::ui::state::Scoring;
use crate::ui::widgets::{FaultNote, Whisker, WhiskerLine};

/// The first response's score.
pub fn first(scoring: Scoring) -> AnyView {
    number(scoring, Signal::derive(move || scoring.first()), "")
}

/// The second response's score.
pub fn second(scoring: Scoring) -> AnyView {
    number(scoring, Signal::derive(move || scoring.second()), "-b")
}

/// A score with all that is known of it; `suffix` goes behind its test ids.
fn number(scoring: Scoring, score: Signal<Option<scoring::Score>>, suffix: &'static str) -> AnyView {
    let value = move || score.with(|score| score.as_ref().map(|score| score.value));
    view! {
        <div
            class="score-result"
            class:empty=move || value().is_none()
            aria-busy=move || if scoring.pending.get() { "true" } else { "false" }
        >
            <b
                class="score-number"
                data-testid=format!("score-value{suffix}")
                data-value=move || value().map(|value| value.to_string())
            >
                {move || value().map_or("–".to_owned(), |value| signed(f64::from(value)))}
            </b>
            {move || score.with(|score| score.as_ref().map(|score| more(score, suffix)))}
        </div>
    }
    .into_any()
}

/// How sure it is, where it stands, and what it is made of.
fn more(score: &scoring::Score, suffix: &'static str) -> AnyView {
    let std = score.doubt.map(|doubt| doubt.std);
    let far = score.doubt.filter(|doubt| doubt.is_far);
    view! {
        {std
            .map(|std| {
                view! {
                    <span
                        class="score-doubt"
                        data-testid=format!("score-value{suffix}-std")
                        data-value=std.to_string()
                    >
                        {plus_minus(std)}
                    </span>
                }
            })}
        {score.standing.map(|standing| stands(&standing, score.response_tokens, suffix))}
        <p class="quiet">{made_of(score)}</p>
        {far
            .map(|doubt| {
                view! {
                    <p class="blocked" data-testid=format!("score-value{suffix}-far")>
                        {far_off(doubt.share_as_far)}
                    </p>
                }
            })}
    }
    .into_any()
}

/// Where it stands among the workspace's responses, on a line from the lowest of them to the highest.
fn stands(standing: &Standing, tokens: u32, suffix: &'static str) -> AnyView {
    let below = f64::from(standing.share_below);
    let among = many(standing.among as usize, "response");
    let usual = f64::from(standing.at_usual_length);
    view! {
        <div class="standing" data-testid=format!("score-percentile{suffix}") data-value=below.to_string()>
            <WhiskerLine it=Whisker::share(Some(below), None) />
            <p>{format!("Higher than {} of the {among} of yours that it has read", percent(below))}</p>
        </div>
        <p data-testid=format!("score-at-usual-length{suffix}") data-value=usual.to_string()>
            <b>{signed(usual)}</b>
            {format!(
                " with length held equal: less what {} usually bring",
                many(tokens as usize, "token"),
            )}
        </p>
    }
    .into_any()
}

fn plus_minus(std: f32) -> String {
    format!(" ± {std:.2}")
}

fn made_of(score: &scoring::Score) -> String {
    let cut = match score.cut_tokens {
        0 => String::new(),
        some => format!(" · {} did not fit and were not read", many(some as usize, "token")),
    };
    let refitted = score.doubt.and_then(|doubt| doubt.refitted_std);
    let check = refitted.map_or(String::new(), |std| {
        format!(" ·{} among 20 heads refitted to answers drawn anew", plus_minus(std))
    });
    format!(
        "{} · length gives {} of it{cut}{check} · {}",
        many(score.response_tokens as usize, "token"),
        signed(f64::from(score.length_part)),
        milliseconds(f64::from(score.ms)),
    )
}

fn far_off(share: Option<f32>) -> String {
    let among = share.map_or(String::new(), |share| {
        let at_most = percent(f64::from(share.max(0.01)));
        format!(" At most {at_most} of the texts it learned from lie as far out.")
    });
    format!("Unlike anything it has learned from, so take this score as a guess.{among}")
}

/// Which of the two the model prefers, and how surely.
#[component]
pub fn Preference() -> impl IntoView {
    let scoring = Actions::of_page().state.scoring;
    let compared = Memo::new(move |_| scoring.compared());
    let shares = move || compared.get().map(|compared| compared.shares);
    let words = move || {
        match compared.get() {
        Some(compared) => choice(&compared.shares),
        None => "A score by itself means nothing. With a second response you see which one it would choose; scores of \
                 different prompts cannot be compared."
            .to_owned(),
    }
    };
    let whose = move || {
        scoring.scores.with(|scores| {
            scores.as_ref().map(|scores| match scores.slot {
                Slot::Living => "Scored by the living model.",
                Slot::Trained => "Scored by the trained model.",
                Slot::Beside(_) => "Scored by a kept model.",
            })
        })
    };
    let first = move || shares().map(|shares| shares.first);
    let second = move || shares().map(|shares| shares.second);
    let tie = move || shares().map(|shares| shares.tie).filter(|tie| *tie > 0.0005);
    let grows = |share: Option<f64>, otherwise: f64| format!("{:.4}", share.unwrap_or(otherwise));
    view! {
        <div class="preference" class:empty=move || first().is_none()>
            <div
                class="preference-bar"
                data-testid="score-preference"
                data-value=move || first().map(|share| share.to_string())
                role="img"
                aria-label=words
            >
                <div class="preference-first" style:flex-grow=move || grows(first(), 0.5)>
                    <span>{move || first().map(percent)}</span>
                </div>
                {move || {
                    tie()
                        .map(|share| {
                            view! {
                                <div class="preference-tie" style:flex-grow=grows(Some(share), 0.0)>
                                    <span data-testid="score-tie" data-value=share.to_string()>
                                        {percent(share)}
                                    </span>
                                </div>
                            }
                        })
                }}
                <div class="preference-second" style:flex-grow=move || grows(second(), 0.5)>
                    <span>{move || second().map(percent)}</span>
                </div>
            </div>
            <p role="status">{words}" "<span class="quiet">{whose}</span></p>
            {move || {
                compared
                    .get()
                    .and_then(|compared| doubted(&compared))
                    .map(|(words, first)| {
                        view! {
                            <p class="quiet" data-testid="score-preference-moderated" data-value=first.to_string()>
                                {words}
                            </p>
                        }
                    })
            }}
            {move || scoring.trouble.get().map(|fault| view! { <FaultNote fault=fault /> })}
        </div>
    }
}

/// What it would choose, in words.
fn choice(shares: &Shares) -> String {
    let Shares { first, tie, second } = *shares;
    let (name, share) = if first > second { ("first", first) } else { ("second", second) };
    match (tie > first.max(second), first == second) {
        (true, _) => format!("It would most likely call it a tie, {} sure.", percent(tie)),
        (false, true) => "It holds them equal.".to_owned(),
        (false, false) => format!("It would choose the {name} response, {} sure.", percent(share)),
    }
}

/// How sure it is once it is taken into account how little it has seen, and the first response's share then.
fn doubted(compared: &Compared) -> Option<(String, f64)> {
    let (std, moderated) = (compared.std?, compared.moderated?);
    // Of the answer that `choice` names, whether or not it is still the likeliest.
    let Shares { first, tie, second } = compared.shares;
    let share = if tie > first.max(second) { moderated.tie } else { moderated.first.max(moderated.second) };
    let check = compared
        .refitted_std
        .map_or(String::new(), |std| format!("; among refitted heads it varies by {std:.2}"));
    let words = format!(
        "The difference is {}{}, so with what it has seen so far {} would be fair{check}.",
        signed(f64::from(compared.margin)),
        plus_minus(std),
        percent(share),
    );
    Some((words, moderated.first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(plain: [f64; 3], moderated: [f64; 3]) -> Compared {
        let shares = |[first, tie, second]: [f64; 3]| Shares { first, tie, second };
        Compared {
            margin: 0.1,
            std: Some(1.0),
            refitted_std: None,
            shares: shares(plain),
            moderated: Some(shares(moderated)),
        }
    }

    #[test]
    fn the_fair_share_is_of_the_answer_that_was_named() {
        let tie = compared([0.3, 0.5, 0.2], [0.38, 0.36, 0.26]);
        assert!(choice(&tie.shares).contains("a tie, 50% sure"));
        assert!(doubted(&tie).unwrap().0.contains("36% would be fair"));
        let second = compared([0.1, 0.2, 0.7], [0.2, 0.25, 0.55]);
        assert!(choice(&second.shares).contains("second response, 70% sure"));
        assert!(doubted(&second).unwrap().0.contains("55% would be fair"));
    }
}
