//! Heads that no exact fit reaches: with a hidden layer (against PyTorch, on what no line can tell apart, at every depth and in
//! every file), and with answers smoothed or scores centred.

use burn::tensor::Device;
use reward_studio::domain::backbone::BackboneCard;
use reward_studio::domain::choice::{Outcome, Side};
use reward_studio::domain::config::{DescentConfig, StrengthUse};
use reward_studio::domain::dataset::Comparison;
use reward_studio::domain::depth::{Depth, Lora, Targets};
use reward_studio::domain::device::{Decision, DeviceKind};
use reward_studio::domain::likelihood::Loss;
use reward_studio::domain::log::Asked;
use reward_studio::domain::pair::PairId;
use reward_studio::domain::recipe::{LengthFeature, Pooling, Recipe};
use reward_studio::domain::weights_format::WeightsFormat;
use reward_studio::model::hidden_layer::HiddenLayer;
use reward_studio::model::reward_model::{Pooled, Scaling, dot};
use reward_studio::protocol::event::ModelCard;
use reward_studio::protocol::parcel::Parcel;
use reward_studio::protocol::scoring::Insight;
use reward_studio::protocol::{Command, Event, RequestId, RunId, Slot};
use reward_studio::train::chance::even;
use reward_studio::train::descent::{Descent, Material};
use reward_studio::train::exact::{self, Solution};
use reward_studio::train::learner::Learned;
use reward_studio::train::lesson::{Differences, Example, Rows};
use reward_studio::train::prior::Prior;
use reward_studio::train::steps::Next;
use serde::Deserialize;

use crate::browserless::{Session, catalogue, repository, wait};
use crate::descent_and_exact::devices;
use crate::families::cards;
use crate::family_exports::train;
use crate::golden::{apart, golden};
use crate::script::{exported, pairs, scores};
use crate::weights::{export, keep, recipe};

const UNITS: usize = 6;

#[derive(Deserialize)]
struct Numbers {
    chosen: Vec<Vec<f32>>,
    rejected: Vec<Vec<f32>>,
    mlp: Mlp,
}

#[derive(Deserialize)]
struct Mlp {
    lambda: f32,
    learning_rate: f32,
    start: Point,
    after: Vec<Point>,
}

/// `hidden` unit by unit.
#[derive(Deserialize)]
struct Point {
    steps: u32,
    hidden: Vec<f32>,
    bias: Vec<f32>,
    weight: Vec<f32>,
}

impl Point {
    fn learned(&self) -> Learned {
        Learned {
            hidden: Some(HiddenLayer { weight: self.hidden.clone(), bias: self.bias.clone() }),
            solution: Solution { weights: self.weight.clone(), tie: 0.0 },
        }
    }
}

/// An example of these features, under a scaling that leaves them as they are.
fn example((at, (chosen, rejected)): (usize, (Vec<f32>, Vec<f32>))) -> Example {
    let pooled = |vector: Vec<f32>| Pooled { vector, tokens: 1 };
    let comparison = Comparison {
        pair: PairId::of(&at.to_string(), "a", "b"),
        outcome: Outcome::Preferred(Side::A),
        strength: None,
        asked: Asked::Random,
    };
    Example::new(&comparison, &at.to_string(), &pooled(chosen), &pooled(rejected))
}

fn unchanged(width: usize) -> Scaling {
    Scaling { mean: vec![0.0; width], std: vec![(width as f32).sqrt().recip(); width], length: None }
}

fn material(examples: &[Example], scaling: &Scaling) -> Material {
    Material::of_sides(&examples.iter().collect::<Vec<_>>(), scaling, StrengthUse::Unused)
}

fn nothing() -> Material {
    Material::from(&Rows::default())
}

#[test]
fn steps_of_adamw_through_the_hidden_layer_equal_pytorchs() {
    let Numbers { chosen, rejected, mlp } = golden("head.json");
    let width = chosen[0].len();
    let examples: Vec<Example> = chosen.into_iter().zip(rejected).enumerate().map(example).collect();
    let config = DescentConfig {
        learning_rate: mlp.learning_rate,
        batch_size: examples.len() as u32,
        // PyTorch's rate is constant there; a cosine over very many steps is, too, as far as f32 can tell.
        epochs: 1_000_000,
        patience: 0,
        ..DescentConfig::default()
    };
    for device in devices() {
        let material = material(&examples, &unchanged(width));
        let (start, prior) = (mlp.start.learned(), Prior::plain(mlp.lambda));
        let aim = (Loss::BradleyTerry, &prior);
        let mut descent = Descent::from(&start, (material, nothing()), aim, config.clone(), &device);
        let mut done = 0;
        for point in &mlp.after {
            (done..point.steps).for_each(|_| {
                descent.step();
            });
            done = point.steps;
            let ours = wait(descent.learned()).unwrap();
            let hidden = ours.hidden.expect("a hidden layer");
            for (ours, theirs) in [
                (&hidden.weight, &point.hidden),
                (&hidden.bias, &point.bias),
                (&ours.solution.weights, &point.weight),
            ] {
                assert!(apart(ours, theirs) < 2e-5, "after {done} steps: {}", apart(ours, theirs));
            }
        }
    }
}

