//! What each sentence does: the score less that of the response without it.

use std::ops::Range;
use std::rc::Rc;

use crate::domain::recipe::Recipe;
use crate::engine::backbone::Backbone;
use crate::engine::library::Library;
use crate::engine::ports::ByteSource;
use crate::engine::reading::{Reading, Text};
use crate::engine::recent::Recent;
use crate::model::reward_model::RewardModel;
use crate::protocol::Fault;
use crate::protocol::scoring::Piece;
use crate::text::sentences::sentences;

/// So many forward passes are worth waiting for.
const MOST: usize = 40;

/// Leaving out one sentence after the other.
pub struct Leaving {
    sentences: Vec<Range<usize>>,
    /// The whole response, then the response without each sentence.
    reading: Reading,
}

impl Leaving {
    /// That of this response, as `recipe` reads it.
    pub fn new(recipe: &Recipe, prompt: Rc<str>, response: &Rc<str>) -> Self {
        let mut sentences = sentences(response, MOST);
        if sentences.len() < 2 {
            sentences.clear();
        }
        let without = |sentence: &Range<usize>| -> Text {
            let rest = [&response[..sentence.start], &response[sentence.end..]].concat();
            (prompt.clone(), rest.into())
        };
        let whole = (!sentences.is_empty()).then(|| (prompt.clone(), response.clone()));
        let texts = whole.into_iter().chain(sentences.iter().map(without)).collect();
        Self { reading: Reading::new(recipe, texts), sentences }
    }

    /// One slice of it; with the last, what each sentence does.
    ///
    /// # Errors
    /// As [`Reading::step`]; of a text that the tokenizer refuses, too.
    pub async fn step<S: ByteSource>(
        &mut self,
        model: &RewardModel,
        backbone: &mut Backbone<S>,
        (library, recent): (&Library, &Recent),
    ) -> Result<Option<Vec<Piece>>, Fault> {
        if self.reading.step(backbone, library, recent).await? {
            return Ok(None);
        }
        let found = self.reading.found().into_iter();
        let scores =
            found.map(|read| Ok(model.score(&read?.pooled).0)).collect::<Result<Vec<f32>, Fault>>()?;
        let Some((whole, without)) = scores.split_first() else { return Ok(Some(Vec::new())) };
        let piece = |(sentence, without): (&Range<usize>, &f32)| Piece {
            in_prompt: false,
            start: sentence.start as u32,
            end: sentence.end as u32,
            part: whole - without,
        };
        Ok(Some(self.sentences.iter().zip(without).map(piece).collect()))
    }
}
