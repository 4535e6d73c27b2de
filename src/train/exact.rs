//! The exact fit: Newton's method on the penalised ranking loss, each step solved by conjugate gradients.
//!
//! ```text
//! f(w)  = Σ −log σ(dᵢ·w) + λ/2 |w|²
//! ∇f(w) = λw − Dᵀ σ(−Dw)
//! ∇²f   = λI + Dᵀ diag(σ(Dw) σ(−Dw)) D
//! ```
//! `f` is strictly convex and its Hessian lies between λI and (λ + ¼|D|²) I, so a few steps reach the one optimum;
//! the Hessian is only ever multiplied by a vector, never built, so a step costs a few passes over `D`.

use super::lesson::Differences;
use crate::model::reward_model::dot;

/// Newton steps at most; from zero, five or six are usual.
const STEPS: usize = 50;

/// Done when the gradient is this small beside the one at zero.
const TOLERANCE: f64 = 1e-6;

/// The weights `[width]` that minimise the objective for penalty `lambda` > 0; zeros for no rows.
pub fn fit(differences: &Differences, lambda: f32) -> Vec<f32> {
    let mut problem = Problem { differences, lambda: f64::from(lambda) };
    problem.solve()
}

struct Problem<'a> {
    differences: &'a Differences,
    lambda: f64,
}

impl Problem<'_> {
    fn solve(&mut self) -> Vec<f32> {
        let mut weights = vec![0f64; self.differences.width];
        let mut value = self.value(&weights);
        let mut first_norm = None;
        for _ in 0..STEPS {
            let margins = self.margins(&weights);
            let gradient = self.gradient(&weights, &margins);
            let size = norm(&gradient);
            if size <= TOLERANCE * *first_norm.get_or_insert(size) || size == 0.0 {
                break;
            }
            let curvature: Vec<f64> = margins.iter().map(|&m| sigmoid(m) * sigmoid(-m)).collect();
            let step = self.newton_step(&gradient, &curvature);
            // A full step can overshoot far from the optimum; halve it until the objective falls.
            let mut length = 1.0;
            let next = loop {
                let candidate: Vec<f64> = weights.iter().zip(&step).map(|(w, s)| w - length * s).collect();
                let candidate_value = self.value(&candidate);
                if candidate_value < value || length < 1e-4 {
                    break (candidate, candidate_value);
                }
                length /= 2.0;
            };
            if next.1 >= value {
                break;
            }
            (weights, value) = next;
        }
        weights.into_iter().map(|w| w as f32).collect()
    }

    /// Conjugate gradients (Hestenes and Stiefel, 1952) on `∇²f · step = gradient`.
    fn newton_step(&self, gradient: &[f64], curvature: &[f64]) -> Vec<f64> {
        let mut step = vec![0f64; gradient.len()];
        let mut residual = gradient.to_vec();
        let mut direction = residual.clone();
        let mut square = product(&residual, &residual);
        let goal = square * 1e-12;
        for _ in 0..gradient.len() {
            if square <= goal {
                break;
            }
            let image = self.hessian_times(&direction, curvature);
            let along = square / product(&direction, &image);
            for place in 0..step.len() {
                step[place] += along * direction[place];
                residual[place] -= along * image[place];
            }
            let next = product(&residual, &residual);
            let turn = next / square;
            square = next;
            for (d, r) in direction.iter_mut().zip(&residual) {
                *d = r + turn * *d;
            }
        }
        step
    }

    fn value(&self, weights: &[f64]) -> f64 {
        let loss: f64 = self.margins(weights).into_iter().map(crate::domain::metrics::log_loss).sum();
        loss + self.lambda / 2.0 * product(weights, weights)
    }

    fn gradient(&self, weights: &[f64], margins: &[f64]) -> Vec<f64> {
        let pull: Vec<f64> = margins.iter().map(|&m| -sigmoid(-m)).collect();
        let mut gradient = self.transposed_times(&pull);
        for (g, w) in gradient.iter_mut().zip(weights) {
            *g += self.lambda * w;
        }
        gradient
    }

    fn hessian_times(&self, vector: &[f64], curvature: &[f64]) -> Vec<f64> {
        let bent: Vec<f64> = self.margins(vector).iter().zip(curvature).map(|(m, c)| m * c).collect();
        let mut image = self.transposed_times(&bent);
        for (i, v) in image.iter_mut().zip(vector) {
            *i += self.lambda * v;
        }
        image
    }

    /// `D v`, `[n]`.
    fn margins(&self, vector: &[f64]) -> Vec<f64> {
        let vector: Vec<f32> = vector.iter().map(|&v| v as f32).collect();
        self.differences.rows().map(|row| f64::from(dot(row, &vector))).collect()
    }

    /// `Dᵀ v`, `[width]`, in single precision over stretches of rows and double precision between them.
    fn transposed_times(&self, vector: &[f64]) -> Vec<f64> {
        const STRETCH: usize = 64;
        let width = self.differences.width;
        let mut total = vec![0f64; width];
        let mut partial = vec![0f32; width];
        let rows: Vec<&[f32]> = self.differences.rows().collect();
        for (rows, factors) in rows.chunks(STRETCH).zip(vector.chunks(STRETCH)) {
            partial.fill(0.0);
            for (row, &factor) in rows.iter().zip(factors) {
                let factor = factor as f32;
                for (sum, x) in partial.iter_mut().zip(*row) {
                    *sum += factor * x;
                }
            }
            for (sum, part) in total.iter_mut().zip(&partial) {
                *sum += f64::from(*part);
            }
        }
        total
    }
}

fn sigmoid(x: f64) -> f64 {
    crate::domain::metrics::preference_probability(x)
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn norm(a: &[f64]) -> f64 {
    product(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separable_data_do_not_run_away() {
        let differences = Differences { values: vec![5.0, 0.0, 7.0, 1.0, 6.0, -1.0], width: 2 };
        let weights = fit(&differences, 1.0);
        assert!(weights[0] > 0.1 && weights.iter().all(|w| w.abs() < 5.0), "{weights:?}");
    }

    #[test]
    fn no_rows_and_contradicting_rows_give_zero() {
        assert_eq!(fit(&Differences { values: vec![], width: 3 }, 1.0), [0.0; 3]);
        assert_eq!(fit(&Differences { values: vec![1.0, 2.0, -1.0, -2.0], width: 2 }, 1.0), [0.0; 2]);
    }
}
