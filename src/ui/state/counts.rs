//! How much there is in the workspace, in numbers.

use crate::domain::choice::Choice;
use crate::domain::dataset::Dataset;

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pairs in all.
    pub pairs: usize,
    /// Answered ones, skips left out.
    pub annotated: usize,
    /// Skipped ones.
    pub skipped: usize,
    /// Answers with one response preferred, test sets left out.
    pub preferences: usize,
    /// Answers that there are to learn from, ties included; at most [`Workspace::learn_at_most`] of them are learned.
    pub learnable: usize,
    /// Answers that belong to test sets.
    pub tests: usize,
    /// Pairs still to be asked.
    pub remaining: usize,
}

impl Counts {
    /// How much there is in a dataset.
    pub fn of(dataset: &Dataset) -> Self {
        let mut counts = Self {
            pairs: dataset.len(),
            preferences: dataset.preference_count(),
            learnable: dataset.lesson_size(),
            tests: dataset.test_size(),
            ..Self::default()
        };
        for (choice, number) in dataset.counts() {
            match choice {
                Choice::A | Choice::B | Choice::Tie | Choice::BothGood | Choice::BothBad => {
                    counts.annotated += number
                }
                Choice::Skip => counts.skipped += number,
            }
        }
        counts.remaining = counts.pairs - counts.annotated - counts.skipped;
        counts
    }
}
