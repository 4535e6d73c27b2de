//! From what is wanted to what is done: the likelihood that suits the answers, and the penalty that they speak for.

use super::exact;
use super::laplace;
use super::lesson::{Example, Rows};
use crate::domain::config::{LossChoice, Objective, Penalty, StrengthUse};
use crate::domain::likelihood::{Advice, Loss, Told};
use crate::domain::split::{FOLDS, fold};
use crate::model::reward_model::{Scaling, dot};

/// From this many ties on there is something to be learned of them.
const ENOUGH_TIES: usize = 5;

/// What cross-validation chooses from; accuracy hardly changes between neighbours.
const HELD_OUT_GRID: [f32; 5] = [0.1, 0.3, 1.0, 3.0, 10.0];

/// An objective with nothing left open.
#[derive(Clone, Debug, PartialEq)]
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
            let rows = Rows::of(&usable, scaling, objective.strength);
            Penalty::Fixed(laplace::most_probable_penalty(
                &rows,
                loss,
                objective.penalty.lambda(rows.count()),
            ))
        }
        Penalty::HeldOut => {
            let rows = Rows::of(&usable, scaling, objective.strength);
            best_held_out(&usable, &rows, loss)
        }
        Penalty::Auto | Penalty::Fixed(_) => objective.penalty,
    };
    (usable, Decided { loss, strength: objective.strength, penalty, advice })
}

/// The penalty of the grid under which cross-validation by prompt explains the held-out answers best.
fn best_held_out(examples: &[Example], rows: &Rows, loss: Loss) -> Penalty {
    let score = |lambda: f32| held_out_loss(examples, rows, loss, Penalty::Fixed(lambda));
    HELD_OUT_GRID
        .into_iter()
        .filter_map(|lambda| Some((lambda, score(lambda)?)))
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
            if let Some(mean) = held_out_loss(examples, &rows, loss, objective.penalty) {
                held_out.push((loss, mean));
            }
        }
        held_out.sort_by(|a, b| a.1.total_cmp(&b.1));
    }
    Advice { ties: ties as u32, comparisons: examples.len() as u32, held_out }
}

/// Mean −log likelihood of each comparison under a fit that never saw its prompt; `None` where all are of one prompt.
fn held_out_loss(examples: &[Example], rows: &Rows, loss: Loss, penalty: Penalty) -> Option<f64> {
    let mut losses = Vec::with_capacity(examples.len());
    for held_fold in 0..FOLDS {
        let (held, learned): (Vec<usize>, Vec<usize>) =
            (0..examples.len()).partition(|&at| fold(&examples[at].prompt, FOLDS) == held_fold);
        if held.is_empty() || learned.is_empty() {
            continue;
        }
        let solution = exact::solve(&rows.select(&learned), loss, penalty.lambda(learned.len()), None);
        losses.extend(held.iter().map(|&at| {
            let margin = f64::from(dot(rows.differences.row(at), &solution.weights));
            loss.bend(examples[at].told(), margin, solution.tie).value
        }));
    }
    (!losses.is_empty()).then(|| losses.iter().sum::<f64>() / losses.len() as f64)
}
