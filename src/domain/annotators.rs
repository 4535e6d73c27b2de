//! The annotators, measured: do they agree with themselves, with each other, and do they choose by text or by place?
//!
//! The numbers are pure statistics over labels, and `record` says which labels they are made of. What each means and
//! where it comes from stands at its function; `tests/python/annotator_numbers.py` makes the references.

mod agreement;
mod consistency;
mod pace;
mod position;
mod record;

pub use agreement::{Agreement, Twosome, krippendorff_alpha};
pub use consistency::{Consistency, cohen_kappa};
pub use pace::{FASTEST_WORDS_A_MINUTE, Pace, Reading, Rhythm, too_fast, words};
pub use position::PositionBias;
pub use record::{Record, agreement, first_reading};
