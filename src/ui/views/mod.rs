//! The five tabs. Views read the state and call the actions; they hold no state that outlives them.

mod annotate;
mod backbone;
mod data;
mod evaluate;
mod score;
mod slot;
mod train;
mod verdict;

pub use annotate::Annotate;
pub use data::Data;
pub use evaluate::Evaluate;
pub use score::Score;
pub use train::Train;
