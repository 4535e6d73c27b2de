//! The most useful pair next, mixed with pairs drawn at random.
//!
//! A model that chooses its questions must not be judged by the answers to them: they are the hard ones. So a share of
//! the questions is drawn at random, and only their answers are held out. The two are kept apart by prompt as well: the
//! random ones come from the prompts of the validation part, as long as there are any, which a hash has drawn from all
//! prompts; the chosen ones come from the others. Nothing chosen is then lost to the held-out part, and nothing held
//! out was chosen.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::log::Asked;
use crate::domain::pair::{Pair, PairId};
use crate::domain::split::{self, Part};

/// By what the next question is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// By chance.
    #[default]
    Random,
    /// The one that the model is least sure of.
    Uncertain,
    /// The one whose answer would teach it most.
    Informative,
}

impl Rule {
    /// Every rule, the plainest first.
    pub const ALL: [Rule; 3] = [Rule::Random, Rule::Uncertain, Rule::Informative];

    /// The word used in settings and form values.
    pub fn word(self) -> &'static str {
        match self {
            Rule::Random => "random",
            Rule::Uncertain => "uncertain",
            Rule::Informative => "informative",
        }
    }

    /// The rule of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.word() == word)
    }

    /// What an answer says of why it was asked.
    pub fn asked(self) -> Asked {
        match self {
            Rule::Random => Asked::Random,
            Rule::Uncertain => Asked::Uncertain,
            Rule::Informative => Asked::Informative,
        }
    }
}

/// Of a hundred questions, so many are drawn at random unless the person says otherwise.
pub const RANDOM_PERCENT: u8 = 20;

/// What the model expects of a pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// Which pair.
    pub pair: PairId,
    /// How likely it is that `response_a` will be preferred, 0–1.
    pub first: f32,
    /// How likely it is that `response_b` will be; with ties in the model the two are less than 1.
    pub second: f32,
    /// What the answer is expected to teach about the head's weights, in bits.
    pub gain: f32,
}

/// The pairs that are worth asking, the best first.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// By what.
    pub rule: Rule,
    /// At least one.
    pub pairs: Vec<Ranked>,
    /// The gain of the middle one of all that were looked at, in bits.
    pub typical_gain: f32,
}

/// A question, and why it is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// Which pair.
    pub pair: PairId,
    /// Why.
    pub why: Why,
}

/// Why a pair is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// It was its turn in the shuffled order.
    Turn,
    /// The lot fell on a random one, so that the accuracy stays an honest one.
    Lot,
    /// The model has chosen it by this rule, expecting this, where this many bits are typical.
    Chosen(Rule, Ranked, f32),
}

impl Why {
    /// What the log says of it.
    pub fn asked(&self) -> Asked {
        match self {
            Why::Turn | Why::Lot => Asked::Random,
            Why::Chosen(rule, ..) => rule.asked(),
        }
    }
}

/// Whether the question after `answers` answers is drawn at random: a coin of this weight, the same each time.
pub fn is_random(answers: usize, seed: u64, random_percent: u8) -> bool {
    let digest = Sha256::digest(format!("{seed}/lot/{answers}").as_bytes());
    u16::from_le_bytes([digest[0], digest[1]]) % 100 < u16::from(random_percent)
}

/// Whether the model may choose this pair; the others are left to chance.
pub fn may_be_chosen(pair: &Pair) -> bool {
    split::part(&pair.prompt) == Part::Train
}

/// What the next question is drawn by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lot<'a> {
    /// What the model would ask; `None` while there is no such thing.
    pub ranking: Option<&'a Ranking>,
    /// Answers so far.
    pub answers: usize,
    /// The person's seed.
    pub seed: u64,
    /// Of a hundred questions, so many are drawn at random.
    pub random_percent: u8,
}

