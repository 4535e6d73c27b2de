//! Prodigy's comparisons: two options of which one was accepted, or an accepted and a rejected text.

use serde_json::Value;

use super::mapping::FormatId;
use super::record::Record;
use super::row::{Refusal, Row, at, list, text, word};
use super::several::every_two;
use super::{Format, Reading};
use crate::domain::choice::Choice;

pub(super) const PRODIGY: Format = Format {
    id: FormatId::Prodigy,
    recognise: |row| {
        let answered = at(row, "answer")
            .and_then(Value::as_str)
            .is_some_and(|answer| ["accept", "reject", "ignore"].contains(&answer));
        let options = at(row, "options").and_then(Value::as_array).is_some_and(|options| options.len() >= 2);
        let sides = at(row, "accept").is_some_and(Value::is_object)
            && at(row, "reject").is_some_and(Value::is_object);
        if (answered || row.contains_key("_task_hash")) && (options || sides) { 92 } else { 0 }
    },
    read: Reading::Row(|row| if row.contains_key("options") { options(row) } else { sides(row) }),
    labels: "The accepted option is the better one; several accepted are both good, none is both bad, an ignored task is skipped.",
};

/// What was asked: `input` as a text or an object with one, or the task's own `text`.
fn prompt(row: &Row) -> &str {
    ["input.text", "input", "prompt", "text"]
        .iter()
        .find_map(|path| at(row, path).and_then(Value::as_str))
        .unwrap_or_default()
}

fn skipped(row: &Row) -> bool {
    at(row, "answer").and_then(Value::as_str).is_some_and(|answer| answer != "accept")
}

fn annotator(row: &Row) -> String {
    ["_annotator_id", "_session_id"].iter().find_map(|name| at(row, name).and_then(word)).unwrap_or_default()
}

/// Every two options are a pair.
fn options(row: &Row) -> Result<Vec<Record>, Refusal> {
    let accepted: Vec<String> = match at(row, "accept") {
        Some(Value::Array(ids)) => ids.iter().filter_map(word).collect(),
        Some(id) => word(id).into_iter().collect(),
        None => vec![],
    };
    let mut shown = Vec::new();
    for option in list(row, "options")? {
        let Value::Object(option) = option else {
            return Err(Refusal("An option is not an object. Give each an id and a text.".into()));
        };
        let id = at(option, "id").and_then(word).unwrap_or_default();
        shown.push((text(option, "text")?, accepted.contains(&id)));
    }
    let said = |a: bool, b: bool| match (a, b) {
        (true, false) => Choice::A,
        (false, true) => Choice::B,
        (true, true) => Choice::BothGood,
        (false, false) => Choice::BothBad,
    };
    let answered = row.contains_key("answer");
    every_two(&shown, |(a, a_accepted), (b, b_accepted)| {
        let record = Record::new(prompt(row), a.clone(), b.clone());
        if !answered {
            return record;
        }
        let choice = if skipped(row) { Choice::Skip } else { said(*a_accepted, *b_accepted) };
        let mut record = record.marked(choice);
        record.marks[0].annotator = annotator(row);
        record
    })
}

fn sides(row: &Row) -> Result<Vec<Record>, Refusal> {
    let record = Record::new(prompt(row), text(row, "accept.text")?, text(row, "reject.text")?);
    let choice = if skipped(row) { Choice::Skip } else { Choice::A };
    let mut record = record.marked(choice);
    record.marks[0].annotator = annotator(row);
    Ok(vec![record])
}
