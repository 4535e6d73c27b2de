//! The candidates in order: each with its score on a common line, and what is to be thought of each lead.

use leptos::prelude::*;

use super::best_of::best_of_n;
use crate::domain::metrics::Interval;
use crate::protocol::scoring::Score;
use crate::ui::actions::Actions;
use crate::ui::figures::signed;
use crate::ui::state::{NINETEEN_IN_TWENTY, Order, Placed};
use crate::ui::widgets::{FaultNote, Whisker, WhiskerLine};

/// The order, or what there is to do for one.
pub fn order(actions: Actions) -> AnyView {
    let candidates = actions.state.candidates;
    let shown = move || candidates.order.with(|order| order.as_ref().map(|order| list(actions, order)));
    let words = move || match (candidates.order.with(Option::is_some), candidates.pending.get()) {
        (_, true) => "Being put in order\u{2026}",
        (false, false) if candidates.trouble.with(Option::is_none) => {
            "Two or more responses to the prompt, and the best comes first: drawn from one model, this is best-of-n."
        }
        (_, false) => "",
    };
    view! {
        <section class="score-side" aria-label="The order" aria-busy=move || candidates.pending.get().to_string()>
            <p class="quiet" role="status">
                {words}
            </p>
            {move || candidates.trouble.get().map(|fault| view! { <FaultNote fault=fault /> })}
            {shown}
        </section>
    }
    .into_any()
}

fn list(actions: Actions, order: &Order) -> AnyView {
    let line = Line::of(&order.places);
    let ties: Vec<bool> = order.places.iter().map(Placed::ties_with_next).collect();
    let tied = |place: usize| ties[place] || (place > 0 && ties[place - 1]);
    let says_how_sure = order.places.iter().any(|placed| placed.score.doubt.is_some());
    let items = order.places.iter().enumerate();
    view! {
        {how_much_is_noise(&order.places).map(|words| view! { <p data-testid="rank-how-sure">{words}</p> })}
        <ol class="ranked" data-testid="rank-list">
            {items.map(|(place, placed)| item(placed, tied(place), line)).collect_view()}
        </ol>
        <p class="quiet">
            {if says_how_sure {
                "Bars reach 1.96 standard deviations either way. They may overlap where an order is clear all the same: what the \
                 model does not know of both alike drops out of their difference."
            } else {
                "This model came from a file that does not say how sure it is, so how much of the order is noise cannot be told."
            }}
        </p>
        <div class="row">
            <button
                type="button"
                class="button primary"
                data-testid="rank-take-best"
                on:click=move |_| actions.take_best()
            >
                "Look closer at the best"
            </button>
            <button type="button" class="button" data-testid="rank-copy-best" on:click=move |_| actions.copy_best()>
                "Copy the best"
            </button>
        </div>
        {best_of_n(&order.places)}
    }
    .into_any()
}

fn item(placed: &Placed, tied: bool, line: Line) -> AnyView {
    let score = &placed.score;
    let std = score.doubt.map(|doubt| format!(" \u{b1} {:.2}", doubt.std));
    let far = score.doubt.is_some_and(|doubt| doubt.is_far);
    view! {
        <li
            data-rank=placed.rank.to_string()
            data-value=score.value.to_string()
            data-candidate=placed.number.to_string()
        >
            <span class="rank-number">{placed.rank}{tied.then_some("=")}</span>
            <p class="ranked-text" dir="auto" title=format!("Candidate {}", placed.number + 1)>
                {placed.text.clone()}
            </p>
            <p class="ranked-score">
                <b>{signed(f64::from(score.value))}</b>
                <span class="score-doubt">{std}</span>
            </p>
            <WhiskerLine it=line.whisker(score) />
            {far.then(|| view! { <p class="quiet">"Unlike anything it has learned from: a guess."</p> })}
            {note(placed).map(|words| view! { <p class="rank-noise" data-testid="rank-noise">{words}</p> })}
        </li>
    }
    .into_any()
}

/// What is to be thought of the lead over the next one, where that is not clear.
fn note(placed: &Placed) -> Option<String> {
    placed.in_doubt().map(|as_here| {
        let rounded = (as_here * 100.0).round();
        let could = if as_here < 0.6 { "Could as well" } else { "Could still" };
        format!("{could} be the other way round, {rounded:.0}\u{a0}:\u{a0}{:.0}", 100.0 - rounded)
    })
}

