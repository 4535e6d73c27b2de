//! What a person says of a pair, and on which side each response was shown.

use serde::{Deserialize, Serialize};

/// The answer to "which response is better?".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// `response_a` is better.
    A,
    /// `response_b` is better.
    B,
    /// Equally good.
    Tie,
    /// Neither is acceptable.
    BothBad,
    /// No answer wanted; the pair leaves the queue.
    Skip,
}

impl Choice {
    /// Every choice, in the order the page offers them.
    pub const ALL: [Choice; 5] = [Choice::A, Choice::B, Choice::Tie, Choice::BothBad, Choice::Skip];

    /// `Some(Side)` where one response was preferred: the only answers plain Bradley–Terry can learn from.
    pub fn preferred(self) -> Option<Side> {
        match self {
            Choice::A => Some(Side::A),
            Choice::B => Some(Side::B),
            Choice::Tie | Choice::BothBad | Choice::Skip => None,
        }
    }

    /// The word used in files: `a`, `b`, `tie`, `both_bad`, `skip`.
    pub fn word(self) -> &'static str {
        match self {
            Choice::A => "a",
            Choice::B => "b",
            Choice::Tie => "tie",
            Choice::BothBad => "both_bad",
            Choice::Skip => "skip",
        }
    }
}

/// One of a pair's two responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// `response_a`.
    A,
    /// `response_b`.
    B,
}

impl Side {
    /// The other response.
    pub fn other(self) -> Self {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }
}

/// Which response stood on the left when the person answered; drawn at random and recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShownOrder {
    /// `response_a` left (above, on a phone).
    #[serde(rename = "AB")]
    Ab,
    /// `response_b` left.
    #[serde(rename = "BA")]
    Ba,
}

impl ShownOrder {
    /// The response shown in the first (left, upper) place.
    pub fn first(self) -> Side {
        match self {
            ShownOrder::Ab => Side::A,
            ShownOrder::Ba => Side::B,
        }
    }

    /// Translate a click on the first or second place into a choice of response.
    pub fn choice_at(self, place: Place) -> Choice {
        let side = match place {
            Place::First => self.first(),
            Place::Second => self.first().other(),
        };
        match side {
            Side::A => Choice::A,
            Side::B => Choice::B,
        }
    }
}

/// A place on the screen: left or right (upper or lower on a phone).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Left, or upper.
    First,
    /// Right, or lower.
    Second,
}
