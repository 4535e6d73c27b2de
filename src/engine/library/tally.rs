//! What was computed, how fast, and how much of it was padding.

use crate::protocol::event::Preparation;

/// Counted since the library was last emptied; the rate since there was last nothing to do.
#[derive(Default)]
pub struct Tally {
    kept: u32,
    positions: u64,
    padding: u64,
    responses: u32,
    since_ms: Option<f64>,
}

impl Tally {
    /// There was nothing to do, which says nothing of how fast the work goes.
    pub fn rest(&mut self) {
        (self.responses, self.since_ms) = (0, None);
    }

    /// Work begins, if it has not.
    pub fn started(&mut self, now_ms: f64) {
        self.since_ms.get_or_insert(now_ms);
    }

    /// A vector was there from an earlier visit.
    pub fn one_kept(&mut self) {
        self.kept += 1;
    }

    /// A batch of rows of these lengths was computed, each padded to the longest.
    pub fn take(&mut self, lengths: impl ExactSizeIterator<Item = usize> + Clone, now_ms: f64) {
        let (count, real) = (lengths.len(), lengths.clone().sum::<usize>());
        let positions = lengths.max().unwrap_or(0) * count;
        self.started(now_ms);
        self.responses += count as u32;
        self.positions += positions as u64;
        self.padding += (positions - real) as u64;
    }

    /// How far it is, where so many of `total` responses are still asked for.
    pub fn preparation(&self, total: u32, asked: u32, now_ms: f64) -> Preparation {
        let seconds = self.since_ms.map_or(0.0, |since| (now_ms - since) / 1000.0);
        Preparation {
            done: total - asked,
            total,
            kept: self.kept,
            rate: if seconds > 0.0 { (f64::from(self.responses) / seconds) as f32 } else { 0.0 },
            padding: self.padding as f32 / self.positions.max(1) as f32,
        }
    }
}
