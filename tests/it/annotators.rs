//! The annotators' numbers, against `scikit-learn`, `krippendorff`, SciPy and NumPy.

use std::collections::BTreeMap;

use reward_studio::domain::annotators::{
    Agreement, Consistency, Pace, PositionBias, Reading, cohen_kappa, krippendorff_alpha,
};
use reward_studio::domain::choice::{Outcome, Side};
use reward_studio::domain::pair::PairId;
use serde::Deserialize;

use crate::browserless::repository;

#[derive(Deserialize)]
struct Golden {
    agreement: Vec<Said>,
    kappa: Vec<Twice>,
    coin: Vec<Coin>,
    quartiles: Vec<Quartiles>,
}

#[derive(Deserialize)]
struct Said {
    said: Vec<Vec<Option<u8>>>,
    alpha: f64,
    alpha_under_both_namings: f64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct Twice {
    said: [Vec<u8>; 2],
    kappa: f64,
    kappa_under_both_namings: f64,
}

#[derive(Deserialize)]
struct Coin {
    heads: usize,
    tosses: usize,
    p: f64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct Quartiles {
    values: Vec<u64>,
    lower: f64,
    median: f64,
    upper: f64,
}

fn golden() -> Golden {
    let text = std::fs::read_to_string(repository().join("tests/golden/annotators.json")).expect("the file");
    serde_json::from_str(&text).expect("annotators.json")
}

fn near(ours: f64, theirs: f64) {
    assert!((ours - theirs).abs() < 1e-9, "{ours} should be {theirs}");
}

fn outcome(label: u8) -> Outcome {
    match label {
        0 => Outcome::Preferred(Side::A),
        1 => Outcome::Preferred(Side::B),
        2 => Outcome::Tie,
        other => panic!("label {other}"),
    }
}

#[test]
fn alpha_and_its_interval_are_those_of_the_python_package() {
    const NAMES: [&str; 5] = ["ann", "bob", "cid", "dot", "eve"];
    for case in golden().agreement {
        let units: Vec<Vec<u8>> = (0..case.said[0].len())
            .map(|unit| case.said.iter().filter_map(|person| person[unit]).collect())
            .collect();
        near(krippendorff_alpha(&units).expect("alpha"), case.alpha);
        let labels: Vec<(PairId, BTreeMap<&str, Outcome>)> = (0..case.said[0].len())
            .map(|unit| {
                let by = NAMES.iter().zip(&case.said);
                let by = by.filter_map(|(name, person)| Some((*name, outcome(person[unit]?))));
                (PairId::of(&unit.to_string(), "a", "b"), by.collect())
            })
            .collect();
        let agreement = Agreement::of(&labels).expect("some pairs are shared");
        near(agreement.alpha.expect("alpha"), case.alpha_under_both_namings);
        if agreement.shared >= Agreement::ENOUGH {
            let interval = agreement.interval.expect("an interval");
            near(interval.low, case.low);
            near(interval.high, case.high);
        }
    }
}

#[test]
fn kappa_is_scikit_learns() {
    for case in golden().kappa {
        let twice: Vec<(u8, u8)> = case.said[0].iter().copied().zip(case.said[1].iter().copied()).collect();
        near(cohen_kappa(&twice).expect("kappa"), case.kappa);
        let outcomes: Vec<_> = twice.iter().map(|&(one, other)| (outcome(one), outcome(other))).collect();
        let consistency = Consistency::of(&outcomes).expect("repeats");
        near(consistency.kappa.expect("kappa"), case.kappa_under_both_namings);
    }
}

#[test]
fn the_test_of_a_fair_coin_and_its_interval_are_scipys() {
    for case in golden().coin {
        let bias = PositionBias::of(case.heads, case.tosses).expect("tosses");
        near(bias.p, case.p);
        near(bias.interval.low, case.low);
        near(bias.interval.high, case.high);
    }
}

#[test]
fn quartiles_are_numpys() {
    for case in golden().quartiles {
        let readings: Vec<Reading> =
            case.values.iter().map(|&lead_ms| Reading { lead_ms, words: 0 }).collect();
        let pace = Pace::of(&readings).expect("readings");
        near(pace.lower_ms, case.lower);
        near(pace.median_ms, case.median);
        near(pace.upper_ms, case.upper);
    }
}