/// The next question: `queue` are the unanswered pairs in the shuffled order, `is_open` says whether a pair is one of
/// them.
pub fn pick<'a>(
    queue: impl Iterator<Item = &'a Pair> + Clone,
    is_open: impl Fn(&PairId) -> bool,
    lot: Lot,
) -> Option<Pick> {
    /// Beyond this many there is no need to look for a random one of the right part.
    const FAR_ENOUGH: usize = 200;
    let head = queue.clone().next()?;
    let Some(ranking) = lot.ranking else { return Some(Pick { pair: head.id.clone(), why: Why::Turn }) };
    let by_lot = is_random(lot.answers, lot.seed, lot.random_percent);
    let chosen = ranking.pairs.iter().find(|ranked| !by_lot && is_open(&ranked.pair));
    Some(match chosen {
        Some(ranked) => Pick {
            pair: ranked.pair.clone(),
            why: Why::Chosen(ranking.rule, ranked.clone(), ranking.typical_gain),
        },
        None => {
            let left_to_chance = queue.take(FAR_ENOUGH).find(|pair| !may_be_chosen(pair));
            Pick { pair: left_to_chance.unwrap_or(head).id.clone(), why: Why::Lot }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(count: usize) -> Vec<Pair> {
        (0..count).map(|i| Pair::new(format!("p{i}"), "a", "b", "test")).collect()
    }

    fn ranking(pairs: &[&Pair]) -> Ranking {
        let ranked = |pair: &&Pair| Ranked { pair: pair.id.clone(), first: 0.5, second: 0.5, gain: 0.1 };
        Ranking { rule: Rule::Informative, pairs: pairs.iter().map(ranked).collect(), typical_gain: 0.05 }
    }

    fn next(open: &[Pair], ranking: Option<&Ranking>, answers: usize, random_percent: u8) -> Option<Pick> {
        let is_open = |id: &PairId| open.iter().any(|pair| pair.id == *id);
        pick(open.iter(), is_open, Lot { ranking, answers, seed: 7, random_percent })
    }

    #[test]
    fn without_a_ranking_the_queue_goes_on() {
        let pairs = pairs(5);
        let pick = next(&pairs, None, 0, 20).expect("a pair");
        assert_eq!((pick.pair, pick.why), (pairs[0].id.clone(), Why::Turn));
        assert_eq!(next(&[], None, 0, 20), None);
    }

    #[test]
    fn what_is_answered_is_not_chosen_again() {
        let pairs = pairs(6);
        let all: Vec<&Pair> = pairs.iter().collect();
        let pick = next(&pairs[2..], Some(&ranking(&all)), 0, 0).expect("a pair");
        assert_eq!((pick.pair, pick.why.asked()), (pairs[2].id.clone(), Asked::Informative));
    }

    #[test]
    fn about_the_share_is_random_and_of_the_held_out_prompts_while_there_are_any() {
        let pairs = pairs(2000);
        let all: Vec<&Pair> = pairs.iter().filter(|pair| may_be_chosen(pair)).collect();
        let ranking = ranking(&all);
        let draw = |answers: usize| next(&pairs[answers..], Some(&ranking), answers, 20).expect("a pair");
        let picks: Vec<Pick> = (0..500).map(draw).collect();
        let random: Vec<&Pick> = picks.iter().filter(|pick| pick.why == Why::Lot).collect();
        assert!((70..130).contains(&random.len()), "{} of 500", random.len());
        assert!(random.iter().all(|pick| all.iter().all(|pair| pair.id != pick.pair)));
        assert!(picks.iter().all(|pick| pick.why == Why::Lot || pick.why.asked() == Asked::Informative));
        assert_eq!(picks[..50], (0..50).map(draw).collect::<Vec<_>>());
    }

    #[test]
    fn when_no_held_out_prompt_is_left_any_will_do() {
        let open: Vec<Pair> = pairs(50).into_iter().filter(may_be_chosen).collect();
        let refs: Vec<&Pair> = open.iter().collect();
        let pick = next(&open, Some(&ranking(&refs)), 0, 100).expect("a pair");
        assert_eq!((pick.pair, pick.why), (open[0].id.clone(), Why::Lot));
    }
}
