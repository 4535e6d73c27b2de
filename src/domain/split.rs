//! Which prompts are held out. By prompt, never by row: the same prompt must not stand on both sides.
//!
//! A prompt's place depends on its text alone, so no edit, import or reload ever reshuffles a split.

use sha2::{Digest, Sha256};

/// Share of prompts held out for validation, in percent.
pub const VALIDATION_PERCENT: u64 = 20;

/// Below this many preferences a held-out fifth says too little, and cross-validation is used instead.
pub const CROSS_VALIDATE_BELOW: usize = 200;

/// Number of folds in cross-validation.
pub const FOLDS: usize = 10;

/// Training or validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Learned from.
    Train,
    /// Held out.
    Validation,
}

/// The part that this prompt belongs to, for ever.
pub fn part(prompt: &str) -> Part {
    if spread(prompt) % 100 < VALIDATION_PERCENT { Part::Validation } else { Part::Train }
}

/// The fold that this prompt belongs to, of `folds`.
pub fn fold(prompt: &str, folds: usize) -> usize {
    // The low digits decide the part; take the rest, so that folds and parts are independent.
    ((spread(prompt) / 100) % folds.max(1) as u64) as usize
}

fn spread(prompt: &str) -> u64 {
    let digest = Sha256::digest(prompt.as_bytes());
    digest.iter().take(8).fold(0, |sum, &byte| (sum << 8) | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_a_fifth_is_held_out_and_folds_are_even() {
        let prompts: Vec<String> = (0..5000).map(|i| format!("prompt {i}")).collect();
        let held = prompts.iter().filter(|prompt| part(prompt) == Part::Validation).count();
        assert!((900..1100).contains(&held), "{held} of 5000");
        for wanted in 0..FOLDS {
            let size = prompts.iter().filter(|prompt| fold(prompt, FOLDS) == wanted).count();
            assert!((400..600).contains(&size), "fold {wanted} has {size}");
        }
    }
}
