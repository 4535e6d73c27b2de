//! Training below the head where there is no room for the graph of all blocks: blocks that are computed again give the same
//! weights, in less memory.

use std::time::Instant;

use burn::module::Module;
use reward_studio::domain::config::DescentConfig;
use reward_studio::domain::depth::{Depth, Lora, Targets};
use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::recipe::{Pooling, Recipe};
use reward_studio::model::reward_model::Scaling;
use reward_studio::model::tuned::Change;
use reward_studio::protocol::crew::TokenRow;
use reward_studio::train::exact::Solution;
use reward_studio::train::lesson::Said;
use reward_studio::train::tuning::{Pairing, Tuning};
use reward_studio::weights::changes::changes;

use crate::browserless::wait;
use crate::tuning::{Texts, aim, opened};

const EVERYTHING: Depth = Depth::Lora(Lora { rank: 2, alpha: 3.0, targets: Targets::Everything });

/// A run that has not stepped yet, over all of a backbone's blocks, and its texts: pairs of `length` tokens at most.
fn run(folder: &str, depth: &Depth, kind: DeviceKind, (pairs, length): (u32, u32)) -> (Tuning, Texts) {
    let mut backbone = opened(folder, kind);
    let layer = backbone.card.layers;
    let first = depth.first_block(layer);
    let rows = (0..2 * pairs).map(|at| {
        let ids: Vec<u32> = (0..length - at % 3).map(|place| 5 + (at * 13 + place * 7) % 40).collect();
        TokenRow { response_start: 2, response_end: ids.len() as u32 - 1, ids }
    });
    let texts = Texts::new(&mut backbone, rows.collect(), vec![1.0; 2 * pairs as usize], first);
    let d = usize::from(backbone.card.hidden);
    let scaling = Scaling { mean: vec![0.0; d], std: vec![1.0; d], length: None };
    let aim = aim(0.1, scaling, Pooling::Mean);
    let upper = wait(backbone.upper(first, &Recipe { layer, ..aim.recipe.clone() })).expect("blocks");
    let config = DescentConfig { batch_size: pairs, ..DescentConfig::of(*depth) };
    let pairing = |at| Pairing { chosen: 2 * at, rejected: 2 * at + 1, said: Said::CHOSEN };
    let train = (0..pairs as usize).map(pairing).collect();
    let start = (Solution { weights: (0..d).map(|at| (at as f32).sin()).collect(), tie: 0.0 }.into(), None);
    (Tuning::new(upper, (train, vec![]), aim, start, config, &backbone.device), texts)
}

fn step(tuning: &mut Tuning, texts: &Texts) {
    let wanted: Vec<Pairing> = tuning.wanted().collect();
    tuning.learn(&wanted, |at| texts.get(at));
    wait(tuning.end_epoch(&[])).expect("an epoch");
}

/// What three steps have made of head and blocks.
fn learned(folder: &str, depth: &Depth, kind: DeviceKind, room: usize) -> Vec<f32> {
    let (tuning, texts) = run(folder, depth, kind, (3, 9));
    let mut tuning = tuning.within(room);
    (0..3).for_each(|_| step(&mut tuning, &texts));
    let best = tuning.best();
    let upper = best.upper.as_ref().expect("without validation pairs the newest is kept").valid();
    let blocks: Vec<f32> = match wait(changes(&upper, depth)).expect("changes") {
        Change::Tensors(tensors) => tensors.into_values().flat_map(|tensor| tensor.values).collect(),
        Change::Lora(_, products) => {
            products.into_values().flat_map(|product| [product.a, product.b].concat()).collect()
        }
    };
    [best.learned.solution.weights.as_slice(), &blocks].concat()
}

#[test]
fn blocks_that_are_computed_again_learn_the_same() {
    for folder in ["tiny-bert", "families/llama", "families/modernbert"] {
        for depth in [Depth::Last(1), Depth::Last(2), EVERYTHING] {
            for kind in [DeviceKind::Cpu, DeviceKind::NdArray] {
                let [kept, again] = [usize::MAX, 0].map(|room| learned(folder, &depth, kind, room));
                assert_eq!(kept.len(), again.len());
                for (kept, again) in kept.iter().zip(&again) {
                    let near = (kept - again).abs() <= 1e-6 * kept.abs();
                    assert!(near, "{folder} {depth:?} on {}: {kept}, {again}", kind.name());
                }
            }
        }
    }
}

/// Peak and time of steps over all blocks of the default backbone: `MALLOC_MMAP_THRESHOLD_=65536 cargo test --test it
/// what_a_graph -- --ignored --nocapture`, on Linux, where glibc then gives back at once what is freed.
#[test]
#[ignore = "a measurement, of the real backbone"]
fn what_a_graph_takes() {
    for depth in [Depth::Last(2), EVERYTHING] {
        for (pairs, length) in [(1, 128), (1, 512)] {
            for room in [usize::MAX, 0] {
                let (tuning, texts) = run("minilm", &depth, DeviceKind::Cpu, (pairs, length));
                let mut tuning = tuning.within(room);
                // The moments are there after the first.
                step(&mut tuning, &texts);
                let before = resident("VmRSS");
                std::fs::write("/proc/self/clear_refs", "5").expect("Linux");
                let began = Instant::now();
                (0..2).for_each(|_| step(&mut tuning, &texts));
                let ms = began.elapsed().as_secs_f64() * 1e3 / 2.0;
                let peak = resident("VmHWM");
                let more = peak.saturating_sub(before);
                println!(
                    "{depth:?} {pairs} × {length} within {room}: {more} MB more, peak {peak} MB, {ms:.0} ms"
                );
            }
        }
    }
}

/// Megabytes of this process.
fn resident(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with(what)).expect("a line");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).expect("a number") / 1000
}
