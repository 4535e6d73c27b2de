//! Counting: which step it is, of which epoch, on which of its rows.

use std::ops::Range;

use crate::domain::config::DescentConfig;

/// What comes after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another step.
    Step,
    /// An epoch is over, and is to be judged.
    EpochEnd,
}

/// The steps of a run over so many rows.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    rows: usize,
    batch: usize,
    epochs: u32,
    done: u32,
}

impl Steps {
    /// Before the first; there must be rows.
    pub fn new(rows: usize, config: &DescentConfig) -> Self {
        Self { rows, batch: config.batch_size as usize, epochs: config.epochs, done: 0 }
    }

    /// Those that are done.
    pub fn done(&self) -> u32 {
        self.done
    }

    /// So many are done.
    pub fn go_to(&mut self, done: u32) {
        self.done = done;
    }

    /// Those that there are without early stopping.
    pub fn all(&self) -> u32 {
        self.per_epoch() * self.epochs
    }

    /// The epoch of the newest step, from 1.
    pub fn epoch(&self) -> u32 {
        self.done.saturating_sub(1) / self.per_epoch() + 1
    }

    /// Whole epochs that are done.
    pub fn epochs_done(&self) -> u32 {
        self.done / self.per_epoch()
    }

    /// The rows of the step to come, by their places in the epoch's order.
    pub fn batch(&self) -> Range<usize> {
        let start = (self.done % self.per_epoch()) as usize * self.batch;
        start..(start + self.batch).min(self.rows)
    }

    /// One more is done.
    pub fn step(&mut self) -> Next {
        self.done += 1;
        if self.done.is_multiple_of(self.per_epoch()) { Next::EpochEnd } else { Next::Step }
    }

    fn per_epoch(&self) -> u32 {
        self.rows.div_ceil(self.batch) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_its_step_and_the_last_batch_is_what_is_left() {
        let config = DescentConfig { batch_size: 4, epochs: 2, ..DescentConfig::default() };
        let mut steps = Steps::new(10, &config);
        assert_eq!((steps.all(), steps.epoch()), (6, 1));
        let mut batches = vec![];
        for _ in 0..3 {
            batches.push(steps.batch());
            let last = steps.step() == Next::EpochEnd;
            assert_eq!(last, steps.done() == 3);
            assert_eq!(steps.epoch(), 1);
        }
        assert_eq!(batches, [0..4, 4..8, 8..10]);
        assert_eq!((steps.batch(), steps.epochs_done()), (0..4, 1));
        steps.step();
        assert_eq!(steps.epoch(), 2);
    }
}
