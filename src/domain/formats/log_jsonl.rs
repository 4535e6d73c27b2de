//! The workspace as one file of JSON lines: our own log, with the pairs that it is about, settings and models.
//!
//! Each line can be understood by itself. A pair's labels carry its texts, so that a line is all that a trainer or a
//! spreadsheet needs; a pair without labels has a line of its own. What else was done stands in lines of events. Reading
//! what was written gives the same workspace, and two files put together are the two workspaces merged. Must not know
//! where lines come from or go to.

mod row;

use self::row::Row;
use crate::domain::dataset::Dataset;
use crate::domain::kept_model::{KeptModel, ModelId};
use crate::domain::log::{Action, LogEvent};
use crate::domain::pair::Pair;

/// What one line says.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// The first line: how much is to come.
    Head {
        /// Pairs.
        pairs: usize,
        /// Events.
        events: usize,
    },
    /// A pair without labels.
    Pair(Pair),
    /// A label, with its pair.
    Label(Box<(Pair, LogEvent)>),
    /// Anything else that was done, and labels whose pair is not known.
    Event(LogEvent),
    /// A setting.
    Setting {
        /// Its name.
        name: String,
        /// Its value, as it is kept.
        value: String,
    },
    /// What is said of a kept model.
    Kept(Box<KeptModel>),
    /// A piece of a kept model's file; its pieces follow each other.
    Model {
        /// Whose; `None` in files of before there were several.
        of: Option<ModelId>,
        /// The piece.
        bytes: Vec<u8>,
    },
}

/// Bytes of a model in one line.
pub const MODEL_PIECE: usize = 600_000;

/// The lines of the pair in this place of a dataset, whether or not it is there now: one for each of its labels, or one
/// without.
pub fn lines_of_pair(dataset: &Dataset, place: usize) -> Vec<Line> {
    let Some(pair) = dataset.ever_at(place) else { return vec![] };
    let labels: Vec<Line> = dataset
        .label_events(&pair.id)
        .map(|event| Line::Label(Box::new((Pair::clone(pair), event.clone()))))
        .collect();
    if labels.is_empty() { vec![Line::Pair(Pair::clone(pair))] } else { labels }
}

/// The line of an event, if no pair's lines hold it.
pub fn line_of_event(dataset: &Dataset, event: &LogEvent) -> Option<Line> {
    match &event.action {
        Action::Label { pair, .. } if dataset.ever(pair).is_some() => None,
        Action::Label { .. }
        | Action::Undo { .. }
        | Action::Redo { .. }
        | Action::Delete { .. }
        | Action::Import { .. }
        | Action::Use { .. } => Some(Line::Event(event.clone())),
    }
}

/// The line of an event that stands alone: that of a label holds its pair, where the pair is known.
pub fn line_by_itself(dataset: &Dataset, event: &LogEvent) -> Line {
    let pair = match &event.action {
        Action::Label { pair, .. } => dataset.ever(pair),
        Action::Undo { .. }
        | Action::Redo { .. }
        | Action::Delete { .. }
        | Action::Import { .. }
        | Action::Use { .. } => None,
    };
    match pair {
        Some(pair) => Line::Label(Box::new((Pair::clone(pair), event.clone()))),
        None => Line::Event(event.clone()),
    }
}

/// A line as text, its end included.
///
/// # Errors
/// None that are known of: JSON can hold whatever a line says.
pub fn write(line: Line) -> Result<String, String> {
    serde_json::to_string(&Row::of(line)).map(|text| text + "\n").map_err(|error| error.to_string())
}

/// What a line of a file says.
///
/// # Errors
/// In a sentence, with what to do.
pub fn read(text: &str) -> Result<Line, String> {
    let row: Row = serde_json::from_str(text)
        .map_err(|error| format!("This is not a line of a workspace file ({error}). Leave it out."))?;
    row.line()
}

#[cfg(test)]
mod laws;
