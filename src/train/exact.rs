//! The exact fit: Newton's method on the penalised loss, each step solved by conjugate gradients.
//!
//! ```text
//! f(w, t) = Σ ℓᵢ(dᵢ·w − sᵢ, t) + λ/2 |w|² + prior(t)          ℓ: `domain::likelihood`, d: rows, s: shifts
//! ∇f      = (λw + Dᵀ ℓ', Σ ∂ℓ/∂t + prior')
//! ∇²f     = λI + Dᵀ diag(ℓ'') D, bordered by Dᵀ ∂ℓ'/∂t and Σ ∂²ℓ/∂t²
//! ```
//! `f` is strictly convex, so a few steps reach the one optimum; the Hessian is only ever multiplied by a vector,
//! never built, so a step costs a few passes over `D`.

use super::lesson::{Differences, Rows};
use crate::domain::likelihood::{Bend, Loss};
use crate::model::reward_model::dot;

/// Newton steps at most; from zero, five or six are usual.
const STEPS: usize = 50;

/// Done when the gradient is this small beside the one at zero.
const TOLERANCE: f64 = 1e-6;

/// Where the tie parameter starts: at this share of ties between equals.
const FIRST_SHARE: f64 = 0.25;

/// An optimum.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// One weight a feature, `[width]`.
    pub weights: Vec<f32>,
    /// The likelihood's tie parameter; 0 where it has none.
    pub tie: f64,
}

/// The weights `[width]` that minimise the Bradley–Terry objective for penalty `lambda` > 0; zeros for no rows.
pub fn fit(differences: &Differences, lambda: f32) -> Vec<f32> {
    solve(&Rows::from(differences.clone()), Loss::BradleyTerry, lambda, None).weights
}

/// The optimum for penalty `lambda` > 0; zero weights for no rows. A `start` near it saves steps.
pub fn solve(rows: &Rows, loss: Loss, lambda: f32, start: Option<&Solution>) -> Solution {
    let problem = Problem { rows, loss, lambda: f64::from(lambda) };
    let mut origin = vec![0f64; problem.width()];
    if loss.has_tie() {
        origin.push(loss.tie_of_share(FIRST_SHARE));
    }
    let start = start.filter(|start| start.weights.len() == problem.width()).map(|start| {
        let tie = loss.has_tie().then_some(start.tie);
        start.weights.iter().map(|&weight| f64::from(weight)).chain(tie).collect()
    });
    let point = problem.solve(start.unwrap_or_else(|| origin.clone()), &origin);
    Solution {
        weights: problem.weights(&point).iter().map(|&w| w as f32).collect(),
        tie: problem.tie(&point),
    }
}

struct Problem<'a> {
    rows: &'a Rows,
    loss: Loss,
    lambda: f64,
}

/// The second derivatives at a point, as far as multiplying by them needs.
struct Curvature {
    bends: Vec<Bend>,
    tie: f64,
}

