//! Products with a matrix of weights that is laid out once and used many times.

/// Columns of a panel: two vector registers full.
pub(crate) const WIDE: usize = 8;

/// Rows of a tile: with more, its sums and what they are made of no longer fit into sixteen registers.
const HIGH: usize = 4;

/// Inputs taken at once: a panel's stretch of them stays in the first cache while all rows pass by.
const DEEP: usize = 512;

/// Rows taken at once: their stretches of inputs stay in the second cache while all panels pass by.
const LONG: usize = 128;

/// Weights `[inputs, outputs]` and a bias, in the order in which products read them.
#[derive(Clone, Debug)]
pub struct Weights {
    inputs: usize,
    outputs: usize,
    /// Panel by panel, input by input; the last panel is filled up with zeros.
    panels: Vec<[f32; WIDE]>,
    /// A panel's at a time.
    bias: Vec<[f32; WIDE]>,
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
        let mut bias_laid = Vec::with_capacity(outputs.div_ceil(WIDE));
        panels(outputs, std::iter::once(bias), &mut bias_laid);
        Self { inputs, outputs, panels: laid, bias: bias_laid }
    }

    /// Outputs of a row.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// `out [n, outputs] = rows [n, inputs] · weights + bias`.
    ///
    /// # Panics
    /// If `out` has not as many rows as `rows`.
    #[inline(never)]
    pub fn apply(&self, rows: &[f32], out: &mut [f32]) {
        assert_eq!(out.len() / self.outputs, rows.len() / self.inputs, "rows of the result");
        let out = out.chunks_mut(LONG * self.outputs);
        rows.chunks(LONG * self.inputs).zip(out).for_each(|(rows, out)| self.apply_to_some(rows, out));
    }

    fn apply_to_some(&self, rows: &[f32], out: &mut [f32]) {
        let count = rows.len() / self.inputs;
        for (place, panel) in self.panels.chunks_exact(self.inputs).enumerate() {
            let columns = place * WIDE..(place * WIDE + WIDE).min(self.outputs);
            for (at, panel) in (0..self.inputs).step_by(DEEP).zip(panel.chunks(DEEP)) {
                let row = |number: usize| &rows[number * self.inputs + at..][..panel.len()];
                multiply(panel, count, row, |number, sums| {
                    let start = number * self.outputs;
                    let out = &mut out[start + columns.start..start + columns.end];
                    match at {
                        0 => (0..out.len()).for_each(|lane| out[lane] = sums[lane] + self.bias[place][lane]),
                        _ => (0..out.len()).for_each(|lane| out[lane] += sums[lane]),
                    }
                });
            }
        }
    }
}

/// Lay out rows of `width` in panels `[panels, rows]`, the last one filled up with zeros.
pub(crate) fn panels<'a>(
    width: usize,
    rows: impl Iterator<Item = &'a [f32]> + Clone,
    laid: &mut Vec<[f32; WIDE]>,
) {
    for start in (0..width).step_by(WIDE) {
        let columns = start..(start + WIDE).min(width);
        laid.extend(rows.clone().map(|row| {
            let mut panel = [0.0; WIDE];
            panel[..columns.len()].copy_from_slice(&row[columns.clone()]);
            panel
        }));
    }
}

/// The products of `count` rows, each as long as the panel is deep, with a panel: `put` gets a row's number and its
/// eight sums.
#[inline(always)]
pub(crate) fn multiply<'a>(
    panel: &[[f32; WIDE]],
    count: usize,
    row: impl Fn(usize) -> &'a [f32],
    mut put: impl FnMut(usize, [f32; WIDE]),
) {
    let whole = count - count % HIGH;
    for number in (0..whole).step_by(HIGH) {
        let sums = tile(panel, [row(number), row(number + 1), row(number + 2), row(number + 3)]);
        sums.into_iter().enumerate().for_each(|(more, sums)| put(number + more, sums));
    }
    for number in whole..count {
        put(number, line(panel, row(number)));
    }
}

/// Four rows' sums, which stay in registers while the panel passes by. (Zipped, as indices would be checked.)
#[inline(always)]
fn tile(panel: &[[f32; WIDE]], [a, b, c, d]: [&[f32]; HIGH]) -> [[f32; WIDE]; HIGH] {
    let mut sums = [[0.0; WIDE]; HIGH];
    for ((((weights, a), b), c), d) in panel.iter().zip(a).zip(b).zip(c).zip(d) {
        for (sums, x) in sums.iter_mut().zip([a, b, c, d]) {
            for lane in 0..WIDE {
                sums[lane] += x * weights[lane];
            }
        }
    }
    sums
}

/// One row's.
#[inline(always)]
fn line(panel: &[[f32; WIDE]], row: &[f32]) -> [f32; WIDE] {
    let mut sums = [0.0; WIDE];
    for (weights, x) in panel.iter().zip(row) {
        for lane in 0..WIDE {
            sums[lane] += x * weights[lane];
        }
    }
    sums
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
