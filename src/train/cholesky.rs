//! The Cholesky factor of a symmetric positive definite matrix: a page of code, where a linear-algebra library would
//! be a large part of the worker's download.

use kernels::dot64;

/// `L` with `L Lᵀ = A`, rows packed one behind the other: row `i` has `i + 1` values.
#[derive(Clone, Debug)]
pub struct Cholesky {
    size: usize,
    packed: Vec<f64>,
}

impl Cholesky {
    /// The factor of the matrix whose lower triangle is `packed` row by row; `None` if it is not positive definite.
    pub fn of(mut packed: Vec<f64>, size: usize) -> Option<Self> {
        for row in 0..size {
            let (above, own) = packed.split_at_mut(start(row));
            for column in 0..row {
                let other = &above[start(column)..start(column + 1)];
                own[column] = (own[column] - dot64(&own[..column], &other[..column])) / other[column];
            }
            let square = own[row] - dot64(&own[..row], &own[..row]);
            if square.is_nan() || square <= 0.0 {
                return None;
            }
            own[row] = square.sqrt();
        }
        Some(Self { size, packed })
    }

    /// `log det A`.
    pub fn log_determinant(&self) -> f64 {
        2.0 * diagonal(self.size).map(|place| self.packed[place].ln()).sum::<f64>()
    }

    /// `L⁻¹ x`: its square norm is `xᵀ A⁻¹ x`, and two such vectors' product `xᵀ A⁻¹ y`.
    pub fn whiten(&self, x: &[f32]) -> Vec<f64> {
        let mut white = Vec::with_capacity(self.size);
        for (row, &value) in x.iter().enumerate().take(self.size) {
            let factor = &self.packed[start(row)..start(row + 1)];
            white.push((f64::from(value) - dot64(&factor[..row], &white)) / factor[row]);
        }
        white
    }
}

/// The lower triangle of `ridge·I + Σ weightᵢ xᵢ xᵢᵀ`, packed row by row.
pub fn gram<'a>(rows: impl Iterator<Item = (&'a [f32], f64)>, size: usize, ridge: f64) -> Vec<f64> {
    let mut packed = vec![0f64; start(size)];
    diagonal(size).for_each(|place| packed[place] = ridge);
    let (rows, weights): (Vec<&[f32]>, Vec<f32>) = rows.map(|(row, weight)| (row, weight as f32)).unzip();
    kernels::add_gram(&mut packed, &rows, &weights, size);
    packed
}

/// Where the diagonal's values are in a packed triangle.
pub fn diagonal(size: usize) -> impl Iterator<Item = usize> {
    (0..size).map(|row| start(row) + row)
}

/// Where row `row` begins.
fn start(row: usize) -> usize {
    row * (row + 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [[f32; 3]; 4] = [[1.0, 2.0, -1.0], [0.5, 0.0, 3.0], [-2.0, 1.0, 1.0], [0.3, 0.3, 0.3]];
    const WEIGHTS: [f64; 4] = [0.2, 1.0, 0.5, 2.0];

    fn matrix() -> [[f64; 3]; 3] {
        let mut full = [[0.0; 3]; 3];
        for (row, weight) in ROWS.iter().zip(WEIGHTS) {
            for i in 0..3 {
                for j in 0..3 {
                    full[i][j] += weight * f64::from(row[i]) * f64::from(row[j]);
                }
            }
        }
        (0..3).for_each(|i| full[i][i] += 0.7);
        full
    }

    #[test]
    fn whitened_products_are_those_of_the_inverse() {
        let full = matrix();
        let factor =
            Cholesky::of(gram(ROWS.iter().map(|row| &row[..]).zip(WEIGHTS), 3, 0.7), 3).expect("a factor");
        // A v for a v of our choice gives back v's own products.
        let (v, w) = ([1.0, -2.0, 0.5], [0.25, 4.0, -1.0]);
        let times = |v: [f64; 3]| full.map(|row| dot64(&row, &v) as f32);
        let product = dot64(&factor.whiten(&times(v)), &factor.whiten(&times(w)));
        let expected: f64 = (0..3).map(|i| v[i] * dot64(&full[i], &w)).sum();
        assert!((product - expected).abs() < 1e-5, "{product} and {expected}");
        let [a, b, c] = full;
        let determinant = a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
            + a[2] * (b[0] * c[1] - b[1] * c[0]);
        assert!((factor.log_determinant() - determinant.ln()).abs() < 1e-6);
    }

    #[test]
    fn what_is_not_positive_definite_has_no_factor() {
        assert!(Cholesky::of(vec![1.0, 2.0, 1.0], 2).is_none());
        assert!(Cholesky::of(vec![f64::NAN], 1).is_none());
    }
}
