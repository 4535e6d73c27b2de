//! How far a model is to be believed: its posterior, made when somebody first asks for it, and two checks that are made
//! only for a model that somebody scores with, while there is nothing else to do.

use std::cell::OnceCell;

use crate::model::reward_model::{Pooled, RewardModel};
use crate::protocol::scoring::{Compared, Doubt};
use crate::train::ensemble::{Ensemble, numbered};
use crate::train::exact::Solution;
use crate::train::familiar::Familiar;
use crate::train::laplace::{Posterior, moderation};
use crate::train::lesson::{Example, Rows};
use crate::train::prior::Prior;

/// What is known of a fitted model beyond its weights.
pub struct Confidence {
    posterior: OnceCell<Option<Posterior>>,
    rows: Rows,
    prior: Prior,
    /// What was learned from, until its responses are a cloud.
    learned: Vec<Example>,
    /// Each row's prompt, by number, from then on.
    prompts: Vec<usize>,
    familiar: Option<Familiar>,
    ensemble: Ensemble,
    wanted: bool,
}

impl Confidence {
    /// The confidence of a model that was fitted to `rows` of these examples under this prior. It is that model
    /// which everything else has to be asked with.
    pub fn new(learned: Vec<Example>, rows: Rows, prior: Prior) -> Self {
        Self {
            posterior: OnceCell::new(),
            rows,
            prior,
            learned,
            prompts: vec![],
            familiar: None,
            ensemble: Ensemble::default(),
            wanted: false,
        }
    }

    /// The posterior over the head's weights; `None` only if what was learned from holds values that are no numbers.
    pub fn posterior(&self, model: &RewardModel) -> Option<&Posterior> {
        let make = || Posterior::new(&self.rows, model.likelihood.loss, &solution(model), self.prior.lambda);
        self.posterior.get_or_init(make).as_ref()
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
            let learned = std::mem::take(&mut self.learned);
            self.prompts = numbered(learned.iter().map(|example| example.prompt.as_str()));
            let responses = learned.iter().flat_map(|example| [&example.chosen, &example.rejected]);
            let features: Vec<Vec<f32>> =
                responses.map(|response| model.scaling.features(response)).collect();
            self.familiar = Familiar::of(&features);
            return false;
        }
        let start = solution(model);
        self.ensemble.grow(&self.rows, &self.prompts, model.likelihood.loss, &self.prior, &start);
        self.ensemble.is_complete()
    }

    /// What is to be doubted of a response's score; `None` without a posterior.
    pub fn of_score(&self, model: &RewardModel, response: &Pooled) -> Option<Doubt> {
        let features = model.features(response);
        let place = model.scaling.features(response);
        let far = self.familiar.as_ref().map(|familiar| (familiar, familiar.share_as_far(&place)));
        Some(Doubt {
            std: self.posterior(model)?.std(&features),
            refitted_std: self.ensemble.std(&features),
            share_as_far: far.map(|(_, share)| share),
            is_far: far.is_some_and(|(familiar, share)| familiar.is_far(share)),
        })
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
    let std = confidence.and_then(|it| it.posterior(model)).map(|posterior| posterior.std(&difference));
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
