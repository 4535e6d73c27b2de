//! Models that leave for other libraries: every format, opened again by its own bytes. Python's tests open the same files.

use std::path::PathBuf;

use reward_studio::domain::choice::{Outcome, Side};
use reward_studio::domain::config::DescentConfig;
use reward_studio::domain::dataset::Comparison;
use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::lesson_lines::LessonLines;
use reward_studio::domain::log::Asked;
use reward_studio::domain::pair::Pair;
use reward_studio::domain::recipe::{LengthFeature, Pooling, Recipe};
use reward_studio::domain::weights_format::WeightsFormat;
use reward_studio::engine::device;
use reward_studio::protocol::error::FaultKind;
use reward_studio::protocol::parcel::Parcel;
use reward_studio::protocol::{Command, Event, Fault, RequestId, RunId, Slot};
use reward_studio::weights::bundle::Opened;
use reward_studio::weights::proof::prove;
use reward_studio::weights::studio::Manifest;
use serde_json::Value;

use crate::browserless::{Session, repository, wait};

/// Pairs by one taste: the response that asks back is preferred.
pub fn lesson(count: usize) -> (Vec<Pair>, Vec<Comparison>) {
    let topics = ["parcel", "invoice", "password", "order", "refund", "account", "phone", "ticket"];
    let pairs: Vec<Pair> = (0..count)
        .map(|i| {
            let topic = topics[i % topics.len()];
            let asks = format!("Could you tell me which {topic} you mean, and when number {i} came?");
            let tells = format!("Your {topic} number {i} is being looked at.");
            Pair::new(format!("Where is my {topic}? This is message {i}."), asks, tells, "test")
        })
        .collect();
    let comparison = |pair: &Pair| Comparison {
        pair: pair.id.clone(),
        outcome: Outcome::Preferred(Side::A),
        strength: None,
        asked: Asked::Random,
    };
    let comparisons = pairs.iter().map(comparison).collect();
    (pairs, comparisons)
}

/// An engine with a trained model of this recipe, and what it learned from.
fn trained(tiny: bool, recipe: Recipe) -> (Session, LessonLines) {
    let (pairs, comparisons) = lesson(40);
    let mut session = Session::open(tiny, DeviceKind::Cpu, 0);
    session.ask(Command::Recipe(recipe));
    session.ask(Command::AddPairs(pairs.iter().map(|pair| pair.clone().into()).collect()));
    let lines = LessonLines::of(&comparisons, |it| pairs.iter().find(|pair| pair.id == it.pair));
    let config = DescentConfig { epochs: 5, batch_size: 8, patience: 0, ..DescentConfig::default() };
    let events = session.ask(Command::Train { run: RunId(1), comparisons, config, goes_on: None });
    assert!(events.iter().any(|event| matches!(event, Event::RunDone { .. })), "{events:?}");
    (session, lines)
}

pub fn export(session: &mut Session, parcel: Parcel) -> Result<Vec<u8>, Fault> {
    let command = Command::Export { request: RequestId(7), slot: Slot::Trained, parcel };
    let answer = session.ask(command).into_iter().find_map(|event| match event {
        Event::Exported { bytes, .. } => Some(Ok(bytes)),
        Event::Failed { fault, .. } => Some(Err(fault)),
        _ => None,
    });
    answer.expect("an answer")
}

pub fn recipe(layer: u8, pooling: Pooling, length_feature: LengthFeature) -> Recipe {
    Recipe { layer, pooling, length_feature, max_tokens: 128, tuned: None }
}

/// Recipes of the tiny backbone, by the names of their files.
fn recipes() -> [(&'static str, Recipe); 7] {
    use LengthFeature::{Off, On};
    [
        ("response-mean", recipe(2, Pooling::ResponseMean, On)),
        ("last", recipe(1, Pooling::Last, Off)),
        ("mean-length", recipe(2, Pooling::Mean, On)),
        ("mean", recipe(1, Pooling::Mean, Off)),
        ("cls", recipe(2, Pooling::Cls, Off)),
        ("pooler", recipe(2, Pooling::Pooler, Off)),
        ("pooler-length", recipe(1, Pooling::Pooler, On)),
    ]
}

/// Where Python's tests find them.
pub fn keep(name: &str, file: &[u8]) {
    let folder = std::env::var_os("REWARD_STUDIO_EXPORTS")
        .map_or_else(|| repository().join("target/exports"), PathBuf::from)
        .join("weights");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join(name), file).expect("a file");
}

