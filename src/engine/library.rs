//! Which responses' vectors are known, which are still wanted, and in what order they are computed.
//!
//! Must not know who computes: batches of tokens go out, pooled vectors come back.

mod tally;

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use sha2::{Digest, Sha256};

use self::tally::Tally;
use super::batches::batches;
use crate::domain::choice::Side;
use crate::domain::dataset::Comparison;
use crate::domain::pair::{PairId, PairText, hex};
use crate::domain::recipe::{LengthFeature, Recipe};
use crate::model::reward_model::{Pooled, Scaling};
use crate::protocol::Fault;
use crate::protocol::crew::{TokenBatch, TokenRow};
use crate::protocol::event::Preparation;
use crate::text::{Encoder, READING};
use crate::train::lesson::Example;

/// Rows are sorted by length within this many responses; the first windows are smaller, so that the first answers
/// have their features soon.
const LARGEST_WINDOW: usize = 512;
const FIRST_WINDOW: usize = 16;

/// A response's name for ever: backbone, recipe, and content with how it is read.
pub type Key = String;

/// A batch under way: the rows for whoever computes, and what they are.
#[derive(Clone, Debug)]
pub struct Batch {
    /// For the backbone.
    pub tokens: TokenBatch,
    /// Key and tokens of the whole response, one a row.
    pub rows: Vec<(Key, u32)>,
}

/// A response that is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its name.
    pub key: Key,
    pair: PairId,
    side: usize,
}

struct Known {
    pair: PairText,
    keys: [Key; 2],
}

/// All pairs of the page and their responses' vectors.
#[derive(Default)]
pub struct Library {
    recipe: Option<Recipe>,
    backbone: String,
    pairs: HashMap<PairId, Known>,
    order: Vec<PairId>,
    /// Every response of the pairs, once.
    keys: HashSet<Key>,
    vectors: HashMap<Key, Rc<Pooled>>,
    known: Vec<Rc<Pooled>>,
    /// As these, of other recipes, by [`Recipe::pooled_key`].
    others: HashMap<String, Vec<Rc<Pooled>>>,
    /// How often `known` was begun anew.
    era: u32,
    wanted: VecDeque<Wanted>,
    asked: HashSet<Key>,
    ready: VecDeque<Batch>,
    window: usize,
    next_ticket: u32,
    computed: Tally,
}

impl Library {
    /// The recipe in force.
    pub fn recipe(&self) -> Option<&Recipe> {
        self.recipe.as_ref()
    }

    /// Whether its vectors are what a model of this recipe is made for.
    pub fn serves(&self, recipe: &Recipe) -> bool {
        self.recipe.as_ref().is_some_and(|now| now.pooled_key() == recipe.pooled_key())
    }

    /// The longest input, once a recipe is in force.
    fn max_tokens(&self) -> u16 {
        self.recipe.as_ref().map_or(0, |recipe| recipe.max_tokens)
    }

    /// From now on vectors are of this backbone and recipe. What was known stays known only if it still is the same.
    pub fn set_recipe(&mut self, recipe: Recipe, weights_sha256: &str) {
        let same = self.backbone == weights_sha256
            && self.recipe.as_ref().is_some_and(|before| before.pooled_key() == recipe.pooled_key());
        self.recipe = Some(recipe);
        self.backbone = weights_sha256.to_owned();
        if same {
            return;
        }
        self.vectors.clear();
        let pairs: Vec<PairText> = std::mem::take(&mut self.order)
            .iter()
            .filter_map(|id| Some(self.pairs.remove(id)?.pair))
            .collect();
        self.clear();
        self.add(pairs);
    }

    /// Want the vectors of these pairs' responses.
    pub fn add(&mut self, pairs: Vec<PairText>) {
        if self.asked.is_empty() {
            self.computed.rest();
        }
        for pair in pairs {
            if self.pairs.contains_key(&pair.id) {
                continue;
            }
            let keys = [&pair.response_a, &pair.response_b].map(|response| self.key(&pair.prompt, response));
            for (side, key) in keys.iter().enumerate() {
                if !self.keys.insert(key.clone()) {
                    continue;
                }
                match self.vectors.get(key) {
                    Some(vector) => self.known.push(vector.clone()),
                    None => {
                        self.asked.insert(key.clone());
                        self.wanted.push_back(Wanted { key: key.clone(), pair: pair.id.clone(), side });
                    }
                }
            }
            self.order.push(pair.id.clone());
            self.pairs.insert(pair.id.clone(), Known { pair, keys });
        }
    }

    /// Forget all pairs and what is still wanted; known vectors stay.
    pub fn clear(&mut self) {
        self.pairs.clear();
        self.order.clear();
        self.keys.clear();
        self.known.clear();
        self.others.clear();
        self.era += 1;
        self.wanted.clear();
        self.asked.clear();
        self.ready.clear();
        self.window = FIRST_WINDOW;
        self.computed = Tally::default();
    }

