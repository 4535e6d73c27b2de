//! The texts of a row, by the shape of its file; or why there are none.

use serde_json::Value;

use super::{Asked, Columns, Form, How, Shape};
use crate::domain::choice::Side;
use crate::domain::formats::conversation::{continuation, is_conversation, messages, transcript};
use crate::domain::formats::format;
use crate::domain::formats::mapping::FormatId;
use crate::domain::formats::record::Record;
use crate::domain::formats::row::{Refusal, Row, at, list, text, text_or_empty, word};
use crate::domain::pair::Turn;

/// Fields that say which response is better. What stands in them is no reason not to score a row.
const LABELS: [&str; 5] = ["label", "labels", "votes", "strength", "margin"];

/// What of a row is scored.
///
/// # Errors
/// Why the row cannot be scored, and what to do.
pub fn asked(row: &Row, shape: &Shape) -> Result<Asked, Refusal> {
    let mut asked = match &shape.how {
        How::Format(FormatId::RewardBench2) => sides(row)?,
        How::Format(id) => of_record(compared(row, *id)?),
        How::Columns(columns) => in_columns(row, columns, shape.form)?,
    };
    if asked.subset.is_empty() {
        asked.subset = text_or_empty(row, "subset").to_owned();
    }
    asked.id = at(row, "id").and_then(word).unwrap_or_default();
    Ok(asked)
}

/// The pair that a format reads.
fn compared(row: &Row, id: FormatId) -> Result<Record, Refusal> {
    let read = |row: &Row| format(id).read_one(row);
    let records = read(row).or_else(|refusal| {
        let mut bare = row.clone();
        LABELS.iter().for_each(|name| {
            bare.remove(*name);
        });
        read(&bare).map_err(|_| refusal)
    })?;
    records.into_iter().next().ok_or_else(|| Refusal("This row holds no two responses. Give it both.".into()))
}

fn of_record(record: Record) -> Asked {
    let better = record.verdict().and_then(|mark| mark.choice.preferred());
    Asked {
        prompt: record.prompt,
        responses: vec![record.response_a, record.response_b],
        first: 1,
        better,
        subset: record.subset,
        id: String::new(),
    }
}

/// RewardBench 2's lists.
fn sides(row: &Row) -> Result<Asked, Refusal> {
    let texts = |name: &str| -> Result<Vec<String>, Refusal> {
        list(row, name)?.iter().map(|value| element(value, name)).collect()
    };
    let (mut responses, rejected) = (texts("chosen")?, texts("rejected")?);
    if responses.is_empty() || rejected.is_empty() {
        return Err(Refusal(
            "\"chosen\" or \"rejected\" is an empty list. Give each at least one response.".into(),
        ));
    }
    let first = responses.len();
    responses.extend(rejected);
    let prompt = text(row, "prompt")?.into_owned();
    Ok(Asked { prompt, responses, first, better: Some(Side::A), ..Asked::default() })
}

fn in_columns(row: &Row, columns: &Columns, form: Form) -> Result<Asked, Refusal> {
    if let (Form::One, [name]) = (form, columns.responses.as_slice())
        && let Some(turns) = conversation(row, name)?
        && turns.first().is_none_or(|turn| turn.role != "assistant")
    {
        return last_answer(turns, name);
    }
    let prompt = prompt(row, &columns.prompts)?;
    let responses = match form {
        Form::List | Form::Sides => in_lists(row, &columns.responses)?,
        Form::One | Form::ChosenRejected | Form::FirstSecond => {
            columns.responses.iter().map(|name| response(row, name)).collect::<Result<_, _>>()?
        }
    };
    let better = (form == Form::ChosenRejected).then_some(Side::A);
    Ok(Asked { prompt, responses, first: 1, better, ..Asked::default() })
}

/// What was asked: the columns that are filled, one below the other.
fn prompt(row: &Row, names: &[String]) -> Result<String, Refusal> {
    let mut parts = Vec::new();
    for (place, name) in names.iter().enumerate() {
        match (conversation(row, name)?, at(row, name)) {
            (Some(turns), _) => parts.push(transcript(&turns)),
            // An instruction need not have an input.
            (None, None | Some(Value::Null)) if place > 0 => {}
            (None, _) => parts.push(text(row, name)?.into_owned()),
        }
    }
    parts.retain(|part| !part.is_empty());
    Ok(parts.join("\n"))
}

fn response(row: &Row, name: &str) -> Result<String, Refusal> {
    match conversation(row, name)? {
        Some(turns) => Ok(answer(&turns)),
        None => Ok(text(row, name)?.into_owned()),
    }
}

/// The assistant's part of a conversation.
fn answer(turns: &[Turn]) -> String {
    let from = turns.iter().position(|turn| turn.role == "assistant").unwrap_or(0);
    continuation(&turns[from..])
}

/// Everything up to the last turn is the prompt, which the last turn answers.
fn last_answer(mut turns: Vec<Turn>, name: &str) -> Result<Asked, Refusal> {
    match turns.pop() {
        Some(last) if last.role == "assistant" => Ok(Asked {
            prompt: transcript(&turns),
            responses: vec![last.content],
            first: 1,
            ..Asked::default()
        }),
        Some(_) | None => Err(Refusal(format!(
            "The conversation in \"{name}\" does not end with the assistant's turn, so there is no response to score. End \
             it with one."
        ))),
    }
}

fn in_lists(row: &Row, names: &[String]) -> Result<Vec<String>, Refusal> {
    let mut responses = Vec::new();
    for name in names {
        match structure(row, name) {
            Some(Value::Array(items)) => {
                for item in &items {
                    responses.push(element(item, name)?);
                }
            }
            Some(_) | None => {
                list(row, name)?;
            }
        }
    }
    if responses.is_empty() {
        return Err(Refusal("The list of responses is empty. Give it at least one.".into()));
    }
    Ok(responses)
}

/// A response in a list: a text, a conversation, or an object that has the text under a usual name.
fn element(value: &Value, name: &str) -> Result<String, Refusal> {
    const NAMES: [&str; 5] = ["response", "text", "content", "completion", "output"];
    let inside = || NAMES.iter().find_map(|name| value.get(name).and_then(Value::as_str));
    match value {
        Value::String(text) => Ok(text.clone()),
        list @ Value::Array(_) if is_conversation(Some(list)) => Ok(answer(&messages(list, name)?)),
        Value::Object(_) | Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {
            inside().map(str::to_owned).ok_or_else(|| {
                Refusal(format!("An entry of \"{name}\" is not a text. Give every response as a text."))
            })
        }
    }
}

/// The conversation of a field, if that is what it is.
fn conversation(row: &Row, name: &str) -> Result<Option<Vec<Turn>>, Refusal> {
    let value = structure(row, name).filter(|value| is_conversation(Some(value)));
    value.map(|value| messages(&value, name)).transpose()
}

/// A list or an object: itself, or as JSON in a cell of a table.
pub(super) fn structure(row: &Row, name: &str) -> Option<Value> {
    match at(row, name)? {
        value @ (Value::Array(_) | Value::Object(_)) => Some(value.clone()),
        Value::String(cell) if cell.trim_start().starts_with(['[', '{']) => {
            serde_json::from_str(cell).ok().filter(|value: &Value| value.is_array() || value.is_object())
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
