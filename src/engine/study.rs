//! A closer look at a model, a fit at a time: how it does on the test sets, what a bag of words would have done, and
//! how accuracy has grown with the answers. It costs more than a fit, and is done when nothing else waits.

use super::library::Library;
use crate::domain::choice::{Outcome, Side};
use crate::domain::config::Objective;
use crate::domain::dataset::Comparison;
use crate::domain::evaluation::finding::Finding;
use crate::model::reward_model::RewardModel;
use crate::protocol::{RequestId, Slot};
use crate::train::bag_of_words::{BagOfWords, Words};
use crate::train::learning_curve::LearningCurve;
use crate::train::objective::decide;

/// What is to be looked at.
pub struct Study {
    /// Ties the findings to the question.
    pub request: RequestId,
    /// The model that is tested.
    pub slot: Slot,
    comparisons: Vec<Comparison>,
    tests: Vec<Comparison>,
    objective: Objective,
    stage: Stage,
}

/// What comes next.
enum Stage {
    Tests,
    Words(Option<BagOfWords>),
    Curve(Option<Box<LearningCurve>>),
    Over,
}

impl Study {
    /// A look that has not begun.
    pub fn new(
        (request, slot): (RequestId, Slot),
        comparisons: Vec<Comparison>,
        tests: Vec<Comparison>,
        objective: Objective,
    ) -> Self {
        Self { request, slot, comparisons, tests, objective, stage: Stage::Tests }
    }

    /// One slice of it, and what that has brought to light. After [`Finding::Done`] there is no more.
    pub fn step(&mut self, library: &Library, model: Option<&RewardModel>) -> Option<Finding> {
        match &mut self.stage {
            Stage::Tests => {
                self.stage = Stage::Words(None);
                Some(self.test(library, model))
            }
            Stage::Words(None) => {
                self.stage = Stage::Words(Some(self.words(library)));
                None
            }
            Stage::Words(Some(bag)) => {
                if bag.step() {
                    return None;
                }
                match std::mem::replace(&mut self.stage, Stage::Curve(None)) {
                    Stage::Words(Some(bag)) => Some(Finding::Words(bag.margins())),
                    Stage::Tests | Stage::Words(None) | Stage::Curve(_) | Stage::Over => None,
                }
            }
            Stage::Curve(None) => match self.curve(library) {
                Some(curve) => {
                    self.stage = Stage::Curve(Some(Box::new(curve)));
                    None
                }
                None => {
                    self.stage = Stage::Over;
                    Some(Finding::Curve(vec![]))
                }
            },
            Stage::Curve(Some(curve)) => {
                let before = curve.points().len();
                let more = curve.step();
                let points = curve.points().to_vec();
                if !more {
                    self.stage = Stage::Over;
                }
                (points.len() > before).then_some(Finding::Curve(points))
            }
            Stage::Over => Some(Finding::Done),
        }
    }

    /// A model of another recipe is not judged: the library's vectors mean nothing to it.
    fn test(&self, library: &Library, model: Option<&RewardModel>) -> Finding {
        if model.is_some_and(|model| !library.serves(&model.recipe)) {
            return Finding::Tests { judged: vec![], waiting: 0 };
        }
        let (examples, waiting) = library.examples(&self.tests);
        let Some(model) = model else { return Finding::Tests { judged: vec![], waiting } };
        let preferences = examples.iter().filter(|example| example.outcome != Outcome::Tie);
        let judged = preferences.map(|example| {
            let score = model.score(&example.chosen).0;
            example.judged(score - model.score(&example.rejected).0, score)
        });
        Finding::Tests { judged: judged.collect(), waiting }
    }

    fn words(&self, library: &Library) -> BagOfWords {
        let texts: Vec<Words> = self
            .comparisons
            .iter()
            .filter_map(|comparison| {
                let pair = library.pair(&comparison.pair)?;
                let (chosen, rejected) = match comparison.outcome {
                    Outcome::Preferred(Side::A) => (&pair.response_a, &pair.response_b),
                    Outcome::Preferred(Side::B) => (&pair.response_b, &pair.response_a),
                    Outcome::Tie => return None,
                };
                Some(Words { pair: &pair.id, prompt: &pair.prompt, chosen, rejected })
            })
            .collect();
        BagOfWords::new(&texts)
    }

    fn curve(&self, library: &Library) -> Option<LearningCurve> {
        let recipe = library.recipe()?;
        let scaling = library.scaling(recipe.length_feature)?;
        let (examples, _) = library.examples(&self.comparisons);
        let (usable, decided) = decide(examples, &scaling, &self.objective);
        LearningCurve::new(&usable, &scaling, &decided)
    }
}
