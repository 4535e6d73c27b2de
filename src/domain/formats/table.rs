//! Rows of anybody's making: which column is what is chosen by hand, or guessed by the columns' names.

use serde_json::Value;

use super::conversation::{continuation, is_conversation, messages};
use super::mapping::{Columns, FormatId, LabelFrom};
use super::record::{Mark, Record};
use super::row::{Refusal, Row, at, text_or_empty, word};
use super::time::moment;
use super::verdict::{margin, strength};
use super::{Format, Reading};
use crate::domain::choice::Choice;
use crate::domain::pair::Turn;

pub(super) const TABLE: Format = Format {
    id: FormatId::Table,
    recognise: |row| {
        let names: Vec<&str> = row.keys().map(String::as_str).collect();
        if super::guess::columns(&names).is_some() { 20 } else { 0 }
    },
    read: Reading::Mapped(read),
    labels: "As the columns say.",
};

fn read(row: &Row, columns: &Columns) -> Result<Vec<Record>, Refusal> {
    let (Some(a), Some(b)) = (&columns.a, &columns.b) else {
        return Err(Refusal("No columns are chosen for the two responses. Choose them above.".into()));
    };
    let (a, b) = (response(row, a)?, response(row, b)?);
    let mut record = match columns.prompt.as_deref().map(|name| (name, at(row, name))) {
        Some((name, Some(turns))) if is_conversation(Some(turns)) => {
            Record::after(messages(turns, name)?, a, b)
        }
        Some((name, _)) => Record::new(cell(row, name)?, a, b),
        None => Record::new("", a, b),
    };
    let said = |name: &Option<String>| {
        name.as_deref().map(|name| text_or_empty(row, name)).unwrap_or_default().to_owned()
    };
    let value = |name: &Option<String>| name.as_deref().and_then(|name| at(row, name));
    if let Some(choice) = chosen(row, &columns.label)? {
        record.marks.push(Mark {
            annotator: value(&columns.annotator).and_then(word).unwrap_or_default(),
            strength: strength(value(&columns.strength))?,
            margin: margin(value(&columns.margin))?,
            note: said(&columns.note),
            at_ms: value(&columns.at).and_then(moment),
            ..choice.into()
        });
    }
    record.source = said(&columns.source);
    record.source_a = said(&columns.source_a);
    record.source_b = said(&columns.source_b);
    record.subset = said(&columns.subset);
    Ok(vec![record])
}

/// A response: a text, or the assistant's part of a conversation.
fn response(row: &Row, name: &str) -> Result<String, Refusal> {
    match at(row, name) {
        value if is_conversation(value) => {
            let turns = messages(value.unwrap_or(&Value::Null), name)?;
            let from = turns.iter().position(|turn| turn.role == "assistant").unwrap_or(0);
            let answers: &[Turn] = &turns[from..];
            Ok(continuation(answers))
        }
        _ => cell(row, name),
    }
}

fn cell(row: &Row, name: &str) -> Result<String, Refusal> {
    match at(row, name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(value.to_string()),
        Some(Value::Null) | None => {
            Err(Refusal(format!("The column \"{name}\" is empty here. Fill it, or choose another.")))
        }
        Some(Value::Array(_) | Value::Object(_)) => {
            Err(Refusal(format!("The column \"{name}\" holds no text here. Choose a column of texts.")))
        }
    }
}

fn chosen(row: &Row, from: &LabelFrom) -> Result<Option<Choice>, Refusal> {
    match from {
        LabelFrom::Nowhere => Ok(None),
        LabelFrom::FirstIsBetter => Ok(Some(Choice::A)),
        LabelFrom::SecondIsBetter => Ok(Some(Choice::B)),
        LabelFrom::Column { name, words } => {
            let said = at(row, name).and_then(word).unwrap_or_default();
            if said.is_empty() {
                return Ok(None);
            }
            match words.iter().find(|(word, _)| *word == said) {
                Some((_, choice)) => Ok(Some(*choice)),
                None => Err(Refusal(format!(
                    "\"{said}\" in the column \"{name}\" is no answer that was given a meaning. Say above what it means."
                ))),
            }
        }
    }
}
