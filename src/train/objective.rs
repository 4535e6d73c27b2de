//! From what is wanted to what is done: the likelihood that suits the answers, and the penalty that they speak for.

use serde::{Deserialize, Serialize};

use super::exact::{self, Solution};
use super::folds::{Fold, folds, learned};
use super::laplace;
use super::lesson::{Example, Rows};
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

/// Decide for these examples; gives those back that the likelihood can learn from.
pub fn decide(examples: Vec<Example>, scaling: &Scaling, objective: &Objective) -> (Vec<Example>, Decided) {
    let (loss, advice) = match objective.loss {
        LossChoice::Fixed(loss) => (loss, None),
        LossChoice::Recommended => {
            let advice = advise(&examples, scaling, objective);
            (advice.held_out.first().map_or(Loss::BradleyTerry, |(loss, _)| *loss), Some(advice))
        }
    };
    let usable: Vec<Example> = examples.into_iter().filter(|it| loss.learns_from(it.told())).collect();
    let penalty = match objective.penalty {
        Penalty::Evidence => {
            // Of what is learned from: what judges the model has no say in it.
            let learned = learned(&folds(&prompts(&usable)), usable.len());
            let rows = Rows::of(&usable, scaling, objective.strength).select(&learned);
            Penalty::Fixed(laplace::most_probable_penalty(
                &rows,
                loss,
                objective.penalty.lambda(rows.count()),
            ))
        }
        Penalty::HeldOut => {
            let rows = Rows::of(&usable, scaling, objective.strength);
            best_held_out(&prompts(&usable), &rows, loss)
        }
        Penalty::Auto | Penalty::Fixed(_) => objective.penalty,
    };
    (usable, Decided { loss, strength: objective.strength, penalty, advice })
}

/// The penalty of the grid under which held-out answers are explained best; `prompts` names each row's. Where nothing
/// can be held out it is [`Penalty::Auto`].
pub fn best_held_out(prompts: &[&str], rows: &Rows, loss: Loss) -> Penalty {
    let mut unseen = Unseen::new(prompts, rows, loss);
    HELD_OUT_GRID
        .into_iter()
        .filter_map(|lambda| Some((lambda, unseen.mean_loss(Penalty::Fixed(lambda))?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(Penalty::Auto, |(lambda, _)| Penalty::Fixed(lambda))
}

/// With too few ties nothing is tried, and Bradley–Terry is as good as any.
fn advise(examples: &[Example], scaling: &Scaling, objective: &Objective) -> Advice {
    let ties = examples.iter().filter(|example| example.told() == Told::Tie).count();
    let mut held_out = Vec::new();
    if ties >= ENOUGH_TIES {
        let rows = Rows::of(examples, scaling, objective.strength);
        for loss in [Loss::Davidson, Loss::RaoKupper] {
            let mean = Unseen::new(&prompts(examples), &rows, loss).mean_loss(objective.penalty);
            held_out.extend(mean.map(|mean| (loss, mean)));
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
    folds: Vec<(Fold, Rows)>,
    /// The newest fit: the next one, to most of the same rows or under the next penalty, is not far.
    newest: Option<Solution>,
}

impl<'a> Unseen<'a> {
    fn new(prompts: &[&str], rows: &'a Rows, loss: Loss) -> Self {
        let with_rows = |fold: Fold| {
            let learned = rows.select(&fold.learned);
            (fold, learned)
        };
        // Of the split, one of the two sides may be empty.
        let useful = |fold: &Fold| !fold.learned.is_empty() && !fold.held.is_empty();
        let folds = folds(prompts).1.into_iter().filter(useful).map(with_rows).collect();
        Self { rows, loss, folds, newest: None }
    }

    /// Mean −log likelihood of each held-out comparison under a fit that never saw its prompt; `None` where there is
    /// none.
    fn mean_loss(&mut self, penalty: Penalty) -> Option<f64> {
        let mut losses = Vec::with_capacity(self.rows.count());
        for (fold, learned) in &self.folds {
            let lambda = penalty.lambda(learned.count());
            let solution = exact::solve(learned, self.loss, lambda, self.newest.as_ref());
            losses.extend(fold.held.iter().map(|&at| {
                let margin = f64::from(dot(self.rows.differences.row(at), &solution.weights));
                self.loss.bend(self.rows.said[at].told, margin, solution.tie).value
            }));
            self.newest = Some(solution);
        }
        (!losses.is_empty()).then(|| losses.iter().sum::<f64>() / losses.len() as f64)
    }
}
