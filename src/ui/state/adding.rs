//! A backbone of one's own on its way in, and how much of each backbone's files this browser keeps.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;

use crate::domain::backbone::BackboneCard;
use crate::protocol::Fault;

/// A backbone that was found on the Hub and can be fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Its card.
    pub card: BackboneCard,
    /// Its small files, which have been read already, by name.
    pub small: Arc<Vec<(String, Vec<u8>)>>,
    /// How many of its blocks fit at most.
    pub blocks: u8,
    /// What is to be known of it before it is fetched.
    pub remarks: Vec<String>,
}

/// How far the adding has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Stage {
    /// Nothing was asked or given yet.
    #[default]
    Asking,
    /// This is being done; with the share that is done, where it is known.
    Busy(String, Option<f64>),
    /// It was found.
    Offered(Box<Offer>),
    /// It cannot be used.
    Refused(Fault),
}

/// How much of a backbone's files is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeptBytes {
    /// Bytes, at least.
    pub bytes: u64,
    /// Whether that is all of them.
    pub whole: bool,
}

/// The form, and what is kept.
#[derive(Clone, Copy)]
pub struct Adding {
    /// Whether the form is open.
    pub open: RwSignal<bool>,
    /// How far it has come.
    pub stage: RwSignal<Stage>,
    /// What is kept, by the backbone's id.
    pub kept: RwSignal<BTreeMap<String, KeptBytes>>,
    /// Counts what was asked and given, so that what comes of something older can be told.
    number: StoredValue<u32>,
}

impl Default for Adding {
    fn default() -> Self {
        Self {
            open: RwSignal::new(false),
            stage: RwSignal::new(Stage::default()),
            kept: RwSignal::new(BTreeMap::new()),
            number: StoredValue::new(0),
        }
    }
}

impl Adding {
    /// Something new is asked or given; its number.
    pub fn begin(&self, doing: String) -> u32 {
        self.reset();
        self.stage.set(Stage::Busy(doing, None));
        self.number.get_value()
    }

    /// Forget what was asked or given.
    pub fn reset(&self) {
        self.number.update_value(|number| *number += 1);
        if self.stage.with_untracked(|stage| *stage != Stage::Asking) {
            self.stage.set(Stage::Asking);
        }
    }

    /// Whether this still is what was asked or given last.
    pub fn is(&self, number: u32) -> bool {
        self.number.with_value(|newest| *newest == number)
    }

    /// So far what was asked or given under this number has come; of something older nobody wants to know.
    pub fn reaches(&self, number: u32, stage: Stage) {
        if self.is(number) {
            self.stage.set(stage);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_of_an_older_question_is_not_shown() {
        let adding = Adding::default();
        let older = adding.begin("Asking for one".into());
        let newer = adding.begin("Asking for another".into());
        adding.reaches(older, Stage::Asking);
        assert_eq!(adding.stage.get_untracked(), Stage::Busy("Asking for another".into(), None));
        adding.reaches(newer, Stage::Busy("Reading".into(), Some(0.5)));
        assert_eq!(adding.stage.get_untracked(), Stage::Busy("Reading".into(), Some(0.5)));
        adding.reset();
        adding.reaches(newer, Stage::Busy("Reading".into(), Some(0.6)));
        assert_eq!(adding.stage.get_untracked(), Stage::Asking, "the form was closed");
    }
}
