//! How a head's result moves with its queries, keys and values.

use super::{Head, Rows};
use crate::tile::{HIGH, Sums, WIDE, multiply, panels, turned};

/// What the slopes of attention are worked out with; kept from one head to the next, so that its memory is.
#[derive(Debug, Default)]
pub struct SlopeWorkshop {
    queries: Vec<[f32; WIDE]>,
    results: Vec<[f32; WIDE]>,
    keys: Vec<[f32; HIGH]>,
    values: Vec<[f32; HIGH]>,
    key_columns: Vec<[f32; HIGH]>,
    shares: Vec<Sums>,
    by_share: Vec<Sums>,
    by_query: Vec<Sums>,
    share_rows: Vec<[f32; HIGH]>,
    score_rows: Vec<[f32; HIGH]>,
    /// What is summed up over queries, in panels.
    factors: Vec<[f32; WIDE]>,
    sums: Vec<Sums>,
}

/// From `results [n, head]`, the slopes of what [`super::attend_head`] gives, those of its queries, keys and values: each
/// into its own part of `out`, rows `apart` numbers from each other.
///
/// The shares `P` are computed again: they would be `n²` numbers of every head. With `D = P ∘ (dO Vᵀ)` summed over the
/// keys, `dS = P ∘ (dO Vᵀ − D)`, and then `dV = Pᵀ dO`, `dK = dSᵀ Q / √head`, `dQ = dS K / √head` (as Dao and others, 2022,
/// write them down). Eight queries at a time are the panel, as there; `P` and `dS` are laid out by key on the way, for the
/// two products that sum over queries.
///
/// # Panics
/// If anything is shorter than the number of tokens asks for.
#[inline(never)]
pub fn head_slopes(
    head: &Head<'_>,
    results: Rows<'_>,
    workshop: &mut SlopeWorkshop,
    out: [&mut [f32]; 3],
    apart: usize,
) {
    let (count, width) = (head.tokens, head.queries.width);
    let it = workshop;
    let [query_slopes, key_slopes, value_slopes] = out;
    let groups = count.div_ceil(HIGH);
    it.shares.resize(groups, Sums::default());
    it.by_share.resize(groups, Sums::default());
    it.by_query.resize(width.div_ceil(HIGH), Sums::default());
    for rows in [&mut it.share_rows, &mut it.score_rows] {
        rows.resize(groups * count, [0.0; HIGH]);
    }
    turned(count, width, |token| head.queries.row(token), &mut it.queries);
    turned(count, width, |token| results.row(token), &mut it.results);
    turned(count, width, |token| head.keys.row(token), &mut it.keys);
    turned(count, width, |token| head.values.row(token), &mut it.values);
    panels(width, (0..count).map(|token| head.keys.row(token)), &mut it.key_columns);

    let panel = it.queries.chunks_exact(width).zip(it.results.chunks_exact(width));
    for (place, (queries, results)) in panel.enumerate() {
        let first = place * WIDE;
        multiply(&it.keys, queries, &mut it.shares);
        multiply(&it.values, results, &mut it.by_share);
        let shares = &mut it.shares.as_flattened_mut()[..count];
        let sums = head.shares(place, shares);
        let by_share = &mut it.by_share.as_flattened_mut()[..count];
        to_scores(shares, sums, by_share, head.scale());
        multiply(&it.key_columns, by_share, &mut it.by_query);
        for (column, slopes) in it.by_query.as_flattened()[..width].iter().enumerate() {
            let tokens = query_slopes[first * apart..].chunks_mut(apart).take(count - first);
            tokens.zip(slopes).for_each(|(token, slope)| token[column] = *slope);
        }
        by_key(&it.shares, first, count, &mut it.share_rows);
        by_key(&it.by_share, first, count, &mut it.score_rows);
    }

    let both = [(&it.share_rows, results, value_slopes), (&it.score_rows, head.queries, key_slopes)];
    for (rows, factors, slopes) in both {
        panels(width, (0..count).map(|token| factors.row(token)), &mut it.factors);
        it.sums.resize(groups, Sums::default());
        for (place, panel) in it.factors.chunks_exact(count).enumerate() {
            multiply(rows, panel, &mut it.sums);
            let columns = place * WIDE..(place * WIDE + WIDE).min(width);
            let tokens = slopes.chunks_mut(apart).take(count);
            for (token, sums) in tokens.zip(it.sums.as_flattened()) {
                token[columns.clone()].copy_from_slice(&sums[..columns.len()]);
            }
        }
    }
}

