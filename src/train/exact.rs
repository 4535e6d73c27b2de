//! The exact fit: Newton's method on the penalised loss, each step solved by conjugate gradients as closely as it is
//! worth (Dembo, Eisenstat and Steihaug, 1982): far from the optimum roughly, near it ever more exactly.
//!
//! ```text
//! f(w, t) = Σ ℓᵢ(dᵢ·w − sᵢ, t) + λ/2 |w − m|² + prior(t)          ℓ: `domain::likelihood`, d: rows, s: shifts
//! ∇f      = (λ(w − m) + Dᵀ ℓ', Σ ∂ℓ/∂t + prior')
//! ∇²f     = λI + Dᵀ diag(ℓ'') D, bordered by Dᵀ ∂ℓ'/∂t and Σ ∂²ℓ/∂t²
//! ```
//! `f` is strictly convex, so a few steps reach the one optimum; the Hessian is only ever multiplied by a vector,
//! never built. A product with it is one pass over `D`, as are value and gradient together.

use serde::{Deserialize, Serialize};

use super::lesson::{Differences, Rows, Said};
use super::prior::Prior;
use crate::domain::likelihood::{Bend, Loss};
use crate::model::reward_model::dot;

/// Newton steps at most; from zero, five or six are usual.
const STEPS: usize = 50;

/// Done when the gradient is this small beside the one at zero.
const TOLERANCE: f64 = 1e-6;

/// A step is solved to this share of the gradient at most, and near the optimum to one that shrinks with the gradient:
/// then each step squares the distance, as if it had been solved exactly.
const ROUGHLY: f64 = 0.1;

/// By so little, beside itself, the value may rise where its digits end before the gradient's do.
const ROUNDING: f64 = 1e-9;

/// Where the tie parameter starts: at this share of ties between equals.
const FIRST_SHARE: f64 = 0.25;

/// An optimum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Solution {
    /// One weight a feature, `[width]`.
    pub weights: Vec<f32>,
    /// The likelihood's tie parameter; 0 where it has none.
    pub tie: f64,
}

/// The weights `[width]` that minimise the Bradley–Terry objective for penalty `lambda` > 0; zeros for no rows.
pub fn fit(differences: &Differences, lambda: f32) -> Vec<f32> {
    solve(&Rows::from(differences.clone()), Loss::BradleyTerry, &Prior::plain(lambda), None).weights
}

/// The optimum under this prior; its mean for no rows. A `start` near it saves steps.
pub fn solve(rows: &Rows, loss: Loss, prior: &Prior, start: Option<&Solution>) -> Solution {
    let problem = Problem { rows, loss, prior, lambda: f64::from(prior.lambda) };
    let width = problem.width();
    let point =
        |weights: Vec<f64>, tie: f64| weights.into_iter().chain(loss.has_tie().then_some(tie)).collect();
    let centre = prior.centre(width).into_iter().map(f64::from).collect();
    let origin = point(centre, loss.tie_of_share(FIRST_SHARE));
    let start = start
        .filter(|start| start.weights.len() == width)
        .map(|start| point(start.weights.iter().map(|&weight| f64::from(weight)).collect(), start.tie));
    let optimum = problem.solve(origin, start);
    Solution {
        weights: problem.weights(&optimum).iter().map(|&w| w as f32).collect(),
        tie: problem.tie(&optimum),
    }
}

struct Problem<'a> {
    rows: &'a Rows,
    loss: Loss,
    prior: &'a Prior,
    lambda: f64,
}

/// The objective at a point, with its derivatives: the second as far as multiplying by them needs. A point is the
/// weights with the tie parameter, where there is one, behind them.
struct Place {
    point: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
    steepness: f64,
    bends: Vec<Bend>,
    tie_curve: f64,
}

