//! Reads preference files with the default backbone, once, and writes what it says of every response: the asking
//! benchmark and its peer in Python both start from this file.
//!
//! ```text
//! features OUT.safetensors LEARN.jsonl [TEST.jsonl]
//! ```
//! Rows are TRL's `{prompt, chosen, rejected}`, or `{prompt, response_a, response_b, votes}` with votes of 1, 2 and 0
//! for a tie, of which the majority counts. Lines that are neither are counted and left out. Tensors, for `n` pairs and `d` dimensions:
//!
//! | tensor | shape | what |
//! |---|---|---|
//! | `vectors` | `[n, 2, d]` | pooled vectors of both responses |
//! | `tokens` | `[n, 2]` | their lengths |
//! | `outcome` | `[n]` | 1 where the first was preferred, 0 where the second, 0.5 for a tie |
//! | `group` | `[n]` | the same number for the same prompt |
//! | `test` | `[n]` | 1 for rows of the test file |

#[path = "../../tests/it/browserless.rs"]
#[allow(dead_code, clippy::unwrap_used)]
mod browserless;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;

use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::recipe::Recipe;
use safetensors::tensor::{Dtype, TensorView};
use serde::Deserialize;

/// As `real_data.rs` and the measurements before it.
const MAX_TOKENS: u16 = 128;
const BATCH: usize = 4;

#[derive(Deserialize)]
#[serde(untagged)]
enum Row {
    Chosen { prompt: String, chosen: String, rejected: String },
    Voted { prompt: String, response_a: String, response_b: String, votes: Vec<u8> },
}

struct Pair {
    prompt: String,
    responses: [String; 2],
    outcome: f32,
    test: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, files @ ..] = arguments.as_slice() else { return Err("give OUT LEARN [TEST]".into()) };
    let (mut pairs, mut left_out) = (Vec::new(), 0);
    for (file, test) in files.iter().zip([false, true]) {
        for line in std::fs::read_to_string(file)?.lines().filter(|line| !line.trim().is_empty()) {
            match serde_json::from_str(line) {
                Ok(row) => pairs.push(pair(row, test)),
                Err(_) => left_out += 1,
            }
        }
    }
    eprintln!("{} pairs, {left_out} lines left out", pairs.len());
    let (vectors, tokens) = read(&pairs)?;
    write(Path::new(out), &pairs, &vectors, &tokens)
}

fn pair(row: Row, test: bool) -> Pair {
    match row {
        Row::Chosen { prompt, chosen, rejected } => {
            Pair { prompt, responses: [chosen, rejected], outcome: 1.0, test }
        }
        Row::Voted { prompt, response_a, response_b, votes } => {
            let count = |vote| votes.iter().filter(|given| **given == vote).count();
            let (first, second, ties) = (count(1), count(2), count(0));
            let outcome = if first > second.max(ties) {
                1.0
            } else if second > first.max(ties) {
                0.0
            } else {
                0.5
            };
            Pair { prompt, responses: [response_a, response_b], outcome, test }
        }
    }
}

/// `[n, 2, d]` and `[n, 2]`; a text that comes twice is read once.
fn read(pairs: &[Pair]) -> Result<(Vec<f32>, Vec<f32>), Box<dyn std::error::Error>> {
    let mut backbone = browserless::backbone(false, DeviceKind::Cpu);
    let recipe = Recipe { max_tokens: MAX_TOKENS, ..Recipe::measured_best(backbone.card.layers) };
    let mut texts: HashMap<(&str, &str), usize> = HashMap::new();
    let mut encoded = Vec::new();
    let mut places = Vec::new();
    for pair in pairs {
        for response in &pair.responses {
            let key = (pair.prompt.as_str(), response.as_str());
            let place = match texts.entry(key) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    encoded.push(backbone.encoder.encode(key.0, key.1, recipe.max_tokens)?);
                    *new.insert(encoded.len() - 1)
                }
            };
            places.push(place);
        }
    }
    let mut order: Vec<usize> = (0..encoded.len()).collect();
    order.sort_by_key(|&at| encoded[at].row.ids.len());
    let mut pooled = vec![Vec::new(); encoded.len()];
    for (done, batch) in order.chunks(BATCH).enumerate() {
        if done % 100 == 0 {
            eprintln!("{} of {} responses read", done * BATCH, order.len());
        }
        let rows: Vec<_> = batch.iter().map(|&at| encoded[at].row.clone()).collect();
        let values = browserless::wait(backbone.pooled(&rows, recipe.layer, recipe.pooling))?;
        for (&at, vector) in batch.iter().zip(values.chunks_exact(values.len() / batch.len())) {
            pooled[at] = vector.to_vec();
        }
    }
    let vectors = places.iter().flat_map(|&at| pooled[at].clone()).collect();
    Ok((vectors, places.iter().map(|&at| encoded[at].response_tokens as f32).collect()))
}

fn write(
    out: &Path,
    pairs: &[Pair],
    vectors: &[f32],
    tokens: &[f32],
) -> Result<(), Box<dyn std::error::Error>> {
    let count = pairs.len();
    let mut groups: HashMap<&str, usize> = HashMap::new();
    let group: Vec<f32> = pairs
        .iter()
        .map(|pair| {
            let next = groups.len();
            *groups.entry(pair.prompt.as_str()).or_insert(next) as f32
        })
        .collect();
    let outcome: Vec<f32> = pairs.iter().map(|pair| pair.outcome).collect();
    let test: Vec<f32> = pairs.iter().map(|pair| f32::from(u8::from(pair.test))).collect();
    let width = vectors.len() / (2 * count.max(1));
    let tensors: [(&str, Vec<usize>, Vec<u8>); 5] = [
        ("vectors", vec![count, 2, width], bytes(vectors)),
        ("tokens", vec![count, 2], bytes(tokens)),
        ("outcome", vec![count], bytes(&outcome)),
        ("group", vec![count], bytes(&group)),
        ("test", vec![count], bytes(&test)),
    ];
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| Ok((*name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(out, safetensors::serialize(views, None)?)?;
    Ok(())
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}
