//! Training below the head: steps as PyTorch and PEFT take them, and changes that mean outside of the graph what they meant
//! in it.

use std::collections::BTreeMap;

use burn::module::Module;
use reward_studio::domain::backbone::BackboneCard;
use reward_studio::domain::config::{Below, DescentConfig, Penalty, StrengthUse};
use reward_studio::domain::depth::{Depth, Lora, Targets};
use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::family::names::Layout;
use reward_studio::domain::likelihood::Loss;
use reward_studio::domain::recipe::{Pooling, Recipe};
use reward_studio::engine::backbone::Backbone;
use reward_studio::engine::device;
use reward_studio::model::reward_model::Scaling;
use reward_studio::model::tuned::{Change, Tuned};
use reward_studio::protocol::crew::TokenRow;
use reward_studio::train::exact::Solution;
use reward_studio::train::lesson::Said;
use reward_studio::train::objective::{Aim, Decided};
use reward_studio::train::steps::Next;
use reward_studio::train::tuning::{Incoming, Pairing, Tuning};
use reward_studio::weights::changes::changes;
use serde::Deserialize;

use crate::browserless::{Bytes, World, catalogue, repository, wait};
use crate::golden::golden;

const CLOSE: f32 = 1e-4;

#[derive(Deserialize)]
struct Case {
    folder: String,
    depth: String,
    targets: String,
    pooling: String,
    layers: u8,
    rank: u32,
    alpha: f32,
    seed: u64,
    rate: f32,
    warm_up: f32,
    clip: f32,
    decay: f32,
    smoothing: f32,
    centring: f32,
    penalty: f32,
    steps: u32,
    rows: Vec<Row>,
    mean: Vec<f32>,
    std: Vec<f32>,
    length_mean: f32,
    length_std: f32,
    start: Vec<f32>,
    losses: Vec<f32>,
    head: Vec<f32>,
    /// Numbers from all over each tensor; none where rounding decides.
    trained: BTreeMap<String, Vec<Option<f32>>>,
}

#[derive(Deserialize)]
struct Row {
    ids: Vec<u32>,
    response_start: u32,
    response_end: u32,
    log_length: f32,
}

/// Texts with the hidden states before the lowest block that trains.
pub struct Texts {
    rows: Vec<TokenRow>,
    log_lengths: Vec<f32>,
    hidden: Vec<Vec<f32>>,
}

impl Texts {
    pub fn new(
        backbone: &mut Backbone<Bytes>,
        rows: Vec<TokenRow>,
        log_lengths: Vec<f32>,
        first: u8,
    ) -> Self {
        let hidden =
            rows.iter().map(|row| wait(backbone.lower(row, first)).expect("hidden states")).collect();
        Self { rows, log_lengths, hidden }
    }

    pub fn get(&self, at: usize) -> Incoming<'_> {
        Incoming { row: &self.rows[at], log_length: self.log_lengths[at], hidden: &self.hidden[at] }
    }
}

/// Bradley–Terry's likelihood with this penalty. How deep the backbone is run, its blocks say.
pub fn aim(lambda: f32, scaling: Scaling, pooling: Pooling) -> Aim {
    let decided = Decided {
        loss: Loss::BradleyTerry,
        strength: StrengthUse::Unused,
        penalty: Penalty::Fixed(lambda),
        advice: None,
        mean: None,
    };
    Aim { recipe: Recipe { pooling, ..Recipe::measured_best(1) }, scaling, decided }
}

pub fn opened(folder: &str, kind: DeviceKind) -> Backbone<Bytes> {
    let (card, base): (BackboneCard, String) = match folder.strip_prefix("families/") {
        None => catalogue(folder == "tiny-bert"),
        Some(family) => {
            let base = repository().join("tests/fixtures");
            let cards = std::fs::read(base.join("families/backbones.json")).expect("the catalogue");
            let cards: Vec<BackboneCard> = serde_json::from_slice(&cards).expect("cards");
            let card = cards.into_iter().find(|card| card.family == family).expect("the family");
            (card, base.to_string_lossy().into_owned())
        }
    };
    let layers = card.layers;
    wait(async {
        let device = device::start(kind).await?;
        Backbone::open(&World::new(), &base, card, (kind, device), layers, &|_, _, _| {}).await
    })
    .unwrap_or_else(|fault| panic!("{fault}"))
}