impl Problem<'_> {
    fn solve(&self, origin: Vec<f64>, start: Option<Vec<f64>>) -> Vec<f64> {
        let origin = self.at(origin);
        let steepest = origin.steepness;
        let start = start.map(|start| self.at(start));
        // A start from elsewhere may be worse than none.
        let mut here = start.filter(|start| start.value < origin.value).unwrap_or(origin);
        for _ in 0..STEPS {
            if here.steepness <= TOLERANCE * steepest {
                break;
            }
            let left = here.steepness / steepest;
            // Much more exactly than a last step has to be would be in vain.
            let step = self.newton_step(&here, ROUGHLY.min(left.max(TOLERANCE / 10.0 / left)));
            match self.downhill(&here, &step) {
                Some(next) => here = next,
                None => break,
            }
        }
        here.point
    }

    /// The place a step away. A full step can overshoot far from the optimum; it is halved until the objective falls.
    fn downhill(&self, here: &Place, step: &[f64]) -> Option<Place> {
        let mut length = 1.0;
        while length > 1e-4 {
            let next = self.at(here.point.iter().zip(step).map(|(p, s)| p - length * s).collect());
            let rises = next.value - here.value;
            let flat = rises <= ROUNDING * here.value.abs() && next.steepness < here.steepness;
            if rises < 0.0 || flat {
                return Some(next);
            }
            length /= 2.0;
        }
        None
    }

    /// Conjugate gradients (Hestenes and Stiefel, 1952) on `∇²f · step = gradient`, until what is left is this share of
    /// the gradient.
    fn newton_step(&self, here: &Place, share: f64) -> Vec<f64> {
        let mut step = vec![0f64; here.gradient.len()];
        let mut residual = here.gradient.clone();
        let mut direction = residual.clone();
        let mut square = product(&residual, &residual);
        let goal = square * share * share;
        for _ in 0..step.len() {
            if square <= goal {
                break;
            }
            let image = self.hessian_times(&direction, here);
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

    fn at(&self, point: Vec<f64>) -> Place {
        let (weights, tie) = (self.weights(&point), self.tie(&point));
        let mut bends = Vec::with_capacity(self.rows.count());
        let mut gradient = self.sweep(weights, |at, margin| {
            let Said { told, shift, weight } = self.rows.said[at];
            let bend = self.loss.bend(told, margin - f64::from(shift), tie) * f64::from(weight);
            bends.push(bend);
            bend.slope
        });
        let apart = self.prior.apart(weights.iter().copied());
        gradient.iter_mut().zip(&apart).for_each(|(g, w)| *g += self.lambda * w);
        let prior = self.loss.prior(tie);
        let sum = |part: fn(&Bend) -> f64| bends.iter().map(part).sum::<f64>();
        if self.loss.has_tie() {
            gradient.push(sum(|bend| bend.tie_slope) + prior.tie_slope);
        }
        let value = sum(|bend| bend.value) + self.lambda / 2.0 * product(&apart, &apart) + prior.value;
        let tie_curve = sum(|bend| bend.tie_curve) + prior.tie_curve;
        let steepness = product(&gradient, &gradient).sqrt();
        Place { point, value, gradient, steepness, bends, tie_curve }
    }

    fn hessian_times(&self, vector: &[f64], here: &Place) -> Vec<f64> {
        let (weights, tie) = (self.weights(vector), self.tie(vector));
        let mut crossed = 0.0;
        let mut image = self.sweep(weights, |at, margin| {
            let bend = &here.bends[at];
            crossed += margin * bend.cross;
            margin * bend.curve + tie * bend.cross
        });
        image.iter_mut().zip(weights).for_each(|(i, w)| *i += self.lambda * w);
        if self.loss.has_tie() {
            image.push(crossed + here.tie_curve * tie);
        }
        image
    }

    /// `Dᵀ f(D v)`, `[width]`, in one pass: `f` is told a row's place and its product with `v`. In single precision along
    /// a row and over stretches of rows, in double precision between them.
    fn sweep(&self, vector: &[f64], mut factor: impl FnMut(usize, f64) -> f64) -> Vec<f64> {
        const STRETCH: usize = 64;
        let vector: Vec<f32> = vector.iter().map(|&v| v as f32).collect();
        let mut total = vec![0f64; vector.len()];
        let mut partial = vec![0f32; vector.len()];
        for (at, row) in self.rows.differences.rows().enumerate() {
            let factor = factor(at, f64::from(dot(row, &vector)));
            kernels::add_scaled(&mut partial, factor as f32, row);
            if (at + 1) % STRETCH == 0 {
                kernels::add(&mut total, &partial);
                partial.fill(0.0);
            }
        }
        kernels::add(&mut total, &partial);
        total
    }
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::likelihood::Told;
    use crate::train::lesson::Said;

    fn rows(values: Vec<f32>, told: &[Told]) -> Rows {
        let said = told.iter().map(|&told| Said { told, ..Said::CHOSEN }).collect();
        Rows { differences: Differences { width: values.len() / told.len().max(1), values }, said }
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
            let plain = Prior::plain(1.0);
            let all = solve(&rows(values.clone(), &[Told::Tie; 3]), loss, &plain, None);
            let none = solve(&rows(values.clone(), &[Told::Chosen; 3]), loss, &plain, None);
            assert!(all.weights.iter().all(|w| w.abs() < 1e-3), "{all:?}");
            assert!(loss.shares(0.0, all.tie).tie > 0.8 && loss.shares(0.0, none.tie).tie < 0.2);
            assert!(none.weights.iter().any(|w| w.abs() > 0.01) && none.tie.is_finite());
        }
    }

    #[test]
    fn a_prior_around_a_head_is_one_around_zero_with_what_the_head_gives_taken_off() {
        let values: Vec<f32> = (0..40).map(|i| (i * 37 % 19) as f32 / 10.0 - 0.9).collect();
        let chosen = rows(values, &[Told::Chosen; 10]);
        let mean = vec![0.5, -1.0, 0.25, 2.0];
        let around = Prior { lambda: 0.7, mean: Some(mean.clone()) };
        let mut left_over = chosen.clone();
        for (row, said) in chosen.differences.rows().zip(&mut left_over.said) {
            said.shift = -dot(row, &mean);
        }
        let ours = solve(&chosen, Loss::BradleyTerry, &around, None).weights;
        let left = solve(&left_over, Loss::BradleyTerry, &Prior::plain(0.7), None).weights;
        assert!(left.iter().any(|weight| weight.abs() > 0.1), "{left:?}");
        for ((whole, left), mean) in ours.iter().zip(&left).zip(&mean) {
            assert!((whole - left - mean).abs() < 1e-5, "{ours:?} {left:?}");
        }
        let nobody = rows(vec![], &[]);
        let nobody = Rows { differences: Differences { width: 4, ..nobody.differences }, ..nobody };
        assert_eq!(solve(&nobody, Loss::BradleyTerry, &around, None).weights, mean);
    }

    #[test]
    fn a_start_near_the_optimum_reaches_the_same_one() {
        let values: Vec<f32> = (0..40).map(|i| (i * 37 % 19) as f32 / 10.0 - 0.9).collect();
        let told: Vec<Told> = (0..10).map(|i| if i % 3 == 0 { Told::Tie } else { Told::Chosen }).collect();
        let rows = rows(values, &told);
        for loss in Loss::ALL {
            let plain = Prior::plain(1.0);
            let cold = solve(&rows, loss, &plain, None);
            let before = solve(&rows.select(&[0, 1, 2, 3, 4, 5, 6]), loss, &plain, None);
            let warm = solve(&rows, loss, &plain, Some(&before));
            let apart =
                cold.weights.iter().zip(&warm.weights).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(apart < 1e-5 && (cold.tie - warm.tie).abs() < 1e-5, "{loss:?}: {apart}");
        }
    }
}