/// How much of the order is more than noise; `None` where the model does not say, or everything is a tie.
fn how_much_is_noise(places: &[Placed]) -> Option<String> {
    let says =
        |placed: &&Placed| placed.lead.is_some_and(|lead| lead.std.is_some()) && !placed.ties_with_next();
    let steps = places.iter().filter(says).count();
    let in_doubt = places.iter().filter(|placed| placed.in_doubt().is_some()).count();
    let first = places.first()?.in_doubt();
    Some(match (steps, in_doubt, first) {
        (0, ..) => return None,
        (_, 0, _) => "This order is clear: each lead is larger than what the model does not know.".into(),
        (_, all, _) if all == steps => {
            "This whole order is within noise: more answers may well turn any of it.".into()
        }
        (_, some, Some(_)) => format!("Which is best is not clear. Leads within noise: {some} of {steps}."),
        (_, some, None) => format!("The best is clear. Leads within noise: {some} of {steps}."),
    })
}

/// The common line of all scores.
#[derive(Clone, Copy)]
struct Line {
    range: (f64, f64),
    mean: f64,
}

impl Line {
    fn of(places: &[Placed]) -> Self {
        let ends = places.iter().map(|placed| interval(&placed.score));
        let none = (f64::INFINITY, f64::NEG_INFINITY);
        let (low, high) = ends.fold(none, |(low, high), it| (low.min(it.low), high.max(it.high)));
        let air = ((high - low) * 0.03).max(1e-3);
        let sum: f64 = places.iter().map(|placed| f64::from(placed.score.value)).sum();
        Self { range: (low - air, high + air), mean: sum / places.len().max(1) as f64 }
    }

    fn whisker(self, score: &Score) -> Whisker {
        let interval = score.doubt.map(|_| interval(score));
        Whisker {
            range: self.range,
            nothing: self.mean,
            at: Some(f64::from(score.value)),
            interval: None,
            second: interval,
        }
    }
}

/// Where the score lies nineteen times in twenty; the score alone of a model that does not say.
fn interval(score: &Score) -> Interval {
    let (value, std) = (f64::from(score.value), score.doubt.map_or(0.0, |doubt| f64::from(doubt.std)));
    let reach = f64::from(NINETEEN_IN_TWENTY) * std;
    Interval { low: value - reach, high: value + reach }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::likelihood::Shares;
    use crate::protocol::scoring::{Compared, Doubt};

    fn placed(value: f32, std: f32, lead: Option<Compared>) -> Placed {
        let doubt = Doubt { std, refitted_std: None, share_as_far: None, is_far: false };
        let score = Score {
            value,
            length_part: 0.0,
            response_tokens: 1,
            cut_tokens: 0,
            ms: 0.0,
            doubt: Some(doubt),
            standing: None,
        };
        Placed { rank: 1, number: 0, text: String::new(), score, lead }
    }

    #[test]
    fn every_score_and_its_bar_is_on_the_line() {
        let places = [placed(2.0, 1.0, None), placed(-1.0, 0.5, None)];
        let line = Line::of(&places);
        assert!(line.range.0 < -1.0 - 1.96 * 0.5 && line.range.1 > 2.0 + 1.96);
        assert_eq!(line.mean, 0.5);
        assert_eq!(line.whisker(&places[0].score).second, Some(interval(&places[0].score)));
    }

    #[test]
    fn a_lead_within_noise_is_told_with_its_odds() {
        let words = |margin| note(&placed(0.0, 1.0, Some(lead(margin))));
        assert_eq!(words(0.2).unwrap(), "Could as well be the other way round, 58\u{a0}:\u{a0}42");
        assert_eq!(words(0.5).unwrap(), "Could still be the other way round, 69\u{a0}:\u{a0}31");
        assert_eq!(note(&placed(0.0, 1.0, None)), None);
    }

    #[test]
    fn how_much_of_an_order_is_noise_is_told_in_a_sentence() {
        let said = |margins: &[f32]| {
            let mut places: Vec<Placed> =
                margins.iter().map(|margin| placed(0.0, 1.0, Some(lead(*margin)))).collect();
            places.push(placed(0.0, 1.0, None));
            how_much_is_noise(&places)
        };
        assert!(said(&[3.0, 2.0]).is_some_and(|words| words.contains("is clear")));
        assert!(said(&[1.0, 1.0]).is_some_and(|words| words.contains("whole order is within noise")));
        assert!(
            said(&[1.0, 3.0])
                .is_some_and(|words| words.contains("best is not clear. Leads within noise: 1 of 2"))
        );
        assert!(
            said(&[3.0, 1.0])
                .is_some_and(|words| words.contains("best is clear. Leads within noise: 1 of 2"))
        );
        assert_eq!(said(&[0.0, 0.0]), None, "nothing but ties");
        assert_eq!(said(&[]), None);
    }

    fn lead(margin: f32) -> Compared {
        let shares = Shares { first: 0.5, tie: 0.0, second: 0.5 };
        Compared { margin, std: Some(1.0), refitted_std: None, shares, moderated: None }
    }
}