fn case(case: &Case, kind: DeviceKind, parts: usize, room: usize) {
    let name = format!("{} {} on {}, {parts} at a time within {room}", case.folder, case.depth, kind.name());
    let mut backbone = opened(&case.folder, kind);
    let lora = Lora {
        rank: case.rank,
        alpha: case.alpha,
        targets: Targets::from_word(&case.targets).unwrap_or_default(),
    };
    let depth = if case.depth == "lora" { Depth::Lora(lora) } else { Depth::Last(1) };
    let first = depth.first_block(case.layers);
    let rows = case.rows.iter().map(|row| TokenRow {
        ids: row.ids.clone(),
        response_start: row.response_start,
        response_end: row.response_end,
    });
    let log_lengths = case.rows.iter().map(|row| row.log_length).collect();
    let texts = Texts::new(&mut backbone, rows.collect(), log_lengths, first);
    let pairs: Vec<Pairing> = (0..case.rows.len())
        .step_by(2)
        .map(|at| Pairing { chosen: at, rejected: at + 1, said: Said::CHOSEN })
        .collect();
    let scaling = Scaling {
        mean: case.mean.clone(),
        std: case.std.clone(),
        length: Some((case.length_mean, case.length_std)),
    };
    let aim = aim(case.penalty, scaling, Pooling::from_word(&case.pooling).expect("a pooling"));
    let config = DescentConfig {
        learning_rate: case.rate,
        batch_size: pairs.len() as u32,
        epochs: case.steps,
        patience: 0,
        seed: case.seed,
        below: Below { warm_up: case.warm_up, clip: case.clip, weight_decay: case.decay },
        smoothing: case.smoothing,
        centring: case.centring,
        ..DescentConfig::of(depth)
    };
    let upper =
        wait(backbone.upper(first, &Recipe { layer: case.layers, ..aim.recipe.clone() })).expect("blocks");
    let start = (Solution { weights: case.start.clone(), tie: 0.0 }.into(), None);
    let tuning = Tuning::new(upper, (pairs, vec![]), aim, start, config, &backbone.device);
    let mut tuning = tuning.within(room);
    for &loss in &case.losses {
        loop {
            let wanted: Vec<Pairing> = tuning.wanted().take(parts).collect();
            if tuning.learn(&wanted, |at| texts.get(at)) == Some(Next::EpochEnd) {
                break;
            }
        }
        let ours = wait(tuning.loss()).expect("a loss");
        assert!((ours - loss).abs() < CLOSE, "{name}: a loss of {ours}, and PyTorch's is {loss}");
        wait(tuning.end_epoch(&[])).expect("an epoch");
    }
    let best = tuning.best();
    assert!(apart(&best.learned.solution.weights, &case.head) < CLOSE, "{name}: the head");
    let upper = best.upper.as_ref().expect("without validation pairs the newest is kept").valid();
    let tensors: BTreeMap<String, Vec<f32>> = match wait(changes(&upper, &depth)).expect("changes") {
        Change::Tensors(tensors) => tensors.into_iter().map(|(name, tensor)| (name, tensor.values)).collect(),
        Change::Lora(_, products) => products
            .into_iter()
            .flat_map(|(name, product)| {
                [(format!("{name}.lora_A.weight"), product.a), (format!("{name}.lora_B.weight"), product.b)]
            })
            .collect(),
    };
    assert!(!case.trained.is_empty());
    for (tensor, theirs) in &case.trained {
        let values =
            tensors.get(tensor).unwrap_or_else(|| panic!("{name}: no {tensor} in {:?}", tensors.keys()));
        let ours = values.iter().copied().step_by(values.len().div_ceil(12));
        assert_eq!(ours.clone().count(), theirs.len());
        for (ours, theirs) in ours.zip(theirs) {
            let far = theirs.is_some_and(|theirs| (ours - theirs).abs() >= CLOSE);
            assert!(!far, "{name}: {tensor} has {ours}, and PyTorch's {theirs:?}");
        }
    }
}