/// `shares` become parts of one, and the slopes by them, `[n, 8]`, those by the products of queries and keys.
#[inline(always)]
fn to_scores(shares: &mut [[f32; WIDE]], sums: [f32; WIDE], slopes: &mut [[f32; WIDE]], scale: f32) {
    let parts = sums.map(|sum| 1.0 / sum);
    let mut mean = [0.0; WIDE];
    for (shares, slopes) in shares.iter_mut().zip(&*slopes) {
        for lane in 0..WIDE {
            shares[lane] *= parts[lane];
            mean[lane] += shares[lane] * slopes[lane];
        }
    }
    for (shares, slopes) in shares.iter().zip(slopes) {
        for lane in 0..WIDE {
            slopes[lane] = scale * shares[lane] * (slopes[lane] - mean[lane]);
        }
    }
}

/// A panel of eight queries, `[groups of keys, 4, 8]`, to where all are laid out for sums over queries:
/// `[groups of keys, n, 4]`. A query that only fills the panel up is left out.
#[inline(always)]
fn by_key(panel: &[Sums], first: usize, count: usize, rows: &mut [[f32; HIGH]]) {
    for (keys, rows) in panel.iter().zip(rows.chunks_exact_mut(count)) {
        for (lane, row) in rows[first..].iter_mut().take(WIDE).enumerate() {
            *row = keys.map(|key| key[lane]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ahead, head, plain};
    use super::*;

    #[test]
    fn slopes_are_what_the_formula_moves_by() {
        for (count, width) in [(1, 4), (5, 3), (8, 12), (13, 8)] {
            let value = |at: usize| ((at * 7919) % 1009) as f32 / 250.0 - 2.0;
            let numbers: Vec<f32> = (0..4 * count * width).map(value).collect();
            let bias = ahead(count);
            let part = |which: usize| which * count * width..(which + 1) * count * width;
            let head = head(&numbers, &bias, count, width);
            let results = Rows { numbers: &numbers[part(3)], width, apart: width };
            // Its rows lie apart, with room for another head's between them.
            let apart = 2 * width;
            let mut slopes = [0, 1, 2].map(|_| vec![7.0; count * apart]);
            let out = slopes.each_mut().map(|part| &mut part[..]);
            head_slopes(&head, results, &mut SlopeWorkshop::default(), out, apart);

            let exact: Vec<f64> = numbers.iter().map(|&x| f64::from(x)).collect();
            let total = |inputs: &[f64]| -> f64 {
                let results = plain([0, 1, 2].map(|which| &inputs[part(which)]), &bias, width);
                results.iter().zip(&exact[part(3)]).map(|(result, slope)| result * slope).sum()
            };
            for at in 0..3 * count * width {
                let moved = |by: f64| {
                    let mut inputs = exact.clone();
                    inputs[at] += by;
                    total(&inputs)
                };
                let plain = (moved(1e-4) - moved(-1e-4)) / 2e-4;
                let (which, token, column) = (at / (count * width), at / width % count, at % width);
                let ours = f64::from(slopes[which][token * apart + column]);
                assert!((ours - plain).abs() < 1e-4, "{count} × {width}, {which}: {ours}, {plain}");
            }
            let others = slopes.iter().flat_map(|part| part.chunks(apart)).flat_map(|token| &token[width..]);
            assert!(others.clone().all(|x| *x == 7.0), "another head's");
        }
    }
}
