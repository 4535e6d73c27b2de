//! How far the file is, on stderr: on a terminal one line that changes, elsewhere a line now and then.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use crate::protocol::filing::ToScore;

/// A terminal is told this often, a log that often.
const ON_A_TERMINAL: Duration = Duration::from_millis(200);
const IN_A_LOG: Duration = Duration::from_secs(10);

/// Tells how far it is.
pub(super) struct Progress {
    began: Instant,
    told: Option<Instant>,
    terminal: bool,
}

impl Progress {
    pub(super) fn begin() -> Self {
        Self { began: Instant::now(), told: None, terminal: stderr().is_terminal() }
    }

    /// All rows up to the end of this batch are written.
    pub(super) fn tell(&mut self, batch: &ToScore) {
        let every = if self.terminal { ON_A_TERMINAL } else { IN_A_LOG };
        if self.told.unwrap_or(self.began).elapsed() < every && !batch.ended {
            return;
        }
        self.told = Some(Instant::now());
        let words = said(batch, self.began.elapsed().as_secs_f64());
        let (before, after) = if self.terminal { ("\r\x1b[2K", "") } else { ("", "\n") };
        // A stderr that is gone is no reason not to score.
        let _ = write!(stderr(), "{before}{words}{after}").and_then(|()| stderr().flush());
    }

    /// Nothing more is told.
    pub(super) fn end(self) {
        if self.terminal {
            eprintln!();
        }
    }
}

fn said(batch: &ToScore, seconds: f64) -> String {
    let rows = batch.rows_read;
    let share = match batch.rows_total {
        Some(total) => rows as f64 / total.max(1) as f64,
        None => batch.bytes_done as f64 / batch.bytes_total.max(1) as f64,
    };
    let of = batch.rows_total.map_or(String::new(), |total| format!(" of {total}"));
    let rate = rows as f64 / seconds.max(1e-3);
    let left = if share > 0.0 { seconds * (1.0 - share) / share } else { 0.0 };
    format!("{rows}{of} rows, {} without a score, {rate:.1} a second, {left:.0} s left", batch.refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_from_the_rows_or_from_the_bytes() {
        let batch = ToScore { rows_read: 50, rows_total: Some(200), refused: 3, ..ToScore::default() };
        assert_eq!(said(&batch, 10.0), "50 of 200 rows, 3 without a score, 5.0 a second, 30 s left");
        let uncounted = ToScore { rows_total: None, bytes_done: 1, bytes_total: 2, ..batch };
        assert_eq!(said(&uncounted, 10.0), "50 rows, 3 without a score, 5.0 a second, 10 s left");
    }
}
