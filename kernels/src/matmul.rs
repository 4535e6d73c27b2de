//! Products with a matrix of weights that is laid out once and used many times.

use crate::tile::{HIGH, Sums, WIDE, multiply, panels, turned};

/// Inputs taken at once: a panel's stretch of them stays in the first cache while all rows pass by.
const DEEP: usize = 512;

/// Rows taken at once: their stretches of inputs stay in the second cache while all panels pass by.
const LONG: usize = 128;

/// Weights `[inputs, outputs]` and a bias, in the order in which products read them.
#[derive(Clone, Debug)]
pub struct Weights {
    inputs: usize,
    /// Panel by panel, input by input; the last panel is filled up with zeros.
    panels: Vec<[f32; WIDE]>,
    bias: Vec<f32>,
}

impl Weights {
    /// Lay out `weights [inputs, outputs]`, row-major, and `bias [outputs]`.
    ///
    /// # Panics
    /// If the weights are no whole number of rows of as many outputs as the bias has.
    pub fn new(weights: &[f32], bias: &[f32]) -> Self {
        let outputs = bias.len();
        let inputs = weights.len() / outputs;
        assert_eq!(inputs * outputs, weights.len(), "weights of {outputs} outputs");
        let mut laid = Vec::with_capacity(inputs * outputs.div_ceil(WIDE));
        panels(outputs, weights.chunks_exact(outputs), &mut laid);
        Self { inputs, panels: laid, bias: bias.to_vec() }
    }

    /// Outputs of a row.
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// `out [n, outputs] = rows [n, inputs] · weights + bias`.
    ///
    /// # Panics
    /// If `out` has not as many rows as `rows`.
    #[inline(never)]
    pub fn apply(&self, rows: &[f32], out: &mut [f32]) {
        assert_eq!(out.len() / self.outputs(), rows.len() / self.inputs, "rows of the result");
        let (mut laid, mut sums) = (vec![], vec![]);
        let out = out.chunks_mut(LONG * self.outputs());
        for (rows, out) in rows.chunks(LONG * self.inputs).zip(out) {
            let count = rows.len() / self.inputs;
            sums.resize(count.div_ceil(HIGH), Sums::default());
            for start in (0..self.inputs).step_by(DEEP) {
                let end = (start + DEEP).min(self.inputs);
                let row = |number: usize| &rows[number * self.inputs..][start..end];
                turned(count, end - start, row, &mut laid);
                for (place, panel) in self.panels.chunks_exact(self.inputs).enumerate() {
                    multiply(&laid, &panel[start..end], &mut sums);
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
            Weights::new(&weights, &bias).apply(&rows, &mut out);
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
