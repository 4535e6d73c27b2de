//! Which unanswered pairs are worth asking, by the head's own posterior.
//!
//! The gain of a pair is what its answer is expected to teach about the head's weights, `½ log(1 + I s²)` nats: `s` is
//! the standard deviation of its margin, `I` the information that an answer carries about the margin
//! ([`Likelihood::information`]). That is MacKay's (1992) total information gain, and the step of a D-optimal design
//! (Chaloner and Verdinelli, 1995) in one: the determinant of the posterior's precision grows by `1 + I s²`.

use kernels::dot64;

use super::laplace::{Posterior, moderation};
use crate::domain::likelihood::Likelihood;
use crate::domain::pair::PairId;
use crate::domain::query::choosing::{Ranked, Rule};
use crate::model::reward_model::dot;

/// So many are chosen with an eye to each other, so that near-duplicates do not come one after the other; by then the
/// model has changed, and the rest is in the order of its first look.
const LOOK_AHEAD: usize = 8;

/// A pair that could be asked, with its difference of features `response_a − response_b`.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Which pair.
    pub pair: PairId,
    /// `[width]`.
    pub difference: Vec<f32>,
}

/// What is known of a candidate.
struct Outlook {
    at: usize,
    margin: f64,
    information: f64,
    /// The whitened difference: its square norm is the margin's variance.
    white: Vec<f64>,
}

/// The candidates, the most worthwhile first by `rule`; of [`Rule::Random`] in the order they came.
pub fn rank(
    candidates: &[Candidate],
    posterior: &Posterior,
    weights: &[f32],
    likelihood: Likelihood,
    rule: Rule,
) -> Vec<Ranked> {
    let mut outlooks: Vec<Outlook> = candidates
        .iter()
        .enumerate()
        .map(|(at, candidate)| {
            let margin = f64::from(dot(&candidate.difference, weights));
            let white = posterior.whiten(&candidate.difference);
            Outlook { at, margin, information: likelihood.information(margin), white }
        })
        .collect();
    let told: Vec<Ranked> =
        outlooks.iter().map(|outlook| outlook.told(&candidates[outlook.at], likelihood)).collect();
    match rule {
        Rule::Random => {}
        Rule::Uncertain => outlooks.sort_by(|a, b| a.doubt().total_cmp(&b.doubt())),
        Rule::Informative => spread(&mut outlooks),
    }
    outlooks.iter().map(|outlook| told[outlook.at].clone()).collect()
}

/// Greedily: the best first, then the best of the rest once that one is answered, and so on; whatever it is answered,
/// the posterior narrows by the same.
fn spread(outlooks: &mut [Outlook]) {
    for chosen in 0..outlooks.len().min(LOOK_AHEAD) {
        let rest = &mut outlooks[chosen..];
        let best = (0..rest.len()).max_by(|&a, &b| rest[a].gain().total_cmp(&rest[b].gain())).unwrap_or(0);
        rest.swap(0, best);
        if let Some((Outlook { white, information, .. }, rest)) = rest.split_first_mut() {
            let square = dot64(white, white);
            // Takes (I / (1 + I s²)) z zᵀ from the identity, as the answer does in the posterior's own coordinates.
            let part = (1.0 - 1.0 / (1.0 + *information * square).sqrt()) / square.max(f64::MIN_POSITIVE);
            for other in rest {
                let along = part * dot64(&other.white, white);
                other.white.iter_mut().zip(white.iter()).for_each(|(x, y)| *x -= along * y);
            }
        }
    }
    if let Some(rest) = outlooks.get_mut(LOOK_AHEAD..) {
        rest.sort_by(|a, b| b.gain().total_cmp(&a.gain()));
    }
}

impl Outlook {
    fn variance(&self) -> f64 {
        dot64(&self.white, &self.white)
    }

    /// In nats.
    fn gain(&self) -> f64 {
        (self.information * self.variance()).ln_1p() / 2.0
    }

    /// How far from even, when what is not known of the weights is taken into account; smaller is less sure.
    fn doubt(&self) -> f64 {
        moderation(self.variance().sqrt() as f32) * self.margin.abs()
    }

    fn told(&self, candidate: &Candidate, likelihood: Likelihood) -> Ranked {
        let std = self.variance().sqrt();
        let shares = likelihood.shares(moderation(std as f32) * self.margin);
        Ranked {
            pair: candidate.pair.clone(),
            first: shares.first as f32,
            second: shares.second as f32,
            gain: (self.gain() / std::f64::consts::LN_2) as f32,
        }
    }
}
