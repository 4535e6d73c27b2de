//! One block of all-MiniLM-L6-v2, operator by operator, for `cargo xtask bench profile`: the same calls as
//! `model/packed` makes, and those of `model/loops` on the way back, on made-up numbers.
#![cfg(target_arch = "wasm32")]

use std::hint::black_box;

use kernels::{
    Head, Matrix, Norm, Rows, SlopeWorkshop, Weights, Workshop, attend, gelu, gelu_slopes, head_slopes,
    norm_slopes,
};
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
    slope_workshop: SlopeWorkshop,
    /// A matrix that nobody has laid out, `[d, inner]`.
    matrix: Vec<f32>,
    /// Slopes, which the way back writes over.
    slopes: Vec<f32>,
    own: [Vec<f32>; 2],
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
            slope_workshop: SlopeWorkshop::default(),
            matrix: numbers(WIDTH * INNER),
            slopes: numbers(rows * tokens * INNER),
            own: [vec![0.0; WIDTH], vec![0.0; WIDTH]],
            hidden: numbers(rows * tokens * WIDTH),
            wide: numbers(rows * tokens * INNER),
            more: numbers(rows * tokens * WIDTH),
            positive: numbers(rows * tokens * INNER).iter().map(|x| 5.0 + x).collect(),
        }
    }

    /// One of the operators, by the name that the report gives it.
    pub fn run(&mut self, operator: &str) {
        let Self { tokens, weights: [qkv, output, up, down], norm, workshop, slope_workshop, .. } = self;
        let Self { matrix, slopes, own: [by_scale, by_shift], hidden, wide, more, positive, .. } = self;
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
            "laying out 384 × 1536" => {
                black_box(Weights::new(Matrix::new(matrix, INNER), &wide[..INNER]));
            }
            "laying out its transpose" => {
                black_box(Weights::new(Matrix::new(matrix, INNER).turned(), &wide[..WIDTH]));
            }
            "attention, back" => {
                let size = *tokens * WIDTH;
                for (qkv, out) in wide.chunks_exact(3 * size).zip(slopes.chunks_exact_mut(3 * size)) {
                    for at in (0..WIDTH).step_by(WIDTH / HEADS) {
                        let of = |numbers, apart| Rows { numbers, width: WIDTH / HEADS, apart };
                        let [queries, keys, values] =
                            [0, 1, 2].map(|which| of(&qkv[which * WIDTH + at..], 3 * WIDTH));
                        let head = Head { tokens: *tokens, queries, keys, values, bias: None };
                        let (by_query, others) = out.split_at_mut(size);
                        let (by_key, by_value) = others.split_at_mut(size);
                        let parts = [by_query, by_key, by_value].map(|part| &mut part[at..]);
                        head_slopes(&head, of(&hidden[at..], WIDTH), slope_workshop, parts, WIDTH);
                    }
                }
            }
            "layer norm, back" => {
                let own = [&mut by_scale[..], &mut by_shift[..]];
                norm_slopes(hidden, &norm.scale, norm.epsilon, more, own);
            }
            "GELU, back" => gelu_slopes(positive, slopes),
            other => panic!("there is no operator {other}"),
        }
    }
}

fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|at| ((at * 37) % 101) as f32 / 500.0 - 0.1).collect()
}
