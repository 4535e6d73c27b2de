//! Real preference data, where a copy of it lies beside the repository: the default recipe must reach the accuracy
//! that was measured with it in Python.

use std::collections::HashMap;

use reward_studio::domain::choice::{Outcome, Side};
use reward_studio::domain::config::{DescentConfig, Penalty};
use reward_studio::domain::dataset::Comparison;
use reward_studio::domain::depth::{Depth, Lora};
use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::formats::format;
use reward_studio::domain::formats::mapping::{Columns, FormatId};
use reward_studio::domain::formats::row::Row;
use reward_studio::domain::log::Asked;
use reward_studio::domain::metrics::wilson;
use reward_studio::domain::pair::Pair;
use reward_studio::domain::recipe::{LengthFeature, Recipe};
use reward_studio::model::reward_model::{Pooled, Scaling, dot};
use reward_studio::protocol::{Command, Event, RequestId, RunId, Slot};
use reward_studio::train::exact;
use reward_studio::train::lesson::{Differences, Example};

use crate::browserless::{Bytes, Session, backbone, repository};
use crate::golden::backbone_pooled;
use crate::script::scores;

/// Enough to tell: the whole sets take a quarter of an hour here.
const TRAIN: usize = 150;
const TEST: usize = 150;

fn read(name: &str, limit: usize) -> Option<Vec<Pair>> {
    let path = repository().join("../shared/data").join(name);
    let text = std::fs::read_to_string(path).ok()?;
    let rows: Vec<&str> = text.lines().collect();
    let pair = |line: &&str| {
        let row: Row = serde_json::from_str(line).expect("a JSON object");
        let records =
            format(FormatId::Trl).records(&[row], &Columns::default()).expect("a preference").records;
        records.into_iter().map(|record| record.into_pair(name, None).0)
    };
    // Spread over the file, not its beginning.
    Some(rows.iter().step_by((rows.len() / limit).max(1)).take(limit).flat_map(pair).collect())
}

fn examples(
    backbone: &mut reward_studio::engine::backbone::Backbone<Bytes>,
    recipe: &Recipe,
    pairs: &[Pair],
) -> Vec<Example> {
    let mut texts = Vec::new();
    for pair in pairs {
        for response in [&pair.response_a, &pair.response_b] {
            texts.push(backbone.encoder.encode(&pair.prompt, response, recipe.max_tokens).unwrap());
        }
    }
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|&at| texts[at].row.ids.len());
    let mut pooled: HashMap<usize, Pooled> = HashMap::new();
    for places in order.chunks(4) {
        let rows: Vec<_> = places.iter().map(|&at| texts[at].row.clone()).collect();
        let vectors = backbone_pooled(backbone, &rows, recipe.layer, recipe.pooling);
        for (&at, vector) in places.iter().zip(vectors) {
            pooled.insert(at, Pooled { vector, tokens: texts[at].response_tokens });
        }
    }
    pairs
        .iter()
        .enumerate()
        .map(|(at, pair)| {
            let comparison = Comparison {
                pair: pair.id.clone(),
                outcome: Outcome::Preferred(Side::A),
                strength: None,
                asked: Asked::Random,
            };
            Example::new(&comparison, &pair.prompt, &pooled[&(2 * at)], &pooled[&(2 * at + 1)])
        })
        .collect()
}

/// Train on a part, judge on the test file; `measured` is what Python reached with as many labels.
fn reaches(folder: &str, measured: f64) {
    let files = [("train.jsonl", TRAIN), ("test.jsonl", TEST)];
    let [Some(train), Some(test)] = files.map(|(file, limit)| read(&format!("{folder}/{file}"), limit))
    else {
        eprintln!("skipped: ../shared/data/{folder} is not here");
        return;
    };
    let mut backbone = backbone(false, DeviceKind::Cpu);
    let recipe = Recipe { max_tokens: 128, ..Recipe::measured_best(backbone.card.layers) };
    let train = examples(&mut backbone, &recipe, &train);
    let test = examples(&mut backbone, &recipe, &test);
    let known: Vec<&Pooled> = train.iter().flat_map(|example| [&example.chosen, &example.rejected]).collect();
    let scaling = Scaling::of(known.iter().copied(), LengthFeature::On).expect("responses");
    let weights = exact::fit(&Differences::of(&train, &scaling), Penalty::Auto.lambda(train.len()));
    let differences = Differences::of(&test, &scaling);
    let right = differences.rows().filter(|row| dot(row, &weights) > 0.0).count();
    let interval = wilson(right, test.len()).expect("pairs");
    let accuracy = right as f64 / test.len() as f64;
    println!("{folder}: {accuracy:.3} [{:.3}, {:.3}], measured {measured}", interval.low, interval.high);
    assert!(
        (interval.low..=interval.high).contains(&measured),
        "{folder}: {accuracy:.3}, measured {measured}"
    );
}