/// A point is the weights with the tie parameter, where there is one, behind them.
impl Problem<'_> {
    fn solve(&self, start: Vec<f64>, origin: &[f64]) -> Vec<f64> {
        let goal = TOLERANCE * norm(&self.gradient(origin, &self.bends(origin)));
        let mut point = start;
        let mut value = self.value(&point);
        for _ in 0..STEPS {
            let bends = self.bends(&point);
            let gradient = self.gradient(&point, &bends);
            if norm(&gradient) <= goal {
                break;
            }
            let step = self.newton_step(&gradient, &self.curvature(&point, bends));
            // A full step can overshoot far from the optimum; halve it until the objective falls.
            let mut length = 1.0;
            let next = loop {
                let candidate: Vec<f64> = point.iter().zip(&step).map(|(p, s)| p - length * s).collect();
                let candidate_value = self.value(&candidate);
                if candidate_value < value || length < 1e-4 {
                    break (candidate, candidate_value);
                }
                length /= 2.0;
            };
            if next.1 < value {
                (point, value) = next;
            } else {
                break;
            }
        }
        point
    }

    /// Conjugate gradients (Hestenes and Stiefel, 1952) on `∇²f · step = gradient`.
    fn newton_step(&self, gradient: &[f64], curvature: &Curvature) -> Vec<f64> {
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

    fn width(&self) -> usize {
        self.rows.differences.width
    }

    fn weights<'a>(&self, point: &'a [f64]) -> &'a [f64] {
        &point[..self.width()]
    }

    fn tie(&self, point: &[f64]) -> f64 {
        point.get(self.width()).copied().unwrap_or(0.0)
    }

    /// What each row says at this point, by its weight.
    fn bends(&self, point: &[f64]) -> Vec<Bend> {
        let tie = self.tie(point);
        let margins = self.times(self.weights(point));
        let said = self.rows.said.iter();
        margins
            .into_iter()
            .zip(said)
            .map(|(m, said)| {
                self.loss.bend(said.told, m - f64::from(said.shift), tie) * f64::from(said.weight)
            })
            .collect()
    }

    fn value(&self, point: &[f64]) -> f64 {
        let loss: f64 = self.bends(point).iter().map(|bend| bend.value).sum();
        let weights = self.weights(point);
        loss + self.lambda / 2.0 * product(weights, weights) + self.loss.prior(self.tie(point)).value
    }

    fn gradient(&self, point: &[f64], bends: &[Bend]) -> Vec<f64> {
        let slopes: Vec<f64> = bends.iter().map(|bend| bend.slope).collect();
        let mut gradient = self.transposed_times(&slopes);
        for (g, w) in gradient.iter_mut().zip(self.weights(point)) {
            *g += self.lambda * w;
        }
        if self.loss.has_tie() {
            let of_rows: f64 = bends.iter().map(|bend| bend.tie_slope).sum();
            gradient.push(of_rows + self.loss.prior(self.tie(point)).tie_slope);
        }
        gradient
    }

    fn curvature(&self, point: &[f64], bends: Vec<Bend>) -> Curvature {
        let of_rows: f64 = bends.iter().map(|bend| bend.tie_curve).sum();
        Curvature { tie: of_rows + self.loss.prior(self.tie(point)).tie_curve, bends }
    }

    fn hessian_times(&self, vector: &[f64], curvature: &Curvature) -> Vec<f64> {
        let (weights, tie) = (self.weights(vector), self.tie(vector));
        let margins = self.times(weights);
        let bent: Vec<f64> =
            margins.iter().zip(&curvature.bends).map(|(m, bend)| m * bend.curve + tie * bend.cross).collect();
        let mut image = self.transposed_times(&bent);
        for (i, w) in image.iter_mut().zip(weights) {
            *i += self.lambda * w;
        }
        if self.loss.has_tie() {
            let of_rows: f64 = margins.iter().zip(&curvature.bends).map(|(m, bend)| m * bend.cross).sum();
            image.push(of_rows + curvature.tie * tie);
        }
        image
    }

    /// `D v`, `[n]`.
    fn times(&self, vector: &[f64]) -> Vec<f64> {
        let vector: Vec<f32> = vector.iter().map(|&v| v as f32).collect();
        self.rows.differences.rows().map(|row| f64::from(dot(row, &vector))).collect()
    }

    /// `Dᵀ v`, `[width]`, in single precision over stretches of rows and double precision between them.
    fn transposed_times(&self, vector: &[f64]) -> Vec<f64> {
        const STRETCH: usize = 64;
        let width = self.width();
        let mut total = vec![0f64; width];
        let mut partial = vec![0f32; width];
        let rows: Vec<&[f32]> = self.rows.differences.rows().collect();
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

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn norm(a: &[f64]) -> f64 {
    product(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::likelihood::Told;
    use crate::train::lesson::Said;

    fn rows(values: Vec<f32>, told: &[Told]) -> Rows {
        let said = told.iter().map(|&told| Said { told, ..Said::CHOSEN }).collect();
        Rows { differences: Differences { width: values.len() / told.len(), values }, said }
    }

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

    #[test]
    fn all_ties_and_no_ties_leave_the_tie_parameter_finite() {
        let values = vec![1.0, 2.0, -1.0, 0.5, 0.3, 0.1];
        for loss in [Loss::RaoKupper, Loss::Davidson] {
            let all = solve(&rows(values.clone(), &[Told::Tie; 3]), loss, 1.0, None);
            let none = solve(&rows(values.clone(), &[Told::Chosen; 3]), loss, 1.0, None);
            assert!(all.weights.iter().all(|w| w.abs() < 1e-3), "{all:?}");
            assert!(loss.shares(0.0, all.tie).tie > 0.8 && loss.shares(0.0, none.tie).tie < 0.2);
            assert!(none.weights.iter().any(|w| w.abs() > 0.01) && none.tie.is_finite());
        }
    }

    #[test]
    fn a_start_near_the_optimum_reaches_the_same_one() {
        let values: Vec<f32> = (0..40).map(|i| (i * 37 % 19) as f32 / 10.0 - 0.9).collect();
        let told: Vec<Told> = (0..10).map(|i| if i % 3 == 0 { Told::Tie } else { Told::Chosen }).collect();
        let rows = rows(values, &told);
        for loss in Loss::ALL {
            let cold = solve(&rows, loss, 1.0, None);
            let before = solve(&rows.select(&[0, 1, 2, 3, 4, 5, 6]), loss, 1.0, None);
            let warm = solve(&rows, loss, 1.0, Some(&before));
            let apart =
                cold.weights.iter().zip(&warm.weights).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(apart < 1e-5 && (cold.tie - warm.tie).abs() < 1e-5, "{loss:?}: {apart}");
        }
    }
}
