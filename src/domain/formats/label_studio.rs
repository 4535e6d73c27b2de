//! Label Studio's pairwise tasks: the full export, and JSON-MIN.
//!
//! The pairwise control knows left and right alone, and its "none" deletes the answer. So no result is no answer and not
//! a tie; ties and skips are written as a `choices` result beside it, which the template needs a `Choices` control named
//! `verdict` to show.

use serde_json::{Value, json};

use super::guess::{self, Guessed};
use super::mapping::FormatId;
use super::record::{Mark, Record};
use super::row::{Refusal, Row, at, has, text, text_or_empty, word};
use super::time::{moment, written};
use super::verdict::{said, strength};
use super::{Format, Reading};
use crate::domain::choice::Choice;
use crate::domain::pair::Turn;

const NAMES: [&str; 2] = ["answer1", "answer2"];

pub(super) const LABEL_STUDIO: Format = Format {
    id: FormatId::LabelStudio,
    recognise: |row| {
        let full = at(row, "data").is_some_and(Value::is_object)
            && (row.contains_key("annotations") || row.contains_key("predictions"));
        let least = has(row, &["annotation_id"]) && row.contains_key("lead_time");
        if full || least { 92 } else { 0 }
    },
    read: Reading::Row(|row| match at(row, "data") {
        Some(Value::Object(data)) => task(row, data),
        _ => least(row),
    }),
    labels: "Everybody's annotation: left is the first response. A task without a result has no label.",
};

fn task(row: &Row, data: &Row) -> Result<Vec<Record>, Refusal> {
    let none = vec![];
    let annotations = at(row, "annotations").and_then(Value::as_array).unwrap_or(&none);
    let guessed = guess::columns(&data.keys().map(String::as_str).collect::<Vec<_>>());
    // The control itself says which field stands left.
    let named =
        annotations.iter().flat_map(results).find_map(named_sides).filter(|[a, b]| has(data, &[a, b]));
    let (a, b) = match (named, &guessed) {
        (Some([a, b]), _) => (a, b),
        (None, Some(Guessed { a, b, .. })) => (a.clone(), b.clone()),
        (None, None) => {
            return Err(Refusal(
                "The task's data do not look like two responses. Name them answer1 and answer2.".into(),
            ));
        }
    };
    let prompt =
        guessed.and_then(|guessed| guessed.prompt).map_or(Ok("".into()), |prompt| text(data, &prompt))?;
    let mut record = match at(data, "turns").map(|turns| serde_json::from_value::<Vec<Turn>>(turns.clone())) {
        Some(Ok(turns)) if !turns.is_empty() => Record::after(turns, text(data, &a)?, text(data, &b)?),
        Some(_) | None => Record::new(prompt, text(data, &a)?, text(data, &b)?),
    };
    for annotation in annotations {
        record.marks.extend(mark(annotation)?);
    }
    record.source = text_or_empty(data, "source").into();
    record.source_a = text_or_empty(data, "source_a").into();
    record.source_b = text_or_empty(data, "source_b").into();
    record.subset = text_or_empty(data, "subset").into();
    Ok(vec![record])
}

