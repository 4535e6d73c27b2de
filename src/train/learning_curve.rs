//! Accuracy by number of answers: the model fitted again and again to more and more of them.
//!
//! Each draw shuffles the prompts, holds out the last of them and learns from the first, as far as a size reaches: so
//! one draw's larger lessons hold its smaller ones. The band is the spread of the draws.

use super::exact;
use super::lesson::{Example, Rows};
use super::objective::Decided;
use crate::domain::evaluation::finding::LearningPoint;
use crate::domain::likelihood::Told;
use crate::domain::metrics::{Draws, Share, spread};
use crate::domain::split::CROSS_VALIDATE_BELOW;
use crate::model::reward_model::{Scaling, dot};

/// Sizes that are tried, as far as there are answers; the largest there is comes last.
const SIZES: [usize; 9] = [5, 10, 25, 50, 100, 200, 500, 1000, 2000];

/// Draws of sizes up to [`LARGE`]; above, each takes long.
const DRAWS: u32 = 20;
const LARGE: usize = 500;
const DRAWS_OF_LARGE: u32 = 5;

/// Fewer comparisons than this, and the smallest lesson is as good as the largest.
const FEWEST: usize = 20;

/// The curve, a fit at a time.
pub struct LearningCurve {
    rows: Rows,
    /// Comparisons of each prompt.
    prompts: Vec<Vec<usize>>,
    /// Whether each comparison is an honest test: a preference that was drawn at random.
    judged: Vec<bool>,
    decided: Decided,
    held_share: f64,
    sizes: Vec<usize>,
    size: usize,
    draw: u32,
    shares: Vec<f64>,
    /// Comparisons that the draws of this size have learned from, all together.
    learned: usize,
    points: Vec<LearningPoint>,
}

impl LearningCurve {
    /// Lay it out; `None` where there is too little for a curve.
    pub fn new(examples: &[Example], scaling: &Scaling, decided: &Decided) -> Option<Self> {
        if examples.len() < FEWEST {
            return None;
        }
        let mut prompts: std::collections::BTreeMap<&str, Vec<usize>> = std::collections::BTreeMap::new();
        for (at, example) in examples.iter().enumerate() {
            prompts.entry(&example.prompt).or_default().push(at);
        }
        // A fifth of few says little.
        let held_share = if examples.len() < CROSS_VALIDATE_BELOW { 0.3 } else { 0.2 };
        let largest = ((1.0 - held_share) * examples.len() as f64) as usize;
        let smaller = SIZES.into_iter().filter(|size| *size * 5 <= largest * 4);
        Some(Self {
            rows: Rows::of(examples, scaling, decided.strength),
            prompts: prompts.into_values().collect(),
            judged: examples.iter().map(|it| it.is_drawn() && it.told() == Told::Chosen).collect(),
            decided: decided.clone(),
            held_share,
            sizes: smaller.chain([largest]).collect(),
            size: 0,
            draw: 0,
            shares: vec![],
            learned: 0,
            points: vec![],
        })
    }

    /// One fit; false when the curve is complete.
    pub fn step(&mut self) -> bool {
        let Some(&size) = self.sizes.get(self.size) else { return false };
        let (learned, share) = self.accuracy(size, u64::from(self.draw));
        self.learned += learned;
        self.shares.extend(share);
        self.draw += 1;
        if self.draw == draws(size) {
            self.points.extend(self.point(size));
            (self.size, self.draw, self.shares, self.learned) = (self.size + 1, 0, vec![], 0);
        }
        self.size < self.sizes.len()
    }

    /// The points so far.
    pub fn points(&self) -> &[LearningPoint] {
        &self.points
    }

    /// `None` where nothing could be judged, and where the prompts were so large that the draws learned from less
    /// than nine tenths of this size.
    fn point(&self, size: usize) -> Option<LearningPoint> {
        if self.learned * 10 < size * self.draw as usize * 9 {
            return None;
        }
        let band = spread(self.shares.clone(), 0.9)?;
        let draws = self.shares.len() as u32;
        let mean = self.shares.iter().sum::<f64>() / f64::from(draws);
        Some(LearningPoint { answers: size as u32, mean, low: band.low, high: band.high, draws })
    }

