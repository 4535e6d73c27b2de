//! Our own rows: `prompt`, `response_a`, `response_b`, and what was said: a `label`, or many in `labels`, or plain
//! `votes`. The same fields are the columns of our tables, where lists and conversations are JSON inside a cell.

use serde_json::{Map, Value, json};

use super::guess::is_label;
use super::mapping::FormatId;
use super::record::{Mark, Record};
use super::row::{Refusal, Row, at, has, has_texts, number, text, text_or_empty, word};
use super::time::{moment, written};
use super::verdict::{choice, margin, said, strength};
use super::{Format, Reading};
use crate::domain::choice::{Choice, ShownOrder};
use crate::domain::pair::Turn;

pub(super) const PAIRS: Format = Format {
    id: FormatId::Pairs,
    recognise: |row| {
        let sides = has_texts(row, &["prompt", "response_a", "response_b"]);
        if !sides {
            return 0;
        }
        let said_elsewhere =
            !has(row, &["labels"]) && !has(row, &["votes"]) && row.keys().any(|name| is_label(name));
        match at(row, "label") {
            Some(Value::String(word)) if word.is_empty() || choice(word).is_some() => 90,
            None if !said_elsewhere => 80,
            Some(Value::Null) => 80,
            // A label in other words or another column: of a table one can say what they mean.
            Some(_) | None => 10,
        }
    },
    read: Reading::Row(read),
    labels: "\"label\" says a, b, tie, both_good, both_bad or skip; \"labels\" or \"votes\" say it for several annotators.",
};

fn read(row: &Row) -> Result<Vec<Record>, Refusal> {
    let (a, b) = (text(row, "response_a")?, text(row, "response_b")?);
    let mut record = match turns(row)? {
        turns if turns.is_empty() => Record::new(text(row, "prompt")?, a, b),
        turns => Record::after(turns, a, b),
    };
    let marks = match (at(row, "labels"), at(row, "votes")) {
        (Some(Value::Array(labels)), _) => labels.iter().map(label).collect::<Result<_, _>>()?,
        (_, Some(Value::Array(votes))) => votes
            .iter()
            .enumerate()
            .map(|(place, value)| vote(place, value))
            .collect::<Result<Vec<_>, _>>()?,
        _ => match at(row, "label") {
            None | Some(Value::Null) => vec![],
            Some(Value::String(word)) if word.is_empty() => vec![],
            Some(_) => vec![mark(row)?],
        },
    };
    for mark in marks {
        record
            .marks
            .retain(|earlier: &Mark| mark.annotator.is_empty() || earlier.annotator != mark.annotator);
        record.marks.push(mark);
    }
    Ok(vec![record])
}

fn turns(row: &Row) -> Result<Vec<Turn>, Refusal> {
    let read = match at(row, "turns") {
        None | Some(Value::Null) => return Ok(vec![]),
        Some(Value::String(cell)) if cell.is_empty() => return Ok(vec![]),
        Some(Value::String(cell)) => serde_json::from_str(cell),
        Some(turns) => serde_json::from_value(turns.clone()),
    };
    read.map_err(|error| {
        Refusal(format!(
            "\"turns\" is not a list of messages with role and content ({error}). Correct or remove it."
        ))
    })
}

fn label(value: &Value) -> Result<Mark, Refusal> {
    match value {
        Value::Object(fields) => mark(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Refusal("An entry of \"labels\" is not an object. Give each a label.".into()))
        }
    }
}

/// A mark from the fields beside `label`.
fn mark(row: &Row) -> Result<Mark, Refusal> {
    let shown = match text_or_empty(row, "shown") {
        "AB" => Some(ShownOrder::Ab),
        "BA" => Some(ShownOrder::Ba),
        _ => None,
    };
    Ok(Mark {
        annotator: at(row, "annotator").and_then(word).unwrap_or_default(),
        choice: said(at(row, "label").unwrap_or(&Value::Null), "label")?,
        strength: strength(at(row, "strength"))?,
        margin: margin(at(row, "margin"))?,
        tags: tags(at(row, "tags")),
        note: text_or_empty(row, "note").into(),
        at_ms: ["timestamp", "at"].iter().find_map(|name| at(row, name).and_then(moment)),
        lead_ms: at(row, "lead_ms")
            .and_then(number)
            .filter(|ms| (0.0..1e15).contains(ms))
            .map(|ms| ms.round() as u64),
        shown,
    })
}

/// A list, itself or as JSON in a cell; other cells hold words between semicolons.
fn tags(value: Option<&Value>) -> Vec<String> {
    let listed = |items: &[Value]| items.iter().filter_map(word).filter(|tag| !tag.is_empty()).collect();
    match value {
        Some(Value::Array(items)) => listed(items),
        Some(Value::String(cell)) => match serde_json::from_str::<Vec<Value>>(cell) {
            Ok(items) => listed(&items),
            Err(_) => {
                cell.split(';').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect()
            }
        },
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => vec![],
    }
}

