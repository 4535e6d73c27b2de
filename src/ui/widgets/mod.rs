//! Building blocks: they take values and callbacks and return views, and know nothing of pairs or models.

mod band;
mod chart;
mod dialog;
mod field;
mod heat;
mod histogram;
mod icon;
mod interval;
mod notice;
mod progress;
mod prose;
mod reliability;
mod segments;
mod sparkline;
mod tabs;
mod whisker;

pub use band::{BandChart, BandPoint};
pub use chart::{LineChart, Series, Stroke};
pub use dialog::Dialog;
pub use field::{NumberField, Select};
pub use heat::{Part, heat};
pub use histogram::{Histogram, spread};
pub use icon::{Glyph, Icon};
pub use interval::IntervalBar;
pub use notice::{FaultNote, NoticeList};
pub use progress::ProgressBar;
pub use prose::differences::Differences;
pub use prose::prose;
pub use reliability::Reliability;
pub use segments::segments;
pub use sparkline::Sparkline;
pub use tabs::TabList;
pub use whisker::{Whisker, WhiskerLine};
