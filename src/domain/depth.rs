//! How deep training goes: into the head alone, or into the backbone's blocks as well.

use serde::{Deserialize, Serialize};

/// What trains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// The head; the backbone stays as it is, and each text goes through it once.
    #[default]
    Head,
    /// The head, and this many of the topmost blocks that the recipe runs, with the final norm where it is run.
    Last(u8),
    /// The head, and low-rank changes of the products in all blocks that the recipe runs.
    Lora(Lora),
}

/// Low-rank adaptation (Hu and others, 2021): a frozen product `x W` becomes `x W + α/r · x A B`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lora {
    /// `r`, the width between A and B.
    pub rank: u32,
    /// α.
    pub alpha: f32,
    /// Which products.
    pub targets: Targets,
}

impl Default for Lora {
    fn default() -> Self {
        Self { rank: 8, alpha: 16.0, targets: Targets::QueryValue }
    }
}

impl Lora {
    /// What the low-rank product is multiplied by: α/r.
    pub fn scale(&self) -> f32 {
        self.alpha / self.rank as f32
    }
}

/// Which of a block's products are changed. Every family has all of them, whatever they are called there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Targets {
    /// Query and value: what the paper found to be worth the most.
    #[default]
    QueryValue,
    /// Query, key, value and output.
    Attention,
    /// Attention and both products of the MLP (all three where it is gated).
    Everything,
}

impl Targets {
    /// Every choice, the default first.
    pub const ALL: [Targets; 3] = [Targets::QueryValue, Targets::Attention, Targets::Everything];

    /// The word used in files and form values.
    pub fn word(self) -> &'static str {
        match self {
            Targets::QueryValue => "query_value",
            Targets::Attention => "attention",
            Targets::Everything => "everything",
        }
    }

    /// The choice of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|targets| targets.word() == word)
    }
}

/// What the identities of changes begin with.
pub const LORA: &str = "lora";
/// As [`LORA`].
pub const LAST: &str = "last-n";

impl Depth {
    /// The form value.
    pub fn word(self) -> &'static str {
        match self {
            Depth::Head => "head",
            Depth::Last(_) => LAST,
            Depth::Lora(_) => LORA,
        }
    }

    /// Whether it goes below the head.
    pub fn is_deep(self) -> bool {
        self != Depth::Head
    }

    /// The first block that changes, from 0, where `layer` blocks are run. Hidden states before it stay as they are.
    pub fn first_block(self, layer: u8) -> u8 {
        match self {
            Depth::Head => layer,
            Depth::Last(blocks) => layer.saturating_sub(blocks),
            Depth::Lora(_) => 0,
        }
    }

    /// The first thing wrong with it, in a sentence with what to do; `None` if all is well.
    pub fn complaint(self) -> Option<String> {
        match self {
            Depth::Last(0) => {
                Some("The number of blocks to train is 0; give at least 1, or train the head alone.".into())
            }
            Depth::Lora(Lora { rank: 0, .. }) => Some("The rank is 0; give at least 1.".into()),
            Depth::Lora(Lora { rank, .. }) if rank > 256 => {
                Some(format!("The rank is {rank}; give at most 256: what is wider is no low rank any more."))
            }
            Depth::Lora(Lora { alpha, .. }) if !(alpha.is_finite() && alpha > 0.0) => {
                Some(format!("Alpha is {alpha}; give a number above 0."))
            }
            Depth::Head | Depth::Last(_) | Depth::Lora(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_frozen_ends_where_training_begins() {
        assert_eq!(Depth::Head.first_block(4), 4);
        assert_eq!(Depth::Last(2).first_block(4), 2);
        assert_eq!(Depth::Last(9).first_block(4), 0, "more blocks than there are means all of them");
        assert_eq!(Depth::Lora(Lora::default()).first_block(4), 0);
    }

    #[test]
    fn what_cannot_be_trained_is_told() {
        let lora = |rank, alpha| Depth::Lora(Lora { rank, alpha, ..Lora::default() });
        for wrong in [Depth::Last(0), lora(0, 16.0), lora(1_000, 16.0), lora(8, 0.0), lora(8, f32::NAN)] {
            assert!(wrong.complaint().is_some(), "{wrong:?}");
        }
        for right in [Depth::Head, Depth::Last(1), lora(1, 1.0)] {
            assert_eq!(right.complaint(), None);
        }
    }
}
