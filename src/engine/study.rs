//! A closer look at a model, a fit at a time: how it does on the test sets, what a bag of words would have done, and
//! how accuracy has grown with the answers. It costs more than a fit, and is done when nothing else waits.

use std::rc::Rc;

use super::backbone::Backbone;
use super::library::Library;
use super::ports::ByteSource;
use super::reading::{Read, Reading, Text};
use super::recent::Recent;
use crate::domain::choice::{Outcome, Side};
use crate::domain::config::Objective;
use crate::domain::dataset::Comparison;
use crate::domain::evaluation::finding::Finding;
use crate::domain::pair::PairText;
use crate::model::reward_model::RewardModel;
use crate::protocol::{Fault, RequestId, Slot};
use crate::train::bag_of_words::{BagOfWords, Words};
use crate::train::learning_curve::LearningCurve;
use crate::train::lesson::Example;
use crate::train::objective::decide;
use crate::train::prior;

/// What is to be looked at.
pub struct Study {
    /// Ties the findings to the question.
    pub request: RequestId,
    /// The model that is tested.
    pub slot: Slot,
    comparisons: Vec<Comparison>,
    tests: Vec<Comparison>,
    /// What is minimised, and the model that came with the backbone.
    aim: (Objective, Option<RewardModel>),
    stage: Stage,
}

/// What comes next.
enum Stage {
    /// The test sets; for a model of another recipe than the library's they have to be read first.
    Tests(Option<Box<Reading>>),
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
        aim: (Objective, Option<RewardModel>),
    ) -> Self {
        Self { request, slot, comparisons, tests, aim, stage: Stage::Tests(None) }
    }

    /// One slice of it, and what that has brought to light. After [`Finding::Done`] there is no more.
    ///
    /// # Errors
    /// As [`Backbone::pooled_under`]; of a test text that the tokenizer refuses, too.
    pub async fn step<S: ByteSource>(
        &mut self,
        (library, recent): (&Library, &Recent),
        backbone: &mut Backbone<S>,
        model: Option<&RewardModel>,
    ) -> Result<Option<Finding>, Fault> {
        if let Stage::Tests(reading) = &mut self.stage {
            let (examples, waiting) = match model {
                Some(model) if !library.serves(&model.recipe) => {
                    let texts = || texts(library, &self.tests);
                    let reading =
                        reading.get_or_insert_with(|| Box::new(Reading::new(&model.recipe, texts())));
                    if !reading.is_as(&model.recipe) {
                        **reading = Reading::new(&model.recipe, texts());
                    }
                    if reading.step(backbone, library, recent).await? {
                        return Ok(None);
                    }
                    (read_examples(library, &self.tests, reading.found())?, 0)
                }
                Some(_) | None => library.examples(&self.tests),
            };
            self.stage = Stage::Words(None);
            return Ok(Some(tested(&examples, waiting, model)));
        }
        Ok(self.look(library))
    }

    /// What needs no model.
    fn look(&mut self, library: &Library) -> Option<Finding> {
        match &mut self.stage {
            Stage::Tests(_) => None,
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
                    Stage::Tests(_) | Stage::Words(None) | Stage::Curve(_) | Stage::Over => None,
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
        let (objective, brought) = &self.aim;
        let mean = prior::mean(objective, brought.as_ref(), recipe, &scaling);
        let (usable, decided) = decide(examples, &scaling, objective, mean);
        LearningCurve::new(&usable, &scaling, &decided)
    }
}

/// The pairs of these comparisons that are here, A and B in turn.
fn texts(library: &Library, comparisons: &[Comparison]) -> Vec<Text> {
    let pairs = comparisons.iter().filter_map(|comparison| library.pair(&comparison.pair));
    pairs
        .flat_map(|pair| {
            let prompt: Rc<str> = pair.prompt.as_str().into();
            [&pair.response_a, &pair.response_b].map(|text| (prompt.clone(), text.as_str().into()))
        })
        .collect()
}

/// The comparisons of those pairs with what was read of them, in the same order.
fn read_examples(
    library: &Library,
    comparisons: &[Comparison],
    read: Vec<Result<Read, Fault>>,
) -> Result<Vec<Example>, Fault> {
    let read = read.into_iter().collect::<Result<Vec<Read>, Fault>>()?;
    let here =
        comparisons.iter().filter_map(|comparison| Some((comparison, library.pair(&comparison.pair)?)));
    let example = |((comparison, pair), both): ((&Comparison, &PairText), &[Read])| {
        Example::new(comparison, &pair.prompt, &both[0].pooled, &both[1].pooled)
    };
    Ok(here.zip(read.chunks_exact(2)).map(example).collect())
}

fn tested(examples: &[Example], waiting: u32, model: Option<&RewardModel>) -> Finding {
    let Some(model) = model else { return Finding::Tests { judged: vec![], waiting } };
    let preferences = examples.iter().filter(|example| example.outcome != Outcome::Tie);
    let judged = preferences.map(|example| {
        let score = model.score(&example.chosen).0;
        example.judged(score - model.score(&example.rejected).0, score)
    });
    Finding::Tests { judged: judged.collect(), waiting }
}