pub fn text(archive: &mut Opened<'_>, name: &str) -> String {
    let bytes = archive.part(name).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn every_format_gives_the_models_scores_by_its_own_bytes_and_twice_the_same_bytes() {
    for (name, recipe) in recipes() {
        let (mut session, lines) = trained(true, recipe.clone());
        let parcels =
            [Parcel::Studio, Parcel::Transformers, Parcel::SentenceTransformers, Parcel::ScaleOut(lines)];
        for parcel in parcels {
            let format = parcel.format();
            let file = match export(&mut session, parcel.clone()) {
                Ok(file) => file,
                Err(fault) => {
                    assert_eq!(fault.kind, FaultKind::Settings, "{name} {format:?}: {fault}");
                    assert_eq!(Some(fault.what.as_str()), format.refusal(&recipe, "bert", 2));
                    continue;
                }
            };
            assert_eq!(format.refusal(&recipe, "bert", 2), None);
            if format == WeightsFormat::Studio {
                continue;
            }
            assert!(file == export(&mut session, parcel).expect("a file"), "{name} {format:?}: other bytes");
            keep(&format!("tiny-{name}.{}.zip", format.word()), &file);

            let mut archive = Opened::new(&file).expect("an archive");
            let card = text(&mut archive, "README.md");
            assert!(card.contains("## Limits") && card.contains("95 % interval"), "{card}");
            let about: Value = serde_json::from_str(&text(&mut archive, "manifest.json")).expect("JSON");
            assert_eq!(about["golden"].as_array().map(Vec::len), Some(7));
            let log: Value = serde_json::from_str(&text(&mut archive, "run.json")).expect("JSON");
            assert_eq!(log["epochs"].as_array().map(Vec::len), Some(5));
            assert_eq!(text(&mut archive, "run.csv").lines().count(), 6);
            assert!(text(&mut archive, "verify.py").contains("PASS"));
        }
    }
}

#[test]
fn the_real_backbone_leaves_in_every_format() {
    use LengthFeature::{Off, On};
    let recipes = [
        ("response-mean", recipe(4, Pooling::ResponseMean, On), Parcel::Transformers),
        ("cls", recipe(6, Pooling::Cls, Off), Parcel::Transformers),
        ("mean", recipe(6, Pooling::Mean, Off), Parcel::SentenceTransformers),
    ];
    for (name, recipe, parcel) in recipes {
        let (mut session, _) = trained(false, recipe);
        let format = parcel.format();
        let file = export(&mut session, parcel).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        keep(&format!("minilm-{name}.{}.zip", format.word()), &file);
    }
}

#[test]
fn a_file_with_one_changed_weight_is_found_out() {
    for (name, recipe) in recipes().into_iter().filter(|(name, _)| ["response-mean", "cls"].contains(name)) {
        let is_plain = name == "cls";
        let (mut session, _) = trained(true, recipe.clone());
        let mut file = export(&mut session, Parcel::Transformers).expect("a file");
        let about: Manifest = {
            let mut archive = Opened::new(&file).expect("an archive");
            serde_json::from_slice(archive.part("manifest.json").expect("a manifest")).expect("JSON")
        };
        let proved = |file: &[u8]| {
            wait(async {
                let device = device::start(DeviceKind::Cpu).await.expect("a device");
                prove(file, WeightsFormat::Transformers, &recipe, &about.golden, &device).await
            })
        };
        assert_eq!(proved(&file), Ok(()));
        // The head stands last in the file: its last number, or the last but one where a bias follows.
        let at = {
            let start = file.as_ptr() as usize;
            let mut archive = Opened::new(&file).expect("an archive");
            let weights = archive.part("model.safetensors").expect("weights");
            weights.as_ptr() as usize - start + weights.len() - if is_plain { 8 } else { 4 }
        };
        let weight = f32::from_le_bytes(file[at..at + 4].try_into().expect("four bytes"));
        let changed = if is_plain { weight + 16_384.0 } else { weight + 1.0 };
        file[at..at + 4].copy_from_slice(&changed.to_le_bytes());
        let fault = proved(&file).expect_err("other scores");
        assert!(fault.what.contains("not given out"), "{fault}");
    }
}