/// One of several people's votes: 1 for the first response, 2 for the second, 0 for a tie; or a word; or an object
/// with who voted and how.
fn vote(place: usize, value: &Value) -> Result<Mark, Refusal> {
    let (who, how) = match value {
        Value::Object(fields) => {
            let first =
                |names: &[&str]| names.iter().find_map(|name| fields.get(*name)).cloned().unwrap_or_default();
            (
                word(&first(&["annotator", "worker", "user", "user_id"])),
                first(&["winner", "label", "choice", "vote", "value"]),
            )
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            (None, value.clone())
        }
    };
    let choice = match number(&how) {
        Some(0.0) => Choice::Tie,
        Some(1.0) => Choice::A,
        Some(2.0) => Choice::B,
        Some(_) | None => said(&how, "votes")?,
    };
    let annotator = who.unwrap_or_else(|| format!("annotator {}", place + 1));
    Ok(Mark { annotator, ..choice.into() })
}

/// One line of JSON: the verdict in `label`, and everybody's labels where there is more to say than that.
pub fn write(record: &Record) -> Value {
    let mut row = Map::new();
    row.insert("prompt".into(), json!(record.prompt));
    if !record.turns.is_empty() {
        row.insert("turns".into(), json!(record.turns));
    }
    row.insert("response_a".into(), json!(record.response_a));
    row.insert("response_b".into(), json!(record.response_b));
    row.insert("label".into(), json!(record.verdict().map(|mark| mark.choice.word())));
    let bare = |mark: &Mark| *mark == Mark::from(mark.choice);
    if !matches!(record.marks.as_slice(), [] | [_]) || record.marks.iter().any(|mark| !bare(mark)) {
        row.insert("labels".into(), record.marks.iter().map(|mark| Value::Object(fields(mark))).collect());
    }
    for (name, value) in origin(record) {
        if !value.is_empty() {
            row.insert(name.into(), value.into());
        }
    }
    Value::Object(row)
}

fn fields(mark: &Mark) -> Map<String, Value> {
    let cells = [
        ("label", json!(mark.choice.word())),
        ("annotator", if mark.annotator.is_empty() { Value::Null } else { json!(mark.annotator) }),
        ("strength", json!(mark.strength.map(|strength| strength.get()))),
        ("margin", json!(mark.margin)),
        ("tags", if mark.tags.is_empty() { Value::Null } else { json!(mark.tags) }),
        ("note", if mark.note.is_empty() { Value::Null } else { json!(mark.note) }),
        ("timestamp", json!(mark.at_ms.map(written))),
        ("lead_ms", json!(mark.lead_ms)),
        ("shown", json!(mark.shown)),
    ];
    cells
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn origin(record: &Record) -> [(&'static str, &str); 4] {
    [
        ("source", &record.source),
        ("source_a", &record.source_a),
        ("source_b", &record.source_b),
        ("subset", &record.subset),
    ]
}

/// The columns of our tables.
pub const COLUMNS: [&str; 17] = [
    "prompt",
    "response_a",
    "response_b",
    "label",
    "strength",
    "annotator",
    "timestamp",
    "note",
    "tags",
    "margin",
    "lead_ms",
    "shown",
    "source",
    "source_a",
    "source_b",
    "subset",
    "turns",
];

/// The rows of a table: one for every label of the pair, or one without a label. Empty cells are `None`.
pub fn table_rows(record: &Record) -> Vec<[Option<String>; 17]> {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let listed = |value: Value| Some(value.to_string());
    let turns = if record.turns.is_empty() { None } else { listed(json!(record.turns)) };
    let row = |mark: Option<&Mark>| {
        let of = |field: &dyn Fn(&Mark) -> Option<String>| mark.and_then(field);
        [
            Some(record.prompt.clone()),
            Some(record.response_a.clone()),
            Some(record.response_b.clone()),
            of(&|mark| some(mark.choice.word())),
            of(&|mark| mark.strength.map(|strength| strength.get().to_string())),
            of(&|mark| some(&mark.annotator)),
            of(&|mark| mark.at_ms.map(written)),
            of(&|mark| some(&mark.note)),
            of(&|mark| if mark.tags.is_empty() { None } else { listed(json!(mark.tags)) }),
            of(&|mark| mark.margin.map(|margin| margin.to_string())),
            of(&|mark| mark.lead_ms.map(|ms| ms.to_string())),
            of(&|mark| mark.shown.map(|shown| if shown == ShownOrder::Ab { "AB" } else { "BA" }.to_owned())),
            some(&record.source),
            some(&record.source_a),
            some(&record.source_b),
            some(&record.subset),
            turns.clone(),
        ]
    };
    if record.marks.is_empty() {
        vec![row(None)]
    } else {
        record.marks.iter().map(|mark| row(Some(mark))).collect()
    }
}
