//! The native tests: one binary, so that burn is linked once. Golden numbers are PyTorch's (`tests/python`).
// A test looks for one event among all there are, and returns what it has found as it is.
#![allow(clippy::wildcard_enum_match_arm, clippy::type_complexity)]
// Clippy's leave for tests does not reach the functions beside them.
#![allow(clippy::unwrap_used)]

mod annotators;
mod below;
mod browserless;
mod descent_and_exact;
mod families;
mod family_exports;
mod file_rows;
mod filing;
mod golden;
mod graph_memory;
mod heads;
mod inexact;
mod invariance;
mod laws;
mod posterior;
mod real_data;
mod scoring;
mod script;
mod speed;
mod strips;
mod study;
mod templates;
mod ties;
mod token_ids;
mod tuning;
mod weights;
mod why;
mod words;
