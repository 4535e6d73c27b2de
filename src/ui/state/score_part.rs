//! The parts of the Score tab.

/// One part, shown in the tab's place while it is chosen.
///
/// Another one is a variant with its word and its name here, in [`ScorePart::ALL`]; an arm in `views/score.rs` that says
/// which view it has; and, where nothing in it follows the fields of the tab, an empty arm in `actions/weighing.rs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScorePart {
    /// Texts that are typed, scored as they change.
    #[default]
    Text,
    /// Candidates for one prompt, put in order.
    Rank,
    /// A file, row by row.
    File,
    /// The models that are kept.
    Models,
}

impl ScorePart {
    /// In the order of the page.
    pub const ALL: [ScorePart; 4] = [ScorePart::Text, ScorePart::Rank, ScorePart::File, ScorePart::Models];

    /// The test id.
    pub fn word(self) -> &'static str {
        match self {
            ScorePart::Text => "score-part-text",
            ScorePart::Rank => "score-part-rank",
            ScorePart::File => "score-part-file",
            ScorePart::Models => "score-part-models",
        }
    }

    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            ScorePart::Text => "Text",
            ScorePart::Rank => "Rank",
            ScorePart::File => "File",
            ScorePart::Models => "Models",
        }
    }
}
