//! How one pair stands, as far as counts and orders go by it.

use crate::domain::choice::{Choice, Strength};
use crate::domain::log::{Asked, Given, Ledger, Purpose};
use crate::domain::pair::Pair;

/// How a pair stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Deleted, or gone with the import that brought it.
    Gone,
    /// There, and unanswered.
    Open,
    /// There, and answered.
    Answered {
        choice: Choice,
        strength: Option<Strength>,
        asked: Asked,
        /// Whether the answer came with a file.
        imported: bool,
        purpose: Purpose,
    },
}

impl Standing {
    pub(super) fn of(pair: &Pair, ledger: &Ledger) -> Self {
        let left_with_its_import = || {
            pair.import.as_ref().is_some_and(|import| !ledger.counts(import)) && !ledger.labelled(&pair.id)
        };
        if ledger.deleted(&pair.id) || left_with_its_import() {
            return Self::Gone;
        }
        match ledger.answer(&pair.id) {
            None => Self::Open,
            Some(answer) => Self::Answered {
                choice: answer.label.choice,
                strength: answer.label.strength,
                asked: answer.asked,
                imported: matches!(answer.given, Given::Imported { .. }),
                purpose: ledger.purpose(&pair.source),
            },
        }
    }

    /// Whether it came with a file, if it is something to learn from.
    pub(super) fn lesson(self) -> Option<bool> {
        match self {
            Self::Answered { choice, imported, purpose: Purpose::Learn, .. }
                if choice.outcome().is_some() =>
            {
                Some(imported)
            }
            Self::Gone | Self::Open | Self::Answered { .. } => None,
        }
    }

    /// Whether a model can be tested by it.
    pub(super) fn tests(self) -> bool {
        matches!(self, Self::Answered { choice, purpose: Purpose::Test, .. } if choice.outcome().is_some())
    }
}

/// How many pairs stand in which way.
#[derive(Debug, Default)]
pub(super) struct Tally {
    open: usize,
    /// In the order of [`Choice::ALL`].
    choices: [usize; 6],
    preferences: usize,
}

impl Tally {
    pub(super) fn enter(&mut self, standing: Standing) {
        self.shift(standing, |count| *count += 1);
    }

    pub(super) fn leave(&mut self, standing: Standing) {
        self.shift(standing, |count| *count -= 1);
    }

    /// Pairs that are there.
    pub(super) fn present(&self) -> usize {
        self.open + self.choices.iter().sum::<usize>()
    }

    /// Pairs with this answer.
    pub(super) fn of(&self, choice: Choice) -> usize {
        self.choices[place(choice)]
    }

    /// Answers to learn from with one response preferred.
    pub(super) fn preferences(&self) -> usize {
        self.preferences
    }

    fn shift(&mut self, standing: Standing, by_one: impl Fn(&mut usize)) {
        match standing {
            Standing::Gone => {}
            Standing::Open => by_one(&mut self.open),
            Standing::Answered { choice, purpose, .. } => {
                by_one(&mut self.choices[place(choice)]);
                if purpose == Purpose::Learn && choice.preferred().is_some() {
                    by_one(&mut self.preferences);
                }
            }
        }
    }
}

fn place(choice: Choice) -> usize {
    match choice {
        Choice::A => 0,
        Choice::B => 1,
        Choice::Tie => 2,
        Choice::BothGood => 3,
        Choice::BothBad => 4,
        Choice::Skip => 5,
    }
}
