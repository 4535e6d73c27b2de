//! Answers that carry little or nothing: everywhere a number or none, and never a NaN.

use super::calibrated::Calibrated;
use super::evidence::Evidence;
use super::headline;
use super::instead::{by_length, following, position};
use super::slices::slices;
use super::*;
use crate::domain::choice::{Choice, ShownOrder};
use crate::domain::log::{Action, Asked, EventId, Given, LogEvent};
use crate::domain::metrics::Draws;
use crate::domain::pair::Pair;

/// A world of answered pairs: for each its prompt, its choice and the model's margin of A over B.
fn world(answers: &[(String, Choice, f32)]) -> (Dataset, Evaluation) {
    let pairs: Vec<Pair> = answers
        .iter()
        .enumerate()
        .map(|(at, (prompt, _, _))| {
            let (a, b) = (
                format!("a {at}. {}", "more ".repeat(at % 4)),
                format!("b {at}. {}", "less ".repeat(at % 3)),
            );
            Pair::new(prompt, a, b, "test")
        })
        .collect();
    let event = |(at, (pair, (_, choice, _))): (usize, (&Pair, &(String, Choice, f32)))| LogEvent {
        v: LogEvent::VERSION,
        id: EventId::new("s", at as u64),
        at_ms: at as u64,
        session: "s".into(),
        annotator: String::new(),
        action: Action::Label {
            pair: pair.id.clone(),
            label: (*choice).into(),
            given: Given::OnPage { shown: ShownOrder::Ab, lead_ms: 1, asked: Asked::Random },
            supersedes: None,
        },
    };
    let events: Vec<LogEvent> = pairs.iter().zip(answers).enumerate().map(event).collect();
    let all: Vec<Judged> = pairs
        .iter()
        .zip(answers)
        .filter(|(_, (_, choice, _))| choice.outcome().is_some())
        .map(|(pair, (_, choice, margin))| {
            let sign = if *choice == Choice::B { -1.0 } else { 1.0 };
            Judged {
                pair: pair.id.clone(),
                margin: sign * margin,
                length_margin: sign * (pair.response_a.len() as f32 / pair.response_b.len() as f32).ln(),
                score: *margin,
                chosen: choice.preferred(),
            }
        })
        .collect();
    let (judged, ties) = all.into_iter().partition(|it: &Judged| it.chosen.is_some());
    let held_out = HeldOut::CrossValidation(10);
    let evaluation =
        Evaluation { held_out, learned_from: 9, judged, ties, train_loss: 0.0, train_accuracy: 1.0 };
    (Dataset::new(pairs, &events), evaluation)
}

/// Everything that Evaluate shows, written out; its numbers are finite.
fn shown(answers: &[(String, Choice, f32)]) -> String {
    let (dataset, evaluation) = world(answers);
    let evaluation = evaluation.by_the_answers_of(&dataset);
    let rows = Evidence::of(&evaluation, &dataset).rows;
    let text = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        evaluation.interval(),
        evaluation.trainer(),
        evaluation.length_bias(),
        headline::model(&rows),
        headline::longer(&rows),
        headline::left(&rows),
        headline::against_longer(&rows),
        by_length(&rows),
        following(&rows),
        position(&rows),
        slices(&rows),
        Calibrated::of(&evaluation, |at| at % 2 == 0),
    );
    for word in ["NaN", "inf"] {
        assert!(!text.contains(word), "{text}");
    }
    text
}

fn answers(count: usize, of: impl Fn(usize) -> (String, Choice, f32)) -> Vec<(String, Choice, f32)> {
    (0..count).map(of).collect()
}

#[test]
fn nothing_at_all_all_ties_all_skips_and_three_pairs_are_said_not_computed() {
    shown(&[]);
    for choice in [Choice::Tie, Choice::BothBad, Choice::Skip] {
        let text = shown(&answers(30, |at| (format!("p{at}"), choice, at as f32 - 10.0)));
        assert!(text.starts_with("None None None None"), "{text}");
    }
    shown(&answers(3, |at| (format!("p{at}"), Choice::A, 0.5)));
    shown(&answers(1, |_| ("p".into(), Choice::B, 0.0)));
}

#[test]
fn answers_all_alike_one_prompt_and_scores_all_equal_give_numbers() {
    for margin in [0.0, 1.0, -1.0, 1e30, -1e-30] {
        for choice in [Choice::A, Choice::B] {
            shown(&answers(40, |at| (format!("p{at}"), choice, margin)));
            shown(&answers(40, |_| ("one prompt".into(), choice, margin)));
        }
    }
}

#[test]
fn annotators_who_contradict_each_other_everywhere_leave_a_model_that_knows_nothing() {
    let choice = |at: usize| if at.is_multiple_of(2) { Choice::A } else { Choice::B };
    let (dataset, evaluation) = world(&answers(200, |at| (format!("p{}", at / 2), choice(at), 0.3)));
    let rows = Evidence::of(&evaluation, &dataset).rows;
    let measured = headline::model(&rows).unwrap();
    assert!(measured.cautious().holds(0.5) && measured.share.part == 100, "{measured:?}");
}

#[test]
fn any_answers_and_any_margins_give_numbers() {
    for seed in 0..200 {
        let mut draws = Draws::new(seed);
        let count = draws.below(60);
        let mut of = |_| {
            let choice = Choice::ALL[draws.below(6)];
            let margin = ((draws.unit() - 0.5) * 10f64.powi(draws.below(12) as i32 - 4)) as f32;
            (format!("p{}", draws.below(20)), choice, margin)
        };
        let drawn: Vec<_> = (0..count).map(&mut of).collect();
        shown(&drawn);
    }
}
