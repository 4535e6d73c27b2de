//! Models on backbones of every family leave for other libraries. The engine opens each archive again before it gives it
//! out; `tests/python/test_family_exports.py` opens the same files.

use reward_studio::domain::backbone::BackboneCard;
use reward_studio::domain::config::DescentConfig;
use reward_studio::domain::depth::{Depth, Lora, Targets};
use reward_studio::domain::device::{Decision, DeviceKind};
use reward_studio::domain::family;
use reward_studio::domain::lesson_lines::LessonLines;
use reward_studio::domain::recipe::{LengthFeature, Pooling, Recipe};
use reward_studio::domain::weights_format::WeightsFormat;
use reward_studio::protocol::parcel::Parcel;
use reward_studio::protocol::{Command, Event, RunId};
use reward_studio::weights::bundle::Opened;
use serde_json::Value;

use crate::browserless::{Session, catalogue, repository};
use crate::families::cards;
use crate::weights::{export, keep, lesson, recipe, text};

/// What is tried on a family, by the names of the files.
fn recipes(card: &BackboneCard) -> Vec<(&'static str, Recipe)> {
    use LengthFeature::{Off, On};
    let mut all = vec![
        ("middle", recipe(2, Pooling::ResponseMean, On)),
        ("last", recipe(card.layers, Pooling::Last, Off)),
        ("mean", recipe(card.layers, Pooling::Mean, Off)),
    ];
    if !family::is_decoder(&card.family) {
        all.push(("cls", recipe(1, Pooling::Cls, Off)));
        all.push(("shallow-mean", recipe(1, Pooling::Mean, Off)));
    }
    all
}

/// An engine with a trained model of this recipe, and what it learned from.
pub fn trained(card: &BackboneCard, recipe: &Recipe) -> (Session, LessonLines) {
    let config = DescentConfig { epochs: 3, batch_size: 8, patience: 0, ..DescentConfig::default() };
    trained_so(card, recipe, config)
}

fn trained_so(card: &BackboneCard, recipe: &Recipe, config: DescentConfig) -> (Session, LessonLines) {
    let mut session = Session::new();
    let device = Decision { kind: DeviceKind::Cpu, reason: "as the test says".into() };
    let base = repository().join("tests/fixtures").to_string_lossy().into_owned();
    session.ask(Command::Open { device, backbone: card.clone(), base, helpers: 0 });
    let lines = train(&mut session, recipe, config);
    (session, lines)
}

/// Have an open engine learn a lesson by this recipe.
pub fn train(session: &mut Session, recipe: &Recipe, config: DescentConfig) -> LessonLines {
    let (pairs, comparisons) = lesson(24);
    session.ask(Command::Recipe(recipe.clone()));
    session.ask(Command::AddPairs(pairs.iter().map(|pair| pair.clone().into()).collect()));
    let lines = LessonLines::of(&comparisons, |it| pairs.iter().find(|pair| pair.id == it.pair));
    let events = session.ask(Command::Train { run: RunId(1), comparisons, config, goes_on: None });
    assert!(events.iter().any(|event| matches!(event, Event::RunDone { .. })), "{events:?}");
    lines
}

#[test]
fn every_family_leaves_in_every_format_that_can_hold_its_recipe() {
    for card in cards() {
        for (name, recipe) in recipes(&card) {
            let (mut session, lines) = trained(&card, &recipe);
            for parcel in
                [Parcel::Transformers, Parcel::SentenceTransformers, Parcel::Peft, Parcel::ScaleOut(lines)]
            {
                let format = parcel.format();
                let at = format!("{} {name} {format:?}", card.family);
                match (export(&mut session, parcel), format.refusal(&recipe, &card.family, card.layers)) {
                    (Ok(file), None) => keep(&format!("{}-{name}.{}.zip", card.family, format.word()), &file),
                    (Err(fault), Some(why)) => assert_eq!(fault.what, why, "{at}"),
                    (answer, refusal) => panic!("{at}: {:?}, {refusal:?}", answer.map(|file| file.len())),
                }
            }
        }
    }
}

#[test]
fn a_class_of_theirs_is_taken_where_it_gives_the_same_scores() {
    // Of the decoders only Pythia's has both a token for padding alone and a shift that holds the head's constant.
    for card in cards().into_iter().filter(|card| family::is_decoder(&card.family)) {
        let last = recipe(card.layers, Pooling::Last, LengthFeature::Off);
        let (mut session, _) = trained(&card, &last);
        let file = export(&mut session, Parcel::Transformers).unwrap_or_else(|fault| panic!("{fault}"));
        let mut archive = Opened::new(&file).expect("an archive");
        let config: Value = serde_json::from_str(&text(&mut archive, "config.json")).expect("JSON");
        let class = match card.family.as_str() {
            "gpt_neox" => "GPTNeoXForSequenceClassification",
            _ => "RewardStudioModel",
        };
        assert_eq!(config["architectures"], serde_json::json!([class]), "{}", card.family);
        let code = archive.part("modeling_reward_studio.py").is_ok();
        assert_eq!(code, class == "RewardStudioModel");
        assert_eq!(text(&mut archive, "README.md").contains("trust_remote_code"), code);
    }
}

/// What was trained below the head leaves merged, and low-rank changes also as an adapter; a model with whole blocks
/// changed has no adapter.
#[test]
fn what_was_trained_below_the_head_leaves_merged_and_as_an_adapter() {
    let lora = |targets| Depth::Lora(Lora { rank: 2, alpha: 4.0, targets });
    let (bert, _) = catalogue(true);
    for card in cards().into_iter().chain([bert]) {
        let top = if family::is_decoder(&card.family) { Pooling::Last } else { Pooling::Cls };
        for (name, recipe, depth) in [
            (
                "lora",
                recipe(card.layers, Pooling::ResponseMean, LengthFeature::On),
                lora(Targets::Everything),
            ),
            ("lora-top", recipe(card.layers, top, LengthFeature::Off), lora(Targets::QueryValue)),
            ("last-blocks", recipe(card.layers, Pooling::Mean, LengthFeature::Off), Depth::Last(1)),
        ] {
            let config =
                DescentConfig { learning_rate: 0.01, epochs: 3, patience: 0, ..DescentConfig::of(depth) };
            let (mut session, lines) = trained_so(&card, &recipe, config);
            for parcel in
                [Parcel::Transformers, Parcel::SentenceTransformers, Parcel::Peft, Parcel::ScaleOut(lines)]
            {
                let (format, at) = (parcel.format(), format!("{} {name}", card.family));
                match export(&mut session, parcel) {
                    Ok(file) => keep(&format!("{}-{name}.{}.zip", card.family, format.word()), &file),
                    Err(fault) => {
                        let no_adapter = format == WeightsFormat::Peft && name == "last-blocks";
                        let no_mean = format == WeightsFormat::SentenceTransformers;
                        assert!(no_adapter || no_mean, "{at} {format:?}: {fault}");
                    }
                }
            }
        }
    }
}
