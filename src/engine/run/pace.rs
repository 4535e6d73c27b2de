//! How long a run has trained, and when it is time to say so.

use crate::domain::run::StepReport;

/// Steps go on for this long before waiting messages are heard.
const SLICE_MS: f64 = 12.0;

/// Steps are reported at most this often.
const REPORT_MS: f64 = 50.0;

/// A run's clock, which stands still between slices.
pub struct Pace {
    trained_ms: f64,
    began_ms: f64,
    reported_ms: f64,
}

impl Pace {
    /// After so many milliseconds of training.
    pub fn after(trained_ms: f64) -> Self {
        Self { trained_ms, began_ms: 0.0, reported_ms: f64::NEG_INFINITY }
    }

    /// Milliseconds of training up to the end of the last slice.
    pub fn trained_ms(&self) -> f64 {
        self.trained_ms
    }

    /// A slice begins.
    pub fn begin(&mut self, now_ms: f64) {
        self.began_ms = now_ms;
    }

    /// Whether the slice has taken long enough.
    pub fn is_over(&self, now_ms: f64) -> bool {
        now_ms - self.began_ms >= SLICE_MS
    }

    /// The slice ends.
    pub fn end(&mut self, now_ms: f64) {
        self.trained_ms += now_ms - self.began_ms;
        self.began_ms = now_ms;
    }

    /// Seconds of training up to the end of the last slice.
    pub fn seconds(&self) -> f32 {
        (self.trained_ms / 1000.0) as f32
    }

    /// Whether a step is worth a report; the last one always is.
    pub fn is_due(&mut self, now_ms: f64, is_last: bool) -> bool {
        let due = is_last || now_ms - self.reported_ms >= REPORT_MS;
        if due {
            self.reported_ms = now_ms;
        }
        due
    }

    /// The report of the newest step: how many are done of how many, in which epoch, at what loss.
    pub fn report(&self, now_ms: f64, (step, steps): (u32, u32), epoch: u32, loss: f32) -> StepReport {
        let trained_ms = self.trained_ms + now_ms - self.began_ms;
        let rate = (f64::from(step) / (trained_ms / 1000.0).max(1e-9)) as f32;
        StepReport { step, steps, epoch, loss, rate }
    }
}
