//! A tiny checkpoint of every family: ids and hidden states as `transformers` has them, and scores that depend on nothing
//! but their own text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use reward_studio::domain::backbone::BackboneCard;
use reward_studio::domain::choice::{Outcome, Side};
use reward_studio::domain::config::DescentConfig;
use reward_studio::domain::dataset::Comparison;
use reward_studio::domain::depth::{Depth, Lora, Targets};
use reward_studio::domain::device::{Decision, DeviceKind};
use reward_studio::domain::family;
use reward_studio::domain::formats::transcript::{Said, said};
use reward_studio::domain::log::Asked;
use reward_studio::domain::pair::Pair;
use reward_studio::domain::recipe::{Pooling, Recipe};
use reward_studio::domain::split::{Part, part};
use reward_studio::engine::backbone::Backbone;
use reward_studio::engine::device;
use reward_studio::protocol::crew::TokenRow;
use reward_studio::protocol::parcel::Parcel;
use reward_studio::protocol::{Command, Event, Fault, RequestId, RunId, Slot};
use reward_studio::text::Encoder;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::browserless::{Bytes, Session, World, repository, wait};
use crate::golden::{apart, backbone_pooled, golden};
use crate::script::told;

/// Rows of hidden states are short enough for every network.
const WHOLE: u16 = 96;

#[derive(Deserialize)]
struct Golden {
    texts: Vec<String>,
    #[serde(flatten)]
    families: BTreeMap<String, Family>,
}

#[derive(Deserialize)]
struct Family {
    rows: Vec<Row>,
    digest: String,
}

#[derive(Deserialize)]
struct Row {
    prompt: String,
    response: String,
    ids: Vec<u32>,
    #[serde(default)]
    hidden: BTreeMap<String, Vec<f32>>,
    #[serde(default)]
    last: Vec<f32>,
}

pub fn cards() -> Vec<BackboneCard> {
    let list = repository().join("tests/fixtures/families/backbones.json");
    serde_json::from_slice(&std::fs::read(list).expect("the catalogue")).expect("cards")
}

fn open(base: &Path, card: BackboneCard, kind: DeviceKind) -> Result<Backbone<Bytes>, Fault> {
    let layers = card.layers;
    wait(async {
        let device = device::start(kind).await?;
        Backbone::open(&World::new(), &base.to_string_lossy(), card, (kind, device), layers, &|_, _, _| {})
            .await
    })
}

fn opened(card: &BackboneCard, kind: DeviceKind) -> Backbone<Bytes> {
    open(&repository().join("tests/fixtures"), card.clone(), kind).unwrap_or_else(|fault| panic!("{fault}"))
}

fn row(encoder: &Encoder, row: &Row, longest: u16) -> TokenRow {
    encoder.encode(&row.prompt, &row.response, longest).expect("a row").row
}

#[test]
fn a_decoder_is_one_by_its_name_and_by_its_network() {
    for card in cards() {
        let config = repository().join("tests/fixtures").join(&card.folder).join("config.json");
        let network = family::from_json(&std::fs::read(config).expect("a config")).expect("a network");
        assert_eq!(family::is_decoder(&card.family), network.causal, "{}", card.family);
    }
}

/// Its tokenizer, which cuts nothing, whatever the network has places for.
fn encoder(card: &BackboneCard) -> Encoder {
    opened(card, DeviceKind::Cpu).encoder.within(usize::from(u16::MAX))
}

#[test]
fn ids_are_those_of_python_row_by_row() {
    let golden: Golden = golden("families.json");
    for card in cards() {
        let encoder = encoder(&card);
        for known in &golden.families[&card.family].rows {
            let made = row(&encoder, known, u16::MAX);
            assert_eq!(made.ids, known.ids, "{}: {:?}, {:?}", card.family, known.prompt, known.response);
        }
    }
}

