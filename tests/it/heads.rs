//! Checkpoints that bring a head along: archives that left here and come back, and reward models of other makers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use reward_studio::domain::backbone::{BackboneCard, FileCard};
use reward_studio::domain::config::{DescentConfig, Objective, Penalty, Start};
use reward_studio::domain::depth::{Depth, Lora, Targets};
use reward_studio::domain::device::{Decision, DeviceKind};
use reward_studio::domain::family;
use reward_studio::domain::own_backbone::{self, shape};
use reward_studio::domain::recipe::{LengthFeature, Pooling, Recipe};
use reward_studio::domain::weights_format::WeightsFormat;
use reward_studio::protocol::event::MadeBy;
use reward_studio::protocol::parcel::Parcel;
use reward_studio::protocol::{Command, Event, RequestId, RunId, Slot};
use reward_studio::weights::bundle::Opened;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use sha2::{Digest, Sha256};

use crate::browserless::{Session, catalogue, repository};
use crate::families::cards;
use crate::family_exports::{train, trained};
use crate::weights::{export, keep, lesson, recipe};

const TEXTS: [(&str, &str); 3] = [
    ("Where is my parcel?", "Could you tell me which parcel you mean?"),
    ("User: Hi\n\nAssistant: Hello.\n\nUser: Where is it?", "On its way."),
    ("A long question, said again and again. ", ""),
];

/// A folder of a model's files, taken in as the page takes it.
struct Folder {
    base: PathBuf,
    card: BackboneCard,
}

impl Folder {
    fn of(name: &str, files: &[(&str, &[u8])]) -> Self {
        let base = std::env::temp_dir().join(format!("reward-studio-head-{name}-{}", std::process::id()));
        std::fs::create_dir_all(base.join(name)).expect("a folder");
        let mut listed = BTreeMap::new();
        for (file, bytes) in files {
            std::fs::write(base.join(name).join(file), bytes).expect("a file");
            let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            listed.insert((*file).to_owned(), FileCard { bytes: bytes.len() as u64, sha256 });
        }
        let config = files.iter().find(|(file, _)| *file == "config.json").expect("a config").1;
        let shape = shape::shape(config).expect("a shape");
        let card = own_backbone::card(
            (format!("own/{name}"), name.into()),
            name.into(),
            "MIT".into(),
            &shape,
            listed,
        );
        Self { base, card }
    }

    /// What the engine says when it opens this.
    fn open(&self) -> (Session, Vec<Event>) {
        let mut session = Session::new();
        let device = Decision { kind: DeviceKind::Cpu, reason: "as the test says".into() };
        let base = self.base.to_string_lossy().into_owned();
        let events = session.ask(Command::Open { device, backbone: self.card.clone(), base, helpers: 0 });
        assert!(events.iter().any(|event| matches!(event, Event::BackboneReady { .. })), "{events:?}");
        (session, events)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in the temporary folder is the system's to clear.
        let _ = std::fs::remove_dir_all(&self.base);
    }
}

/// The other fixtures' BERT, under the folder in which it lies.
fn tiny_bert() -> BackboneCard {
    BackboneCard { folder: "tiny-bert".into(), ..catalogue(true).0 }
}

/// The recipe of the model that came along.
fn came_along(events: &[Event]) -> Option<Recipe> {
    events.iter().find_map(|event| match event {
        Event::ModelReady { slot: Slot::Trained, card } => {
            assert_eq!((card.made_by, card.evaluation.is_none()), (MadeBy::Brought, true));
            Some(card.recipe.clone())
        }
        _ => None,
    })
}

fn scores(session: &mut Session) -> Vec<f32> {
    scores_of(session, Slot::Trained)
}

fn scores_of(session: &mut Session, slot: Slot) -> Vec<f32> {
    let score = |(prompt, response): (&str, &str)| {
        let command = Command::Score {
            request: RequestId(3),
            slot,
            prompt: prompt.repeat(if response.is_empty() { 12 } else { 1 }),
            responses: vec![response.into()],
        };
        session.ask(command).into_iter().find_map(|event| match event {
            Event::Scored { scores, .. } => Some(scores[0].value),
            _ => None,
        })
    };
    TEXTS.into_iter().map(score).map(|score| score.expect("a score")).collect()
}

