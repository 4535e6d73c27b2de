//! Instructions and conversations as trainers keep them beside a chosen and a rejected answer: LLaMA-Factory, axolotl.

use serde_json::Value;

use super::conversation::{continuation, is_conversation, messages};
use super::mapping::FormatId;
use super::record::Record;
use super::row::{Refusal, Row, at, has, has_texts, text, text_or_empty};
use super::{Format, Reading};
use crate::domain::choice::Choice;
use crate::domain::pair::Turn;

/// Instructions as LLaMA-Factory's Alpaca rows and axolotl's `bradley_terry` have them; of axolotl's, `input` is all.
pub(super) const ALPACA: Format = Format {
    id: FormatId::Alpaca,
    recognise: |row| {
        let sides = has_texts(row, &["chosen", "rejected"]);
        let asks = ["instruction", "input", "question"].iter().any(|name| has_texts(row, &[name]));
        if sides && asks && !has(row, &["prompt"]) { 75 } else { 0 }
    },
    read: Reading::Row(read_instructions),
    labels: "The response in \"chosen\" is the better one.",
};

fn read_instructions(row: &Row) -> Result<Vec<Record>, Refusal> {
    let asked: Vec<&str> = ["instruction", "question", "input"]
        .map(|name| text_or_empty(row, name))
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    let turn = |role: &str, content: &str| Turn { role: role.into(), content: content.into() };
    let mut turns = Vec::new();
    let system = text_or_empty(row, "system");
    if !system.is_empty() {
        turns.push(turn("system", system));
    }
    if let Some(Value::Array(before)) = at(row, "history") {
        for exchange in before {
            let said = |place: usize| exchange.get(place).and_then(Value::as_str).unwrap_or_default();
            turns.extend([turn("user", said(0)), turn("assistant", said(1))]);
        }
    }
    turns.push(turn("user", &asked.join("\n")));
    let record = Record::after(turns, text(row, "chosen")?, text(row, "rejected")?);
    Ok(vec![record.marked(Choice::A)])
}

/// ShareGPT's conversations with the two ways to go on beside them, as LLaMA-Factory has them.
pub(super) const SHARE_GPT: Format = Format {
    id: FormatId::ShareGpt,
    recognise: |row| {
        let conversation = is_conversation(at(row, "conversations"));
        if conversation && has(row, &["chosen", "rejected"]) { 85 } else { 0 }
    },
    read: Reading::Row(|row| {
        let nothing = Value::Null;
        let side = |name: &str| -> Result<String, Refusal> {
            match at(row, name).unwrap_or(&nothing) {
                Value::String(text) => Ok(text.clone()),
                side @ (Value::Array(_)
                | Value::Object(_)
                | Value::Null
                | Value::Bool(_)
                | Value::Number(_)) => Ok(continuation(&messages(side, name)?)),
            }
        };
        let mut turns = messages(at(row, "conversations").unwrap_or(&nothing), "conversations")?;
        let system = text_or_empty(row, "system");
        if !system.is_empty() {
            turns.insert(0, Turn { role: "system".into(), content: system.into() });
        }
        Ok(vec![Record::after(turns, side("chosen")?, side("rejected")?).marked(Choice::A)])
    }),
    labels: "The response in \"chosen\" is the better one.",
};
