//! Layer norm (Ba and others, 2016), with what is added before it.

const LANES: usize = 8;

/// A layer norm's parameters.
#[derive(Clone, Debug)]
pub struct Norm {
    /// `[d]`.
    pub scale: Vec<f32>,
    /// `[d]`.
    pub shift: Vec<f32>,
    /// Added to the variance.
    pub epsilon: f32,
}

impl Norm {
    /// `rows ← norm(rows + more)`, each row of `d` by itself; `more` is as long as `rows`.
    #[inline(never)]
    pub fn apply_to_sum(&self, rows: &mut [f32], more: &[f32]) {
        rows.iter_mut().zip(more).for_each(|(x, more)| *x += more);
        self.apply(rows);
    }

    /// `rows ← norm(rows)`, each row of `d` by itself.
    #[inline(never)]
    pub fn apply(&self, rows: &mut [f32]) {
        let width = self.scale.len();
        for row in rows.chunks_exact_mut(width) {
            let mean = sum(row, |x| x) / width as f32;
            let variance = sum(row, |x| (x - mean) * (x - mean)) / width as f32;
            let factor = 1.0 / (variance + self.epsilon).sqrt();
            for ((x, scale), shift) in row.iter_mut().zip(&self.scale).zip(&self.shift) {
                *x = (*x - mean) * factor * scale + shift;
            }
        }
    }
}

/// `slopes`, those of what a layer norm gives for `rows`, become those of `rows`; those of its scale and shift, `[d]` each,
/// are added to `scale_slopes` and `shift_slopes`.
///
/// With `g = γ · slope` and `x̂` what the norm gives before its scale: `(g − mean(g) − x̂ · mean(g x̂)) / √(variance + ε)`.
///
/// # Panics
/// If a scale, or what is added to, has not `d` numbers.
#[inline(never)]
pub fn norm_slopes(
    rows: &[f32],
    scale: &[f32],
    epsilon: f32,
    slopes: &mut [f32],
    [scale_slopes, shift_slopes]: [&mut [f32]; 2],
) {
    let width = scale.len();
    let (scale_slopes, shift_slopes) = (&mut scale_slopes[..width], &mut shift_slopes[..width]);
    for (row, slopes) in rows.chunks_exact(width).zip(slopes.chunks_exact_mut(width)) {
        let mean = sum(row, |x| x) / width as f32;
        let variance = sum(row, |x| (x - mean) * (x - mean)) / width as f32;
        let factor = 1.0 / (variance + epsilon).sqrt();
        for at in 0..width {
            scale_slopes[at] += slopes[at] * (row[at] - mean) * factor;
            shift_slopes[at] += slopes[at];
            slopes[at] *= scale[at];
        }
        let along = sum(slopes, |g| g) / width as f32;
        let across = sum_of_two(slopes, row, |g, x| g * (x - mean)) * factor * factor / width as f32;
        for (slope, x) in slopes.iter_mut().zip(row) {
            *slope = factor * (*slope - along - (x - mean) * across);
        }
    }
}

#[inline(always)]
fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    sum_of_two(row, row, |x, _| of(x))
}

#[inline(always)]
fn sum_of_two(row: &[f32], other: &[f32], of: impl Fn(f32, f32) -> f32) -> f32 {
    let (whole, rest) = row.as_chunks::<LANES>();
    let (other_whole, other_rest) = other.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (values, others) in whole.iter().zip(other_whole) {
        for lane in 0..LANES {
            sums[lane] += of(values[lane], others[lane]);
        }
    }
    sums.iter().sum::<f32>() + rest.iter().zip(other_rest).map(|(&x, &y)| of(x, y)).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_mean_and_the_deviation_that_they_are_given() {
        for width in [3, 8, 21] {
            let norm = Norm { scale: vec![2.0; width], shift: vec![5.0; width], epsilon: 1e-12 };
            let mut rows: Vec<f32> = (0..3 * width).map(|at| ((at * 37) % 11) as f32).collect();
            let more: Vec<f32> = (0..3 * width).map(|at| (at % 5) as f32).collect();
            norm.apply_to_sum(&mut rows, &more);
            for row in rows.chunks_exact(width) {
                let mean = row.iter().sum::<f32>() / width as f32;
                let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / width as f32;
                assert!((mean - 5.0).abs() < 1e-5 && (variance - 4.0).abs() < 1e-4, "{mean}, {variance}");
            }
        }
    }

    #[test]
    fn slopes_are_what_the_formula_moves_by() {
        for width in [3, 8, 21] {
            let value = |at: usize| ((at * 37) % 11) as f64 / 4.0 - 1.0;
            let rows: Vec<f64> = (0..2 * width).map(value).collect();
            let slopes: Vec<f64> = (0..2 * width).map(|at| value(3 * at + 1)).collect();
            let scale: Vec<f64> = (0..width).map(|at| value(at + 5)).collect();
            let total = |rows: &[f64], scale: &[f64], shift: f64| -> f64 {
                let row = |(row, slopes): (&[f64], &[f64])| -> f64 {
                    let mean = row.iter().sum::<f64>() / width as f64;
                    let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / width as f64;
                    let normed = row.iter().map(|x| (x - mean) / (variance + 1e-3).sqrt());
                    normed.zip(scale).zip(slopes).map(|((x, scale), slope)| (x * scale + shift) * slope).sum()
                };
                rows.chunks(width).zip(slopes.chunks(width)).map(row).sum()
            };
            let single = |numbers: &[f64]| numbers.iter().map(|&x| x as f32).collect::<Vec<f32>>();
            let (mut by_row, mut by_scale, mut by_shift) =
                (single(&slopes), vec![0.0; width], vec![0.0; width]);
            norm_slopes(&single(&rows), &single(&scale), 1e-3, &mut by_row, [&mut by_scale, &mut by_shift]);
            let near = |ours: f32, up: f64, down: f64| {
                let plain = (up - down) / 2e-4;
                assert!((f64::from(ours) - plain).abs() < 1e-4, "{width}: {ours}, {plain}");
            };
            let moved = |numbers: &[f64], at: usize, by: f64| {
                let mut numbers = numbers.to_vec();
                numbers[at] += by;
                numbers
            };
            for (at, ours) in by_row.iter().enumerate() {
                let of = |by| total(&moved(&rows, at, by), &scale, 0.0);
                near(*ours, of(1e-4), of(-1e-4));
            }
            for (at, ours) in by_scale.iter().enumerate() {
                let of = |by| total(&rows, &moved(&scale, at, by), 0.0);
                near(*ours, of(1e-4), of(-1e-4));
            }
            near(by_shift.iter().sum(), total(&rows, &scale, 1e-4), total(&rows, &scale, -1e-4));
        }
    }
}
