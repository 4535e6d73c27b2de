//! The living model: the exact fit to the answers so far, its judgement, and what it would ask next.

use super::{AskRequest, FitRequest, Studio};
use crate::domain::device::DeviceKind;
use crate::domain::likelihood::{Likelihood, Loss};
use crate::domain::recipe::Recipe;
use crate::engine::confidence::Confidence;
use crate::engine::models::{Kept, no_model};
use crate::engine::ports::Host;
use crate::engine::refuse;
use crate::engine::run::nothing_to_learn;
use crate::model::reward_model::RewardModel;
use crate::protocol::event::{MadeBy, ModelCard};
use crate::protocol::{Event, Slot};
use crate::train::asking::{Candidate, rank};
use crate::train::exact::Solution;
use crate::train::judge::{Lesson, length_share};
use crate::train::lesson::only;
use crate::train::objective::decide;
use crate::train::prior;

/// The page asks again long before it has used up so many.
const RANKED_AT_MOST: usize = 100;

impl<H: Host + 'static> Studio<H>
where
    H::Helper: 'static,
{
    pub(super) fn answer_fit(&mut self, request: FitRequest) {
        let FitRequest { request, comparisons, objective } = request;
        self.answered = comparisons;
        if self.answered.is_empty() {
            return refuse(&*self.host, request, nothing_to_learn());
        }
        let (examples, waiting) = self.library.examples(&self.answered);
        let recipe = self.library.recipe().cloned();
        let scaling = recipe.as_ref().and_then(|recipe| self.library.scaling(recipe.length_feature));
        let (Some(recipe), Some(scaling), false) = (recipe, scaling, examples.is_empty()) else {
            return self.host.emit(Event::Fitted { request, fit_ms: 0.0, judge_ms: 0.0, waiting });
        };
        let began = self.host.now_ms();
        let mean = prior::mean(&objective, self.brought.as_ref(), &recipe, &scaling);
        let (examples, decided) = decide(examples, &scaling, &objective, mean);
        if examples.is_empty() {
            return refuse(&*self.host, request, nothing_to_learn());
        }
        let lesson = Lesson::new(&examples, &scaling, &decided);
        let solution = lesson.fit(self.living_solution(decided.loss, &recipe).as_ref());
        let fitted = self.host.now_ms();
        let evaluation = lesson.judge(&solution);
        let judged = self.host.now_ms();
        let (rows, prior) = (lesson.learned_rows().into_owned(), lesson.prior());
        let lambda = prior.lambda;
        let learned = lesson.learned().to_vec();
        let confidence = Confidence::new(only(examples, &learned), rows, prior);
        let Solution { weights, tie } = solution;
        let likelihood = Likelihood { loss: decided.loss, tie };
        let model = RewardModel {
            recipe: recipe.clone(),
            scaling: scaling.clone(),
            hidden: None,
            weights,
            likelihood,
        };
        let card = ModelCard {
            made_by: MadeBy::ExactFit(objective.penalty),
            backbone: String::new(),
            recipe,
            hidden_units: None,
            // The fit itself runs on the CPU; its numbers come from where the features do.
            device: self.device.as_ref().map_or(DeviceKind::Cpu, |(kind, _)| *kind).name().into(),
            lambda,
            likelihood,
            advice: decided.advice.clone(),
            length_share: length_share(&evaluation, &scaling),
            evaluation: Some(evaluation),
        };
        self.keep(Slot::Living, Kept::new(model, card, Some(confidence)));
        self.host.emit(Event::Fitted {
            request,
            fit_ms: (fitted - began) as f32,
            judge_ms: (judged - fitted) as f32,
            waiting,
        });
    }

    /// Where the living model is now: one answer more leaves it near, unless its features were others.
    fn living_solution(&self, loss: Loss, recipe: &Recipe) -> Option<Solution> {
        let model = &self.models.get(Slot::Living)?.model;
        (model.likelihood.loss == loss && model.recipe == *recipe)
            .then(|| Solution { weights: model.weights.clone(), tie: model.likelihood.tie })
    }

    pub(super) fn answer_ask(&mut self, request: AskRequest) {
        let AskRequest { request, rule, candidates } = request;
        let Some((model, posterior)) = self.models.get(Slot::Living).and_then(Kept::with_posterior) else {
            return refuse(&*self.host, request, no_model());
        };
        // After another recipe was chosen it has nothing to say until it is fitted anew.
        let serves = self.library.serves(&model.recipe);
        let known: Vec<Candidate> = candidates
            .into_iter()
            .filter(|_| serves)
            .filter_map(|pair| {
                let (a, b) = self.library.responses(&pair)?;
                Some(Candidate { difference: model.difference(a, b), pair })
            })
            .collect();
        let mut pairs = rank(&known, posterior, &model.weights, model.likelihood, rule);
        let mut gains: Vec<f32> = pairs.iter().map(|ranked| ranked.gain).collect();
        gains.sort_by(f32::total_cmp);
        let typical_gain = gains.get(gains.len() / 2).copied().unwrap_or(0.0);
        pairs.truncate(RANKED_AT_MOST);
        self.host.emit(Event::Ranked { request, rule, pairs, typical_gain });
    }
}