    /// The name of a response under the recipe in force.
    pub fn key(&self, prompt: &str, response: &str) -> Key {
        self.key_of(&self.recipe.as_ref().map(Recipe::pooled_key).unwrap_or_default(), prompt, response)
    }

    /// The name of a response under any recipe.
    pub fn key_under(&self, recipe: &Recipe, prompt: &str, response: &str) -> Key {
        self.key_of(&recipe.pooled_key(), prompt, response)
    }

    /// The name of the same content under another recipe.
    fn renamed(&self, key: &Key, recipe: &Recipe) -> Key {
        let content = key.rsplit('/').next().unwrap_or_default();
        format!("{}/{}/{content}", self.backbone_name(), recipe.pooled_key())
    }

    /// Keep the vector of a pair's response under another recipe than the one in force.
    pub fn keep(&mut self, key: &Key, recipe: &Recipe, pooled: Pooled) {
        let pooled = Rc::new(pooled);
        self.vectors.insert(self.renamed(key, recipe), pooled.clone());
        self.others.entry(recipe.pooled_key()).or_default().push(pooled);
    }

    /// Let go of what was kept under other recipes than these and the one in force.
    pub fn keep_only(&mut self, recipes: &[String]) {
        let gone: Vec<String> =
            self.others.keys().filter(|recipe| !recipes.contains(recipe)).cloned().collect();
        for recipe in gone {
            self.others.remove(&recipe);
            let middle = format!("/{recipe}/");
            self.vectors.retain(|key, _| !key.contains(&middle));
        }
    }

    fn backbone_name(&self) -> &str {
        self.backbone.get(..16).unwrap_or(&self.backbone)
    }

    fn key_of(&self, recipe: &str, prompt: &str, response: &str) -> Key {
        let texts = Sha256::new().chain_update(prompt).chain_update([0]).chain_update(response);
        let content = texts.chain_update([0, READING]).finalize();
        format!("{}/{recipe}/{}", self.backbone_name(), hex(&content))
    }

    /// The vector of a response, if it is known.
    pub fn vector(&self, key: &Key) -> Option<&Rc<Pooled>> {
        self.vectors.get(key)
    }

    /// The vectors of the pairs' responses under a recipe in the order in which they came to be known, each response once;
    /// and the number of this list. Within a list later ones are only added. `None` for a recipe that nothing has been
    /// read by.
    pub fn known(&self, recipe: &Recipe) -> Option<(u32, &[Rc<Pooled>])> {
        match self.serves(recipe) {
            true => Some((self.era, &self.known)),
            false => Some((self.era, self.others.get(&recipe.pooled_key())?)),
        }
    }

    /// A wanted vector is known; says whether it was still wanted.
    fn learn(&mut self, key: Key, pooled: Pooled) -> bool {
        let wanted = self.asked.remove(&key);
        if wanted {
            let pooled = Rc::new(pooled);
            self.known.push(pooled.clone());
            self.vectors.insert(key, pooled);
        }
        wanted
    }

    /// The next responses to look up or compute; empty when all are under way.
    pub fn window(&mut self) -> Vec<Wanted> {
        let size = self.window.max(FIRST_WINDOW).min(self.wanted.len());
        self.window = (self.window.max(FIRST_WINDOW) * 2).min(LARGEST_WINDOW);
        self.wanted.drain(..size).collect()
    }

    /// A batch that waits to be computed.
    pub fn next_batch(&mut self) -> Option<Batch> {
        self.ready.pop_front()
    }

    /// Whether no batch waits.
    pub fn needs_window(&self) -> bool {
        self.ready.is_empty() && !self.wanted.is_empty()
    }

    /// Take a batch back that was not computed.
    pub fn return_batch(&mut self, batch: Batch) {
        self.ready.push_front(batch);
    }

    /// Take vectors that an earlier visit kept: pooled values with the response's token count behind them.
    pub fn take_kept(&mut self, key: Key, mut values: Vec<f32>) {
        if let Some(tokens) = values.pop() {
            let pooled = Pooled { vector: values, tokens: tokens as u32 };
            if self.learn(key, pooled) {
                self.computed.one_kept();
            }
        }
    }

    /// Make batches of these: sorted by length, so that little is padded, of at most `budget` positions each.
    ///
    /// # Errors
    /// As [`Encoder::encode`].
    pub fn plan(&mut self, wanted: &[Wanted], encoder: &Encoder, budget: usize) -> Result<(), Fault> {
        let Some(recipe) = self.recipe.clone() else { return Ok(()) };
        let mut rows: Vec<(Key, u32, TokenRow)> = Vec::with_capacity(wanted.len());
        for want in wanted {
            // Pairs may have been cleared since.
            let Some(Known { pair, .. }) = self.pairs.get(&want.pair) else { continue };
            let response = [&pair.response_a, &pair.response_b][want.side];
            let encoded = encoder.encode(&pair.prompt, response, self.max_tokens())?;
            rows.push((want.key.clone(), encoded.response_tokens, encoded.row));
        }
        for batch in batches(rows, |(_, _, row)| row.ids.len(), budget) {
            self.push(batch, &recipe);
        }
        Ok(())
    }

