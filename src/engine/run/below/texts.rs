//! The texts that a run below the head goes through, and what comes of them below the lowest block that trains: computed
//! once, and kept from one epoch to the next as far as there is room.

use std::collections::HashMap;

use crate::domain::choice::{Outcome, Side};
use crate::domain::pair::PairId;
use crate::engine::backbone::Backbone;
use crate::engine::library::{Key, Library};
use crate::engine::ports::ByteSource;
use crate::engine::run::course::Course;
use crate::model::reward_model::Pooled;
use crate::protocol::Fault;
use crate::protocol::crew::TokenRow;
use crate::protocol::error::FaultKind;
use crate::train::lesson::Example;
use crate::train::tuning::{Incoming, Pairing};

/// Bytes of hidden states that are kept; what is beyond is computed each time.
const KEPT_BYTES: usize = 128 << 20;

/// The different texts of a course.
pub struct Texts {
    texts: Vec<Text>,
    /// The texts of each pair: response A's number, and response B's.
    numbers: HashMap<PairId, [usize; 2]>,
    /// The lowest block that trains.
    first: u8,
    kept_bytes: usize,
    /// Of the newest pairs, what there was no room for.
    passing: HashMap<usize, Vec<f32>>,
}

/// One of them.
pub struct Text {
    /// Its name under the recipe in force.
    pub key: Key,
    /// As the backbone takes it.
    pub row: TokenRow,
    /// What it is apart from the backbone: no vector yet.
    pub bare: Pooled,
    /// Before the lowest block that trains, `[tokens, d]`.
    hidden: Option<Vec<f32>>,
}

impl Texts {
    /// Those of a course's examples, for a run whose lowest block is `first`.
    ///
    /// # Errors
    /// `FaultKind::Data` of a pair that is gone, and of a text that the tokenizer refuses.
    pub fn of<S: ByteSource>(
        course: &Course,
        first: u8,
        library: &Library,
        backbone: &Backbone<S>,
    ) -> Result<Self, Fault> {
        let (mut texts, mut known) = (Vec::new(), HashMap::<Key, usize>::new());
        let mut numbers = HashMap::new();
        for example in &course.examples {
            let pair = library.pair(&example.pair).ok_or_else(gone)?;
            let mut number = |response: &str| -> Result<usize, Fault> {
                let key = library.key(&pair.prompt, response);
                if let Some(&at) = known.get(&key) {
                    return Ok(at);
                }
                let longest = course.aim.recipe.max_tokens;
                let encoded = backbone.encoder.encode(&pair.prompt, response, longest)?;
                let bare = Pooled { vector: Vec::new(), tokens: encoded.response_tokens };
                known.insert(key.clone(), texts.len());
                texts.push(Text { key, row: encoded.row, bare, hidden: None });
                Ok(texts.len() - 1)
            };
            numbers.insert(example.pair.clone(), [number(&pair.response_a)?, number(&pair.response_b)?]);
        }
        Ok(Self { texts, numbers, first, kept_bytes: 0, passing: HashMap::new() })
    }

    /// All of them, by number.
    pub fn all(&self) -> &[Text] {
        &self.texts
    }

    /// Numbers of an example's texts, the chosen one's first.
    pub fn in_order(&self, example: &Example) -> [usize; 2] {
        let [a, b] = self.numbers[&example.pair];
        match example.outcome {
            Outcome::Preferred(Side::B) => [b, a],
            Outcome::Preferred(Side::A) | Outcome::Tie => [a, b],
        }
    }

    /// The first of these pairs, as many as have no more than `budget` positions together; at least one, if there is one.
    pub fn together<'a>(&self, pairs: &'a [Pairing], budget: usize) -> &'a [Pairing] {
        let mut longest = 0;
        let fits = pairs.iter().enumerate().take_while(|(before, pair)| {
            let length = |at: usize| self.texts[at].row.ids.len();
            longest = longest.max(length(pair.chosen)).max(length(pair.rejected));
            2 * (before + 1) * longest <= budget
        });
        let count = fits.count().max(1).min(pairs.len());
        &pairs[..count]
    }

    /// Have the hidden states of these pairs' texts at hand.
    ///
    /// # Errors
    /// As [`Backbone::lower`].
    pub async fn fetch<S: ByteSource>(
        &mut self,
        pairs: &[Pairing],
        backbone: &mut Backbone<S>,
    ) -> Result<(), Fault> {
        self.passing.clear();
        for at in pairs.iter().flat_map(|pair| [pair.chosen, pair.rejected]) {
            let text = &mut self.texts[at];
            if text.hidden.is_some() || self.passing.contains_key(&at) {
                continue;
            }
            let states = backbone.lower(&text.row, self.first).await?;
            let bytes = size_of_val(states.as_slice());
            if self.kept_bytes + bytes <= KEPT_BYTES {
                self.kept_bytes += bytes;
                text.hidden = Some(states);
            } else {
                self.passing.insert(at, states);
            }
        }
        Ok(())
    }

    /// A text of the pairs that were fetched last.
    pub fn get(&self, at: usize) -> Incoming<'_> {
        let text = &self.texts[at];
        let hidden = text.hidden.as_ref().unwrap_or_else(|| &self.passing[&at]);
        Incoming { row: &text.row, log_length: text.bare.log_length(), hidden }
    }
}

fn gone() -> Fault {
    Fault::new(FaultKind::Data, "A pair of this run is not here any more.", "Start the run again.")
}