#[test]
fn ids_of_two_thousand_rows_are_those_of_python() {
    let golden: Golden = golden("families.json");
    let texts = &golden.texts;
    for card in cards() {
        let encoder = encoder(&card);
        let mut hasher = Sha256::new();
        for step in 1..=2000 / texts.len() + 1 {
            for (place, response) in texts.iter().enumerate() {
                let prompt = &texts[(place + 2 * step) % texts.len()];
                let ids = encoder.encode(prompt, response, u16::MAX).expect("a row").row.ids;
                let words: Vec<String> = ids.iter().map(u32::to_string).collect();
                hasher.update(words.join(",").as_bytes());
                hasher.update(b"\n");
            }
        }
        let digest: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, golden.families[&card.family].digest, "{}", card.family);
    }
}

#[test]
fn hidden_states_are_those_of_transformers_on_both_devices() {
    let golden: Golden = golden("families.json");
    for card in cards() {
        for kind in [DeviceKind::Cpu, DeviceKind::NdArray] {
            let mut backbone = opened(&card, kind);
            let known: Vec<&Row> =
                golden.families[&card.family].rows.iter().filter(|row| !row.last.is_empty()).collect();
            assert!(known.len() > 4, "{}", card.family);
            let rows: Vec<TokenRow> =
                known.iter().map(|known| row(&backbone.encoder, known, WHOLE)).collect();
            for layer in 1..=card.layers {
                // All rows in one batch: padding is part of what is tested.
                let pooled = backbone_pooled(&mut backbone, &rows, layer, Pooling::Mean);
                for (known, vector) in known.iter().zip(&pooled) {
                    let difference = apart(vector, &known.hidden[&format!("L{layer}")]);
                    assert!(difference < 1e-4, "{} L{layer} on {kind:?}: {difference}", card.family);
                }
            }
            let last = backbone_pooled(&mut backbone, &rows, card.layers, Pooling::Last);
            for (known, vector) in known.iter().zip(&last) {
                assert!(apart(vector, &known.last) < 1e-4, "{} last on {kind:?}", card.family);
            }
        }
    }
}

#[test]
fn a_vector_depends_on_its_own_text_alone() {
    let golden: Golden = golden("families.json");
    for card in cards() {
        for kind in [DeviceKind::Cpu, DeviceKind::NdArray] {
            let mut backbone = opened(&card, kind);
            let rows: Vec<TokenRow> = golden.families[&card.family]
                .rows
                .iter()
                .map(|known| row(&backbone.encoder, known, 128))
                .collect();
            assert_eq!(rows.iter().map(|row| row.ids.len()).max(), Some(128), "the longest row is full");
            for pooling in Pooling::ALL {
                if pooling == Pooling::Pooler && !backbone.has_pooler() {
                    continue;
                }
                let together = backbone_pooled(&mut backbone, &rows, card.layers, pooling);
                for (row, vector) in rows.iter().zip(&together).rev() {
                    let alone =
                        backbone_pooled(&mut backbone, std::slice::from_ref(row), card.layers, pooling);
                    let difference = apart(vector, &alone[0]);
                    assert!(difference < 1e-5, "{} {pooling:?} on {kind:?}: {difference}", card.family);
                }
            }
        }
    }
}

#[test]
fn a_cut_row_keeps_the_response_and_what_stands_around() {
    let golden: Golden = golden("families.json");
    for card in cards() {
        let encoder = encoder(&card);
        for known in &golden.families[&card.family].rows {
            let (whole, cut) = (row(&encoder, known, u16::MAX), row(&encoder, known, 64));
            assert!(cut.ids.len() <= 64);
            let response =
                |row: &TokenRow| row.ids[row.response_start as usize..row.response_end as usize].to_vec();
            let (all, kept) = (response(&whole), response(&cut));
            assert!(
                all.starts_with(&kept) && (kept.len() >= 64 / 3 || kept == all),
                "{}: {} of {} of {:?}",
                card.family,
                kept.len(),
                all.len(),
                known.prompt
            );
            // A transcript begins with its own speaker, who may be cut off.
            assert!(
                known.prompt.starts_with("User: ")
                    || known.prompt.starts_with("System: ")
                    || cut.ids.first() == whole.ids.first(),
                "{}",
                card.family
            );
            assert_eq!(
                cut.ids[cut.response_end as usize..],
                whole.ids[whole.response_end as usize..],
                "{}",
                card.family
            );
        }
    }
}

