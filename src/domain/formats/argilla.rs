//! Argilla's records: fields, and several people's responses to a question, nested or in flat columns
//! (`preference.responses`, `preference.responses.users`, `preference.responses.status`).
//!
//! What is written is nested: labels in the question `preference`, with `strength` and `note` as questions beside it;
//! what Argilla has no place for goes into the record's metadata.

use serde_json::{Map, Value, json};

use super::conversation::messages;
use super::guess::{self, Guessed};
use super::mapping::FormatId;
use super::record::{Mark, Record};
use super::row::{Refusal, Row, at, text, text_or_empty, word};
use super::verdict::{said, strength};
use super::{Format, Reading};
use crate::domain::choice::Choice;

/// The question that we write, and the first that we look for.
const PREFERENCE: &str = "preference";

pub(super) const ARGILLA: Format = Format {
    id: FormatId::Argilla,
    recognise: |row| {
        let nested = at(row, "fields").is_some_and(Value::is_object)
            && (row.contains_key("responses") || row.contains_key("suggestions"));
        let flat = row.keys().any(|key| key.ends_with(".responses")) && row.contains_key("status");
        if nested || flat { 90 } else { 0 }
    },
    read: Reading::Row(|row| match at(row, "fields") {
        Some(Value::Object(fields)) => nested(row, fields),
        _ => flat(row),
    }),
    labels: "Everybody's submitted answer to the question about the better response; a discarded one is a skip.",
};

fn nested(row: &Row, fields: &Row) -> Result<Vec<Record>, Refusal> {
    let Guessed { prompt, a, b, .. } = sides(fields)?;
    let mut record = pair(fields, prompt.as_deref(), &a, &b)?;
    let none = Map::new();
    let responses = at(row, "responses").and_then(Value::as_object).unwrap_or(&none);
    let question = question(responses.keys().map(String::as_str));
    let answers = |name: &str| responses.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let of_user = |question: &str, user: &Option<String>| {
        answers(question)
            .iter()
            .find(|answer| answer.get("user_id").and_then(word) == *user)
            .and_then(|answer| answer.get("value"))
    };
    for answer in question.map_or(&[][..], answers) {
        let user = answer.get("user_id").and_then(word);
        if let Some(mut mark) = response(answer.get("value"), answer.get("status"), &a, &b)? {
            mark.strength = strength(of_user("strength", &user))?;
            mark.note = of_user("note", &user).and_then(Value::as_str).unwrap_or_default().into();
            mark.annotator = user.unwrap_or_default();
            record.marks.push(mark);
        }
    }
    let metadata = |name: &str| text_or_empty(row, &format!("metadata.{name}")).to_owned();
    record.source = metadata("source");
    record.source_a = metadata("source_a");
    record.source_b = metadata("source_b");
    record.subset = metadata("subset");
    Ok(vec![record])
}

fn flat(row: &Row) -> Result<Vec<Record>, Refusal> {
    let Guessed { prompt, a, b, .. } = sides(row)?;
    let mut record = pair(row, prompt.as_deref(), &a, &b)?;
    let questions = row.keys().filter_map(|key| key.strip_suffix(".responses"));
    let Some(question) = question(questions) else { return Ok(vec![record]) };
    let column = |ending: &str| {
        let values = row.get(&format!("{question}.responses{ending}")).and_then(Value::as_array);
        values.map_or(&[][..], Vec::as_slice)
    };
    let (answers, users, status) = (column(""), column(".users"), column(".status"));
    for place in 0..answers.len().max(status.len()) {
        if let Some(mut mark) = response(answers.get(place), status.get(place), &a, &b)? {
            mark.annotator = users.get(place).and_then(word).unwrap_or_default();
            record.marks.push(mark);
        }
    }
    Ok(vec![record])
}

fn sides(fields: &Row) -> Result<Guessed, Refusal> {
    guess::columns(&fields.keys().map(String::as_str).collect::<Vec<_>>()).ok_or_else(|| {
        Refusal(
            "The fields of this record do not look like two responses. Choose the columns by hand.".into(),
        )
    })
}

