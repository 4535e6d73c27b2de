//! What a run learns from, and how what it has learned is judged.

use crate::domain::config::DescentConfig;
use crate::domain::dataset::Comparison;
use crate::domain::device::DeviceKind;
use crate::domain::evaluation::{Evaluation, HeldOut};
use crate::domain::likelihood::{Likelihood, Told};
use crate::domain::metrics;
use crate::domain::recipe::Recipe;
use crate::domain::run::RunLog;
use crate::engine::confidence::Confidence;
use crate::engine::library::Library;
use crate::engine::run::{Finished, nothing_to_learn};
use crate::model::hidden_layer::HiddenLayer;
use crate::model::reward_model::{Pooled, RewardModel};
use crate::protocol::event::{MadeBy, ModelCard};
use crate::protocol::{Event, Fault, RunId};
use crate::train::chance::even;
use crate::train::descent::Material;
use crate::train::exact::Solution;
use crate::train::judge::length_share;
use crate::train::learner::Learned;
use crate::train::lesson::{Example, Rows, parts};
use crate::train::objective::{Aim, decide};
use crate::train::prior::{self, Prior};

/// What a seed is changed by for the hidden layer.
const HIDDEN: u64 = 1 << 63;

/// Comparisons with their features, and what is minimised over them.
pub struct Course {
    /// What is minimised.
    pub aim: Aim,
    /// What can be learned from.
    pub examples: Vec<Example>,
    /// The device.
    pub kind: DeviceKind,
}

impl Course {
    /// That of these comparisons, whose features are all known; `brought` is the model that came with the backbone.
    ///
    /// # Errors
    /// `FaultKind::Data` if there is nothing to learn from.
    pub fn new(
        recipe: Recipe,
        library: &Library,
        comparisons: &[Comparison],
        (config, brought): (&DescentConfig, Option<&RewardModel>),
        kind: DeviceKind,
    ) -> Result<Self, Fault> {
        let (examples, _) = library.examples(comparisons);
        let scaling = library.scaling(recipe.length_feature).ok_or_else(nothing_to_learn)?;
        // A linear head says nothing of where the weights of an MLP should be.
        let brought = brought.filter(|_| config.hidden_units.is_none());
        let mean = prior::mean(&config.objective, brought, &recipe, &scaling);
        let (examples, decided) = decide(examples, &scaling, &config.objective, mean);
        if examples.is_empty() {
            return Err(nothing_to_learn());
        }
        Ok(Self { aim: Aim { recipe, scaling, decided }, examples, kind })
    }

    /// The same comparisons again, with an aim that was decided before.
    pub fn again(aim: Aim, library: &Library, comparisons: &[Comparison], kind: DeviceKind) -> Self {
        let (mut examples, _) = library.examples(comparisons);
        examples.retain(|example| aim.decided.loss.learns_from(example.told()));
        Self { aim, examples, kind }
    }

    /// Comparisons learned from, and held out.
    pub fn counts(&self) -> (u32, u32) {
        let (train, held) = parts(&self.examples);
        (train.len() as u32, held.len() as u32)
    }

    /// Rows of those learned from, and of those held out, as the weights behind this hidden layer weigh them.
    pub fn rows(&self, hidden: Option<&HiddenLayer>) -> (Rows, Rows) {
        let (train, held) = parts(&self.examples);
        let Aim { scaling, decided, .. } = &self.aim;
        let rows = |examples: &[&Example]| {
            let examples = examples.iter().copied();
            match hidden {
                Some(hidden) => {
                    let features = |pooled: &Pooled| hidden.forward(&scaling.features(pooled));
                    Rows::by(examples, (hidden.units(), features), decided.strength)
                }
                None => Rows::of(examples, scaling, decided.strength),
            }
        };
        (rows(&train), rows(&held))
    }

    /// Both responses of those learned from, and of those held out.
    pub fn sides(&self) -> (Material, Material) {
        let (train, held) = parts(&self.examples);
        let sides = |examples| Material::of_sides(examples, &self.aim.scaling, self.aim.decided.strength);
        (sides(&train), sides(&held))
    }

    /// A hidden layer that has not learned yet, where the settings want one.
    pub fn hidden(&self, config: &DescentConfig) -> Option<HiddenLayer> {
        let units = config.hidden_units? as usize;
        let (width, lambda) = (self.aim.scaling.width(), self.prior().lambda);
        // Adapters are drawn with the seed itself.
        Some(HiddenLayer::drawn(units, width, lambda, even(config.seed ^ HIDDEN)))
    }

    /// The prior over the head's weights.
    pub fn prior(&self) -> Prior {
        self.aim.decided.prior(self.counts().0 as usize)
    }

    /// The model of what has been learned.
    pub fn model(&self, Learned { hidden, solution: Solution { weights, tie } }: Learned) -> RewardModel {
        RewardModel {
            recipe: self.aim.recipe.clone(),
            scaling: self.aim.scaling.clone(),
            hidden,
            weights,
            likelihood: Likelihood { loss: self.aim.decided.loss, tie },
        }
    }

    /// How a model does on the held-out fifth.
    pub fn judged_by_split(&self, model: &RewardModel) -> Evaluation {
        let margin = |example: &Example| model.margin(&example.chosen, &example.rejected).0;
        let (train, held) = parts(&self.examples);
        let preferred = train.iter().filter(|example| example.told() == Told::Chosen);
        let train_margins: Vec<f32> = preferred.map(|example| margin(example)).collect();
        let judge = |example: &&Example| example.judged(margin(example), model.score(&example.chosen).0);
        let (judged, ties) = held
            .iter()
            .filter(|example| example.is_drawn())
            .map(judge)
            .partition(|judged| judged.chosen.is_some());
        Evaluation {
            held_out: HeldOut::Split,
            learned_from: train.len() as u32,
            judged,
            ties,
            train_loss: metrics::mean_loss(&train_margins).unwrap_or(0.0) as f32,
            train_accuracy: metrics::accuracy(&train_margins).unwrap_or(0.0) as f32,
        }
    }

    /// The end of a run with this model, whose features these are, judged so.
    pub fn finish(&self, run: RunId, model: RewardModel, evaluation: Evaluation, log: RunLog) -> Finished {
        let split = self.judged_by_split(&model);
        let validation_accuracy = split.accuracy().or(evaluation.accuracy()).map(|share| share as f32);
        let prior = self.prior();
        let card = ModelCard {
            made_by: MadeBy::Descent(run),
            backbone: String::new(),
            recipe: self.aim.recipe.clone(),
            hidden_units: model.hidden.as_ref().map(|hidden| hidden.units() as u32),
            device: self.kind.name().into(),
            lambda: prior.lambda,
            advice: self.aim.decided.advice.clone(),
            likelihood: model.likelihood,
            length_share: length_share(&evaluation, &self.aim.scaling),
            evaluation: Some(evaluation),
        };
        let done = Event::RunDone { run, ending: log.ending, validation_accuracy, seconds: log.seconds };
        let (train, _) = parts(&self.examples);
        let (rows, _) = self.rows(model.hidden.as_ref());
        let learned = train.into_iter().cloned().collect();
        let confidence = Some(Confidence::new(learned, rows, prior));
        Finished { model, card, confidence, log, done }
    }
}
