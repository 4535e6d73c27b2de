//! From what is wanted to what is done: the likelihood that suits the answers, and the penalty that they speak for.

use serde::{Deserialize, Serialize};

use super::exact::{self, Solution};
use super::folds::{Fold, folds, learned};
use super::laplace;
use super::lesson::{Example, Rows};
use super::prior::Prior;
use crate::domain::config::{LossChoice, Objective, Penalty, StrengthUse};
use crate::domain::likelihood::{Advice, Loss, Told};
use crate::domain::recipe::Recipe;
use crate::model::reward_model::{Scaling, dot};

/// From this many ties on there is something to be learned of them.
const ENOUGH_TIES: usize = 5;

/// What held-out answers choose from; accuracy hardly changes between neighbours.
const HELD_OUT_GRID: [f32; 5] = [0.1, 0.3, 1.0, 3.0, 10.0];

/// An objective with nothing left open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// The likelihood.
    pub loss: Loss,
    /// How strengths count.
    pub strength: StrengthUse,
    /// By count, or fixed: what had to be searched for was found.
    pub penalty: Penalty,
    /// Why this likelihood, where the choice was ours.
    pub advice: Option<Advice>,
    /// The prior's mean, `[width]`; `None` for zeros.
    pub mean: Option<Vec<f32>>,
}

impl Decided {
    /// The prior where so many comparisons are learned from.
    pub fn prior(&self, comparisons: usize) -> Prior {
        Prior { lambda: self.penalty.lambda(comparisons), mean: self.mean.clone() }
    }
}

/// What a run minimises, and over which features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aim {
    /// How features come to be.
    pub recipe: Recipe,
    /// From pooled vectors to features.
    pub scaling: Scaling,
    /// The objective.
    pub decided: Decided,
}

/// Decide for these examples, with this mean of the prior; gives those back that the likelihood can learn from.
pub fn decide(
    examples: Vec<Example>,
    scaling: &Scaling,
    objective: &Objective,
    mean: Option<Vec<f32>>,
) -> (Vec<Example>, Decided) {
    let (loss, advice) = match objective.loss {
        LossChoice::Fixed(loss) => (loss, None),
        LossChoice::Recommended => {
            let advice = advise(&examples, scaling, objective, mean.as_deref());
            (advice.held_out.first().map_or(Loss::BradleyTerry, |(loss, _)| *loss), Some(advice))
        }
    };
    let usable: Vec<Example> = examples.into_iter().filter(|it| loss.learns_from(it.told())).collect();
    let penalty = match objective.penalty {
        Penalty::Evidence => {
            // Of what is learned from: what judges the model has no say in it.
            let learned = learned(&folds(&prompts(&usable)), usable.len());
            let rows = Rows::of(&usable, scaling, objective.strength).select(&learned);
            let start = Prior { lambda: objective.penalty.lambda(rows.count()), mean: mean.clone() };
            Penalty::Fixed(laplace::most_probable_penalty(&rows, loss, &start))
        }
        Penalty::HeldOut => {
            let rows = Rows::of(&usable, scaling, objective.strength);
            best_held_out(&prompts(&usable), &rows, loss, mean.as_deref())
        }
        Penalty::Auto | Penalty::Fixed(_) => objective.penalty,
    };
    (usable, Decided { loss, strength: objective.strength, penalty, advice, mean })
}

/// The penalty of the grid under which held-out answers are explained best; `prompts` names each row's. Where nothing
/// can be held out it is [`Penalty::Auto`]. `mean` is the prior's.
pub fn best_held_out(prompts: &[&str], rows: &Rows, loss: Loss, mean: Option<&[f32]>) -> Penalty {
    let mut unseen = Unseen::new(prompts, rows, loss, mean);
    HELD_OUT_GRID
        .into_iter()
        .filter_map(|lambda| Some((lambda, unseen.mean_loss(Penalty::Fixed(lambda))?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(Penalty::Auto, |(lambda, _)| Penalty::Fixed(lambda))
}

/// With too few ties nothing is tried, and Bradley–Terry is as good as any.
fn advise(examples: &[Example], scaling: &Scaling, objective: &Objective, mean: Option<&[f32]>) -> Advice {
    let ties = examples.iter().filter(|example| example.told() == Told::Tie).count();
    let mut held_out = Vec::new();
    if ties >= ENOUGH_TIES {
        let rows = Rows::of(examples, scaling, objective.strength);
        for loss in [Loss::Davidson, Loss::RaoKupper] {
            let unseen = Unseen::new(&prompts(examples), &rows, loss, mean).mean_loss(objective.penalty);
            held_out.extend(unseen.map(|unseen| (loss, unseen)));
        }
        held_out.sort_by(|a, b| a.1.total_cmp(&b.1));
    }
    Advice { ties: ties as u32, comparisons: examples.len() as u32, held_out }
}

fn prompts(examples: &[Example]) -> Vec<&str> {
    examples.iter().map(|example| example.prompt.as_str()).collect()
}

/// What is held out, as [`folds`] has it, with the rows that each fold learns from.
struct Unseen<'a> {
    rows: &'a Rows,
    loss: Loss,
    mean: Option<&'a [f32]>,
    folds: Vec<(Fold, Rows)>,
    /// The newest fit: the next one, to most of the same rows or under the next penalty, is not far.
    newest: Option<Solution>,
}

impl<'a> Unseen<'a> {
    fn new(prompts: &[&str], rows: &'a Rows, loss: Loss, mean: Option<&'a [f32]>) -> Self {
        let with_rows = |fold: Fold| {
            let learned = rows.select(&fold.learned);
            (fold, learned)
        };
        // Of the split, one of the two sides may be empty.
        let useful = |fold: &Fold| !fold.learned.is_empty() && !fold.held.is_empty();
        let folds = folds(prompts).1.into_iter().filter(useful).map(with_rows).collect();
        Self { rows, loss, mean, folds, newest: None }
    }

    /// Mean −log likelihood of each held-out comparison under a fit that never saw its prompt; `None` where there is
    /// none.
    fn mean_loss(&mut self, penalty: Penalty) -> Option<f64> {
        let mut losses = Vec::with_capacity(self.rows.count());
        for (fold, learned) in &self.folds {
            let mean = self.mean.map(<[f32]>::to_vec);
            let prior = Prior { lambda: penalty.lambda(learned.count()), mean };
            let solution = exact::solve(learned, self.loss, &prior, self.newest.as_ref());
            losses.extend(fold.held.iter().map(|&at| {
                let margin = f64::from(dot(self.rows.differences.row(at), &solution.weights));
                self.loss.bend(self.rows.said[at].told, margin, solution.tie).value
            }));
            self.newest = Some(solution);
        }
        (!losses.is_empty()).then(|| losses.iter().sum::<f64>() / losses.len() as f64)
    }
}