fn results(annotation: &Value) -> &[Value] {
    annotation.get("result").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The two fields that a pairwise result compares, left first; a list, or a text with a comma.
fn named_sides(result: &Value) -> Option<[String; 2]> {
    let names: Vec<String> = match result.get("to_name")? {
        Value::Array(names) => names.iter().filter_map(word).collect(),
        Value::String(names) => names.split(',').map(|name| name.trim().to_owned()).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
    };
    <[String; 2]>::try_from(names).ok()
}

/// What one annotation says; nothing if it was cancelled or holds no answer.
fn mark(annotation: &Value) -> Result<Option<Mark>, Refusal> {
    if annotation.get("was_cancelled").and_then(Value::as_bool) == Some(true)
        && results(annotation).is_empty()
    {
        return Ok(None);
    }
    let mut choice = None;
    let (mut mark, mut margin) = (Mark::from(Choice::Skip), None);
    for result in results(annotation) {
        let value = result.get("value").unwrap_or(&Value::Null);
        match (result.get("type").and_then(Value::as_str), result.get("from_name").and_then(Value::as_str)) {
            (Some("pairwise"), _) => choice = Some(selected(value)?),
            (Some("rating"), _) => mark.strength = strength(value.get("rating"))?,
            (Some("number"), Some("margin")) => margin = value.get("number").and_then(Value::as_f64),
            (Some("choices"), Some("tags")) => mark.tags = words_of(value, "choices"),
            (Some("choices"), _) if choice.is_none() => {
                if let Some(word) = value.get("choices").and_then(|choices| choices.get(0)) {
                    choice = Some(said(word, "choices")?);
                }
            }
            (Some("textarea"), _) => mark.note = words_of(value, "text").join("\n"),
            _ => {}
        }
    }
    let Some(choice) = choice else { return Ok(None) };
    let who = annotation.get("completed_by");
    let person = |who: &Value| word(who.get("email").or_else(|| who.get("id")).unwrap_or(who));
    Ok(Some(Mark {
        annotator: who.and_then(person).unwrap_or_default(),
        choice,
        margin: margin.map(|margin| margin as f32),
        at_ms: annotation.get("created_at").and_then(moment),
        lead_ms: annotation.get("lead_time").and_then(Value::as_f64).and_then(milliseconds),
        ..mark
    }))
}

fn milliseconds(seconds: f64) -> Option<u64> {
    (0.0..=1e12).contains(&seconds).then(|| (seconds * 1000.0).round() as u64)
}

fn words_of(value: &Value, name: &str) -> Vec<String> {
    match value.get(name) {
        Some(Value::Array(words)) => {
            words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect()
        }
        Some(Value::String(word)) => vec![word.clone()],
        Some(_) | None => vec![],
    }
}

/// A pairwise answer: `{"selected": "left"}`, or the word alone.
fn selected(value: &Value) -> Result<Choice, Refusal> {
    let word = value.get("selected").unwrap_or(value);
    said(word, "selected")
}

/// JSON-MIN: the task's data and the answers by their controls' names, all in one row.
fn least(row: &Row) -> Result<Vec<Record>, Refusal> {
    let Some(Guessed { prompt, a, b, label, .. }) =
        guess::columns(&row.keys().map(String::as_str).collect::<Vec<_>>())
    else {
        return Err(Refusal("This row does not look like two responses. Choose the columns by hand.".into()));
    };
    let prompt = prompt.map_or(Ok("".into()), |prompt| text(row, &prompt))?;
    let mut record = Record::new(prompt, text(row, &a)?, text(row, &b)?);
    let answer =
        label.as_deref().and_then(|label| row.get(label)).map(|answer| answer.get(0).unwrap_or(answer));
    if let Some(answer) = answer.filter(|answer| !answer.is_null()) {
        let mut mark = Mark::from(selected(answer)?);
        mark.annotator = at(row, "annotator").and_then(word).unwrap_or_default();
        mark.at_ms = at(row, "created_at").and_then(moment);
        mark.lead_ms = at(row, "lead_time").and_then(Value::as_f64).and_then(milliseconds);
        record.marks.push(mark);
    }
    Ok(vec![record])
}

/// One task.
pub(super) fn write(record: &Record) -> Value {
    let mut data = json!({
        "prompt": record.prompt, "answer1": record.response_a, "answer2": record.response_b,
        "source": record.source, "source_a": record.source_a, "source_b": record.source_b, "subset": record.subset,
    });
    if !record.turns.is_empty() {
        data["turns"] = json!(record.turns);
    }
    let annotations: Vec<Value> =
        record.marks.iter().enumerate().map(|(place, mark)| annotation(place, mark)).collect();
    json!({ "data": data, "annotations": annotations, "predictions": [] })
}

fn annotation(place: usize, mark: &Mark) -> Value {
    let result = |kind: &str, from: &str, value: Value| json!({ "id": format!("{from}-{place}"), "type": kind, "from_name": from, "to_name": NAMES, "value": value });
    let mut results = vec![match mark.choice {
        Choice::A => result("pairwise", "comparison", json!({ "selected": "left" })),
        Choice::B => result("pairwise", "comparison", json!({ "selected": "right" })),
        other @ (Choice::Tie | Choice::BothGood | Choice::BothBad | Choice::Skip) => {
            result("choices", "verdict", json!({ "choices": [other.word()] }))
        }
    }];
    if let Some(strength) = mark.strength {
        results.push(result("rating", "strength", json!({ "rating": strength.get() })));
    }
    if let Some(margin) = mark.margin {
        results.push(result("number", "margin", json!({ "number": margin })));
    }
    if !mark.tags.is_empty() {
        results.push(result("choices", "tags", json!({ "choices": mark.tags })));
    }
    if !mark.note.is_empty() {
        results.push(result("textarea", "note", json!({ "text": [mark.note] })));
    }
    json!({
        "id": place + 1,
        "completed_by": { "id": place + 1, "email": mark.annotator },
        "was_cancelled": mark.choice == Choice::Skip,
        "ground_truth": false,
        "created_at": mark.at_ms.map(written),
        "lead_time": mark.lead_ms.map(|ms| ms as f64 / 1000.0),
        "result": results,
    })
}
