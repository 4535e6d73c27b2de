//! Models on backbones of every family leave for other libraries. The engine opens each archive again before it gives it
//! out; `tests/python/test_family_exports.py` opens the same files.

use reward_studio::domain::backbone::BackboneCard;
use reward_studio::domain::config::DescentConfig;
use reward_studio::domain::depth::{Depth, Lora};
use reward_studio::domain::device::{Decision, DeviceKind};
use reward_studio::domain::family;
use reward_studio::domain::lesson_lines::LessonLines;
use reward_studio::domain::recipe::{LengthFeature, Pooling, Recipe};
use reward_studio::protocol::parcel::Parcel;
use reward_studio::protocol::{Command, Event, RunId};
use reward_studio::weights::bundle::Opened;
use serde_json::Value;

use crate::browserless::{Session, repository};
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
    trained_so_deep(card, recipe, Depth::Head)
}

fn trained_so_deep(card: &BackboneCard, recipe: &Recipe, depth: Depth) -> (Session, LessonLines) {
    let (pairs, comparisons) = lesson(24);
    let mut session = Session::new();
    let device = Decision { kind: DeviceKind::Cpu, reason: "as the test says".into() };
    let base = repository().join("tests/fixtures").to_string_lossy().into_owned();
    session.ask(Command::Open { device, backbone: card.clone(), base, helpers: 0 });
    session.ask(Command::Recipe(recipe.clone()));
    session.ask(Command::AddPairs(pairs.iter().map(|pair| pair.clone().into()).collect()));
    let lines = LessonLines::of(&comparisons, |it| pairs.iter().find(|pair| pair.id == it.pair));
    let config = DescentConfig { epochs: 3, batch_size: 8, patience: 0, ..DescentConfig::of(depth) };
    let events = session.ask(Command::Train { run: RunId(1), comparisons, config });
    assert!(events.iter().any(|event| matches!(event, Event::RunDone { .. })), "{events:?}");
    (session, lines)
}

#[test]
fn every_family_leaves_in_every_format_that_can_hold_its_recipe() {
    for card in cards() {
        for (name, recipe) in recipes(&card) {
            let (mut session, lines) = trained(&card, &recipe);
            for parcel in [Parcel::Transformers, Parcel::SentenceTransformers, Parcel::ScaleOut(lines)] {
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

#[test]
fn what_was_trained_below_the_head_leaves_merged() {
    for card in cards() {
        for (name, depth) in [("blocks", Depth::Last(1)), ("lora", Depth::Lora(Lora::default()))] {
            let recipe = recipe(2, Pooling::ResponseMean, LengthFeature::Off);
            let (mut session, lines) = trained_so_deep(&card, &recipe, depth);
            for parcel in [Parcel::Transformers, Parcel::ScaleOut(lines)] {
                let format = parcel.format();
                let file = export(&mut session, parcel)
                    .unwrap_or_else(|fault| panic!("{} {name}: {fault}", card.family));
                keep(&format!("{}-{name}.{}.zip", card.family, format.word()), &file);
            }
        }
    }
}
