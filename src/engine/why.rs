//! Why texts score as they do, an insight at a time: what each token adds, what each sentence does, and which answered
//! responses are like them. The quick ones come first, and messages are heard between two slices.

mod alike;
mod sentences;
mod tokens;

use std::rc::Rc;

use self::sentences::Leaving;
use super::backbone::Backbone;
use super::library::Library;
use super::models::{Models, no_model};
use super::ports::ByteSource;
use super::recent::Recent;
use crate::domain::dataset::Comparison;
use crate::model::reward_model::{Pooled, RewardModel};
use crate::protocol::scoring::Insight;
use crate::protocol::{Fault, RequestId, Slot};

/// A request, and how far it is.
pub struct Why {
    /// Ties the insights to the question.
    pub request: RequestId,
    /// The model that is asked about.
    pub slot: Slot,
    prompt: Rc<str>,
    responses: Vec<Rc<str>>,
    /// The model as it was when it was first looked at: all insights are of the same one.
    model: Option<Rc<RewardModel>>,
    stage: Stage,
    /// What the backbone says of the responses, as far as their tokens have been looked at.
    pooled: Vec<Pooled>,
}

/// What comes next, and of which response.
enum Stage {
    Tokens(usize),
    Sentences(usize, Option<Box<Leaving>>),
    Alike(usize),
    Over,
}

impl Why {
    /// A question that has not been looked at.
    pub fn new((request, slot): (RequestId, Slot), prompt: String, responses: Vec<String>) -> Self {
        Self {
            request,
            slot,
            prompt: prompt.into(),
            responses: responses.into_iter().map(Rc::from).collect(),
            model: None,
            stage: Stage::Tokens(0),
            pooled: Vec::new(),
        }
    }

    /// One slice of it, and what that has brought to light. After [`Insight::Done`] there is no more.
    ///
    /// # Errors
    /// `FaultKind::NoModel` for an empty slot, and as [`Backbone::pooled`]; of a text that the tokenizer refuses, too.
    pub async fn step<S: ByteSource>(
        &mut self,
        models: &Models,
        backbone: &mut Backbone<S>,
        (library, recent): (&Library, &Recent),
        answered: &[Comparison],
    ) -> Result<Option<Insight>, Fault> {
        if self.model.is_none() {
            self.model = models.get(self.slot).map(|kept| Rc::new(kept.model.clone()));
        }
        let model = &*self.model.clone().ok_or_else(no_model)?;
        let count = self.responses.len();
        match &mut self.stage {
            Stage::Tokens(at) if *at < count => {
                let response = *at;
                let (insight, pooled) =
                    tokens::tokens(backbone, model, &self.prompt, &self.responses[response], response as u32)
                        .await?;
                self.pooled.push(pooled);
                *at += 1;
                Ok(Some(insight))
            }
            Stage::Tokens(_) => self.go_on(Stage::Sentences(0, None)),
            Stage::Sentences(at, leaving) if *at < count => {
                let leaving = leaving.get_or_insert_with(|| {
                    Box::new(Leaving::new(&model.recipe, self.prompt.clone(), &self.responses[*at]))
                });
                let Some(pieces) = leaving.step(model, backbone, (library, recent)).await? else {
                    return Ok(None);
                };
                let insight = Insight::Sentences { response: *at as u32, pieces };
                self.stage = Stage::Sentences(*at + 1, None);
                Ok(Some(insight))
            }
            Stage::Sentences(..) => self.go_on(Stage::Alike(0)),
            Stage::Alike(at) if *at < count => {
                let key = library.key_under(&model.recipe, &self.prompt, &self.responses[*at]);
                let neighbours = alike::nearest(library, model, answered, &key, &self.pooled[*at]);
                let insight = Insight::Alike { response: *at as u32, neighbours };
                *at += 1;
                Ok(Some(insight))
            }
            Stage::Alike(_) => self.go_on(Stage::Over),
            Stage::Over => Ok(Some(Insight::Done)),
        }
    }

    fn go_on(&mut self, stage: Stage) -> Result<Option<Insight>, Fault> {
        self.stage = stage;
        Ok(None)
    }
}
