//! Reading texts as a recipe has it: tokens first, then vectors, a batch at a time, so that messages are heard in
//! between. What is known already is not computed again, and what is the same is computed once.
//!
//! Scores of all kinds come through here. Who computes the batches is not known: this worker, or its helpers.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use super::backbone::Backbone;
use super::batches::batches;
use super::library::{Key, Library};
use super::ports::ByteSource;
use super::recent::Recent;
use crate::domain::recipe::Recipe;
use crate::model::reward_model::Pooled;
use crate::protocol::Fault;
use crate::protocol::crew::{TokenBatch, TokenRow};

/// Texts are encoded for so many bytes before messages are heard.
const STRETCH: usize = 1 << 15;

/// A prompt and a response to it.
pub type Text = (Rc<str>, Rc<str>);

/// Texts on their way to vectors.
pub struct Reading {
    recipe: Rc<Recipe>,
    texts: Vec<Text>,
    /// One a text, as far as they are encoded.
    encoded: Vec<Result<Encoded, Fault>>,
    /// The different rows that must be computed, by number; until they are in batches.
    rows: HashMap<TokenRow, usize>,
    /// One a row.
    vectors: Vec<Vec<f32>>,
    ready: VecDeque<Passage>,
    under_way: usize,
}

struct Encoded {
    key: Key,
    tokens: u32,
    cut_tokens: u32,
    source: Source,
}

enum Source {
    Known(Rc<Pooled>),
    Row(usize),
}

/// A batch of rows to be computed.
#[derive(Debug)]
pub struct Passage {
    /// For the backbone.
    pub tokens: TokenBatch,
    rows: Vec<usize>,
    /// Whose it is: no other reading has this very recipe.
    pub recipe: Rc<Recipe>,
}

/// A response with what the backbone says of it.
#[derive(Clone, Debug)]
pub struct Read {
    /// Its name under the recipe.
    pub key: Key,
    /// What the backbone says.
    pub pooled: Rc<Pooled>,
    /// Tokens of prompt and response that did not fit.
    pub cut_tokens: u32,
}

impl Reading {
    /// A reading that has not begun.
    pub fn new(recipe: &Recipe, texts: Vec<Text>) -> Self {
        Self {
            recipe: Rc::new(recipe.clone()),
            texts,
            encoded: Vec::new(),
            rows: HashMap::new(),
            vectors: Vec::new(),
            ready: VecDeque::new(),
            under_way: 0,
        }
    }

    /// Whether a model of this recipe would read the same.
    pub fn is_as(&self, recipe: &Recipe) -> bool {
        self.recipe.pooled_key() == recipe.pooled_key()
    }

    /// Whether every text is encoded.
    pub fn is_encoded(&self) -> bool {
        self.encoded.len() == self.texts.len()
    }

    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.is_encoded() && self.ready.is_empty() && self.under_way == 0
    }

    /// Encode a stretch of the texts; with the last of them the batches are made. Says whether there was any.
    pub fn encode<S: ByteSource>(
        &mut self,
        backbone: &Backbone<S>,
        library: &Library,
        recent: &Recent,
    ) -> bool {
        if self.is_encoded() {
            return false;
        }
        let mut bytes = 0;
        while let Some((prompt, response)) = self.texts.get(self.encoded.len())
            && bytes < STRETCH
        {
            bytes += prompt.len() + response.len();
            let encoded = backbone.encoder.encode(prompt, response, self.recipe.max_tokens).map(|encoded| {
                let key = library.key_under(&self.recipe, prompt, response);
                let source = match library.vector(&key).or_else(|| recent.vector(&key)) {
                    Some(pooled) => Source::Known(pooled.clone()),
                    None => {
                        let next = self.rows.len();
                        Source::Row(*self.rows.entry(encoded.row).or_insert(next))
                    }
                };
                let (tokens, cut_tokens) = (encoded.response_tokens, encoded.cut_tokens);
                Encoded { key, tokens, cut_tokens, source }
            });
            self.encoded.push(encoded);
        }
        if self.is_encoded() {
            self.plan(backbone.batch_positions());
        }
        true
    }

    fn plan(&mut self, budget: usize) {
        self.vectors = vec![Vec::new(); self.rows.len()];
        let mut rows: Vec<(usize, TokenRow)> = self.rows.drain().map(|(row, number)| (number, row)).collect();
        rows.sort_by_key(|(number, _)| *number);
        for (ticket, batch) in batches(rows, |(_, row)| row.ids.len(), budget).into_iter().enumerate() {
            let (numbers, rows) = batch.into_iter().unzip();
            let Recipe { layer, pooling, .. } = *self.recipe;
            let tokens = TokenBatch { ticket: ticket as u32, layer, pooling, rows };
            self.ready.push_back(Passage { tokens, rows: numbers, recipe: self.recipe.clone() });
        }
    }

    /// Whether helpers can compute its batches: they have the backbone as it came.
    pub fn is_for_helpers(&self) -> bool {
        self.recipe.tuned.is_none()
    }

    /// A batch that waits to be computed.
    pub fn next(&mut self) -> Option<Passage> {
        let passage = self.ready.pop_front()?;
        self.under_way += 1;
        Some(passage)
    }

    /// Take a batch's pooled vectors, `[rows, d]`. Batches of another reading are not taken.
    pub fn take(&mut self, passage: &Passage, pooled: &[f32]) {
        if !Rc::ptr_eq(&self.recipe, &passage.recipe) {
            return;
        }
        self.under_way -= 1;
        let width = pooled.len() / passage.rows.len().max(1);
        for (&row, vector) in passage.rows.iter().zip(pooled.chunks_exact(width.max(1))) {
            self.vectors[row] = vector.to_vec();
        }
    }

    /// Take a batch back that was not computed.
    pub fn put_back(&mut self, passage: Passage) {
        if Rc::ptr_eq(&self.recipe, &passage.recipe) {
            self.under_way -= 1;
            self.ready.push_front(passage);
        }
    }

    /// Encode a stretch, or compute a batch here; false where there is nothing left to do.
    ///
    /// # Errors
    /// As [`Backbone::pooled`].
    pub async fn step<S: ByteSource>(
        &mut self,
        backbone: &mut Backbone<S>,
        library: &Library,
        recent: &Recent,
    ) -> Result<bool, Fault> {
        if self.encode(backbone, library, recent) {
            return Ok(true);
        }
        let Some(passage) = self.next() else { return Ok(false) };
        let pooled = backbone.pooled_under(&passage.tokens.rows, &passage.recipe).await?;
        self.take(&passage, &pooled);
        Ok(true)
    }

    /// What was read, one a text, of a reading that is done; a fault where the tokenizer refused the text.
    pub fn found(&self) -> Vec<Result<Read, Fault>> {
        let read = |encoded: &Encoded| {
            let pooled = match &encoded.source {
                Source::Known(pooled) => pooled.clone(),
                Source::Row(row) => {
                    Rc::new(Pooled { vector: self.vectors[*row].clone(), tokens: encoded.tokens })
                }
            };
            Read { key: encoded.key.clone(), pooled, cut_tokens: encoded.cut_tokens }
        };
        self.encoded.iter().map(|encoded| encoded.as_ref().map(read).map_err(Fault::clone)).collect()
    }
}

/// One prompt with each of these responses.
pub fn texts(prompt: &str, responses: &[String]) -> Vec<Text> {
    let prompt: Rc<str> = prompt.into();
    responses.iter().map(|response| (prompt.clone(), response.as_str().into())).collect()
}
