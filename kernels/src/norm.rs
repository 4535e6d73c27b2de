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

#[inline(always)]
fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (whole, rest) = row.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for values in whole {
        for lane in 0..LANES {
            sums[lane] += of(values[lane]);
        }
    }
    sums.iter().sum::<f32>() + rest.iter().map(|&x| of(x)).sum::<f32>()
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
}
