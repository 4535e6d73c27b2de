//! The workspace as one file of JSON lines: our own log, with the pairs that it is about, settings and model.
//!
//! Each line can be understood by itself. A pair's labels carry its texts, so that a line is all that a trainer or a
//! spreadsheet needs; a pair without labels has a line of its own. What else was done stands in lines of events. Reading
//! what was written gives the same workspace, and two files put together are the two workspaces merged. Must not know
//! where lines come from or go to.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use crate::domain::choice::{Choice, ShownOrder, Strength};
use crate::domain::dataset::Dataset;
use crate::domain::log::{Action, Asked, EventId, Given, Label, LogEvent};
use crate::domain::pair::{Pair, PairId, Turn};

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
    /// A piece of the trained model's file.
    Model(Vec<u8>),
}

/// Bytes of the model in one line.
pub const MODEL_PIECE: usize = 600_000;

/// The version that is written.
const VERSION: u8 = LogEvent::VERSION;

/// A line's fields. Which are there says what it is.
#[derive(Default, Serialize, Deserialize)]
struct Row {
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
    /// In base64.
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
        Action::Label { pair, .. } if dataset.ever_had(pair) => None,
        Action::Label { .. }
        | Action::Undo { .. }
        | Action::Redo { .. }
        | Action::Delete { .. }
        | Action::Import { .. }
        | Action::Use { .. } => Some(Line::Event(event.clone())),
    }
}

/// A line as text, its end included.
///
/// # Errors
/// None that are known of: JSON can hold whatever a line says.
pub fn write(line: Line) -> Result<String, String> {
    let row = match line {
        Line::Head { pairs, events } => {
            Row { v: VERSION, workspace: Some(Size { pairs, events }), ..Row::default() }
        }
        Line::Pair(pair) => Row { v: VERSION, ..of_pair(pair) },
        Line::Label(both) => of_label(both.0, both.1),
        Line::Event(event) => Row { v: VERSION, event: Some(event), ..Row::default() },
        Line::Setting { name, value } => Row { v: VERSION, setting: Some((name, value)), ..Row::default() },
        Line::Model(bytes) => {
            Row { v: VERSION, model: Some(BASE64_STANDARD.encode(bytes)), ..Row::default() }
        }
    };
    serde_json::to_string(&row).map(|text| text + "\n").map_err(|error| error.to_string())
}

/// What a line of a file says.
///
/// # Errors
/// In a sentence, with what to do.
pub fn read(text: &str) -> Result<Line, String> {
    let row: Row = serde_json::from_str(text)
        .map_err(|error| format!("This is not a line of a workspace file ({error}). Leave it out."))?;
    if row.v > VERSION {
        return Err(format!(
            "This line is of version {}, and this page knows versions up to {VERSION}. Load the page again.",
            row.v
        ));
    }
    if let Some(Size { pairs, events }) = row.workspace {
        return Ok(Line::Head { pairs, events });
    }
    if let Some(event) = row.event {
        return Ok(Line::Event(event));
    }
    if let Some((name, value)) = row.setting {
        return Ok(Line::Setting { name, value });
    }
    if let Some(model) = row.model {
        let bytes = BASE64_STANDARD.decode(model);
        return bytes
            .map(Line::Model)
            .map_err(|error| format!("The model is damaged ({error}). Save it again."));
    }
    let label = row.label.is_some();
    let (pair, event) = apart(row)?;
    match event {
        Some(event) => Ok(Line::Label(Box::new((pair, event)))),
        None if label => Err("This label has no event_id, ts or session. Import the file instead.".into()),
        None => Ok(Line::Pair(pair)),
    }
}

