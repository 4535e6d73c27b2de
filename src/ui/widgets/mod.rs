//! Building blocks: they take values and callbacks and return views, and know nothing of pairs or models.

mod chart;
mod dialog;
mod field;
mod histogram;
mod icon;
mod interval;
mod notice;
mod progress;
mod prose;
mod sparkline;
mod tabs;

pub use chart::{LineChart, Series, Stroke};
pub use dialog::Dialog;
pub use field::{NumberField, Select};
pub use histogram::Histogram;
pub use icon::{Glyph, Icon};
pub use interval::IntervalBar;
pub use notice::{FaultNote, NoticeList};
pub use progress::ProgressBar;
pub use prose::differences::Differences;
pub use prose::prose;
pub use sparkline::Sparkline;
pub use tabs::TabList;
