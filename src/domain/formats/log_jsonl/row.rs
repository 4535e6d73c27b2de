//! One line's fields, as they are named in the file, and how a pair and a label are spread over them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use super::Line;
use crate::domain::choice::{Choice, ShownOrder, Strength};
use crate::domain::kept_model::{KeptModel, ModelId};
use crate::domain::log::{Action, Asked, EventId, Given, Label, LogEvent};
use crate::domain::pair::{Pair, PairId, Turn};

/// The version that is written.
const VERSION: u8 = LogEvent::VERSION;

/// A line's fields. Which are there says what it is.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Row {
    v: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    workspace: Option<Size>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event_id: Option<EventId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pair_id: Option<PairId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prompt: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    turns: Vec<Turn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    response_a: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    response_b: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shown_order: Option<ShownOrder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<Choice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    strength: Option<Strength>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    margin: Option<f32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    annotator: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    /// Milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ts: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lead_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given: Option<How>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Asked>,
    /// The import that brought the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    import: Option<EventId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    source_a: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    source_b: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    subset: String,
    /// The import that brought the pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pair_import: Option<EventId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    supersedes: Option<EventId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<LogEvent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    setting: Option<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kept_model: Option<Box<KeptModel>>,
    /// Whose file, and a piece of it in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model_file: Option<(ModelId, String)>,
    /// A piece of the only model, in base64: in files of before there were several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Size {
    pairs: usize,
    events: usize,
}

/// How a label came to be; the rest stands in fields of its own.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum How {
    OnPage,
    Imported,
    Adjudicated,
}

impl Row {
    /// A line, spread over its fields.
    pub(super) fn of(line: Line) -> Self {
        match line {
            Line::Head { pairs, events } => {
                Self { v: VERSION, workspace: Some(Size { pairs, events }), ..Self::default() }
            }
            Line::Pair(pair) => Self { v: VERSION, ..Self::of_pair(pair) },
            Line::Label(both) => Self::of_label(both.0, both.1),
            Line::Event(event) => Self { v: VERSION, event: Some(event), ..Self::default() },
            Line::Setting { name, value } => {
                Self { v: VERSION, setting: Some((name, value)), ..Self::default() }
            }
            Line::Kept(model) => Self { v: VERSION, kept_model: Some(model), ..Self::default() },
            Line::Model { of, bytes } => {
                let piece = BASE64_STANDARD.encode(bytes);
                match of {
                    Some(id) => Self { v: VERSION, model_file: Some((id, piece)), ..Self::default() },
                    None => Self { v: VERSION, model: Some(piece), ..Self::default() },
                }
            }
        }
    }

    /// What the fields say.
    ///
    /// # Errors
    /// In a sentence, with what to do.
    pub(super) fn line(mut self) -> Result<Line, String> {
        if self.v > VERSION {
            return Err(format!(
                "This line is of version {}, and this page knows versions up to {VERSION}. Load the page again.",
                self.v
            ));
        }
        if let Some(Size { pairs, events }) = self.workspace {
            return Ok(Line::Head { pairs, events });
        }
        if let Some(event) = self.event {
            return Ok(Line::Event(event));
        }
        if let Some((name, value)) = self.setting {
            return Ok(Line::Setting { name, value });
        }
        if let Some(model) = self.kept_model {
            return Ok(Line::Kept(model));
        }
        let (of, piece) = match self.model_file.take() {
            Some((id, piece)) => (Some(id), Some(piece)),
            None => (None, self.model.take()),
        };
        if let Some(piece) = piece {
            let bytes = BASE64_STANDARD
                .decode(piece)
                .map_err(|error| format!("The model is damaged ({error}). Save it again."))?;
            return Ok(Line::Model { of, bytes });
        }
        let label = self.label.is_some();
        let (pair, event) = self.apart()?;
        match event {
            Some(event) => Ok(Line::Label(Box::new((pair, event)))),
            None if label => {
                Err("This label has no event_id, ts or session. Import the file instead.".into())
            }
            None => Ok(Line::Pair(pair)),
        }
    }

    /// A pair without labels.
    fn of_pair(pair: Pair) -> Self {
        let Pair { id, prompt, response_a, response_b, source, turns, source_a, source_b, subset, import } =
            pair;
        Row {
            pair_id: Some(id),
            prompt: Some(prompt),
            turns,
            response_a: Some(response_a),
            response_b: Some(response_b),
            source: Some(source),
            source_a,
            source_b,
            subset,
            pair_import: import,
            ..Row::default()
        }
    }

    /// A label with its pair.
    fn of_label(pair: Pair, event: LogEvent) -> Self {
        let LogEvent { v, id, at_ms, session, annotator, action } = event;
        let row = Row {
            v,
            event_id: Some(id),
            ts: Some(at_ms),
            session: Some(session),
            annotator,
            ..Self::of_pair(pair)
        };
        let Action::Label { label, given, supersedes, .. } = action else { return row };
        let Label { choice, strength, margin, tags, note } = label;
        let row = Row { label: Some(choice), strength, margin, tags, note, supersedes, ..row };
        match given {
            Given::OnPage { shown, lead_ms, asked } => Row {
                given: Some(How::OnPage),
                shown_order: Some(shown),
                lead_ms: Some(lead_ms),
                asked: Some(asked),
                ..row
            },
            Given::Imported { import } => Row { given: Some(How::Imported), import, ..row },
            Given::Adjudicated => Row { given: Some(How::Adjudicated), ..row },
        }
    }

    /// A pair and, where the line has one, its label.
    fn apart(self) -> Result<(Pair, Option<LogEvent>), String> {
        let (Some(prompt), Some(response_a), Some(response_b)) =
            (self.prompt, self.response_a, self.response_b)
        else {
            return Err("This line has no prompt, response_a and response_b. Leave it out.".into());
        };
        let pair = Pair {
            turns: self.turns,
            source_a: self.source_a,
            source_b: self.source_b,
            subset: self.subset,
            import: self.pair_import,
            ..Pair::new(prompt, response_a, response_b, self.source.unwrap_or_default())
        };
        if self.pair_id.is_some_and(|id| id != pair.id) {
            return Err("The texts are not those that the pair_id was made of. Save the file again.".into());
        }
        let (Some(choice), Some(id), Some(at_ms), Some(session)) =
            (self.label, self.event_id, self.ts, self.session)
        else {
            return Ok((pair, None));
        };
        let given = match (self.given, self.shown_order, self.lead_ms) {
            (Some(How::OnPage) | None, Some(shown), Some(lead_ms)) => {
                Given::OnPage { shown, lead_ms, asked: self.asked.unwrap_or_default() }
            }
            (Some(How::OnPage), None, _) | (Some(How::OnPage), _, None) => {
                return Err("This label has no shown_order and lead_ms. Import the file instead.".into());
            }
            (Some(How::Adjudicated), _, _) => Given::Adjudicated,
            (Some(How::Imported), _, _) | (None, _, _) => Given::Imported { import: self.import },
        };
        let label =
            Label { choice, strength: self.strength, margin: self.margin, tags: self.tags, note: self.note };
        let action = Action::Label { pair: pair.id.clone(), label, given, supersedes: self.supersedes };
        Ok((pair, Some(LogEvent { v: self.v, id, at_ms, session, annotator: self.annotator, action })))
    }
}
