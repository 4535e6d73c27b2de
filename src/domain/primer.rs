//! What the Learn tab calculates with: the lesson's three pairs, a linear model of two features that learns from four, and
//! what happens to an answer that is the best of many.
//!
//! Everything here is worked out when it is asked for; no number is a picture of one.

use super::likelihood::{Bend, Loss, Told};

/// The lesson's own example: the scores of the chosen and of the rejected response of three pairs. Their mean loss is
/// 0.21005; the lesson's 0.2101 is the mean of the three losses rounded to four digits each.
pub const LESSON: [(f64, f64); 3] = [(2.1, 0.5), (3.4, 1.2), (1.8, 0.9)];

/// −log σ(margin), with its slope −(1 − σ(margin)).
pub fn loss(margin: f64) -> Bend {
    Loss::BradleyTerry.bend(Told::Chosen, margin, 0.0)
}

/// The mean loss of these margins; 0 of none.
pub fn mean_loss(margins: &[f64]) -> f64 {
    margins.iter().map(|margin| loss(*margin).value).sum::<f64>() / margins.len().max(1) as f64
}

/// A pair whose responses have two features each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToyPair {
    /// What the person chose.
    pub chosen: [f64; 2],
    /// What the person did not.
    pub rejected: [f64; 2],
}

/// Warmth and length of both responses of four pairs. The last says the opposite of the first, as people do, so that no
/// model can please all of them and the best has finite weights.
pub const TOY_PAIRS: [ToyPair; 4] = [
    ToyPair { chosen: [3.0, 2.0], rejected: [1.0, 1.0] },
    ToyPair { chosen: [2.0, 2.5], rejected: [1.5, 1.0] },
    ToyPair { chosen: [2.0, 1.0], rejected: [0.5, 2.0] },
    ToyPair { chosen: [0.5, 0.5], rejected: [1.5, 1.0] },
];

impl ToyPair {
    /// Features of the chosen response less those of the rejected one: all that a linear model learns from.
    pub fn difference(&self) -> [f64; 2] {
        [self.chosen[0] - self.rejected[0], self.chosen[1] - self.rejected[1]]
    }
}

/// A linear reward model of two features, score = w · features, as it learns from [`TOY_PAIRS`].
#[derive(Clone, Debug, PartialEq)]
pub struct Toy {
    /// w.
    pub weights: [f64; 2],
    /// The mean loss at the beginning and after each step.
    pub losses: Vec<f64>,
}

impl Default for Toy {
    fn default() -> Self {
        let mut toy = Self { weights: [0.0; 2], losses: vec![] };
        toy.losses.push(toy.loss());
        toy
    }
}

impl Toy {
    /// The margin that it gives this pair: score of the chosen less score of the rejected.
    pub fn margin(&self, pair: &ToyPair) -> f64 {
        let [warmth, length] = pair.difference();
        self.weights[0] * warmth + self.weights[1] * length
    }

    /// The mean loss over the pairs.
    pub fn loss(&self) -> f64 {
        mean_loss(&TOY_PAIRS.map(|pair| self.margin(&pair)))
    }

    /// The gradient of that mean: each pair pulls along its difference by 1 − σ(margin).
    pub fn gradient(&self) -> [f64; 2] {
        let share = 1.0 / TOY_PAIRS.len() as f64;
        TOY_PAIRS.iter().fold([0.0; 2], |[warmth, length], pair| {
            let slope = share * loss(self.margin(pair)).slope;
            let difference = pair.difference();
            [warmth + slope * difference[0], length + slope * difference[1]]
        })
    }

    /// One step of gradient descent, w ← w − rate · gradient.
    pub fn step(&mut self, rate: f64) {
        let gradient = self.gradient();
        self.weights = [self.weights[0] - rate * gradient[0], self.weights[1] - rate * gradient[1]];
        self.losses.push(self.loss());
    }
}

