//! The parts of the Score tab.

/// One part, shown in the tab's place while it is chosen.
///
/// Another one is a variant with its word and its name here, in [`ScorePart::ALL`], and an arm in `views/score.rs`
/// that says which view it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScorePart {
    /// Texts that are typed, scored as they change.
    #[default]
    Text,
}

impl ScorePart {
    /// In the order of the page.
    pub const ALL: [ScorePart; 1] = [ScorePart::Text];

    /// The test id.
    pub fn word(self) -> &'static str {
        match self {
            ScorePart::Text => "score-part-text",
        }
    }

    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            ScorePart::Text => "Text",
        }
    }
}