#[test]
fn no_input_is_longer_than_the_network_has_places_for() {
    for card in cards() {
        let mut backbone = opened(&card, DeviceKind::Cpu);
        let text = "One word after another. ".repeat(200);
        let row = backbone.encoder.encode(&text, &text, u16::MAX).expect("a row").row;
        assert_eq!(row.ids.len(), 256, "{}", card.family);
        assert_eq!(backbone_pooled(&mut backbone, &[row], 1, Pooling::Mean).len(), 1);
    }
}

#[test]
fn where_a_token_stands_is_within_its_own_text() {
    let golden: Golden = golden("families.json");
    for card in cards() {
        let backbone = opened(&card, DeviceKind::Cpu);
        for known in &golden.families[&card.family].rows {
            let (encoded, spans) =
                backbone.encoder.encode_with_spans(&known.prompt, &known.response, 96).expect("spans");
            assert_eq!(spans.len(), encoded.row.ids.len(), "{}", card.family);
            for span in &spans {
                let text = if span.in_prompt { &known.prompt } else { &known.response };
                assert!(
                    span.start <= span.end && text.get(span.start..span.end).is_some(),
                    "{}",
                    card.family
                );
            }
            let start = encoded.row.response_start as usize;
            assert!(spans[..start].iter().all(|span| span.in_prompt));
            assert!(spans[start..].iter().all(|span| !span.in_prompt));
        }
    }
}

#[test]
fn under_a_template_tokens_stand_on_what_the_turns_say_and_on_nothing_else() {
    let golden: Golden = golden("families.json");
    for card in cards().into_iter().filter(|card| ["llama", "qwen2", "qwen3"].contains(&card.family.as_str()))
    {
        let encoder = encoder(&card);
        let rows = golden.families[&card.family].rows.iter();
        let mut several = 0;
        for (known, turns) in rows.filter_map(|known| Some((known, said(&known.prompt)?))) {
            let (_, spans) =
                encoder.encode_with_spans(&known.prompt, &known.response, u16::MAX).expect("spans");
            let stood_on: BTreeSet<usize> =
                spans.iter().filter(|span| span.in_prompt).flat_map(|span| span.start..span.end).collect();
            // This family's template trims what is said.
            let trims = card.family == "llama";
            let content = |Said { content, .. }: Said| {
                let text = &known.prompt[content.clone()];
                let kept = if trims { text.trim() } else { text };
                let start = content.start + if trims { text.len() - text.trim_start().len() } else { 0 };
                start..start + kept.len()
            };
            let said: BTreeSet<usize> = turns.into_iter().flat_map(content).collect();
            assert_eq!(stood_on, said, "{}", known.prompt);
            several += 1;
        }
        assert!(several > 5, "{several}");
    }
}

