//! Every statistic against SciPy, statsmodels, scikit-learn and PyTorch: `tests/python/metric_numbers.py`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use crate::domain::evaluation::benchmark::{Benchmark, Report};

#[derive(Deserialize)]
struct Golden {
    shares: Vec<GoldenShare>,
    duels: Vec<GoldenDuel>,
    more_to_tell: Vec<GoldenMore>,
    forecasts: Vec<GoldenForecasts>,
    correlations: Vec<GoldenCorrelation>,
    quantiles: GoldenQuantiles,
    bootstrap: GoldenBootstrap,
    trainer: GoldenTrainer,
    reward_bench: GoldenRewardBench,
}

#[derive(Deserialize)]
struct GoldenShare {
    part: usize,
    whole: usize,
    low: f64,
    high: f64,
    coin: f64,
}

#[derive(Deserialize)]
struct GoldenDuel {
    only_first: usize,
    only_second: usize,
    p: f64,
}

#[derive(Deserialize)]
struct GoldenMore {
    part: usize,
    whole: usize,
    more: usize,
}

#[derive(Deserialize)]
struct GoldenForecasts {
    margins: Vec<f64>,
    won: Vec<f64>,
    ece: f64,
    brier: f64,
    temperature: f64,
}

#[derive(Deserialize)]
struct GoldenCorrelation {
    x: Vec<f64>,
    y: Vec<f64>,
    r: f64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct GoldenQuantiles {
    values: Vec<f64>,
    at: Vec<f64>,
    quantiles: Vec<f64>,
}

#[derive(Deserialize)]
struct GoldenBootstrap {
    right: Vec<f64>,
    all: Vec<f64>,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct GoldenTrainer {
    chosen: Vec<f64>,
    rejected: Vec<f64>,
    #[serde(flatten)]
    named: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct GoldenRewardBench {
    subsets: Vec<GoldenSubset>,
    sections: BTreeMap<String, f64>,
    overall: f64,
}

#[derive(Deserialize)]
struct GoldenSubset {
    name: String,
    right: usize,
    all: usize,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../tests/golden/metrics.json")).unwrap()
}

fn close(ours: f64, theirs: f64) {
    assert!((ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0), "{ours} and {theirs}");
}

#[test]
fn shares_equal_statsmodels_and_the_coin_scipys() {
    for GoldenShare { part, whole, low, high, coin } in golden().shares {
        let interval = wilson(part, whole).unwrap();
        close(interval.low, low);
        close(interval.high, high);
        close(coin_test(part, whole), coin);
    }
}

#[test]
fn mcnemars_test_equals_statsmodels() {
    for GoldenDuel { only_first, only_second, p } in golden().duels {
        close(mcnemar(only_first, only_second), p);
    }
}

#[test]
fn the_pairs_still_needed_are_those_of_the_formula() {
    for GoldenMore { part, whole, more } in golden().more_to_tell {
        assert_eq!(more_to_tell(Share { part, whole }, 10_000), Some(more));
    }
}

#[test]
fn calibration_equals_scikit_learns_and_temperature_scipys_optimum() {
    for GoldenForecasts { margins, won, ece, brier: score, temperature: optimum } in golden().forecasts {
        let forecasts: Vec<Forecast> =
            margins.into_iter().zip(won).map(|(margin, won)| Forecast { margin, won }).collect();
        close(calibration_error(&forecasts).unwrap(), ece);
        close(brier(&forecasts).unwrap(), score);
        close(temperature(&forecasts).unwrap(), optimum);
    }
}

#[test]
fn correlations_equal_scipys() {
    for GoldenCorrelation { x, y, r, low, high } in golden().correlations {
        let ours = correlation(x.into_iter().zip(y)).unwrap();
        close(ours.r, r);
        close(ours.interval.low, low);
        close(ours.interval.high, high);
    }
}

#[test]
fn quantiles_equal_numpys_and_the_bootstrap_is_scipys_within_its_own_noise() {
    let Golden { quantiles, bootstrap, .. } = golden();
    for (at, expected) in quantiles.at.into_iter().zip(quantiles.quantiles) {
        close(quantile(&quantiles.values, at).unwrap(), expected);
    }
    let rows = bootstrap.right.into_iter().zip(bootstrap.all).map(|(right, all)| [right, all]);
    let interval = Clusters::of(rows.enumerate()).interval(|[right, all]| Some(right / all), 1).unwrap();
    assert!((interval.low - bootstrap.low).abs() < 0.01, "{interval:?}");
    assert!((interval.high - bootstrap.high).abs() < 0.01, "{interval:?}");
}

#[test]
fn the_trainers_numbers_equal_pytorchs_by_every_name() {
    let GoldenTrainer { chosen, rejected, named } = golden().trainer;
    let scores: Vec<(f64, f64)> = chosen.into_iter().zip(rejected).collect();
    let ours = Trainer::of(&scores).unwrap().named();
    assert_eq!(ours.len(), named.len());
    for (name, value) in ours {
        close(value, named[name]);
    }
}

#[test]
fn reward_bench_is_added_up_as_its_package_does() {
    let GoldenRewardBench { subsets, sections, overall } = golden().reward_bench;
    let pairs =
        subsets.iter().flat_map(|subset| (0..subset.all).map(|at| (subset.name.as_str(), at < subset.right)));
    let report = Report::of(Benchmark::RewardBench, pairs).unwrap();
    close(report.overall, overall);
    assert_eq!(report.sections.len(), sections.len());
    for section in report.sections {
        close(section.score.unwrap(), sections[section.name]);
    }
}
