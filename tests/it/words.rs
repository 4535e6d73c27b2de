//! The word table stays off the device: what a GPU binds at once limits no vocabulary.

use burn::module::{Module, ModuleVisitor, Param};
use burn::nn::Embedding;
use burn::tensor::{Int, Tensor, TensorData};
use reward_studio::domain::backbone::BackboneCard;
use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::family;
use reward_studio::engine::device;
use reward_studio::engine::ports::{ByteSource, Host};
use reward_studio::model::transformer::Transformer;
use reward_studio::model::words::{Numbers, Words};
use reward_studio::weights::backbone::BackboneFile;
use reward_studio::weights::file::TensorFile;

use crate::browserless::{Bytes, World, repository, wait};
use crate::speed::timed;

/// Numbers that a pretended device binds at once.
const BINDING: usize = 4096;

/// Each family's fixture, its blocks loaded, and the file that it comes from.
fn networks(kind: DeviceKind) -> Vec<(Transformer, TensorFile<Bytes>)> {
    let base = repository().join("tests/fixtures");
    let list = std::fs::read(base.join("families/backbones.json")).expect("the catalogue");
    let cards: Vec<BackboneCard> = serde_json::from_slice(&list).expect("cards");
    let base = base.to_string_lossy().into_owned();
    cards.into_iter().map(|card| wait(network(&base, card, kind))).collect()
}

async fn network(base: &str, card: BackboneCard, kind: DeviceKind) -> (Transformer, TensorFile<Bytes>) {
    let world = World::new();
    let open = async |name: &str| world.open(base, &card, name, &|_, _| {}).await.expect("a file");
    let config = open("config.json").await;
    let config = config.read(0..config.size()).await.expect("bytes");
    let architecture = family::from_json(&config).expect("an architecture");
    let weights = async || TensorFile::open(open("model.safetensors").await).await.expect("weights");
    let device = device::start(kind).await.expect("a device");
    let file = BackboneFile::new(weights().await, architecture.clone(), device).expect("a backbone");
    let embeddings = file.embeddings().await.expect("embeddings");
    let mut blocks = Vec::new();
    for index in 0..architecture.layers {
        blocks.push(file.block(index).await.expect("a block"));
    }
    let final_norm = file.final_norm().await.expect("a norm");
    (Transformer { embeddings, blocks, final_norm, architecture }, weights().await)
}

/// Numbers of the largest tensor of a network that lies on its device.
#[derive(Default)]
struct Largest(usize);

impl ModuleVisitor for Largest {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0 = self.0.max(param.val().dims().iter().product());
    }
}

/// That its hidden states are PyTorch's, `families.rs` shows.
#[test]
fn a_vocabulary_is_not_bound_by_what_a_device_binds_at_once() {
    let mut seen = networks(DeviceKind::NdArray).into_iter().map(|(network, _)| network);
    let network = seen.find(|network| network.architecture.family == "llama").expect("the family");
    let mut largest = Largest::default();
    network.visit(&mut largest);
    let table = network.architecture.vocabulary * network.architecture.hidden;
    assert!(largest.0 > 0 && largest.0 <= BINDING && BINDING < table, "{}, {table}", largest.0);
}

#[test]
fn words_are_those_of_a_table_on_the_device() {
    for kind in [DeviceKind::Cpu, DeviceKind::NdArray] {
        let device = wait(device::start(kind)).expect("a device");
        for (network, file) in networks(kind) {
            let names = &network.architecture.names;
            let word = format!("{}.weight", names.word);
            let word =
                names.prefixes.iter().map(|prefix| format!("{prefix}{word}")).find(|name| file.has(name));
            let shape = [network.architecture.vocabulary, network.architecture.hidden];
            let table = wait(file.tensor(&word.expect("a table"), &shape)).expect("numbers");
            let weight = Param::from_tensor(Tensor::from_data(TensorData::new(table, shape), &device));
            let (ids, shape) = ([7, 0, 41, 7, 3, 9], [2, 3]);
            let there = Tensor::<2, Int>::from_data(
                TensorData::new(ids.map(|id| id as i32).to_vec(), shape),
                &device,
            );
            let there = wait(Embedding { weight }.forward(there).into_data_async()).expect("numbers");
            let here = network.embeddings.word.forward(&ids, shape, &device);
            assert_eq!(wait(here.into_data_async()).expect("numbers"), there);
        }
    }
}

/// A large batch's words from the host's memory and from a device's: `cargo test --test it words -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn what_a_look_up_takes() {
    let (vocabulary, width, shape) = (30_522, 384, [64, 128]);
    let table: Vec<f32> = (0..vocabulary * width).map(|at| (at % 1009) as f32).collect();
    let ids: Vec<u32> = (0..shape[0] * shape[1]).map(|at| (at * 7919 % vocabulary) as u32).collect();
    for kind in [DeviceKind::Cpu, DeviceKind::NdArray] {
        let device = wait(device::start(kind)).expect("a device");
        let weight = TensorData::new(table.clone(), [vocabulary, width]);
        let embedding = Embedding { weight: Param::from_tensor(Tensor::from_data(weight, &device)) };
        let words = Words::new(Numbers::F32(table.clone()), width);
        let there = || {
            let ids: Vec<i32> = ids.iter().map(|&id| id as i32).collect();
            embedding.forward(Tensor::<2, Int>::from_data(TensorData::new(ids, shape), &device))
        };
        let (here, there) = (timed(|| words.forward(&ids, shape, &device)), timed(there));
        println!("{shape:?} × {width} on {}: here {here:.2} ms, there {there:.2} ms", kind.name());
    }
}
