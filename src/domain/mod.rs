//! The facts of the trade: what a pair, a choice, a split, a recipe and a metric are.
//!
//! Must not know burn, the browser or async: everything here is std and serde, and runs anywhere.

pub mod annotators;
pub mod backbone;
pub mod best_of_n;
pub mod candidate_texts;
pub mod choice;
pub mod config;
pub mod dataset;
pub mod depth;
pub mod device;
pub mod evaluation;
pub mod family;
pub mod filing;
pub mod formats;
pub mod handout;
pub mod kept_model;
pub mod lesson_lines;
pub mod likelihood;
pub mod log;
pub mod metrics;
pub mod model_file;
pub mod own_backbone;
pub mod pair;
pub mod primer;
pub mod query;
pub mod recipe;
pub mod run;
pub mod split;
pub mod table;
pub mod weights_format;
