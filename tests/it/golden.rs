//! Token ids, hidden states, features, scores and the loss, against PyTorch and `transformers`.

use std::collections::BTreeMap;

use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::likelihood::Likelihood;
use reward_studio::domain::metrics::{self, Forecast};
use reward_studio::domain::recipe::{LengthFeature, Pooling, Recipe};
use reward_studio::model::reward_model::{Pooled, RewardModel, Scaling};
use reward_studio::protocol::crew::TokenRow;
use reward_studio::text::Encoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::browserless::{backbone, repository};

/// The tolerance of hidden states and scores.
const CLOSE: f32 = 1e-4;

#[derive(Deserialize)]
struct Tokens {
    text: String,
    ids: Vec<u32>,
}

#[derive(Deserialize)]
struct Row {
    prompt: String,
    response: String,
    max_tokens: u16,
    #[serde(default)]
    ids: Vec<u32>,
    #[serde(default)]
    response_start: u32,
    #[serde(default)]
    response_end: u32,
    response_tokens: u32,
    #[serde(default)]
    pooled: BTreeMap<String, Vec<f32>>,
    #[serde(default)]
    features: Vec<f32>,
    #[serde(default)]
    score: f32,
}

#[derive(Deserialize)]
struct Tiny {
    tokens: Vec<Tokens>,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Scores {
    minilm: Scored,
    tiny: Scored,
}

#[derive(Deserialize)]
struct Scored {
    layer: u8,
    weight: Vec<f32>,
    mean: Vec<f32>,
    std: Vec<f32>,
    length_mean: f32,
    length_std: f32,
    rows: Vec<Row>,
}

/// A file of `tests/golden`.
pub fn golden<T: DeserializeOwned>(name: &str) -> T {
    let path = repository().join("tests/golden").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn encoder(tiny: bool) -> Encoder {
    let folder = if tiny { "tests/fixtures/tiny-bert" } else { "public/models/all-MiniLM-L6-v2" };
    let json = std::fs::read(repository().join(folder).join("tokenizer.json"))
        .expect("`cargo xtask test native` fetches the backbone");
    Encoder::of_pairs(&json).expect("a tokenizer")
}

fn same_ids(encoder: &Encoder, tokens: &[Tokens]) {
    assert!(tokens.len() > 50);
    for Tokens { text, ids } in tokens {
        assert_eq!(&encoder.ids(text).unwrap(), ids, "{text:?}");
    }
}

fn same_rows(encoder: &Encoder, rows: &[Row]) {
    assert!(rows.len() > 5);
    for row in rows {
        let encoded = encoder.encode(&row.prompt, &row.response, row.max_tokens).unwrap();
        let TokenRow { ids, response_start, response_end } = encoded.row;
        assert_eq!(ids, row.ids, "{:?}", row.response);
        assert_eq!(
            (response_start, response_end),
            (row.response_start, row.response_end),
            "{:?}",
            row.response
        );
        assert_eq!(encoded.response_tokens, row.response_tokens, "{:?}", row.response);
    }
}

#[test]
fn token_ids_equal_pythons() {
    same_ids(&encoder(false), &golden::<Vec<Tokens>>("tokens.json"));
    same_ids(&encoder(true), &golden::<Tiny>("tiny.json").tokens);
}

#[test]
fn rows_are_laid_out_and_cut_as_in_python() {
    same_rows(&encoder(false), &golden::<Vec<Row>>("encode.json"));
    same_rows(&encoder(true), &golden::<Tiny>("tiny.json").rows);
}

/// Largest difference of two vectors.
pub fn apart(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max)
}

fn same_hidden_states(tiny: bool, kind: DeviceKind, rows: &[Row]) {
    let mut backbone = backbone(tiny, kind);
    let tokens: Vec<TokenRow> = rows
        .iter()
        .map(|row| backbone.encoder.encode(&row.prompt, &row.response, row.max_tokens).unwrap().row)
        .collect();
    let mut compared = 0;
    for name in rows[0].pooled.keys() {
        let (layer, pooling) = name.split_once('/').expect("L<layer>/<pooling>");
        let layer = layer[1..].parse().expect("a layer");
        let pooling = Pooling::from_word(pooling).expect("a pooling");
        // All rows in one batch: padding is part of what is tested.
        let pooled = backbone_pooled(&mut backbone, &tokens, layer, pooling);
        for (row, vector) in rows.iter().zip(&pooled) {
            let difference = apart(vector, &row.pooled[name]);
            assert!(difference < CLOSE, "{name} of {:?} on {kind:?}: {difference}", row.response);
            compared += 1;
        }
    }
    assert!(compared > 20);
}

/// Pooled vectors, one a row.
pub fn backbone_pooled(
    backbone: &mut reward_studio::engine::backbone::Backbone<crate::browserless::Bytes>,
    rows: &[TokenRow],
    layer: u8,
    pooling: Pooling,
) -> Vec<Vec<f32>> {
    let flat = crate::browserless::wait(backbone.pooled(rows, layer, pooling)).expect("a forward pass");
    flat.chunks_exact(flat.len() / rows.len()).map(<[f32]>::to_vec).collect()
}

#[test]
fn hidden_states_equal_pytorchs_on_flex() {
    same_hidden_states(false, DeviceKind::Cpu, &golden::<Vec<Row>>("hidden.json"));
    same_hidden_states(true, DeviceKind::Cpu, &golden::<Tiny>("tiny.json").rows);
}

#[test]
fn hidden_states_equal_pytorchs_on_ndarray() {
    same_hidden_states(false, DeviceKind::NdArray, &golden::<Vec<Row>>("hidden.json"));
    same_hidden_states(true, DeviceKind::NdArray, &golden::<Tiny>("tiny.json").rows);
}

fn same_scores(tiny: bool, scored: &Scored) {
    let mut backbone = backbone(tiny, DeviceKind::Cpu);
    let length = Some((scored.length_mean, scored.length_std));
    let model = RewardModel {
        recipe: Recipe {
            layer: scored.layer,
            pooling: Pooling::ResponseMean,
            length_feature: LengthFeature::On,
            max_tokens: 256,
            tuned: None,
        },
        scaling: Scaling { mean: scored.mean.clone(), std: scored.std.clone(), length },
        hidden: None,
        weights: scored.weight.clone(),
        likelihood: Likelihood::PLAIN,
    };
    for row in &scored.rows {
        let encoded = backbone.encoder.encode(&row.prompt, &row.response, row.max_tokens).unwrap();
        let vector =
            backbone_pooled(&mut backbone, &[encoded.row], scored.layer, Pooling::ResponseMean).remove(0);
        let pooled = Pooled { vector, tokens: encoded.response_tokens };
        let features = model.scaling.features(&pooled);
        assert!(apart(&features, &row.features) < CLOSE, "features of {:?}", row.response);
        let (score, _) = model.score(&pooled);
        assert!((score - row.score).abs() < CLOSE, "{score} and {} for {:?}", row.score, row.response);
    }
}

#[test]
fn features_and_scores_equal_pytorchs() {
    let scores: Scores = golden("score.json");
    same_scores(false, &scores.minilm);
    same_scores(true, &scores.tiny);
}

#[derive(Deserialize)]
struct Statistics {
    log_loss: Vec<LogLoss>,
    wilson: Vec<Wilson>,
    calibration: Vec<Calibration>,
}

#[derive(Deserialize)]
struct LogLoss {
    margin: f64,
    loss: f64,
    probability: f64,
}

#[derive(Deserialize)]
struct Wilson {
    successes: usize,
    trials: usize,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct Calibration {
    margins: Vec<f32>,
    error: f64,
    accuracy: f64,
    mean_loss: f64,
}

#[test]
fn statistics_equal_the_reference() {
    let reference: Statistics = golden("head.json");
    let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-6 * b.abs().max(1.0), "{a} and {b}");
    for LogLoss { margin, loss, probability } in reference.log_loss {
        close(metrics::log_loss(margin), loss);
        close(metrics::preference_probability(margin), probability);
    }
    for Wilson { successes, trials, low, high } in reference.wilson {
        let interval = metrics::wilson(successes, trials).expect("an interval");
        close(interval.low, low);
        close(interval.high, high);
    }
    for Calibration { margins, error, accuracy, mean_loss } in reference.calibration {
        let won = |&margin: &f32| Forecast { margin: f64::from(margin), won: 1.0 };
        let forecasts: Vec<Forecast> = margins.iter().map(won).collect();
        close(metrics::calibration_error(&forecasts).expect("margins"), error);
        close(metrics::accuracy(&margins).expect("margins"), accuracy);
        close(metrics::mean_loss(&margins).expect("margins"), mean_loss);
    }
}
