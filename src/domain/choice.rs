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
    /// Neither is better.
    Tie,
    /// Neither is better, and both would do.
    BothGood,
    /// Neither is acceptable.
    BothBad,
    /// No answer wanted; the pair leaves the queue.
    Skip,
}

impl Choice {
    /// Every choice, in the order the page offers them.
    pub const ALL: [Choice; 6] =
        [Choice::A, Choice::B, Choice::Tie, Choice::BothGood, Choice::BothBad, Choice::Skip];

    /// `Some(Side)` where one response was preferred: the only answers plain Bradley–Terry can learn from.
    pub fn preferred(self) -> Option<Side> {
        match self {
            Choice::A => Some(Side::A),
            Choice::B => Some(Side::B),
            Choice::Tie | Choice::BothGood | Choice::BothBad | Choice::Skip => None,
        }
    }

    /// What a comparison with this answer came to; `None` for a skip, which says nothing.
    pub fn outcome(self) -> Option<Outcome> {
        match self {
            Choice::A => Some(Outcome::Preferred(Side::A)),
            Choice::B => Some(Outcome::Preferred(Side::B)),
            Choice::Tie | Choice::BothGood | Choice::BothBad => Some(Outcome::Tie),
            Choice::Skip => None,
        }
    }

    /// The word used in files: `a`, `b`, `tie`, `both_good`, `both_bad`, `skip`.
    pub fn word(self) -> &'static str {
        match self {
            Choice::A => "a",
            Choice::B => "b",
            Choice::Tie => "tie",
            Choice::BothGood => "both_good",
            Choice::BothBad => "both_bad",
            Choice::Skip => "skip",
        }
    }
}

/// What a comparison came to, as a likelihood sees it: ties of all three kinds are one outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Outcome {
    /// This response was preferred.
    Preferred(Side),
    /// Neither was.
    Tie,
}

impl Outcome {
    /// The same outcome, had the responses been named the other way round.
    pub fn renamed(self) -> Self {
        match self {
            Outcome::Preferred(side) => Outcome::Preferred(side.other()),
            Outcome::Tie => Outcome::Tie,
        }
    }
}

/// How much better the preferred response is: 1 slightly, 2 clearly, 3 by far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Strength(u8);

impl Strength {
    /// Every strength, rising.
    pub const ALL: [Strength; 3] = [Strength(1), Strength(2), Strength(3)];

    /// 1, 2 or 3.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Strength {
    type Error = String;

    fn try_from(value: u8) -> Result<Self, String> {
        if (1..=3).contains(&value) {
            Ok(Self(value))
        } else {
            Err(format!("A strength is 1, 2 or 3, not {value}."))
        }
    }
}

impl From<Strength> for u8 {
    fn from(strength: Strength) -> u8 {
        strength.0
    }
}

/// One of a pair's two responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

    /// The other way round.
    pub fn swapped(self) -> Self {
        match self {
            ShownOrder::Ab => ShownOrder::Ba,
            ShownOrder::Ba => ShownOrder::Ab,
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