/// The preferred response is the one farther out, on whichever side: an even function, of which a line knows nothing.
#[test]
fn an_mlp_learns_what_no_line_can() {
    let width = 4;
    let mut chance = even(5);
    let mut response = || -> Vec<f32> { chance.by_ref().take(width).collect() };
    let draw = (0..600).map(|_| {
        let (a, b) = (response(), response());
        if a[0].abs() > b[0].abs() { (a, b) } else { (b, a) }
    });
    let examples: Vec<Example> = draw.enumerate().map(example).collect();
    let responses = examples.iter().flat_map(|example| [&example.chosen, &example.rejected]);
    let scaling = Scaling::of(responses, LengthFeature::Off).expect("responses");
    let (learned_from, held) = examples.split_at(450);

    let right = |margin: &dyn Fn(&Example) -> f32| {
        held.iter().filter(|example| margin(example) > 0.0).count() as f32 / held.len() as f32
    };
    let line = exact::fit(&Differences::of(learned_from, &scaling), 1.0);
    let by_line = right(&|example| {
        dot(&scaling.features(&example.chosen), &line) - dot(&scaling.features(&example.rejected), &line)
    });
    assert!(by_line < 0.62, "{by_line}");

    let config = DescentConfig { epochs: 60, learning_rate: 0.03, ..DescentConfig::default() };
    let hidden = HiddenLayer::drawn(32, width, 1.0, even(1));
    let solution = Solution { weights: vec![0.0; 32], tie: 0.0 };
    let prior = Prior::plain(1.0);
    let material = (material(learned_from, &scaling), material(held, &scaling));
    let aim = (Loss::BradleyTerry, &prior);
    let start = Learned { hidden: Some(hidden), solution };
    let mut descent = Descent::from(&start, material, aim, config, &Device::flex());
    while descent.step() != Next::EpochEnd || wait(descent.end_epoch()).unwrap().1.is_none() {}
    let Learned { hidden, solution } = wait(descent.learned()).unwrap();
    let hidden = hidden.expect("a hidden layer");
    let score = |pooled: &Pooled| dot(&hidden.forward(&scaling.features(pooled)), &solution.weights);
    let by_mlp = right(&|example| score(&example.chosen) - score(&example.rejected));
    assert!(by_mlp > 0.9, "{by_mlp}");
}

fn config(depth: Depth) -> DescentConfig {
    let units = Some(UNITS as u32);
    DescentConfig {
        learning_rate: 0.01,
        epochs: 4,
        patience: 0,
        hidden_units: units,
        ..DescentConfig::of(depth)
    }
}

fn card(events: &[Event]) -> ModelCard {
    let card = events.iter().find_map(|event| match event {
        Event::ModelReady { card, .. } => Some((**card).clone()),
        _ => None,
    });
    card.unwrap_or_else(|| panic!("no model: {}", crate::script::told(events)))
}

fn scored(session: &mut Session, slot: Slot, prompt: &str, response: &str) -> (f32, Option<f32>) {
    let score = Command::Score {
        request: RequestId(7),
        slot,
        prompt: prompt.into(),
        responses: vec![response.into()],
    };
    let score = scores(&session.ask(score)).remove(0);
    (score.value, score.doubt.map(|doubt| doubt.std))
}

#[test]
fn it_learns_at_every_depth_and_its_file_scores_explains_and_doubts_the_same() {
    let (texts, comparisons) = pairs(60);
    let lora = Depth::Lora(Lora { rank: 2, alpha: 4.0, targets: Targets::QueryValue });
    for depth in [Depth::Head, Depth::Last(1), lora] {
        let mut session = Session::open(true, DeviceKind::Cpu, 0);
        session.ask(Command::AddPairs(texts.clone()));
        let command = Command::Train {
            run: RunId(1),
            comparisons: comparisons.clone(),
            config: config(depth),
            goes_on: None,
        };
        let trained = card(&session.ask(command));
        assert_eq!(trained.hidden_units, Some(UNITS as u32));
        let evaluation = trained.evaluation.expect("a judgement");
        assert!(!evaluation.judged.is_empty());
        for judged in &evaluation.judged {
            let pair = texts.iter().find(|pair| pair.id == judged.pair).expect("the pair");
            let score =
                |session: &mut Session, text: &str| scored(session, Slot::Trained, &pair.prompt, text).0;
            let margin = score(&mut session, &pair.response_a) - score(&mut session, &pair.response_b);
            assert!((margin.abs() - judged.margin.abs()).abs() < 1e-4, "{depth:?}: {margin} and {judged:?}");
        }
        let (value, std) = scored(&mut session, Slot::Trained, &texts[0].prompt, &texts[0].response_a);
        assert!(std.expect("a posterior over the last layer") > 0.0);

        let file = exported(&mut session, Slot::Trained);
        let mut other = Session::open(true, DeviceKind::Cpu, 0);
        let slot = Slot::Beside(1);
        let events = other.ask(Command::Import { request: RequestId(1), slot, bytes: file.clone() });
        assert_eq!(card(&events).hidden_units, Some(UNITS as u32));
        assert_eq!(scored(&mut other, slot, &texts[0].prompt, &texts[0].response_a).0, value);
        let (prompt, response) = (texts[0].prompt.clone(), texts[0].response_a.clone());
        let explain = Command::Explain { request: RequestId(3), slot, prompt, responses: vec![response] };
        let tokens = other.ask(explain).into_iter().find_map(|event| match event {
            Event::Explained { insight: Insight::Tokens { pieces, length_part, score, .. }, .. } => {
                Some((pieces.iter().map(|piece| piece.part).sum::<f32>() + length_part, score))
            }
            _ => None,
        });
        let (sum, score) = tokens.expect("tokens");
        assert!((sum - score).abs() < 1e-4 && (score - value).abs() < 1e-4, "{sum}, {score}, {value}");

        let events = other.ask(Command::Import {
            request: RequestId(2),
            slot,
            bytes: file[..file.len() - 8].to_vec(),
        });
        assert!(events.iter().any(|event| matches!(event, Event::Failed { .. })));
    }
}