fn pair(fields: &Row, prompt: Option<&str>, a: &str, b: &str) -> Result<Record, Refusal> {
    let (a, b) = (text(fields, a)?, text(fields, b)?);
    match prompt.and_then(|prompt| at(fields, prompt).map(|value| (prompt, value))) {
        Some((name, conversation @ Value::Array(_))) => {
            Ok(Record::after(messages(conversation, name)?, a, b))
        }
        Some((name, _)) => Ok(Record::new(text(fields, name)?, a, b)),
        None => Ok(Record::new("", a, b)),
    }
}

/// The question that asks which is better: the one of that name, or else the first.
fn question<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    names
        .clone()
        .find(|&name| name == PREFERENCE)
        .or_else(|| names.clone().find(|name| guess::is_label(name)))
        .or_else(|| {
            let mut names = names;
            names.next()
        })
}

/// What one person's response says: a draft is no answer yet, nor is one without a value; a discarded one is a skip,
/// whatever was filled in before.
fn response(
    value: Option<&Value>,
    status: Option<&Value>,
    a: &str,
    b: &str,
) -> Result<Option<Mark>, Refusal> {
    match (status.and_then(Value::as_str), value) {
        (Some("draft"), _) => Ok(None),
        (Some("discarded"), _) => Ok(Some(Choice::Skip.into())),
        (Some(_) | None, None | Some(Value::Null)) => Ok(None),
        (Some(_) | None, Some(value)) => marked(value, a, b).map(Some),
    }
}

/// An answer in words, by the name of a field, or as a ranking of both fields.
fn marked(value: &Value, a: &str, b: &str) -> Result<Mark, Refusal> {
    match value {
        Value::Array(ranking) => {
            let rank = |field: &str| {
                ranking
                    .iter()
                    .find(|item| item.get("value").and_then(Value::as_str) == Some(field))
                    .and_then(|item| item.get("rank")?.as_f64())
            };
            match (rank(a), rank(b)) {
                (Some(of_a), Some(of_b)) if of_a < of_b => Ok(Choice::A.into()),
                (Some(of_a), Some(of_b)) if of_a > of_b => Ok(Choice::B.into()),
                (Some(_), Some(_)) => Ok(Choice::Tie.into()),
                _ => Err(Refusal(format!(
                    "The ranking does not name both {a} and {b}. Correct or remove the row."
                ))),
            }
        }
        Value::String(name) if name == a => Ok(Choice::A.into()),
        Value::String(name) if name == b => Ok(Choice::B.into()),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null | Value::Object(_) => {
            Ok(said(value, PREFERENCE)?.into())
        }
    }
}

/// One record. Skips are discarded responses, as Argilla has them.
pub(super) fn write(record: &Record) -> Value {
    let answers = |value: &dyn Fn(&Mark) -> Value| -> Vec<Value> {
        let answer = |mark: &Mark| {
            let status = if mark.choice == Choice::Skip { "discarded" } else { "submitted" };
            json!({ "value": value(mark), "user_id": mark.annotator, "status": status })
        };
        record.marks.iter().map(answer).filter(|answer| !answer["value"].is_null()).collect()
    };
    let mut responses = Map::new();
    let mut ask = |name: &str, value: &dyn Fn(&Mark) -> Value| {
        let given = answers(value);
        if !given.is_empty() {
            responses.insert(name.into(), given.into());
        }
    };
    ask(PREFERENCE, &|mark| mark.choice.word().into());
    ask("strength", &|mark| mark.strength.map_or(Value::Null, |strength| strength.get().into()));
    ask("note", &|mark| if mark.note.is_empty() { Value::Null } else { mark.note.as_str().into() });
    let prompt = if record.turns.is_empty() { json!(record.prompt) } else { json!(record.turns) };
    json!({
        "id": record.id.as_str(),
        "status": if record.marks.is_empty() { "pending" } else { "completed" },
        "fields": { "prompt": prompt, "response_a": record.response_a, "response_b": record.response_b },
        "metadata": {
            "source": record.source, "source_a": record.source_a, "source_b": record.source_b,
            "subset": record.subset,
        },
        "suggestions": {},
        "responses": responses,
    })
}