    /// How many comparisons one draw learns from, and its held-out accuracy; `None` where it holds out nothing that can
    /// be judged.
    fn accuracy(&self, size: usize, draw: u64) -> (usize, Option<f64>) {
        let mut order: Vec<&Vec<usize>> = self.prompts.iter().collect();
        Draws::new(draw).shuffle(&mut order);
        let held_prompts = ((self.held_share * order.len() as f64).round() as usize).max(1);
        let (learn, hold) = order.split_at(order.len().saturating_sub(held_prompts));
        let learned: Vec<usize> = learn.iter().copied().flatten().copied().take(size).collect();
        let held: Vec<usize> =
            hold.iter().copied().flatten().copied().filter(|&at| self.judged[at]).collect();
        if learned.is_empty() {
            return (0, None);
        }
        let prior = self.decided.prior(learned.len());
        let solution = exact::solve(&self.rows.select(&learned), self.decided.loss, &prior, None);
        let right = held.iter().map(|&at| dot(self.rows.differences.row(at), &solution.weights) > 0.0);
        (learned.len(), Share::of(right).value())
    }
}

fn draws(size: usize) -> u32 {
    if size > LARGE { DRAWS_OF_LARGE } else { DRAWS }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::{Outcome, Side};
    use crate::domain::config::{Penalty, StrengthUse};
    use crate::domain::dataset::Comparison;
    use crate::domain::likelihood::Loss;
    use crate::domain::log::Asked;
    use crate::domain::pair::PairId;
    use crate::domain::recipe::LengthFeature;
    use crate::model::reward_model::Pooled;

    /// Chance vectors of which the one with the larger first number is preferred; `prompts` of them in all.
    fn curve(count: usize, prompts: usize) -> Vec<LearningPoint> {
        let mut draws = Draws::new(3);
        let mut pooled = || Pooled { vector: (0..8).map(|_| draws.unit() as f32 - 0.5).collect(), tokens: 9 };
        let examples: Vec<Example> = (0..count)
            .map(|at| {
                let (a, b) = (pooled(), pooled());
                let side = if a.vector[0] > b.vector[0] { Side::A } else { Side::B };
                let comparison = Comparison {
                    pair: PairId::of(&at.to_string(), "a", "b"),
                    outcome: Outcome::Preferred(side),
                    strength: None,
                    asked: Asked::Random,
                };
                Example::new(&comparison, &format!("p{}", at % prompts), &a, &b)
            })
            .collect();
        let all = || examples.iter().flat_map(|it| [&it.chosen, &it.rejected]);
        let decided = Decided {
            loss: Loss::BradleyTerry,
            strength: StrengthUse::Unused,
            penalty: Penalty::Auto,
            advice: None,
            mean: None,
        };
        let Some(mut curve) = Scaling::of(all(), LengthFeature::Off)
            .and_then(|it| LearningCurve::new(&examples, &it, &decided))
        else {
            return vec![];
        };
        while curve.step() {}
        curve.points().to_vec()
    }

    #[test]
    fn more_answers_help_where_there_is_a_taste_to_learn() {
        let points = curve(260, 260);
        let sizes: Vec<u32> = points.iter().map(|point| point.answers).collect();
        assert_eq!(sizes, [5, 10, 25, 50, 100, 208]);
        let (first, last) = (points[0], points[5]);
        assert!(first.mean < 0.85 && last.mean > 0.9 && last.mean > first.mean + 0.1, "{points:?}");
        assert!(points.iter().all(|it| it.low <= it.mean && it.mean <= it.high && it.draws == 20));
    }

    #[test]
    fn a_size_that_the_prompts_leave_out_of_reach_has_no_point() {
        // One of two prompts is held out: 30 of 60 answers are left to learn from, and 42 cannot be.
        let sizes: Vec<u32> = curve(60, 2).iter().map(|point| point.answers).collect();
        assert_eq!(sizes, [5, 10, 25]);
        // Of three, 40 are left, which is close enough to 42.
        let sizes: Vec<u32> = curve(60, 3).iter().map(|point| point.answers).collect();
        assert_eq!(sizes, [5, 10, 25, 42]);
    }

    #[test]
    fn too_few_answers_or_one_prompt_alone_give_no_curve() {
        assert!(curve(19, 19).is_empty());
        assert!(curve(0, 1).is_empty());
        assert!(curve(60, 1).is_empty(), "one prompt cannot be on both sides");
    }
}