    fn push(&mut self, batch: Vec<(Key, u32, TokenRow)>, recipe: &Recipe) {
        let mut rows = Vec::with_capacity(batch.len());
        let mut tokens = Vec::with_capacity(batch.len());
        for (key, count, row) in batch {
            rows.push((key, count));
            tokens.push(row);
        }
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let tokens = TokenBatch { ticket, layer: recipe.layer, pooling: recipe.pooling, rows: tokens };
        self.ready.push_back(Batch { tokens, rows });
    }

    /// Take a batch's pooled vectors, `[rows, d]`; gives them back as they are to be kept.
    pub fn take(&mut self, batch: &Batch, pooled: &[f32], now_ms: f64) -> Vec<(Key, Vec<f32>)> {
        let count = batch.rows.len();
        let width = pooled.len() / count.max(1);
        self.computed.take(batch.tokens.rows.iter().map(|row| row.ids.len()), now_ms);
        let mut kept = Vec::with_capacity(count);
        for ((key, tokens), vector) in batch.rows.iter().zip(pooled.chunks_exact(width.max(1))) {
            // A batch of an older recipe is still worth keeping, but is not of this library.
            self.learn(key.clone(), Pooled { vector: vector.to_vec(), tokens: *tokens });
            let mut values = vector.to_vec();
            values.push(*tokens as f32);
            kept.push((key.clone(), values));
        }
        kept
    }

    /// Mark the beginning of work, from which the rate is counted.
    pub fn started(&mut self, now_ms: f64) {
        self.computed.started(now_ms);
    }

    /// How far the vectors of all pairs are.
    pub fn preparation(&self, now_ms: f64) -> Preparation {
        self.computed.preparation(self.keys.len() as u32, self.asked.len() as u32, now_ms)
    }

    /// The comparisons whose responses are known, and how many are not yet.
    pub fn examples(&self, comparisons: &[Comparison]) -> (Vec<Example>, u32) {
        let examples: Vec<Example> = comparisons
            .iter()
            .filter_map(|comparison| {
                let Known { pair, keys: [a, b] } = self.pairs.get(&comparison.pair)?;
                Some(Example::new(comparison, &pair.prompt, self.vectors.get(a)?, self.vectors.get(b)?))
            })
            .collect();
        let waiting = comparisons.len() - examples.len();
        (examples, waiting as u32)
    }

    /// How many of the comparisons have responses that are not known yet.
    pub fn waiting(&self, comparisons: &[Comparison]) -> u32 {
        comparisons.iter().filter(|comparison| self.responses(&comparison.pair).is_none()).count() as u32
    }

    /// A pair's texts.
    pub fn pair(&self, id: &PairId) -> Option<&PairText> {
        self.pairs.get(id).map(|known| &known.pair)
    }

    /// Both responses of a pair, where they are known.
    pub fn responses(&self, pair: &PairId) -> Option<(&Pooled, &Pooled)> {
        let [a, b] = &self.pairs.get(pair)?.keys;
        Some((self.vectors.get(a)?, self.vectors.get(b)?))
    }

    /// The responses of a pair that are known under a recipe, with their names.
    pub fn sides(&self, pair: &PairId, recipe: &Recipe) -> impl Iterator<Item = (Side, Key, &Pooled)> {
        let named = move |key: &Key| match self.serves(recipe) {
            true => key.clone(),
            false => self.renamed(key, recipe),
        };
        let keys = self.pairs.get(pair).map(|known| [Side::A, Side::B].into_iter().zip(&known.keys));
        keys.into_iter().flatten().filter_map(move |(side, key)| {
            let key = named(key);
            let pooled = self.vectors.get(&key)?.as_ref();
            Some((side, key, pooled))
        })
    }

    /// The scaling by all known responses.
    pub fn scaling(&self, length_feature: LengthFeature) -> Option<Scaling> {
        // In the pairs' order, so that the same data give the same sums.
        let known: Vec<&Pooled> = self
            .order
            .iter()
            .filter_map(|id| self.pairs.get(id))
            .flat_map(|known| &known.keys)
            .filter_map(|key| self.vectors.get(key).map(Rc::as_ref))
            .collect();
        Scaling::of(known.iter().copied(), length_feature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_before_readings_were_numbered_has_another_name() {
        let before =
            Sha256::new().chain_update("prompt").chain_update([0]).chain_update("response").finalize();
        let now = Library::default().key("prompt", "response");
        assert!(!now.ends_with(&hex(&before)), "{now}");
    }
}
