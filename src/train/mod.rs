//! Learning the head: from answers and pooled vectors to a [`crate::model::reward_model::RewardModel`].
//!
//! Two ways to the same optimum: [`exact`], which follows every answer in milliseconds, and [`descent`],
//! the lesson's way. Knows burn and `domain`; must not know messages, time or the browser.

pub mod asking;
pub mod bag_of_words;
pub mod chance;
pub mod cholesky;
pub mod descent;
pub mod ensemble;
pub mod exact;
pub mod familiar;
pub mod folds;
pub mod judge;
pub mod laplace;
pub mod learner;
pub mod learning_curve;
pub mod lesson;
pub mod objective;
pub mod optimizer;
pub mod prior;
pub mod schedule;
pub mod steps;
pub mod stopping;
pub mod trained;
pub mod tuning;
