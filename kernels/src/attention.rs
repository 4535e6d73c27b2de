//! Multi-head attention over the tokens of one text.

use crate::exp::exp;
use crate::matmul::{WIDE, multiply, panels};

/// What attention works with; kept from one text to the next, so that its memory is.
#[derive(Debug, Default)]
pub struct Workshop {
    keys: Vec<[f32; WIDE]>,
    values: Vec<[f32; WIDE]>,
    weights: Vec<f32>,
}

/// `out [n, d] = softmax(Q Kᵀ / √(d / heads)) V`, head by head, of one text's `qkv [n, 3d]`: queries, then keys, then
/// values, each `[heads, d / heads]` (Vaswani and others, 2017).
///
/// # Panics
/// If `qkv` is not three times as long as `out`, or `heads` does not divide `width`.
#[inline(never)]
pub fn attend(qkv: &[f32], width: usize, heads: usize, workshop: &mut Workshop, out: &mut [f32]) {
    assert_eq!((qkv.len(), width % heads), (3 * out.len(), 0), "queries, keys and values");
    let (count, head) = (out.len() / width, width / heads);
    let scale = 1.0 / (head as f32).sqrt();
    let Workshop { keys, values, weights } = workshop;
    weights.resize(count * count, 0.0);
    for at in (0..width).step_by(head) {
        let part = |number: usize, which: usize| {
            let start = number * 3 * width + which * width + at;
            &qkv[start..start + head]
        };
        lay_out_turned(count, head, |number| part(number, 1), keys);
        for (place, panel) in keys.chunks_exact(head).enumerate() {
            let columns = place * WIDE..(place * WIDE + WIDE).min(count);
            multiply(
                panel,
                count,
                |number| part(number, 0),
                |number, sums| {
                    let places = &mut weights[number * count + columns.start..number * count + columns.end];
                    places.copy_from_slice(&sums[..places.len()]);
                },
            );
        }
        weights.chunks_exact_mut(count).for_each(|row| softmax(row, scale));
        values.clear();
        panels(head, (0..count).map(|number| part(number, 2)), values);
        for (place, panel) in values.chunks_exact(count).enumerate() {
            let columns = place * WIDE..(place * WIDE + WIDE).min(head);
            multiply(
                panel,
                count,
                |number| &weights[number * count..(number + 1) * count],
                |number, sums| {
                    let start = number * width + at;
                    let places = &mut out[start + columns.start..start + columns.end];
                    places.copy_from_slice(&sums[..places.len()]);
                },
            );
        }
    }
}

/// Panels of rows `[count, width]`, of which a panel holds eight whole ones: `[panels, width]`.
fn lay_out_turned<'a>(
    count: usize,
    width: usize,
    row: impl Fn(usize) -> &'a [f32],
    panels: &mut Vec<[f32; WIDE]>,
) {
    panels.clear();
    for start in (0..count).step_by(WIDE) {
        let from = panels.len();
        panels.resize(from + width, [0.0; WIDE]);
        for (lane, number) in (start..(start + WIDE).min(count)).enumerate() {
            panels[from..].iter_mut().zip(row(number)).for_each(|(panel, x)| panel[lane] = *x);
        }
    }
}

/// `row ← softmax(scale · row)`.
fn softmax(row: &mut [f32], scale: f32) {
    let (whole, rest) = row.as_chunks::<WIDE>();
    let mut largest = [f32::NEG_INFINITY; WIDE];
    for values in whole {
        for lane in 0..WIDE {
            largest[lane] = if values[lane] > largest[lane] { values[lane] } else { largest[lane] };
        }
    }
    let largest = largest.iter().chain(rest).fold(f32::NEG_INFINITY, |largest, &x| largest.max(x));
    row.iter_mut().for_each(|x| *x = exp((*x - largest) * scale));
    let (whole, rest) = row.as_chunks::<WIDE>();
    let mut sums = [0.0; WIDE];
    for values in whole {
        for lane in 0..WIDE {
            sums[lane] += values[lane];
        }
    }
    let share = 1.0 / sums.iter().chain(rest).sum::<f32>();
    row.iter_mut().for_each(|x| *x *= share);
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
