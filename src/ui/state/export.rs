//! The file that the person may take along: what they wish for, what it would hold, how far it is written.

use leptos::prelude::*;

use super::Sweeping;
use crate::domain::formats::export::Contents;
use crate::domain::handout::Handout;

/// Data on their way out.
#[derive(Clone, Copy)]
pub struct Export {
    /// What is wished for.
    pub wish: RwSignal<Handout>,
    /// What the file would hold; `None` while that is counted for the first time.
    pub contents: RwSignal<Option<Contents>>,
    /// The share written, while a file is being written.
    pub writing: RwSignal<Option<f64>>,
    /// What became of the newest file.
    pub written: RwSignal<Option<Contents>>,
    /// Whether the person has called it off.
    pub called_off: RwSignal<bool>,
    /// Who counts.
    pub sweeping: StoredValue<Sweeping>,
}

impl Default for Export {
    fn default() -> Self {
        Self {
            wish: RwSignal::new(Handout::default()),
            contents: RwSignal::new(None),
            writing: RwSignal::new(None),
            written: RwSignal::new(None),
            called_off: RwSignal::new(false),
            sweeping: StoredValue::new(Sweeping::default()),
        }
    }
}