/// The file of a model that was trained on a family's checkpoint; `tests/python/test_families.py` opens it.
#[test]
fn a_model_is_trained_on_every_family_and_its_file_goes_to_python() {
    let golden: Golden = golden("families.json");
    let folder = std::env::var_os("REWARD_STUDIO_EXPORTS")
        .map_or_else(|| repository().join("target/exports"), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("a folder");
    let base = repository().join("tests/fixtures").to_string_lossy().into_owned();
    for card in cards() {
        let lora = Depth::Lora(Lora { rank: 2, alpha: 4.0, targets: Targets::Everything });
        for (name, pooling, depth) in [
            ("mean", Pooling::ResponseMean, Depth::Head),
            ("last", Pooling::Last, Depth::Head),
            ("lora", Pooling::ResponseMean, lora),
            ("last-n", Pooling::Last, Depth::Last(1)),
        ] {
            let mut session = Session::new();
            let device = Decision { kind: DeviceKind::Cpu, reason: "as the test says".into() };
            session.ask(Command::Open { device, backbone: card.clone(), base: base.clone(), helpers: 0 });
            let layer = if pooling == Pooling::Last { card.layers } else { 2 };
            session.ask(Command::Recipe(Recipe { layer, pooling, ..Recipe::measured_best(card.layers) }));
            let texts = golden.texts.iter().filter(|text| !text.trim().is_empty());
            // Of chance networks nothing can be learned that holds for other prompts: without any held out, the newest
            // weights are kept.
            let prompts = (0..).map(|i| format!("Question {i}")).filter(|it| part(it) == Part::Train);
            let pairs: Vec<Pair> = texts
                .clone()
                .zip(texts.skip(1))
                .take(24)
                .zip(prompts)
                .map(|((a, b), prompt)| Pair::new(prompt, format!("{a}!"), format!("{b}?"), "test"))
                .collect();
            let comparison = |pair: &Pair| Comparison {
                pair: pair.id.clone(),
                outcome: Outcome::Preferred(Side::A),
                strength: None,
                asked: Asked::Random,
            };
            let comparisons: Vec<Comparison> = pairs.iter().map(comparison).collect();
            session.ask(Command::AddPairs(pairs.into_iter().map(Into::into).collect()));
            let config = DescentConfig {
                learning_rate: 0.01,
                epochs: 3,
                batch_size: 8,
                patience: 0,
                ..DescentConfig::of(depth)
            };
            let events = session.ask(Command::Train { run: RunId(1), comparisons, config, goes_on: None });
            let card_ = events.iter().find_map(|event| match event {
                Event::ModelReady { card, .. } => Some(card),
                _ => None,
            });
            let tuned = card_.unwrap_or_else(|| panic!("{}", told(&events))).recipe.tuned.is_some();
            assert_eq!(tuned, depth.is_deep(), "{} {name}", card.family);
            let export =
                Command::Export { request: RequestId(1), slot: Slot::Trained, parcel: Parcel::Studio };
            let events = session.ask(export);
            let bytes = events.into_iter().find_map(|event| match event {
                Event::Exported { bytes, .. } => Some(bytes),
                Event::Failed { fault, .. } => panic!("{}: {fault}", card.family),
                _ => None,
            });
            let file = folder.join(format!("family-{}-{name}.safetensors", card.family));
            std::fs::write(file, bytes.expect("a file")).expect("written");
        }
    }
}

/// A folder with a copy of a fixture of which the weights are what `change` makes of them.
struct Copy(PathBuf);

impl Copy {
    fn of(card: &BackboneCard, name: &str, files: &[(&str, Vec<u8>)]) -> (Self, BackboneCard) {
        let base = std::env::temp_dir().join(format!("reward-studio-{name}-{}", std::process::id()));
        let folder = base.join(&card.folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let source = repository().join("tests/fixtures").join(&card.folder);
        let mut changed = card.clone();
        for name in card.files.keys().filter(|name| !name.ends_with(".safetensors")) {
            std::fs::copy(source.join(name), folder.join(name)).expect("a copy");
        }
        let weights = changed.files.remove("model.safetensors").expect("weights");
        for (name, bytes) in files {
            std::fs::write(folder.join(name), bytes).expect("a file");
            changed.files.insert((*name).into(), weights.clone());
        }
        (Self(base), changed)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // What is left in the temporary folder is the system's to clear.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn weights(card: &BackboneCard) -> Vec<u8> {
    let file = repository().join("tests/fixtures").join(&card.folder).join("model.safetensors");
    std::fs::read(file).expect("weights")
}

#[test]
fn weights_in_several_files_and_in_halves_are_the_same_network() {
    let golden: Golden = golden("families.json");
    for card in cards() {
        let bytes = weights(&card);
        let whole = SafeTensors::deserialize(&bytes).expect("tensors");
        let names: Vec<&str> = whole.names().into_iter().collect();
        let part = |odd: usize| {
            let of = names.iter().enumerate().filter(|(at, _)| at % 2 == odd);
            safetensors::serialize(of.map(|(_, name)| (*name, whole.tensor(name).expect("a tensor"))), None)
                .expect("a file")
        };
        let halves: Vec<(String, Vec<u8>, Vec<usize>)> = whole
            .iter()
            .map(|(name, view)| {
                let numbers = view.data().as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four));
                let bytes = numbers.flat_map(|x| half::f16::from_f32(x).to_le_bytes()).collect();
                (name.to_owned(), bytes, view.shape().to_vec())
            })
            .collect();
        let views = halves.iter().map(|(name, bytes, shape)| {
            (name.as_str(), TensorView::new(Dtype::F16, shape.clone(), bytes).expect("a tensor"))
        });
        let halved = safetensors::serialize(views, None).expect("a file");
        let rows = &golden.families[&card.family].rows[..1];
        for (name, files, close) in [
            ("parts", vec![("model-1.safetensors", part(0)), ("model-2.safetensors", part(1))], 1e-6),
            ("halves", vec![("model.safetensors", halved)], 0.1),
        ] {
            let (copy, changed) = Copy::of(&card, &format!("{}-{name}", card.family), &files);
            let mut backbone =
                open(&copy.0, changed, DeviceKind::Cpu).unwrap_or_else(|fault| panic!("{fault}"));
            let mut known = opened(&card, DeviceKind::Cpu);
            let row = row(&known.encoder, &rows[0], WHOLE);
            let [a, b] = [&mut backbone, &mut known]
                .map(|it| backbone_pooled(it, std::slice::from_ref(&row), card.layers, Pooling::Mean));
            let difference = apart(&a[0], &b[0]);
            assert!(difference < close, "{} in {name}: {difference}", card.family);
        }
    }
}

#[test]
fn what_is_wrong_with_a_checkpoint_is_named_before_anything_runs() {
    let card = cards().into_iter().find(|card| card.family == "llama").expect("a llama");
    let bytes = weights(&card);
    let whole = SafeTensors::deserialize(&bytes).expect("tensors");
    let without = |left_out: &str| {
        let kept = whole.names().into_iter().filter(|name| *name != left_out);
        safetensors::serialize(kept.map(|name| (name, whole.tensor(name).expect("a tensor"))), None)
            .expect("a file")
    };
    let mut pickle = b"PK\x03\x04".to_vec();
    pickle.resize(200, 0);
    let mut endless = (10_000_000_000u64).to_le_bytes().to_vec();
    endless.resize(200, 0);
    let last = "layers.2.mlp.down_proj.weight";
    for (name, weights, words) in [
        ("missing", without(last), last),
        ("pickle", pickle, "not a safetensors file"),
        ("endless", endless, "header"),
        ("cut", bytes[..bytes.len() - 8].to_vec(), "cut"),
    ] {
        let (copy, changed) = Copy::of(&card, name, &[("model.safetensors", weights)]);
        let fault = open(&copy.0, changed, DeviceKind::Cpu).err().expect("a fault");
        assert!(fault.what.contains(words), "{name}: {fault}");
    }
}

#[test]
fn what_no_family_has_a_use_for_is_named_and_known_leftovers_are_not() {
    let card = cards().into_iter().find(|card| card.family == "gpt2").expect("a gpt2");
    let bytes = weights(&card);
    let whole = SafeTensors::deserialize(&bytes).expect("tensors");
    let more = TensorView::new(Dtype::F32, vec![1], &[0; 4]).expect("a tensor");
    let added =
        ["lm_head.weight", "h.0.attn.bias", "adapter.weight"].map(|name| (name.to_owned(), more.clone()));
    let file = safetensors::serialize(whole.tensors().into_iter().chain(added), None).expect("a file");
    let (copy, changed) = Copy::of(&card, "leftovers", &[("model.safetensors", file)]);
    let backbone = open(&copy.0, changed, DeviceKind::Cpu).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(backbone.unused(), ["adapter.weight"]);
    for card in cards() {
        assert_eq!(opened(&card, DeviceKind::Cpu).unused(), Vec::<String>::new(), "{}", card.family);
    }
}
