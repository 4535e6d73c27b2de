//! Which answered pair comes back, sides swapped, to see whether the annotator says the same again.
//!
//! Must not know the queue: a repeat is no new answer and moves nothing.

use std::collections::{HashMap, HashSet};

use crate::domain::choice::{Choice, ShownOrder};
use crate::domain::log::Asked;
use crate::domain::pair::PairId;

/// Answers that have to lie between a pair and its repeat: the annotator is to read again, not to remember.
pub const LATER: usize = 10;

/// Answers that lie between two repeats: many may fall due at once, as when the share is raised.
const APART: usize = 5;

/// What repeats are drawn from: one of an annotator's answers on the page that still stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Given<'a> {
    /// The pair.
    pub pair: &'a PairId,
    /// What was said.
    pub choice: Choice,
    /// Which response stood first.
    pub shown: ShownOrder,
    /// Why it was asked.
    pub asked: Asked,
}

/// The pair to be asked again now, and how it stood before; `None` if none is due. `given` are one annotator's
/// answers in the order of the log. Each pair is drawn once and for all with a probability of `percent`, by `seed`; of
/// those drawn the one that has waited longest comes first, and none comes twice.
pub fn due(given: &[Given], seed: u64, percent: u8) -> Option<(PairId, ShownOrder)> {
    let is_repeat = |answer: &Given| answer.asked == Asked::Repeat;
    if given.iter().rev().take(APART).any(is_repeat) {
        return None;
    }
    let repeated: HashSet<&PairId> =
        given.iter().filter(|answer| is_repeat(answer)).map(|answer| answer.pair).collect();
    let newest: HashMap<&PairId, usize> =
        given.iter().enumerate().map(|(place, answer)| (answer.pair, place)).collect();
    let long_ago = &given[..given.len().saturating_sub(LATER)];
    long_ago
        .iter()
        .enumerate()
        .find(|(place, answer)| {
            newest.get(answer.pair) == Some(place)
                && answer.choice != Choice::Skip
                && !repeated.contains(answer.pair)
                && drawn(answer.pair, seed, percent)
        })
        .map(|(_, answer)| (answer.pair.clone(), answer.shown))
}

/// A pair's id is a hash already, so that its first digits are as good as drawn; mixed with the seed (by SplitMix64's
/// finaliser: Steele and others, 2014) they are this person's.
fn drawn(pair: &PairId, seed: u64, percent: u8) -> bool {
    let digits = pair.as_str().get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok());
    let mut draw = digits.unwrap_or_default() ^ seed;
    draw = (draw ^ (draw >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    draw = (draw ^ (draw >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (draw ^ (draw >> 31)) % 100 < u64::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(count: usize) -> Vec<PairId> {
        (0..count).map(|number| PairId::of(&number.to_string(), "a", "b")).collect()
    }

    fn answered(pair: &PairId) -> Given<'_> {
        Given { pair, choice: Choice::A, shown: ShownOrder::Ba, asked: Asked::Random }
    }

    #[test]
    fn the_oldest_comes_back_once_when_ten_others_were_answered_since() {
        let ids = ids(12);
        let given: Vec<Given> = ids.iter().map(answered).collect();
        assert_eq!(due(&given[..10], 7, 100), None);
        assert_eq!(due(&given[..11], 7, 100), Some((ids[0].clone(), ShownOrder::Ba)));
        assert_eq!(due(&given, 7, 0), None);
        let repeat = Given { asked: Asked::Repeat, ..answered(&ids[0]) };
        let mut after = given[..11].to_vec();
        after.push(repeat.clone());
        assert_eq!(due(&after, 7, 100), None, "repeats keep apart");
        let mut later = given[..11].to_vec();
        later.push(repeat);
        later.extend(given[6..].iter().cloned());
        assert_eq!(due(&later, 7, 100), Some((ids[1].clone(), ShownOrder::Ba)));
    }

    #[test]
    fn skipped_pairs_and_those_answered_anew_meanwhile_stay_away() {
        let ids = ids(11);
        let mut given: Vec<Given> = ids.iter().map(answered).collect();
        given[0].choice = Choice::Skip;
        assert_eq!(due(&given, 7, 100), None);
        given[0].choice = Choice::B;
        given[10] = Given { asked: Asked::Revisited, ..answered(&ids[0]) };
        assert_eq!(due(&given, 7, 100), None);
    }

    #[test]
    fn about_the_share_of_the_pairs_is_drawn_and_each_person_gets_their_own() {
        let ids = ids(4000);
        let drawn_by = |seed| ids.iter().filter(|id| drawn(id, seed, 5)).count();
        assert!((150..250).contains(&drawn_by(1)), "{} of 4000", drawn_by(1));
        let both = ids.iter().filter(|id| drawn(id, 1, 5) && drawn(id, 2, 5)).count();
        assert!(both < 30, "{both} for both");
    }
}
