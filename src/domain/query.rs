//! What to ask next, and on which side each response stands.
//!
//! The order here is the plain one, a shuffle that stays the same for a person; [`choosing`] the most
//! useful pair stands beside it.

pub mod choosing;

pub mod repeats;

use sha2::{Digest, Sha256};

use super::choice::ShownOrder;
use super::pair::{Pair, PairId};

/// A pair's turn in a person's order: pairs with smaller ones are asked earlier. It depends on the pair and the seed alone.
pub fn turn(pair: &PairId, seed: u64) -> u64 {
    draw(seed, "order", pair)
}

/// The unanswered pairs in the order in which they are asked: shuffled by `seed`, stable as others are answered.
pub fn order<'a>(unanswered: impl Iterator<Item = &'a Pair>, seed: u64) -> Vec<PairId> {
    let mut queue: Vec<(u64, &PairId)> = unanswered.map(|pair| (turn(&pair.id, seed), &pair.id)).collect();
    queue.sort_unstable();
    queue.into_iter().map(|(_, id)| id.clone()).collect()
}

/// Which response of this pair stands first: a fair coin, the same each time this person sees it.
pub fn shown_order(pair: &PairId, seed: u64) -> ShownOrder {
    if draw(seed, "side", pair).is_multiple_of(2) { ShownOrder::Ab } else { ShownOrder::Ba }
}

fn draw(seed: u64, purpose: &str, pair: &PairId) -> u64 {
    let digest = Sha256::digest(format!("{seed}/{purpose}/{pair}").as_bytes());
    digest.iter().take(8).fold(0, |sum, &byte| (sum << 8) | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(count: usize) -> Vec<Pair> {
        (0..count).map(|i| Pair::new(format!("p{i}"), "a", "b", "test")).collect()
    }

    #[test]
    fn answering_one_leaves_the_others_in_order() {
        let pairs = pairs(20);
        let before = order(pairs.iter(), 7);
        let after = order(pairs.iter().filter(|pair| pair.id != before[3]), 7);
        let expected: Vec<PairId> = before.iter().filter(|id| **id != before[3]).cloned().collect();
        assert_eq!(after, expected);
    }

    #[test]
    fn sides_are_shown_about_equally_often() {
        let first = pairs(2000).iter().filter(|pair| shown_order(&pair.id, 1) == ShownOrder::Ab).count();
        assert!((900..1100).contains(&first), "{first} of 2000");
    }
}