/// The files of an archive that a backbone is made of.
fn files_of(archive: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut opened = Opened::new(archive).expect("an archive");
    ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"]
        .map(|name| (name, opened.part(name).expect("a part").to_vec()))
        .into()
}

fn folder(name: &str, files: &[(&str, Vec<u8>)]) -> Folder {
    Folder::of(name, &files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect::<Vec<_>>())
}

fn apart(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn an_archive_comes_back_as_backbone_and_model_and_leaves_again() {
    let tiny = tiny_bert();
    for card in cards().into_iter().chain([tiny]) {
        let mut recipes = vec![
            ("middle", recipe(1, Pooling::ResponseMean, LengthFeature::On)),
            ("last", recipe(card.layers, Pooling::Last, LengthFeature::Off)),
        ];
        if card.family == "bert" {
            recipes.push(("cls", recipe(1, Pooling::Cls, LengthFeature::Off)));
        }
        for (name, recipe) in recipes {
            let at = format!("{}-{name}", card.family);
            let (mut session, _) = trained(&card, &recipe);
            let known = scores(&mut session);
            let archive =
                export(&mut session, Parcel::Transformers).unwrap_or_else(|fault| panic!("{at}: {fault}"));
            keep(&format!("{at}-back.transformers.zip"), &archive);
            let folder = folder(&at, &files_of(&archive));
            assert_eq!(folder.card.family, card.family);
            let (mut again, events) = folder.open();
            let found = came_along(&events).unwrap_or_else(|| panic!("{at}: {events:?}"));
            assert_eq!((found.layer, found.pooling), (recipe.layer, recipe.pooling), "{at}");
            assert_eq!(found.max_tokens, recipe.max_tokens);
            let difference = apart(&scores(&mut again), &known);
            assert!(difference < 1e-4, "{at}: {difference}");

            let archive = export(&mut again, Parcel::Transformers)
                .unwrap_or_else(|fault| panic!("{at} again: {fault}"));
            let (mut twice, _) = self::folder(&format!("{at}-twice"), &files_of(&archive)).open();
            let difference = apart(&scores(&mut twice), &known);
            assert!(difference < 1e-4, "{at} again: {difference}");
            if name == "middle" {
                keep(&format!("{}-again.transformers.zip", card.family), &archive);
            }
            // A head of this page on what came back, for `reward_studio.py`.
            let own =
                export(&mut again, Parcel::Studio).unwrap_or_else(|fault| panic!("{at} again: {fault}"));
            keep(&format!("{at}-back.safetensors"), &own);
        }
    }
}

/// A family's checkpoint with these tensors beside the network's.
fn with(
    card: &BackboneCard,
    root: &Path,
    added: &[(&str, Vec<usize>, Vec<f32>)],
) -> Vec<(&'static str, Vec<u8>)> {
    let read = |name: &str| std::fs::read(root.join(&card.folder).join(name)).ok();
    let bytes = read("model.safetensors").expect("weights");
    let whole = SafeTensors::deserialize(&bytes).expect("tensors");
    let numbers: Vec<Vec<u8>> =
        added.iter().map(|(_, _, values)| values.iter().flat_map(|it| it.to_le_bytes()).collect()).collect();
    let more = added.iter().zip(&numbers).map(|((name, shape, _), bytes)| {
        ((*name).to_owned(), TensorView::new(Dtype::F32, shape.clone(), bytes).expect("a tensor"))
    });
    let file = safetensors::serialize(whole.tensors().into_iter().chain(more), None).expect("a file");
    let small = ["config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];
    let small = small.into_iter().filter_map(|name| Some((name, read(name)?)));
    small.chain([("model.safetensors", file)]).collect()
}

/// What `tests/python/test_family_exports.py` makes, too.
fn made_up_head(width: u16) -> Vec<f32> {
    (0..width).map(|at| ((f64::from(at) * 0.37).sin() / 4.0) as f32).collect()
}

#[test]
fn another_makers_reward_model_scores_and_leaves_as_the_plain_class_that_it_was() {
    let root = repository().join("tests/fixtures");
    for card in cards().into_iter().filter(|card| ["llama", "qwen3"].contains(&card.family.as_str())) {
        let head = ("score.weight", vec![1, usize::from(card.hidden)], made_up_head(card.hidden));
        let folder = folder(&format!("{}-foreign", card.family), &with(&card, &root, &[head]));
        let (mut session, events) = folder.open();
        let found = came_along(&events).expect("a model");
        assert_eq!((found.layer, found.pooling), (card.layers, Pooling::Last));
        assert_eq!(found.length_feature, LengthFeature::Off);
        let archive = export(&mut session, Parcel::Transformers).unwrap_or_else(|fault| panic!("{fault}"));
        keep(&format!("{}-foreign.transformers.zip", card.family), &archive);
    }
}

/// How much better the first text's response is than the second's, by the model in this slot.
fn lead(session: &mut Session, slot: Slot) -> f32 {
    let scores = scores_of(session, slot);
    scores[0] - scores[1]
}

#[test]
fn answers_start_from_the_model_that_came_along_and_say_by_how_much_to_leave_it() {
    let root = repository().join("tests/fixtures");
    let card = cards().into_iter().find(|card| card.family == "llama").expect("one of every family");
    let head = ("score.weight", vec![1, usize::from(card.hidden)], made_up_head(card.hidden));
    let (mut session, events) = folder("llama-start", &with(&card, &root, &[head])).open();
    let brought = events.iter().find_map(|event| match event {
        Event::BackboneReady { brought, .. } => brought.clone(),
        _ => None,
    });
    let known = lead(&mut session, Slot::Trained);
    assert!(known.abs() > 0.01, "{known}");
    let (pairs, comparisons) = lesson(24);
    session.ask(Command::Recipe(Recipe { max_tokens: 128, ..brought.expect("how it reads") }));
    session.ask(Command::AddPairs(pairs.into_iter().map(Into::into).collect()));
    let mut fitted = |start, lambda| {
        let objective = Objective { start, penalty: Penalty::Fixed(lambda), ..Objective::default() };
        let comparisons = comparisons.clone();
        session.ask(Command::Fit { request: RequestId(1), comparisons: comparisons.clone(), objective });
        let living = lead(&mut session, Slot::Living);
        let config = DescentConfig { objective, epochs: 200, patience: 0, ..DescentConfig::default() };
        session.ask(Command::Train { run: RunId(1), comparisons, config, goes_on: None });
        [living, lead(&mut session, Slot::Trained)]
    };
    // A prior that nothing moves is the model itself, and without one it is no preference.
    let held = fitted(Start::Brought, 1e5);
    assert!(held.iter().all(|lead| (lead - known).abs() < 0.02 * known.abs()), "{held:?} and {known}");
    let none = fitted(Start::Nothing, 1e5);
    assert!(none.iter().all(|lead| lead.abs() < 0.02 * known.abs()), "{none:?} and {known}");
    // Answers move it, from there as from nothing, and not to the same place.
    let (moved, from_nothing) = (fitted(Start::Brought, 0.1)[0], fitted(Start::Nothing, 0.1)[0]);
    assert!(
        (moved - known).abs() > 0.05 && (moved - from_nothing).abs() > 0.01,
        "{moved} {from_nothing} {known}"
    );
}

/// What a family's own classifier has beside its network: names, shapes, numbers.
fn made_up_classifier(card: &BackboneCard) -> Vec<(&'static str, Vec<usize>, Vec<f32>)> {
    let d = usize::from(card.hidden);
    let drawn =
        |count: usize, step: f64| (0..count).map(|at| ((at as f64 * step).sin() / 4.0) as f32).collect();
    let (dense, head) = match card.family.as_str() {
        "bert" => (["bert.pooler.dense.weight", "bert.pooler.dense.bias"], "classifier"),
        "roberta" => (["classifier.dense.weight", "classifier.dense.bias"], "classifier.out_proj"),
        "distilbert" => (["pre_classifier.weight", "pre_classifier.bias"], "classifier"),
        _ => (["head.dense.weight", ""], "classifier"),
    };
    let head = match head {
        "classifier" => ["classifier.weight", "classifier.bias"],
        _ => ["classifier.out_proj.weight", "classifier.out_proj.bias"],
    };
    let mut all = vec![(dense[0], vec![d, d], drawn(d * d, 0.61)), (dense[1], vec![d], drawn(d, 0.83))];
    all.extend([(head[0], vec![1, d], made_up_head(card.hidden)), (head[1], vec![1], vec![0.375])]);
    if card.family == "modernbert" {
        all.push(("head.norm.weight", vec![d], drawn(d, 0.29)));
        all.retain(|(name, ..)| !name.is_empty());
    }
    all
}

/// `tests/python/test_family_exports.py` makes the same of `transformers`' own classes.
#[test]
fn a_cross_encoder_scores_as_the_class_that_it_came_from_and_its_pooler_can_be_trained_on() {
    let root = repository().join("tests/fixtures");
    for card in cards().into_iter().filter(|card| !family::is_decoder(&card.family)) {
        let name = format!("{}-foreign", card.family);
        let files = with(&card, &root, &made_up_classifier(&card));
        let (_, weights) = files.last().expect("weights");
        keep(&format!("{name}.safetensors"), weights);
        let folder = folder(&name, &files);
        let (mut session, events) = folder.open();
        let found = came_along(&events).unwrap_or_else(|| panic!("{name}: {events:?}"));
        assert_eq!((found.layer, found.pooling), (card.layers, Pooling::Pooler), "{name}");
        let known = scores(&mut session);
        let archive = export(&mut session, Parcel::Transformers).unwrap_or_else(|fault| panic!("{fault}"));
        keep(&format!("{name}.transformers.zip"), &archive);
        let (mut again, events) = self::folder(&format!("{name}-again"), &files_of(&archive)).open();
        assert_eq!(came_along(&events).expect("a model").pooling, Pooling::Pooler);
        assert!(apart(&scores(&mut again), &known) < 1e-4, "{name}");

        // The same pooler with a head of one's own, frozen while blocks train: with the length, no plain class has it.
        let lora = Depth::Lora(Lora { rank: 2, alpha: 4.0, targets: Targets::QueryValue });
        for (name, depth) in [("pooler", Depth::Head), ("pooler-lora", lora)] {
            let recipe = recipe(card.layers, Pooling::Pooler, LengthFeature::On);
            let config =
                DescentConfig { learning_rate: 0.001, epochs: 3, patience: 0, ..DescentConfig::of(depth) };
            let lines = train(&mut session, &recipe, config);
            let known = scores(&mut session);
            let studio =
                export(&mut session, Parcel::Studio).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            keep(&format!("{}-{name}.studio.safetensors", card.family), &studio);
            let archives = [Parcel::Transformers, Parcel::ScaleOut(lines), Parcel::Peft];
            for parcel in archives.into_iter().take(if depth == lora { 3 } else { 2 }) {
                let format = parcel.format();
                let at = format!("{}-{name}.{}", card.family, format.word());
                let file = export(&mut session, parcel).unwrap_or_else(|fault| panic!("{at}: {fault}"));
                keep(&format!("{at}.zip"), &file);
                if format == WeightsFormat::Transformers {
                    let (mut again, _) = self::folder(&format!("{at}-back"), &files_of(&file)).open();
                    assert!(apart(&scores(&mut again), &known) < 1e-4, "{at}");
                }
            }
        }
    }
}

#[test]
fn a_head_that_cannot_be_used_is_named_and_its_backbone_is_used() {
    let root = repository().join("tests/fixtures");
    let card = cards().into_iter().find(|card| card.family == "distilbert").expect("one of every family");
    let (d, ones) = (usize::from(card.hidden), |count: usize| vec![1.0; count]);
    for (name, added, said) in [
        ("one", vec![("classifier.weight", vec![1, d], ones(d)), ("classifier.bias", vec![1], ones(1))], 1),
        (
            "two",
            vec![("classifier.weight", vec![2, d], ones(2 * d)), ("classifier.bias", vec![2], ones(2))],
            0,
        ),
    ] {
        let (_, events) = folder(name, &with(&card, &root, &added)).open();
        assert_eq!(came_along(&events), None);
        let faults: Vec<&Event> =
            events.iter().filter(|event| matches!(event, Event::Failed { .. })).collect();
        assert_eq!(faults.len(), said, "{faults:?}");
        assert!(faults.iter().all(|fault| format!("{fault:?}").contains("only its backbone is used")));
    }
}