#[test]
fn hh_harmless_reaches_what_was_measured() {
    reaches("hh_harmless_base_test", 0.62);
}

#[test]
fn pandalm_reaches_what_was_measured() {
    reaches("pandalm", 0.665);
}

/// Real responses of which the one with an exclamation mark is better: what single tokens say, an average of hidden states
/// says poorly, and the blocks below can learn to say it.
#[test]
#[ignore = "takes half an hour; measured by hand"]
fn a_taste_of_single_tokens_is_learned_below_the_head() {
    let Some(all) = read("hh_harmless_base_test/train.jsonl", usize::MAX) else {
        eprintln!("skipped: ../shared/data/hh_harmless_base_test is not here");
        return;
    };
    let marked = |text: &str| text.contains('!');
    let differing = all.into_iter().filter(|pair| marked(&pair.response_a) != marked(&pair.response_b));
    let pairs: Vec<Pair> = differing.take(450).collect();
    let side = |pair: &Pair| if marked(&pair.response_a) { Side::A } else { Side::B };
    let comparisons: Vec<Comparison> = pairs
        .iter()
        .map(|pair| Comparison {
            pair: pair.id.clone(),
            outcome: Outcome::Preferred(side(pair)),
            strength: None,
            asked: Asked::Random,
        })
        .collect();
    let mut session = Session::open(false, DeviceKind::Cpu, 0);
    session.ask(Command::Recipe(Recipe { max_tokens: 128, ..Recipe::measured_best(6) }));
    session.ask(Command::AddPairs(pairs.into_iter().map(Into::into).collect()));
    let mut accuracies = vec![];
    for depth in [Depth::Head, Depth::Last(2), Depth::Lora(Lora::default())] {
        let began = std::time::Instant::now();
        let config = DescentConfig::of(depth);
        let events = session.ask(Command::Train {
            run: RunId(1),
            comparisons: comparisons.clone(),
            config,
            goes_on: None,
        });
        let seconds = began.elapsed().as_secs();
        let card = events.iter().find_map(|event| match event {
            Event::ModelReady { card, .. } => Some(card),
            _ => None,
        });
        for event in events.iter().filter(|_| depth.is_deep()) {
            if let Event::Epoch { report, .. } = event {
                println!("{depth:?}: {report:?}");
            }
        }
        let evaluation = card.and_then(|card| card.evaluation.clone()).expect("a judged model");
        let accuracy = evaluation.accuracy().expect("held-out pairs");
        println!("{depth:?}: {accuracy:.3} of {} held out, {seconds} s", evaluation.judged.len());
        accuracies.push(accuracy);
    }
    assert!(accuracies[1..].iter().all(|deep| *deep > accuracies[0]), "{accuracies:?}");
}

/// Held-out accuracy of linear heads and of MLPs on the same features: `cargo test --release --test it what_an_mlp --
/// --ignored --nocapture`.
#[test]
#[ignore = "a measurement, which takes minutes"]
fn what_an_mlp_brings() {
    for folder in ["hh_harmless_base_test", "pandalm"] {
        let files = [("train.jsonl", 1_000), ("test.jsonl", 500)];
        let [Some(train), Some(test)] = files.map(|(file, limit)| read(&format!("{folder}/{file}"), limit))
        else {
            eprintln!("skipped: ../shared/data/{folder} is not here");
            return;
        };
        let preferred = |pair: &Pair| Comparison {
            pair: pair.id.clone(),
            outcome: Outcome::Preferred(Side::A),
            strength: None,
            asked: Asked::Random,
        };
        let comparisons: Vec<Comparison> = train.iter().map(preferred).collect();
        let mut session = Session::open(false, DeviceKind::Cpu, 0);
        session.ask(Command::Recipe(Recipe { max_tokens: 128, ..Recipe::measured_best(6) }));
        session.ask(Command::AddPairs(train.iter().chain(&test).cloned().map(Into::into).collect()));
        for (units, seed) in
            [None, Some(8), Some(32), Some(128)].into_iter().flat_map(|it| [(it, 0), (it, 1)])
        {
            let config = DescentConfig { hidden_units: units, seed, ..DescentConfig::default() };
            let comparisons = comparisons.clone();
            session.ask(Command::Train { run: RunId(1), comparisons, config, goes_on: None });
            let right = test.iter().filter(|pair| {
                let score = Command::Score {
                    request: RequestId(1),
                    slot: Slot::Trained,
                    prompt: pair.prompt.clone(),
                    responses: vec![pair.response_a.clone(), pair.response_b.clone()],
                };
                let scores = scores(&session.ask(score));
                scores[0].value > scores[1].value
            });
            let (right, all) = (right.count(), test.len());
            let interval = wilson(right, all).expect("pairs");
            println!(
                "{folder}, {} learned from, {units:?} hidden units, seed {seed}: {:.3} [{:.3}, {:.3}] of {all}",
                train.len(),
                right as f64 / all as f64,
                interval.low,
                interval.high
            );
        }
    }
}
