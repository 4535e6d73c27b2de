//! How the features come along, in words.

use crate::protocol::event::Preparation;
use crate::ui::figures::{count, duration};

/// Responses read, rate, remaining time.
pub fn figures(preparation: &Preparation) -> String {
    let Preparation { done, total, rate, .. } = *preparation;
    let so_far = format!("{} of {} responses", count(done as usize), count(total as usize));
    if rate > 0.0 {
        let left = f64::from(total.saturating_sub(done)) / f64::from(rate);
        format!("{so_far} · {rate:.0}/s · {} left", duration(left))
    } else {
        so_far
    }
}
