//! One block of all-MiniLM-L6-v2, operator by operator, for `cargo xtask bench profile`: the same calls as
//! `model/packed` makes, on made-up numbers.
#![cfg(target_arch = "wasm32")]

use kernels::{Matrix, Norm, Weights, Workshop, attend, gelu};
use wasm_bindgen::prelude::wasm_bindgen;

const WIDTH: usize = 384;
const INNER: usize = 1536;
const HEADS: usize = 12;

/// A block, and what it computes with.
#[wasm_bindgen]
pub struct Block {
    tokens: usize,
    weights: [Weights; 4],
    norm: Norm,
    workshop: Workshop,
    hidden: Vec<f32>,
    wide: Vec<f32>,
    more: Vec<f32>,
    /// What GELU leaves nearly as it is: others it would make smaller at each turn, until they are so small that the
    /// processor takes many times as long for them.
    positive: Vec<f32>,
}

#[wasm_bindgen]
impl Block {
    /// For `rows` texts of `tokens` each.
    #[wasm_bindgen(constructor)]
    pub fn new(rows: usize, tokens: usize) -> Self {
        let weights = |inputs: usize, outputs: usize| {
            Weights::new(Matrix::new(&numbers(inputs * outputs), outputs), &numbers(outputs))
        };
        Self {
            tokens,
            weights: [
                weights(WIDTH, 3 * WIDTH),
                weights(WIDTH, WIDTH),
                weights(WIDTH, INNER),
                weights(INNER, WIDTH),
            ],
            norm: Norm { scale: numbers(WIDTH), shift: numbers(WIDTH), epsilon: 1e-12 },
            workshop: Workshop::default(),
            hidden: numbers(rows * tokens * WIDTH),
            wide: numbers(rows * tokens * INNER),
            more: numbers(rows * tokens * WIDTH),
            positive: numbers(rows * tokens * INNER).iter().map(|x| 5.0 + x).collect(),
        }
    }

    /// One of the operators, by the name that the report gives it.
    pub fn run(&mut self, operator: &str) {
        let Self { tokens, weights: [qkv, output, up, down], norm, workshop, hidden, wide, more, positive } =
            self;
        let count = hidden.len() / WIDTH;
        match operator {
            "product 384 × 1152" => {
                qkv.apply(Matrix::new(hidden, WIDTH), &mut wide[..count * qkv.outputs()])
            }
            "attention" => {
                let texts = wide[..count * 3 * WIDTH].chunks_exact(*tokens * 3 * WIDTH);
                for (qkv, out) in texts.zip(more.chunks_exact_mut(*tokens * WIDTH)) {
                    attend(qkv, WIDTH, HEADS, workshop, out);
                }
            }
            "product 384 × 384" => output.apply(Matrix::new(hidden, WIDTH), more),
            "product 384 × 1536" => up.apply(Matrix::new(hidden, WIDTH), wide),
            "GELU" => gelu(positive),
            "product 1536 × 384" => down.apply(Matrix::new(wide, INNER), more),
            "layer norm" => norm.apply_to_sum(hidden, more),
            other => panic!("there is no operator {other}"),
        }
    }
}

fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|at| ((at * 37) % 101) as f32 / 500.0 - 0.1).collect()
}
