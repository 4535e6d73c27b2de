//! Which answered pair comes back, sides swapped, to see whether the annotator says the same again.
//!
//! Must not know the queue: a repeat is no new answer and moves nothing.

use std::collections::{HashMap, HashSet};

use crate::domain::choice::{Choice, ShownOrder};
use crate::domain::log::{Asked, OnPage};
use crate::domain::pair::PairId;

/// Answers that have to lie between a pair and its repeat: the annotator is to read again, not to remember.
pub const LATER: usize = 10;

/// Answers that lie between two repeats: many may fall due at once, as when the share is raised.
const APART: usize = 5;

/// The pair to be asked again now, and how it stood before; `None` if none is due. `given` are one annotator's
/// answers that count, in the order of the log. Each pair is drawn once and for all with a probability of `percent`, by `seed`; of
/// those drawn the one that has waited longest comes first, and none comes twice.
pub fn due(given: &[OnPage], seed: u64, percent: u8) -> Option<(PairId, ShownOrder)> {
    let is_repeat = |answer: &OnPage| answer.asked == Asked::Repeat;
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
                && answer.label.choice != Choice::Skip
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
    use crate::domain::log::{EventId, Label};

    fn ids(count: usize) -> Vec<PairId> {
        (0..count).map(|number| PairId::of(&number.to_string(), "a", "b")).collect()
    }

    struct Said {
        event: EventId,
        label: Label,
    }

    fn said(choice: Choice) -> Said {
        Said { event: EventId::new("s", 1), label: choice.into() }
    }

    impl Said {
        fn of<'a>(&'a self, pair: &'a PairId, asked: Asked) -> OnPage<'a> {
            let Said { event, label } = self;
            OnPage { event, pair, label, shown: ShownOrder::Ba, lead_ms: 9, asked, at_ms: 9 }
        }
    }

    #[test]
    fn the_oldest_comes_back_once_when_ten_others_were_answered_since() {
        let (ids, a) = (ids(17), said(Choice::A));
        let given: Vec<OnPage> = ids.iter().map(|id| a.of(id, Asked::Random)).collect();
        assert_eq!(due(&given[..10], 7, 100), None);
        assert_eq!(due(&given[..11], 7, 100), Some((ids[0].clone(), ShownOrder::Ba)));
        assert_eq!(due(&given[..11], 7, 0), None);
        let mut after = given[..11].to_vec();
        after.push(a.of(&ids[0], Asked::Repeat));
        assert_eq!(due(&after, 7, 100), None, "repeats keep apart");
        after.extend(&given[11..16]);
        assert_eq!(due(&after, 7, 100), Some((ids[1].clone(), ShownOrder::Ba)));
    }

    #[test]
    fn skipped_pairs_and_those_answered_anew_meanwhile_stay_away() {
        let (ids, a, skip) = (ids(11), said(Choice::A), said(Choice::Skip));
        let mut given: Vec<OnPage> = ids.iter().map(|id| a.of(id, Asked::Random)).collect();
        given[0] = skip.of(&ids[0], Asked::Random);
        assert_eq!(due(&given, 7, 100), None);
        given[0] = a.of(&ids[0], Asked::Random);
        given[10] = a.of(&ids[0], Asked::Revisited);
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
