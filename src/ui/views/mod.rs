//! The six tabs. Views read the state and call the actions; they hold no state that outlives them.

mod annotate;
mod backbone;
mod benchmark;
mod data;
mod drop;
mod evaluate;
mod help;
mod learn;
mod reading;
mod score;
mod slot;
mod train;
mod unsaved;
mod verdict;

pub use annotate::Annotate;
pub use data::Data;
pub use evaluate::Evaluate;
pub use help::Help;
pub use learn::Learn;
pub use score::Score;
pub use train::Train;
