//! Multi-head attention (Vaswani and others, 2017).

mod slopes;

use crate::exp::Exponential;
use crate::tile::{HIGH, Sums, WIDE, multiply, panels, turned};

pub use self::slopes::{SlopeWorkshop, head_slopes};

/// What attention works with; kept from one head to the next, so that its memory is.
#[derive(Debug, Default)]
pub struct Workshop {
    queries: Vec<[f32; WIDE]>,
    keys: Vec<[f32; HIGH]>,
    values: Vec<[f32; HIGH]>,
    shares: Vec<Sums>,
    context: Vec<Sums>,
}

/// A vector for each token, as they lie in a larger tensor: `[n, width]`.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// From the first number of the first on.
    pub numbers: &'a [f32],
    /// Numbers of each.
    pub width: usize,
    /// From one's first number to the next one's; 0 where all tokens have the same.
    pub apart: usize,
}

impl<'a> Rows<'a> {
    #[inline(always)]
    fn row(&self, token: usize) -> &'a [f32] {
        &self.numbers[token * self.apart..][..self.width]
    }
}

/// What a head is made of, for `n` tokens.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// Number of tokens.
    pub tokens: usize,
    /// `[n, head]`.
    pub queries: Rows<'a>,
    /// `[n, head]`.
    pub keys: Rows<'a>,
    /// `[n, head]`.
    pub values: Rows<'a>,
    /// What is added to each query's scores, `[n, n]`.
    pub bias: Option<Rows<'a>>,
}

/// `out [n, d] = softmax(Q Kᵀ / √(d / heads)) V`, head by head, of one text's `qkv [n, 3d]`: queries, then keys, then
/// values, each `[heads, d / heads]`.
///
/// # Panics
/// If `qkv` is not three times as long as `out`, or `heads` does not divide `width`.
pub fn attend(qkv: &[f32], width: usize, heads: usize, workshop: &mut Workshop, out: &mut [f32]) {
    assert_eq!((qkv.len(), width % heads), (3 * out.len(), 0), "queries, keys and values");
    let (tokens, head) = (out.len() / width, width / heads);
    for at in (0..width).step_by(head) {
        let rows = |which: usize| Rows { numbers: &qkv[which * width + at..], width: head, apart: 3 * width };
        let [queries, keys, values] = [0, 1, 2].map(rows);
        attend_head(&Head { tokens, queries, keys, values, bias: None }, workshop, &mut out[at..], width);
    }
}

/// `out [n, head] = softmax(Q Kᵀ / √head + bias) V`, its rows `apart` numbers from each other.
///
/// Eight queries at a time are the panel that all keys pass by, so that the scores `[n, 8]` are themselves the panel
/// that the values pass by, and their softmax goes down eight columns at once.
///
/// # Panics
/// If anything is shorter than the number of tokens asks for.
#[inline(never)]
pub fn attend_head(head: &Head<'_>, workshop: &mut Workshop, out: &mut [f32], apart: usize) {
    let (count, width) = (head.tokens, head.queries.width);
    let Workshop { queries, keys, values, shares, context } = workshop;
    shares.resize(count.div_ceil(HIGH), Sums::default());
    context.resize(width.div_ceil(HIGH), Sums::default());
    turned(count, width, |token| head.queries.row(token), queries);
    turned(count, width, |token| head.keys.row(token), keys);
    panels(width, (0..count).map(|token| head.values.row(token)), values);
    for (place, queries) in queries.chunks_exact(width).enumerate() {
        multiply(keys, queries, shares);
        let shares = &mut shares.as_flattened_mut()[..count];
        let sums = head.shares(place, shares);
        multiply(values, shares, context);
        let parts = sums.map(|sum| 1.0 / sum);
        for (column, context) in context.as_flattened()[..width].iter().enumerate() {
            let tokens = out[place * WIDE * apart..].chunks_mut(apart).take(count - place * WIDE);
            tokens.zip(context.iter().zip(parts)).for_each(|(token, (x, part))| token[column] = x * part);
        }
    }
}

