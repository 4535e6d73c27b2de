//! Multi-head attention over the tokens of one text.

use crate::exp::Exponential;
use crate::tile::{HIGH, Sums, WIDE, multiply, panels, turned};

/// What attention works with; kept from one text to the next, so that its memory is.
#[derive(Debug, Default)]
pub struct Workshop {
    queries: Vec<[f32; WIDE]>,
    keys: Vec<[f32; HIGH]>,
    values: Vec<[f32; HIGH]>,
    shares: Vec<Sums>,
    context: Vec<Sums>,
}

/// `out [n, d] = softmax(Q Kᵀ / √(d / heads)) V`, head by head, of one text's `qkv [n, 3d]`: queries, then keys, then
/// values, each `[heads, d / heads]` (Vaswani and others, 2017).
///
/// Eight queries at a time are the panel that all keys pass by, so that the scores `[n, 8]` are themselves the panel
/// that the values pass by, and their softmax goes down eight columns at once.
///
/// # Panics
/// If `qkv` is not three times as long as `out`, or `heads` does not divide `width`.
#[inline(never)]
pub fn attend(qkv: &[f32], width: usize, heads: usize, workshop: &mut Workshop, out: &mut [f32]) {
    assert_eq!((qkv.len(), width % heads), (3 * out.len(), 0), "queries, keys and values");
    let (count, head) = (out.len() / width, width / heads);
    let scale = 1.0 / (head as f32).sqrt();
    let Workshop { queries, keys, values, shares, context } = workshop;
    shares.resize(count.div_ceil(HIGH), Sums::default());
    context.resize(head.div_ceil(HIGH), Sums::default());
    for at in (0..width).step_by(head) {
        let part = |number: usize, which: usize| {
            let start = number * 3 * width + which * width + at;
            &qkv[start..start + head]
        };
        turned(count, head, |number| part(number, 0), queries);
        turned(count, head, |number| part(number, 1), keys);
        panels(head, (0..count).map(|number| part(number, 2)), values);
        for (place, queries) in queries.chunks_exact(head).enumerate() {
            multiply(keys, queries, shares);
            let shares = &mut shares.as_flattened_mut()[..count];
            let parts = softmax(shares, scale);
            multiply(values, shares, context);
            for (column, context) in context.as_flattened()[..head].iter().enumerate() {
                let tokens = out[place * WIDE * width..].chunks_exact_mut(width);
                tokens
                    .zip(context.iter().zip(parts))
                    .for_each(|(token, (x, part))| token[at + column] = x * part);
            }
        }
    }
}

/// `column ← exp(scale · (column − max(column)))`, each of eight, and one by what it then sums up to: times which it is a
/// softmax.
fn softmax(rows: &mut [[f32; WIDE]], scale: f32) -> [f32; WIDE] {
    let mut largest = [f32::NEG_INFINITY; WIDE];
    for row in &*rows {
        for lane in 0..WIDE {
            largest[lane] = if row[lane] > largest[lane] { row[lane] } else { largest[lane] };
        }
    }
    let exponential = Exponential::new(scale);
    let mut sums = [0.0; WIDE];
    for row in rows {
        for lane in 0..WIDE {
            row[lane] = exponential.of(row[lane] - largest[lane]);
            sums[lane] += row[lane];
        }
    }
    sums.map(|sum| 1.0 / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_tokens_and_any_width_give_the_plain_formula() {
        let mut workshop = Workshop::default();
        for (count, width, heads) in [(1, 4, 2), (5, 12, 3), (8, 16, 2), (21, 20, 2)] {
            let value = |at: usize| ((at * 7919) % 1009) as f32 / 250.0 - 2.0;
            let qkv: Vec<f32> = (0..count * 3 * width).map(value).collect();
            let mut out = vec![0.0; count * width];
            attend(&qkv, width, heads, &mut workshop, &mut out);
            let head = width / heads;
            let of = |token: usize, which: usize, column: usize| {
                f64::from(qkv[token * 3 * width + which * width + column])
            };
            for token in 0..count {
                for column in 0..width {
                    let start = column / head * head;
                    let score = |other: usize| {
                        let product: f64 =
                            (start..start + head).map(|at| of(token, 0, at) * of(other, 1, at)).sum();
                        (product / (head as f64).sqrt()).exp()
                    };
                    let all: f64 = (0..count).map(score).sum();
                    let plain: f64 = (0..count).map(|other| score(other) / all * of(other, 2, column)).sum();
                    let ours = f64::from(out[token * width + column]);
                    assert!((ours - plain).abs() < 1e-5, "{count} × {width}: {ours}, {plain}");
                }
            }
        }
    }
}