fn opened(card: &BackboneCard) -> Session {
    let mut session = Session::new();
    let device = Decision { kind: DeviceKind::Cpu, reason: "as the test says".into() };
    let base = repository().join("tests/fixtures").to_string_lossy().into_owned();
    session.ask(Command::Open { device, backbone: card.clone(), base, helpers: 0 });
    session
}

#[test]
fn a_hidden_layer_leaves_in_every_format_that_can_hold_its_recipe() {
    use LengthFeature::{Off, On};
    let (bert, _) = catalogue(true);
    let lora = Depth::Lora(Lora { rank: 2, alpha: 4.0, targets: Targets::QueryValue });
    let families = ["roberta", "llama"];
    for card in cards().into_iter().filter(|card| families.contains(&card.family.as_str())).chain([bert]) {
        for (name, recipe, depth) in [
            ("mlp", recipe(2, Pooling::ResponseMean, On), Depth::Head),
            ("mlp-mean", recipe(card.layers, Pooling::Mean, Off), Depth::Head),
            ("mlp-lora", recipe(card.layers, Pooling::Last, Off), lora),
        ] {
            let mut session = opened(&card);
            let lines = train(&mut session, &recipe, config(depth));
            // Of its changes only that there are some decides which format holds it.
            let trained = Recipe { tuned: depth.is_deep().then(|| depth.word().into()), ..recipe.clone() };
            let parcels = [
                Parcel::Studio,
                Parcel::Transformers,
                Parcel::SentenceTransformers,
                Parcel::Peft,
                Parcel::ScaleOut(lines),
            ];
            for parcel in parcels {
                let (format, at) = (parcel.format(), format!("{} {name}", card.family));
                let ending = if format == WeightsFormat::Studio { "safetensors" } else { "zip" };
                match (export(&mut session, parcel), format.refusal(&trained, &card.family, card.layers)) {
                    (Ok(file), None) => {
                        keep(&format!("{}-{name}.{}.{ending}", card.family, format.word()), &file);
                    }
                    (Err(fault), Some(why)) => assert_eq!(fault.what, why, "{at}"),
                    (answer, refusal) => {
                        panic!("{at} {format:?}: {:?}, {refusal:?}", answer.map(|file| file.len()))
                    }
                }
            }
        }
    }
}

/// Of one pair told again and again, with all but no penalty: smoothing s ends where σ(margin) = 1 − s, and centring where
/// the two scores are each other's negatives.
#[test]
fn smoothing_and_centring_of_a_linear_head_end_where_they_should() {
    let examples: Vec<Example> =
        vec![(vec![1.0, 1.0], vec![0.0, 1.0]); 2].into_iter().enumerate().map(example).collect();
    let config = DescentConfig {
        learning_rate: 0.05,
        epochs: 1_500,
        patience: 0,
        smoothing: 0.1,
        centring: 0.2,
        ..DescentConfig::default()
    };
    assert!(!config.has_exact_fit());
    let start = Learned { hidden: None, solution: Solution { weights: vec![0.0; 2], tie: 0.0 } };
    let prior = Prior::plain(1e-6);
    let aim = (Loss::BradleyTerry, &prior);
    let material = (material(&examples, &unchanged(2)), nothing());
    let mut descent = Descent::from(&start, material, aim, config, &Device::flex());
    while descent.step() != Next::EpochEnd || wait(descent.end_epoch()).unwrap().1.is_none() {}
    let weights = wait(descent.learned()).unwrap().solution.weights;
    let margin = (0.9f32 / 0.1).ln();
    assert!(apart(&weights, &[margin, -margin / 2.0]) < 2e-3, "{weights:?}");
}
