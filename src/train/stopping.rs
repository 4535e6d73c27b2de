//! Which epoch was the best, and when there is no use in another.

use serde::{Deserialize, Serialize};

use crate::domain::config::DescentConfig;
use crate::domain::run::Ending;

/// The best validation loss so far, and how long ago that was.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stopping {
    best: f64,
    epochs_since: u32,
}

impl Stopping {
    /// Before the first epoch; `start` is the validation loss that it has to beat, if it has to beat any.
    pub fn new(start: Option<f64>) -> Self {
        Self { best: start.unwrap_or(f64::INFINITY), epochs_since: 0 }
    }

    /// Take an epoch's validation loss; says whether it is the best so far. Without validation pairs there is nothing to
    /// stop early by, and the newest is the best.
    pub fn is_best(&mut self, validation: Option<f64>) -> bool {
        let best = validation.is_none_or(|loss| loss < self.best);
        self.best = validation.filter(|_| best).unwrap_or(self.best);
        self.epochs_since = if best { 0 } else { self.epochs_since + 1 };
        best
    }

    /// Why to end after this step of so many, if there is a reason.
    pub fn ending(&self, config: &DescentConfig, (step, steps): (u32, u32)) -> Option<Ending> {
        if step >= steps {
            Some(Ending::Finished)
        } else if config.patience > 0 && self.epochs_since >= config.patience {
            Some(Ending::StoppedEarly)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_counted_from_the_best_epoch() {
        let config = DescentConfig { patience: 2, ..DescentConfig::default() };
        let mut stopping = Stopping::new(Some(0.5));
        let mut after = |loss| (stopping.is_best(Some(loss)), stopping.ending(&config, (1, 100)));
        assert_eq!(after(0.6), (false, None), "the start was better");
        assert_eq!(after(0.4), (true, None));
        assert_eq!(after(f64::NAN), (false, None), "no number is no best");
        assert_eq!(after(0.4), (false, Some(Ending::StoppedEarly)));
        assert_eq!(stopping.ending(&config, (100, 100)), Some(Ending::Finished));
    }

    #[test]
    fn without_validation_pairs_the_newest_is_the_best_and_nothing_ends_early() {
        let config = DescentConfig { patience: 1, ..DescentConfig::default() };
        let mut stopping = Stopping::new(None);
        for step in 1..5 {
            assert!(stopping.is_best(None));
            assert_eq!(stopping.ending(&config, (step, 9)), None);
        }
    }
}