/// How far the best of `n` answers is from one of them, as a divergence of Kullback and Leibler: log n − (n − 1) / n
/// (Stiennon and others, 2020).
pub fn divergence_of_best_of(n: f64) -> f64 {
    n.ln() - (n - 1.0) / n
}

/// Gao and others' law of over-optimisation for the best of n (2023, section 3.1), R(d) = d (α − β d) with d the square
/// root of the divergence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overoptimised {
    /// What the first steps gain.
    pub alpha: f64,
    /// What every further one costs: the smaller, the better the reward model.
    pub beta: f64,
}

impl Overoptimised {
    /// What the reward model says is gained at this distance d: it never sees the cost.
    pub fn proxy(&self, distance: f64) -> f64 {
        self.alpha * distance
    }

    /// What is gained in truth.
    pub fn truth(&self, distance: f64) -> f64 {
        distance * (self.alpha - self.beta * distance)
    }

    /// The distance at which the truth is best.
    pub fn peak(&self) -> f64 {
        self.alpha / (2.0 * self.beta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lessons_own_numbers_give_its_own_loss() {
        let margins = LESSON.map(|(chosen, rejected)| chosen - rejected);
        // The same by hand: ln(1 + e^-1.6), ln(1 + e^-2.2), ln(1 + e^-0.9).
        let by_hand = [1.6f64, 2.2, 0.9].map(|m| (1.0 + (-m).exp()).ln());
        assert!((mean_loss(&margins) - by_hand.iter().sum::<f64>() / 3.0).abs() < 1e-12);
        assert_eq!(format!("{:.5}", mean_loss(&margins)), "0.21005");
        let rounded = by_hand.map(|loss| (loss * 1e4).round() / 1e4);
        assert_eq!(format!("{:.4}", rounded.iter().sum::<f64>() / 3.0), "0.2101");
    }

    #[test]
    fn a_constant_added_to_both_scores_changes_nothing() {
        for shift in [-7.0, 0.5, 1e6] {
            for (chosen, rejected) in LESSON {
                let moved = (chosen + shift) - (rejected + shift);
                assert!((loss(moved).value - loss(chosen - rejected).value).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let toy = Toy { weights: [0.7, -0.4], losses: vec![] };
        for (axis, pull) in toy.gradient().into_iter().enumerate() {
            let at = |change: f64| {
                let mut moved = toy.clone();
                moved.weights[axis] += change;
                moved.loss()
            };
            let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!((pull - slope).abs() < 1e-8, "{pull} and {slope}");
        }
    }

    #[test]
    fn small_steps_lower_the_loss_until_nothing_pulls_any_more() {
        let mut toy = Toy::default();
        assert!((toy.loss() - 2f64.ln()).abs() < 1e-12, "a model that knows nothing");
        for _ in 0..2000 {
            toy.step(1.0);
        }
        assert!(toy.losses.windows(2).all(|two| two[1] <= two[0] + 1e-12));
        assert!(toy.gradient().iter().all(|pull| pull.abs() < 1e-6), "{:?}", toy.gradient());
        let right = TOY_PAIRS.iter().filter(|pair| toy.margin(pair) > 0.0).count();
        assert_eq!(right, 3, "the one that contradicts another is lost");
    }

    #[test]
    fn the_best_of_one_is_where_it_was_and_the_truth_has_its_peak_where_its_slope_is_nothing() {
        assert_eq!(divergence_of_best_of(1.0), 0.0);
        // log 4 - 3/4
        assert!((divergence_of_best_of(4.0) - 0.636_294_361).abs() < 1e-9);
        let law = Overoptimised { alpha: 1.0, beta: 0.25 };
        let slope = (law.truth(law.peak() + 1e-6) - law.truth(law.peak() - 1e-6)) / 2e-6;
        assert!(slope.abs() < 1e-9);
        assert!(law.proxy(3.0) > law.proxy(2.0) && law.truth(3.0) < law.truth(2.0));
    }
}
