//! How sure the head is: Laplace's approximation of the posterior over its weights (MacKay, 1992).
//!
//! ```text
//! p(w | answers) ≈ N(w*, H⁻¹)      H = λI + Σ ℓ''ᵢ dᵢ dᵢᵀ at the optimum w*, the tie parameter held where it is
//! score(x)  = w*·x   ± √(xᵀ H⁻¹ x)
//! log p(answers | λ) ≈ −f(w*) + d/2 log λ − ½ log det H          the evidence, up to a constant
//! ```
//! `H` is built and factorised once a fit: d² numbers, some tens of milliseconds for 385 features in a browser.
//! Scores are of features whose origin is the average known response, so a score's uncertainty is that of its distance
//! from that one's.

use kernels::dot64;

use super::cholesky::{Cholesky, gram};
use super::exact::{self, Solution};
use super::lesson::Rows;
use super::prior::Prior;
use crate::domain::likelihood::Loss;
use crate::model::reward_model::dot;

/// The λ that the evidence chooses from, half a decade apart; beyond their ends the model is all prior or none.
const GRID: [f32; 11] = [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0];

/// A Gaussian over the head's weights.
#[derive(Clone, Debug)]
pub struct Posterior {
    factor: Cholesky,
}

impl Posterior {
    /// The posterior around an optimum of the penalised loss over these rows, for `lambda` > 0; `None` only if the
    /// rows hold values that are no numbers.
    pub fn new(rows: &Rows, loss: Loss, solution: &Solution, lambda: f32) -> Option<Self> {
        let Rows { differences, said } = rows;
        let curves = differences.rows().zip(said).map(|(row, said)| {
            let margin = f64::from(dot(row, &solution.weights) - said.shift);
            (row, f64::from(said.weight) * loss.bend(said.told, margin, solution.tie).curve)
        });
        let width = solution.weights.len();
        Some(Self { factor: Cholesky::of(gram(curves, width, f64::from(lambda)), width)? })
    }

    /// Standard deviation of `w·x`: of a score for a response's features, of a margin for their difference.
    pub fn std(&self, x: &[f32]) -> f32 {
        let white = self.whiten(x);
        dot64(&white, &white).sqrt() as f32
    }

    /// `H^(−½) x`: where products are covariances.
    pub fn whiten(&self, x: &[f32]) -> Vec<f64> {
        self.factor.whiten(x)
    }
}

/// MacKay's (1992) factor for a margin with this standard deviation: σ(κ m) is close to the mean of σ over the
/// posterior. It leaves the more likely response as it is and makes it less certain.
pub fn moderation(std: f32) -> f64 {
    1.0 / (1.0 + std::f64::consts::PI * f64::from(std).powi(2) / 8.0).sqrt()
}

/// log p(answers | λ) up to a constant that is the same for every λ, and the optimum it was computed at.
pub fn log_evidence(rows: &Rows, loss: Loss, prior: &Prior, start: Option<&Solution>) -> (f64, Solution) {
    let solution = exact::solve(rows, loss, prior, start);
    let lambda = f64::from(prior.lambda);
    let apart = prior.apart(solution.weights.iter().map(|&w| f64::from(w)));
    let square: f64 = apart.iter().map(|w| w.powi(2)).sum();
    let surprise = total_loss(rows, loss, &solution) + loss.prior(solution.tie).value;
    let evidence =
        Posterior::new(rows, loss, &solution, prior.lambda).map_or(f64::NEG_INFINITY, |posterior| {
            let width = solution.weights.len() as f64;
            -surprise - lambda / 2.0 * square
                + (width * lambda.ln() - posterior.factor.log_determinant()) / 2.0
        });
    (evidence, solution)
}

/// The λ of the grid that makes the answers most probable: uphill from the one nearest `start`, as the evidence has one
/// summit along λ wherever the answers say anything.
pub fn most_probable_penalty(rows: &Rows, loss: Loss, start: &Prior) -> f32 {
    let prior = |at: usize| Prior { lambda: GRID[at], ..start.clone() };
    let distance = |at: usize| (GRID[at] / start.lambda).ln().abs();
    let mut at = (0..GRID.len()).min_by(|&a, &b| distance(a).total_cmp(&distance(b))).unwrap_or(0);
    let (mut best, mut solution) = log_evidence(rows, loss, &prior(at), None);
    for step in [1, -1] {
        let before = at;
        while let Some(next) = at.checked_add_signed(step).filter(|next| *next < GRID.len()) {
            let (evidence, there) = log_evidence(rows, loss, &prior(next), Some(&solution));
            if evidence <= best {
                break;
            }
            (at, best, solution) = (next, evidence, there);
        }
        if at != before {
            break;
        }
    }
    GRID[at]
}

fn total_loss(rows: &Rows, loss: Loss, solution: &Solution) -> f64 {
    rows.differences
        .rows()
        .zip(&rows.said)
        .map(|(row, said)| {
            let margin = f64::from(dot(row, &solution.weights) - said.shift);
            f64::from(said.weight) * loss.bend(said.told, margin, solution.tie).value
        })
        .sum()
}
