//! Worlds whose truth is known: intervals cover it as often as they say, habits are told and only habits,
//! a calibrated model is called one.

use super::*;
use crate::domain::evaluation::instead::Habit;

const RUNS: usize = 1000;

/// How many of the runs are true.
fn count(run: impl Fn(u64) -> bool) -> usize {
    (0..RUNS as u64).filter(|&seed| run(seed)).count()
}

fn covers(held: usize) {
    assert!((930..=970).contains(&held), "the interval held the truth in {held} of {RUNS} runs");
}

#[test]
fn wilsons_interval_covers_the_truth() {
    for (pairs, truth) in [(100, 0.65), (200, 0.7), (60, 0.5)] {
        covers(count(|seed| {
            let mut draws = Draws::new(seed * 7919 + pairs);
            Share::of((0..pairs).map(|_| draws.unit() < truth)).interval().unwrap().holds(truth)
        }));
    }
}

/// Prompts of one to four answers; each prompt has an accuracy of its own about a mean of 0.7, drawn as the square
/// root of an even number on a part of the line. Answers to one prompt are alike, which Wilson does not know.
fn world(seed: u64, prompts: usize) -> Vec<(usize, bool)> {
    let mut draws = Draws::new(seed ^ 0xabcd);
    let mut pairs = vec![];
    for prompt in 0..prompts {
        let easy = if draws.unit() < 0.5 { 1.0 } else { 0.4 };
        for _ in 0..=draws.below(4) {
            pairs.push((prompt, draws.unit() < easy));
        }
    }
    pairs
}

#[test]
fn the_bootstrap_by_prompt_covers_the_truth_where_wilson_is_too_narrow() {
    let ratio = |[right, all]: &[f64; 2]| Some(right / all);
    let interval = |seed| {
        let rows = world(seed, 120);
        let clusters =
            Clusters::of(rows.into_iter().map(|(prompt, right)| (prompt, [f64::from(u8::from(right)), 1.0])));
        clusters.interval(ratio, seed).unwrap()
    };
    covers(count(|seed| interval(seed).holds(0.7)));
    let narrow =
        count(|seed| Share::of(world(seed, 120).into_iter().map(|row| row.1)).interval().unwrap().holds(0.7));
    assert!(narrow < 930, "Wilson held the truth in {narrow} runs, though answers to one prompt are alike");
}

#[test]
fn fishers_interval_covers_the_correlation() {
    let truth: f64 = 0.4;
    covers(count(|seed| {
        let mut draws = Draws::new(seed + 31);
        let pairs: Vec<(f64, f64)> = (0..150)
            .map(|_| {
                let (x, noise) = (normal(&mut draws), normal(&mut draws));
                (x, truth * x + (1.0 - truth * truth).sqrt() * noise)
            })
            .collect();
        correlation(pairs).unwrap().interval.holds(truth)
    }));
}

/// Box and Muller (1958).
fn normal(draws: &mut Draws) -> f64 {
    (-2.0 * (1.0 - draws.unit()).ln()).sqrt() * (std::f64::consts::TAU * draws.unit()).cos()
}

/// An annotator of 60 answers who takes the longer response (or the left one) with this probability.
fn told(seed: u64, taken: f64) -> bool {
    let mut draws = Draws::new(seed + 17);
    Habit::of((0..60).map(|_| draws.unit() < taken)).unwrap().told()
}

#[test]
fn who_always_takes_the_longer_or_the_left_is_told_and_who_does_not_is_not() {
    assert_eq!(count(|seed| told(seed, 1.0)), RUNS);
    assert!(count(|seed| told(seed, 0.8)) > 980);
    let alarms = count(|seed| told(seed, 0.5));
    assert!(alarms <= 50, "{alarms} false alarms in {RUNS}");
}

#[test]
fn a_calibrated_model_is_called_calibrated_and_an_overconfident_one_is_not() {
    for seed in 0..20 {
        let mut draws = Draws::new(seed);
        let mut world = |stretch: f64| -> Vec<Forecast> {
            (0..10_000)
                .map(|_| {
                    let margin = 2.0 * normal(&mut draws);
                    let won = f64::from(u8::from(draws.unit() < preference_probability(margin)));
                    Forecast { margin: stretch * margin, won }
                })
                .collect()
        };
        let (honest, loud) = (calibration_error(&world(1.0)).unwrap(), world(3.0));
        assert!(honest < 0.02, "{honest}");
        assert!(calibration_error(&loud).unwrap() > 0.05);
        let found = temperature(&loud).unwrap();
        assert!((found - 3.0).abs() < 0.3, "{found}");
    }
}

#[test]
fn two_equal_models_are_told_apart_no_more_than_once_in_twenty() {
    let alarms = count(|seed| {
        let mut draws = Draws::new(seed + 5);
        let (mut first, mut second) = (0, 0);
        for _ in 0..200 {
            match (draws.unit() < 0.7, draws.unit() < 0.7) {
                (true, false) => first += 1,
                (false, true) => second += 1,
                (true, true) | (false, false) => {}
            }
        }
        mcnemar(first, second) < 0.05
    });
    assert!(alarms <= 60, "{alarms}");
}
