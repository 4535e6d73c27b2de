//! A baseline that knows words and nothing else: a logistic model on which words the one response has and the other
//! has not, fitted and held out as the head is.
//!
//! Words are hashed into a fixed number of places (Weinberger and others, 2009), so there is no vocabulary to keep.

use super::exact;
use super::folds::{Fold, folds};
use super::lesson::Differences;
use crate::domain::pair::PairId;

/// Places of the hash.
const WIDTH: usize = 1024;

/// Comparisons learned from, at most: the fit holds up the engine while it runs.
const LEARN_AT_MOST: usize = 1500;

/// One preference, as texts.
pub struct Words<'a> {
    /// Which pair.
    pub pair: &'a PairId,
    /// Its prompt, by which it is held out.
    pub prompt: &'a str,
    /// The preferred response.
    pub chosen: &'a str,
    /// The other one.
    pub rejected: &'a str,
}

/// The baseline, a fold at a time.
pub struct BagOfWords {
    pairs: Vec<PairId>,
    rows: Differences,
    folds: Vec<Fold>,
    margins: Vec<(PairId, f32)>,
}

impl BagOfWords {
    /// Lay out what there is to learn.
    pub fn new(preferences: &[Words]) -> Self {
        let mut values: Vec<f32> =
            preferences.iter().flat_map(|it| difference(it.chosen, it.rejected)).collect();
        // Scaled so that a row's mean square is 1, as the head's features are: then the same penalty suits both.
        let square: f32 = values.iter().map(|value| value * value).sum();
        let scale = (preferences.len() as f32 / square.max(f32::MIN_POSITIVE)).sqrt();
        values.iter_mut().for_each(|value| *value *= scale);
        let prompts: Vec<&str> = preferences.iter().map(|it| it.prompt).collect();
        Self {
            pairs: preferences.iter().map(|it| it.pair.clone()).collect(),
            rows: Differences { values, width: WIDTH },
            folds: folds(&prompts).1,
            margins: vec![],
        }
    }

    /// Fit and judge one fold; false when none is left.
    pub fn step(&mut self) -> bool {
        let Some(Fold { mut learned, held }) = self.folds.pop() else { return false };
        learned.truncate(LEARN_AT_MOST);
        let weights = exact::fit(&self.rows.select(&learned), 1.0);
        let margin = |at: usize| crate::model::reward_model::dot(self.rows.row(at), &weights);
        self.margins.extend(held.into_iter().map(|at| (self.pairs[at].clone(), margin(at))));
        !self.folds.is_empty()
    }

    /// What it says of each pair: score(chosen) − score(rejected).
    pub fn margins(self) -> Vec<(PairId, f32)> {
        self.margins
    }
}

/// How often each word is in the one text more than in the other, damped: `log(1 + count)` of each. `[WIDTH]`
fn difference(chosen: &str, rejected: &str) -> Vec<f32> {
    let count = |text: &str| {
        let mut counts = vec![0f32; WIDTH];
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            counts[place(word)] += 1.0;
        }
        counts
    };
    count(chosen).iter().zip(count(rejected)).map(|(c, r)| c.ln_1p() - r.ln_1p()).collect()
}

/// FNV-1a (Fowler, Noll and Vo) of the word in lower case.
fn place(word: &str) -> usize {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for letter in word.chars().flat_map(char::to_lowercase) {
        hash = (hash ^ u64::from(u32::from(letter))).wrapping_mul(0x0100_0000_01b3);
    }
    // The high bits are the better mixed ones.
    (hash >> 32) as usize % WIDTH
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Preferences for the response that has this word; or, without one, for either.
    fn accuracy(word: Option<&str>, count: usize) -> f64 {
        let texts: Vec<(PairId, String, String, String)> = (0..count)
            .map(|at| {
                let filler = ["tea", "rain", "bread", "song", "stone"];
                let text = |shift: usize| {
                    format!("{} {} {}", filler[(at + shift) % 5], filler[(at * shift) % 5], at % 7)
                };
                let with = format!("{} {}", text(1), word.unwrap_or_default());
                (PairId::of(&at.to_string(), "a", "b"), format!("p{at}"), with, text(3))
            })
            .collect();
        let words: Vec<Words> = texts
            .iter()
            .map(|(pair, prompt, chosen, rejected)| Words { pair, prompt, chosen, rejected })
            .collect();
        let mut bag = BagOfWords::new(&words);
        while bag.step() {}
        let margins = bag.margins();
        margins.iter().filter(|(_, margin)| *margin > 0.0).count() as f64 / margins.len() as f64
    }

    #[test]
    fn a_telling_word_is_learned() {
        assert!(accuracy(Some("Sorry"), 60) > 0.95);
        assert!(accuracy(Some("Sorry"), 260) > 0.95);
    }

    #[test]
    fn equal_texts_and_no_preferences_are_no_trouble() {
        assert!(difference("A tea!", "a TEA").iter().all(|it| *it == 0.0));
        let mut none = BagOfWords::new(&[]);
        assert!(!none.step() && none.margins().is_empty());
        let pair = PairId::of("p", "a", "b");
        let same = |prompt| Words { pair: &pair, prompt, chosen: "x", rejected: "x" };
        let mut bag = BagOfWords::new(&[same("p"), same("q"), same("r")]);
        while bag.step() {}
        assert!(bag.margins().iter().all(|(_, margin)| *margin == 0.0));
    }
}