fn apart(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn steps_below_the_head_are_pytorchs() {
    for each in golden::<Vec<Case>>("tuning.json") {
        case(&each, DeviceKind::Cpu, 100, usize::MAX);
    }
}

#[test]
fn steps_in_parts_and_on_ndarray_are_the_same() {
    for each in golden::<Vec<Case>>("tuning.json") {
        case(&each, DeviceKind::Cpu, 1, usize::MAX);
        case(&each, DeviceKind::NdArray, 3, usize::MAX);
    }
}

#[test]
fn steps_without_room_for_the_graph_are_pytorchs_too() {
    for each in golden::<Vec<Case>>("tuning.json") {
        case(&each, DeviceKind::Cpu, 100, 0);
        case(&each, DeviceKind::NdArray, 3, 0);
    }
}

/// What the blocks have learned in the graph is what the backbone computes with their changes over its file, in every
/// family's layout.
#[test]
fn changes_mean_the_same_over_the_file() {
    let list = repository().join("tests/fixtures/families/backbones.json");
    let cards: Vec<BackboneCard> =
        serde_json::from_slice(&std::fs::read(list).expect("the catalogue")).expect("cards");
    let folders =
        cards.iter().map(|card| format!("families/{}", card.family)).chain(["tiny-bert".to_owned()]);
    for folder in folders {
        for targets in Targets::ALL {
            over_the_file(&folder, Depth::Lora(Lora { rank: 2, alpha: 3.0, targets }));
        }
        over_the_file(&folder, Depth::Last(1));
        over_the_file(&folder, Depth::Last(2));
    }
}

fn over_the_file(folder: &str, depth: Depth) {
    let mut backbone = opened(folder, DeviceKind::Cpu);
    let layers = backbone.card.layers;
    // One below the top: its hidden states do not go through the final norm.
    let layer = if depth == Depth::Last(1) { layers } else { layers - 1 };
    let recipe = Recipe { layer, pooling: Pooling::Mean, ..Recipe::measured_best(layers) };
    let first = depth.first_block(layer);
    let rows: Vec<TokenRow> = (0..6)
        .map(|at: u32| {
            let ids: Vec<u32> = (0..4 + at).map(|place| 5 + (at * 13 + place * 7) % 40).collect();
            TokenRow { response_start: 2, response_end: ids.len() as u32 - 1, ids }
        })
        .collect();
    let before = wait(backbone.pooled_under(&rows, &recipe)).expect("vectors");
    let d = before.len() / rows.len();
    let texts = Texts::new(&mut backbone, rows.clone(), vec![1.0; 6], first);
    let pairs: Vec<Pairing> =
        (0..3).map(|at| Pairing { chosen: at, rejected: at + 3, said: Said::CHOSEN }).collect();
    let scaling = Scaling { mean: vec![0.0; d], std: vec![1.0; d], length: None };
    let aim = aim(1.0, scaling, Pooling::Mean);
    let config = DescentConfig { learning_rate: 0.02, batch_size: 3, epochs: 3, ..DescentConfig::of(depth) };
    let upper = wait(backbone.upper(first, &recipe)).expect("blocks");
    let weights: Vec<f32> = (0..d).map(|at| (at % 5) as f32 - 2.0).collect();
    let start = (Solution { weights, tie: 0.0 }.into(), None);
    let mut tuning = Tuning::new(upper, (pairs.clone(), vec![]), aim, start, config, &backbone.device);
    for _ in 0..3 {
        let wanted: Vec<Pairing> = tuning.wanted().collect();
        assert_eq!(tuning.learn(&wanted, |at| texts.get(at)), Some(Next::EpochEnd));
        wait(tuning.end_epoch(&[])).expect("an epoch");
    }
    let margins = wait(tuning.judge(&pairs, |at| texts.get(at))).expect("margins");
    let best = tuning.best().clone();
    let tuned = Tuned::new(wait(changes(&best.upper.expect("blocks").valid(), &depth)).expect("changes"));
    let recipe = Recipe { tuned: Some(tuned.id().to_owned()), ..recipe };
    backbone.adopt(tuned);
    let after = wait(backbone.pooled_under(&rows, &recipe)).expect("vectors");
    assert!(apart(&before, &after) > 1e-3, "{folder} {depth:?}: nothing has changed");
    let score = |at: usize| -> f32 {
        let vector = &after[at * d..(at + 1) * d];
        vector.iter().zip(&best.learned.solution.weights).map(|(x, w)| x * w).sum::<f32>() / (d as f32).sqrt()
    };
    let over: Vec<f32> = (0..3).map(|at| score(at) - score(at + 3)).collect();
    assert!(
        apart(&over, &margins) < CLOSE,
        "{folder} {depth:?}: {over:?} over the file, {margins:?} in the graph"
    );
    let own = wait(backbone.pooled_under(&rows, &recipe.untuned())).expect("vectors");
    assert_eq!(own, before, "{folder} {depth:?}: the backbone as it came has changed");
}

#[test]
fn the_best_epoch_is_kept_and_one_that_is_worse_than_the_start_is_not() {
    let mut backbone = opened("tiny-bert", DeviceKind::Cpu);
    let depth = Depth::Lora(Lora::default());
    let rows: Vec<TokenRow> = (0..4)
        .map(|at: u32| TokenRow { ids: vec![2, 9 + at, 3, 20 + at, 3], response_start: 3, response_end: 4 })
        .collect();
    let texts = Texts::new(&mut backbone, rows, vec![1.0; 4], 0);
    let d = usize::from(backbone.card.hidden);
    let scaling = Scaling { mean: vec![0.0; d], std: vec![1.0; d], length: None };
    let pairing = |chosen, rejected| Pairing { chosen, rejected, said: Said::CHOSEN };
    let run = |held: Pairing, start_loss: f64| {
        let aim = aim(0.01, scaling.clone(), Pooling::ResponseMean);
        let config =
            DescentConfig { learning_rate: 0.05, epochs: 9, patience: 2, ..DescentConfig::of(depth) };
        let upper = wait(backbone.upper(0, &Recipe { layer: 2, ..aim.recipe.clone() })).expect("blocks");
        let start = (Solution { weights: vec![0.1; d], tie: 0.0 }.into(), Some(start_loss));
        let mut tuning =
            Tuning::new(upper, (vec![pairing(0, 1)], vec![held]), aim, start, config, &backbone.device);
        let mut losses = vec![];
        loop {
            let wanted: Vec<Pairing> = tuning.wanted().collect();
            tuning.learn(&wanted, |at| texts.get(at));
            let margins = wait(tuning.judge(tuning.validation(), |at| texts.get(at))).expect("margins");
            let (report, ending) = wait(tuning.end_epoch(&margins)).expect("an epoch");
            losses.push(f64::from(report.validation_loss.expect("a validation pair")));
            if ending.is_some() {
                return (tuning.best().clone(), losses);
            }
        }
    };
    // The same pair the other way round: whatever is learned of it is wrong.
    let (best, losses) = run(pairing(1, 0), 0.1);
    assert!(best.upper.is_none() && best.learned.solution.weights == vec![0.1; d]);
    assert_eq!(losses.len(), 2, "patience is 2 epochs");
    let (best, losses) = run(pairing(0, 1), 1e9);
    let least = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert!(best.upper.is_some());
    assert!(least < losses[0] && losses.len() > 2);
}

#[test]
fn a_decoders_matrices_lie_the_other_way_round() {
    // What the overlay relies on; were it otherwise, GPT-2's changes would be transposed.
    let layout = |folder| {
        let recipe = Recipe { layer: 1, pooling: Pooling::Mean, ..Recipe::measured_best(1) };
        wait(opened(folder, DeviceKind::Cpu).upper(0, &recipe)).expect("a block").architecture.names.layout
    };
    assert_eq!(layout("families/gpt2"), Layout::InputsFirst);
    assert_eq!(layout("families/gpt_neox"), Layout::OutputsFirst);
}