fn of_pair(pair: Pair) -> Row {
    let Pair { id, prompt, response_a, response_b, source, turns, source_a, source_b, subset, import } = pair;
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

fn of_label(pair: Pair, event: LogEvent) -> Row {
    let LogEvent { v, id, at_ms, session, annotator, action } = event;
    let row =
        Row { v, event_id: Some(id), ts: Some(at_ms), session: Some(session), annotator, ..of_pair(pair) };
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
fn apart(row: Row) -> Result<(Pair, Option<LogEvent>), String> {
    let (Some(prompt), Some(response_a), Some(response_b)) = (row.prompt, row.response_a, row.response_b)
    else {
        return Err("This line has no prompt, response_a and response_b. Leave it out.".into());
    };
    let pair = Pair {
        turns: row.turns,
        source_a: row.source_a,
        source_b: row.source_b,
        subset: row.subset,
        import: row.pair_import,
        ..Pair::new(prompt, response_a, response_b, row.source.unwrap_or_default())
    };
    if row.pair_id.is_some_and(|id| id != pair.id) {
        return Err("The texts are not those that the pair_id was made of. Save the file again.".into());
    }
    let (Some(choice), Some(id), Some(at_ms), Some(session)) = (row.label, row.event_id, row.ts, row.session)
    else {
        return Ok((pair, None));
    };
    let given = match (row.given, row.shown_order, row.lead_ms) {
        (Some(How::OnPage) | None, Some(shown), Some(lead_ms)) => {
            Given::OnPage { shown, lead_ms, asked: row.asked.unwrap_or_default() }
        }
        (Some(How::OnPage), None, _) | (Some(How::OnPage), _, None) => {
            return Err("This label has no shown_order and lead_ms. Import the file instead.".into());
        }
        (Some(How::Adjudicated), _, _) => Given::Adjudicated,
        (Some(How::Imported), _, _) | (None, _, _) => Given::Imported { import: row.import },
    };
    let label = Label { choice, strength: row.strength, margin: row.margin, tags: row.tags, note: row.note };
    let action = Action::Label { pair: pair.id.clone(), label, given, supersedes: row.supersedes };
    Ok((pair, Some(LogEvent { v: row.v, id, at_ms, session, annotator: row.annotator, action })))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::log::Purpose;

    fn a_pair() -> impl Strategy<Value = Pair> {
        let import =
            prop::option::of(0..3_u64).prop_map(|number| number.map(|number| EventId::new("i", number)));
        (any::<[String; 5]>(), prop::collection::vec(any::<[String; 2]>(), 0..2), "[ab]?", import).prop_map(
            |([prompt, a, b, source_a, source_b], turns, subset, import)| Pair {
                turns: turns.into_iter().map(|[role, content]| Turn { role, content }).collect(),
                source_a,
                source_b,
                subset,
                import,
                ..Pair::new(prompt, a, b, "file \u{0}\u{2028}.jsonl")
            },
        )
    }

    fn a_label() -> impl Strategy<Value = Label> {
        let strength = prop::option::of(prop::sample::select(Strength::ALL.to_vec()));
        (
            prop::sample::select(Choice::ALL.to_vec()),
            strength,
            prop::option::of(0.0..1e9_f32),
            any::<Vec<String>>(),
            any::<String>(),
        )
            .prop_map(|(choice, strength, margin, tags, note)| Label {
                choice,
                strength,
                margin,
                tags,
                note,
            })
    }

    fn a_given() -> impl Strategy<Value = Given> {
        let on_page =
            (any::<bool>(), any::<u64>(), any::<bool>()).prop_map(|(first, lead_ms, again)| Given::OnPage {
                shown: if first { ShownOrder::Ab } else { ShownOrder::Ba },
                lead_ms,
                asked: if again { Asked::Repeat } else { Asked::Uncertain },
            });
        let imported =
            prop::option::of(Just(EventId::new("i", 1))).prop_map(|import| Given::Imported { import });
        prop_oneof![on_page, imported, Just(Given::Adjudicated)]
    }

    fn an_action(pairs: Vec<PairId>) -> impl Strategy<Value = Action> {
        let event = || (0..9_u64).prop_map(|number| EventId::new("e", number));
        let pair = move || prop::sample::select(pairs.clone());
        let label = (pair(), a_label(), a_given(), prop::option::of(event()))
            .prop_map(|(pair, label, given, supersedes)| Action::Label { pair, label, given, supersedes });
        prop_oneof![
            4 => label,
            1 => event().prop_map(|event| Action::Undo { event }),
            1 => event().prop_map(|event| Action::Redo { event }),
            1 => pair().prop_map(|pair| Action::Delete { pair }),
            1 => any::<(String, u32, u32)>().prop_map(|(name, pairs, labels)| Action::Import { name, pairs, labels }),
            1 => any::<String>().prop_map(|source| Action::Use { source, purpose: Purpose::Test }),
        ]
    }

    /// Pairs, and a log that is about them and one that nobody has.
    fn a_workspace() -> impl Strategy<Value = (Vec<Pair>, Vec<LogEvent>)> {
        prop::collection::vec(a_pair(), 0..4).prop_flat_map(|pairs| {
            let ids: Vec<PairId> =
                pairs.iter().map(|pair| pair.id.clone()).chain([PairId::of("", "unknown", "")]).collect();
            let event = (an_action(ids), any::<u64>(), any::<[String; 2]>(), 1..=VERSION);
            let events = prop::collection::vec(event, 0..8).prop_map(|events| {
                let written =
                    |(number, (action, at_ms, names, v)): (usize, (Action, u64, [String; 2], u8))| {
                        let [session, annotator] = names;
                        LogEvent {
                            v,
                            id: EventId::new("e", number as u64),
                            at_ms,
                            session,
                            annotator,
                            action,
                        }
                    };
                events.into_iter().enumerate().map(written).collect::<Vec<_>>()
            });
            (Just(pairs), events)
        })
    }

    fn written(dataset: &Dataset) -> Vec<Line> {
        let pairs = (0..dataset.places()).flat_map(|place| lines_of_pair(dataset, place));
        pairs.chain(dataset.events().iter().filter_map(|event| line_of_event(dataset, event))).collect()
    }

    fn taken(lines: &[Line]) -> Dataset {
        let mut dataset = Dataset::default();
        for line in lines {
            match line.clone() {
                Line::Pair(pair) => {
                    dataset.add(vec![pair]);
                }
                Line::Label(both) => {
                    dataset.read_log([both.1]);
                    dataset.add(vec![both.0]);
                }
                Line::Event(event) => dataset.read_log([event]),
                Line::Head { .. } | Line::Setting { .. } | Line::Model(_) => {}
            }
        }
        dataset
    }

    fn everything(dataset: &Dataset) -> (Vec<Pair>, Vec<LogEvent>) {
        let pairs =
            (0..dataset.places()).filter_map(|place| dataset.ever_at(place)).map(|pair| Pair::clone(pair));
        let mut events = dataset.events().to_vec();
        events.sort_by(|a, b| a.id.cmp(&b.id));
        (pairs.collect(), events)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again((pairs, events) in a_workspace()) {
            let mut dataset = Dataset::default();
            dataset.add(pairs);
            dataset.read_log(events);
            let lines = written(&dataset);
            let text: String = lines.iter().cloned().map(|line| write(line).expect("it can be written")).collect();
            prop_assert_eq!(text.matches('\n').count(), lines.len());
            let read_again: Vec<Line> = text.lines().map(|line| read(line).expect("it can be read")).collect();
            prop_assert_eq!(&read_again, &lines);
            prop_assert_eq!(everything(&taken(&read_again)), everything(&dataset));
        }

        #[test]
        fn settings_and_models_are_read_again(name in any::<String>(), value in any::<String>(), model in any::<Vec<u8>>()) {
            for line in [Line::Head { pairs: 1, events: 2 }, Line::Setting { name, value }, Line::Model(model)] {
                prop_assert_eq!(read(&write(line.clone()).expect("it can be written")), Ok(line));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            prop_assert!(read(&text).is_err());
        }
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said() {
        let refused = |text: &str| read(text).expect_err("refused");
        assert!(refused("{}").contains("not a line of a workspace file"));
        assert!(refused(r#"{"v":9}"#).contains("version 9"));
        assert!(refused(r#"{"v":2,"prompt":"p","response_a":"a"}"#).contains("response_b"));
        let foreign = r#"{"v":2,"pair_id":"00","prompt":"p","response_a":"a","response_b":"b"}"#;
        assert!(refused(foreign).contains("pair_id"));
        let of_nobody = r#"{"v":2,"prompt":"p","response_a":"a","response_b":"b","label":"a"}"#;
        assert!(refused(of_nobody).contains("event_id"));
    }
}