impl Head<'_> {
    /// What products of queries and keys are scaled by.
    fn scale(&self) -> f32 {
        1.0 / (self.queries.width as f32).sqrt()
    }

    /// A panel's products of queries and keys, `[n, 8]`, become what a softmax divides by its sums; these are returned.
    #[inline(always)]
    fn shares(&self, place: usize, rows: &mut [[f32; WIDE]]) -> [f32; WIDE] {
        if let Some(bias) = &self.bias {
            // It is scaled with the products.
            let per = 1.0 / self.scale();
            let lanes: [&[f32]; WIDE] =
                std::array::from_fn(|lane| bias.row((place * WIDE + lane).min(self.tokens - 1)));
            for (key, row) in rows.iter_mut().enumerate() {
                for lane in 0..WIDE {
                    row[lane] += per * lanes[lane][key];
                }
            }
        }
        let mut largest = [f32::NEG_INFINITY; WIDE];
        for row in &*rows {
            for lane in 0..WIDE {
                largest[lane] = if row[lane] > largest[lane] { row[lane] } else { largest[lane] };
            }
        }
        let exponential = Exponential::new(self.scale());
        let mut sums = [0.0; WIDE];
        for row in rows {
            for lane in 0..WIDE {
                row[lane] = exponential.of(row[lane] - largest[lane]);
                sums[lane] += row[lane];
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[n, n]`: no query sees what comes after it, and some of the others it likes more.
    pub(super) fn ahead(count: usize) -> Vec<f32> {
        (0..count * count)
            .map(|at| if at % count > at / count { -1e9 } else { (at % 3) as f32 / 4.0 })
            .collect()
    }

    /// The head of these numbers `[3, n, head]`, one after the other.
    pub(super) fn head<'a>(numbers: &'a [f32], bias: &'a [f32], count: usize, width: usize) -> Head<'a> {
        let rows = |which: usize| Rows { numbers: &numbers[which * count * width..], width, apart: width };
        let [queries, keys, values] = [0, 1, 2].map(rows);
        let bias = Some(Rows { numbers: bias, width: count, apart: count });
        Head { tokens: count, queries, keys, values, bias }
    }

    /// The formula in double precision, of `[n, head]` each.
    pub(super) fn plain([q, k, v]: [&[f64]; 3], bias: &[f32], width: usize) -> Vec<f64> {
        let count = q.len() / width;
        let row = |of: &[f64], token: usize| of[token * width..][..width].to_vec();
        let weights = |query: usize| -> Vec<f64> {
            let score = |key: usize| {
                let product: f64 = row(q, query).iter().zip(row(k, key)).map(|(q, k)| q * k).sum();
                (product / (width as f64).sqrt() + f64::from(bias[query * count + key])).exp()
            };
            let scores: Vec<f64> = (0..count).map(score).collect();
            let all: f64 = scores.iter().sum();
            scores.iter().map(|score| score / all).collect()
        };
        let sum = |query: usize, column: usize| -> f64 {
            weights(query).iter().enumerate().map(|(key, share)| share * v[key * width + column]).sum()
        };
        (0..count * width).map(|at| sum(at / width, at % width)).collect()
    }

    #[test]
    fn what_is_added_to_scores_counts() {
        for (count, width) in [(1, 4), (5, 3), (8, 12), (13, 8)] {
            let value = |at: usize| ((at * 7919) % 1009) as f32 / 250.0 - 2.0;
            let numbers: Vec<f32> = (0..3 * count * width).map(value).collect();
            let exact: Vec<f64> = numbers.iter().map(|&x| f64::from(x)).collect();
            let bias = ahead(count);
            let part = |which: usize| which * count * width..(which + 1) * count * width;
            let head = head(&numbers, &bias, count, width);
            let mut out = vec![0.0; count * width];
            attend_head(&head, &mut Workshop::default(), &mut out, width);
            let plain = plain([0, 1, 2].map(|which| &exact[part(which)]), &bias, width);
            for (ours, plain) in out.iter().zip(plain) {
                assert!((f64::from(*ours) - plain).abs() < 1e-5, "{count} × {width}: {ours}, {plain}");
            }
        }
    }

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
