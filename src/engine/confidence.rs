//! How far a model is to be believed: its posterior at once, and two checks that are made only for a model that
//! somebody scores with, while there is nothing else to do.

use crate::model::reward_model::{Pooled, RewardModel};
use crate::protocol::scoring::{Compared, Doubt};
use crate::train::ensemble::{Ensemble, numbered};
use crate::train::exact::Solution;
use crate::train::familiar::Familiar;
use crate::train::laplace::{Posterior, moderation};
use crate::train::lesson::{Example, Rows};

/// What is known of a fitted model beyond its weights.
#[derive(Clone)]
pub struct Confidence {
    posterior: Posterior,
    rows: Rows,
    lambda: f32,
    /// Each row's prompt, by number.
    prompts: Vec<usize>,
    /// Features of the responses learned from, until they are a cloud.
    learned: Vec<Vec<f32>>,
    familiar: Option<Familiar>,
    ensemble: Ensemble,
    wanted: bool,
}

impl Confidence {
    /// The confidence of `model`, fitted to `rows` of these examples with penalty `lambda`.
    pub fn new<'a>(
        model: &RewardModel,
        examples: impl Iterator<Item = &'a Example> + Clone,
        rows: Rows,
        lambda: f32,
    ) -> Option<Self> {
        let posterior = Posterior::new(&rows, model.likelihood.loss, &solution(model), lambda)?;
        let responses = examples.clone().flat_map(|example| [&example.chosen, &example.rejected]);
        Some(Self {
            posterior,
            rows,
            lambda,
            prompts: numbered(examples.map(|example| example.prompt.as_str())),
            learned: responses.map(|response| model.scaling.features(response)).collect(),
            familiar: None,
            ensemble: Ensemble::default(),
            wanted: false,
        })
    }

    /// The posterior over the head's weights.
    pub fn posterior(&self) -> &Posterior {
        &self.posterior
    }

    /// Somebody wants to know.
    pub fn want(&mut self) {
        self.wanted = true;
    }

    /// Whether a check is wanted and not made yet.
    pub fn has_work(&self) -> bool {
        self.wanted && !self.ensemble.is_complete()
    }

    /// Make a piece of the checks; true with the last one.
    pub fn work(&mut self, model: &RewardModel) -> bool {
        if !self.learned.is_empty() {
            self.familiar = Familiar::of(&std::mem::take(&mut self.learned));
            return false;
        }
        let start = solution(model);
        self.ensemble.grow(&self.rows, &self.prompts, model.likelihood.loss, self.lambda, &start);
        self.ensemble.is_complete()
    }

    /// What is to be doubted of a response's score.
    pub fn of_score(&self, model: &RewardModel, response: &Pooled) -> Doubt {
        let features = model.scaling.features(response);
        let far = self.familiar.as_ref().map(|familiar| (familiar, familiar.share_as_far(&features)));
        Doubt {
            std: self.posterior.std(&features),
            refitted_std: self.ensemble.std(&features),
            share_as_far: far.map(|(_, share)| share),
            is_far: far.is_some_and(|(familiar, share)| familiar.is_far(share)),
        }
    }
}

/// Two responses to one prompt, compared by `model`.
pub fn compare(
    model: &RewardModel,
    confidence: Option<&Confidence>,
    first: &Pooled,
    second: &Pooled,
) -> Compared {
    let (margin, _) = model.margin(first, second);
    let difference = model.difference(first, second);
    let std = confidence.map(|confidence| confidence.posterior.std(&difference));
    Compared {
        margin,
        std,
        refitted_std: confidence.and_then(|confidence| confidence.ensemble.std(&difference)),
        shares: model.likelihood.shares(f64::from(margin)),
        moderated: std.map(|std| model.likelihood.shares(moderation(std) * f64::from(margin))),
    }
}

fn solution(model: &RewardModel) -> Solution {
    Solution { weights: model.weights.clone(), tie: model.likelihood.tie }
}
