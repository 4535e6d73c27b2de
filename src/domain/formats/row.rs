//! A row as every container gives it, and reading fields off it with words for what is wrong.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::record::Record;

/// One row of a file, whatever it was packed in.
pub type Row = Map<String, Value>;

/// Why a row is not taken and what to do about it, in sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

/// The value at `path`. A field of that very name goes first; otherwise dots lead into objects and, with numbers,
/// into lists.
pub fn at<'a>(row: &'a Row, path: &str) -> Option<&'a Value> {
    if let Some(value) = row.get(path) {
        return Some(value);
    }
    let mut steps = path.split('.');
    let first = row.get(steps.next()?)?;
    steps.try_fold(first, |value, step| match value {
        Value::Object(fields) => fields.get(step),
        Value::Array(items) => step.parse::<usize>().ok().and_then(|place| items.get(place)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

/// Whether the row has all these fields, none of them null.
pub fn has(row: &Row, paths: &[&str]) -> bool {
    paths.iter().all(|path| at(row, path).is_some_and(|value| !value.is_null()))
}

/// Whether all these fields are texts.
pub fn has_texts(row: &Row, paths: &[&str]) -> bool {
    paths.iter().all(|path| at(row, path).is_some_and(Value::is_string))
}

/// The text of a field. Numbers and truth values count as what they are written as: a model may have answered just that.
///
/// # Errors
/// If it is missing, a list or an object.
pub fn text<'a>(row: &'a Row, path: &str) -> Result<Cow<'a, str>, Refusal> {
    match at(row, path) {
        Some(Value::String(text)) => Ok(text.into()),
        Some(value @ (Value::Bool(_) | Value::Number(_))) => Ok(value.to_string().into()),
        Some(Value::Null) | None => {
            Err(Refusal(format!("The field \"{path}\" is missing. Add it as a text.")))
        }
        Some(Value::Array(_) | Value::Object(_)) => {
            Err(Refusal(format!("The field \"{path}\" is not a text. Give it as a text.")))
        }
    }
}

/// The text of a field; empty where there is none.
pub fn text_or_empty<'a>(row: &'a Row, path: &str) -> &'a str {
    at(row, path).and_then(Value::as_str).unwrap_or_default()
}

/// A number, also where a table holds it as text.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(yes) => Some(f64::from(u8::from(*yes))),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
    .filter(|number| number.is_finite())
}

/// The number of a field.
///
/// # Errors
/// If it is missing or no number.
pub fn needed_number(row: &Row, path: &str) -> Result<f64, Refusal> {
    at(row, path).and_then(number).ok_or_else(|| {
        Refusal(format!("The field \"{path}\" is missing or not a number. Give it as a number."))
    })
}

/// A value as a word: texts as they are, numbers and truth values as they are written.
pub fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The list of a field.
///
/// # Errors
/// If it is missing or no list.
pub fn list<'a>(row: &'a Row, path: &str) -> Result<&'a [Value], Refusal> {
    match at(row, path) {
        Some(Value::Array(items)) => Ok(items),
        Some(_) | None => {
            Err(Refusal(format!("The field \"{path}\" is missing or not a list. Give it as a list.")))
        }
    }
}

/// Where the row comes from, as far as the fields that many tools share say so.
pub fn from_there(mut record: Record, row: &Row) -> Record {
    let fill = |into: &mut String, names: &[&str]| {
        if into.is_empty() {
            *into = names
                .iter()
                .map(|name| text_or_empty(row, name))
                .find(|text| !text.is_empty())
                .unwrap_or_default()
                .into();
        }
    };
    fill(&mut record.source, &["source"]);
    fill(&mut record.subset, &["subset"]);
    fill(&mut record.source_a, &["source_a", "chosen_model", "chosen-model", "model_a"]);
    fill(&mut record.source_b, &["source_b", "rejected_model", "rejected-model", "model_b"]);
    record
}
