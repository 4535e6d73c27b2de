//! What to ask next, and on which side each response stands.
//!
//! The order here is the plain one, a shuffle that stays the same for a person; [`choosing`] the most
//! useful pair stands beside it.

pub mod choosing;

pub mod repeats;

use sha2::{Digest, Sha256};

use super::choice::ShownOrder;
use super::pair::PairId;

/// A pair's turn in a person's order: pairs with smaller ones are asked earlier. It depends on the pair and the seed alone.
pub fn turn(pair: &PairId, seed: u64) -> u64 {
    draw(seed, "order", pair)
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

    #[test]
    fn sides_are_shown_about_equally_often() {
        let first = (0..2000)
            .map(|number| PairId::of(&format!("p{number}"), "a", "b"))
            .filter(|pair| shown_order(pair, 1) == ShownOrder::Ab)
            .count();
        assert!((900..1100).contains(&first), "{first} of 2000");
    }
}
