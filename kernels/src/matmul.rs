//! Products with a matrix of weights that is laid out once and used many times.

use crate::matrix::Matrix;
use crate::tile::{HIGH, Sums, WIDE, multiply};

/// Inputs taken at once: a panel's stretch of them stays in the first cache while all rows pass by.
const DEEP: usize = 512;

/// Rows taken at once: their stretches of inputs stay in the second cache while all panels pass by.
const LONG: usize = 128;

/// Weights `[inputs, outputs]` and a bias, in the order in which products read them.
#[derive(Clone, Debug)]
pub struct Weights {
    inputs: usize,
    /// Panel by panel, input by input; the last panel is filled up with anything.
    panels: Vec<[f32; WIDE]>,
    bias: Vec<f32>,
}

impl Weights {
    /// Lay out `weights [inputs, outputs]`, and `bias [outputs]`.
    ///
    /// # Panics
    /// If the bias has not as many numbers as there are outputs.
    pub fn new(weights: Matrix<'_>, bias: &[f32]) -> Self {
        let [inputs, outputs] = [weights.rows(), weights.columns()];
        assert_eq!(outputs, bias.len(), "a bias of each output");
        let mut panels = vec![];
        weights.turned().grouped(0..outputs, 0..inputs, &mut panels);
        Self { inputs, panels, bias: bias.to_vec() }
    }

    /// Outputs of a row.
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// `out [n, outputs] = rows [n, inputs] · weights + bias`.
    ///
    /// # Panics
    /// If the rows are not as wide as there are inputs, or `out` has not as many.
    #[inline(never)]
    pub fn apply(&self, rows: Matrix<'_>, out: &mut [f32]) {
        assert_eq!(
            (rows.columns(), rows.rows() * self.outputs()),
            (self.inputs, out.len()),
            "rows and results"
        );
        let (mut laid, mut sums) = (vec![], vec![]);
        for (stretch, out) in out.chunks_mut(LONG * self.outputs()).enumerate() {
            let first = stretch * LONG;
            let numbers = first..(first + LONG).min(rows.rows());
            sums.resize(numbers.len().div_ceil(HIGH), Sums::default());
            for start in (0..self.inputs).step_by(DEEP) {
                let inputs = start..(start + DEEP).min(self.inputs);
                rows.grouped(numbers.clone(), inputs.clone(), &mut laid);
                for (place, panel) in self.panels.chunks_exact(self.inputs).enumerate() {
                    multiply(&laid, &panel[inputs.clone()], &mut sums);
                    self.put(place, start > 0, sums.as_flattened(), out);
                }
            }
        }
    }

    /// Put a panel's sums, row by row, where its columns are: on what is there already, or else on the bias.
    fn put(&self, place: usize, more: bool, sums: &[[f32; WIDE]], out: &mut [f32]) {
        let columns = place * WIDE..(place * WIDE + WIDE).min(self.outputs());
        let bias = &self.bias[columns.clone()];
        for (out, sums) in out.chunks_exact_mut(self.outputs()).zip(sums) {
            let out = &mut out[columns.clone()];
            match (out.as_mut_array::<WIDE>(), bias.as_array::<WIDE>()) {
                (Some(out), Some(bias)) => {
                    let before = if more { *out } else { *bias };
                    (0..WIDE).for_each(|lane| out[lane] = before[lane] + sums[lane]);
                }
                _ => out.iter_mut().zip(bias).zip(sums).for_each(|((out, bias), sum)| {
                    *out = if more { *out } else { *bias } + sum;
                }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_shape_gives_the_plain_sums() {
        for (count, inputs, outputs) in
            [(1, 1, 1), (3, 5, 7), (4, 8, 8), (9, 600, 19), (6, 1100, 24), (300, 9, 11)]
        {
            let value = |at: usize| ((at * 37) % 101) as f32 / 50.0 - 1.0;
            let of = |length: usize| (0..length).map(value).collect::<Vec<f32>>();
            let (rows, weights, bias) = (of(count * inputs), of(inputs * outputs), of(outputs));
            let mut out = vec![f32::NAN; count * outputs];
            let weights_laid = Weights::new(Matrix::new(&weights, outputs), &bias);
            weights_laid.apply(Matrix::new(&rows, inputs), &mut out);
            for (at, ours) in out.iter().enumerate() {
                let (row, column) = (at / outputs, at % outputs);
                let product = |input: usize| {
                    f64::from(rows[row * inputs + input]) * f64::from(weights[input * outputs + column])
                };
                let plain = f64::from(bias[column]) + (0..inputs).map(product).sum::<f64>();
                let allowed = 1e-6 * inputs as f64;
                assert!((f64::from(*ours) - plain).abs() < allowed, "{count} × {inputs} × {outputs}");
            }
        }
    }
}
