//! Chatbot Arena: the 55k set, whose texts are JSON lists inside strings, and the battles, with whole conversations.
//!
//! Two models answered the same user turn by turn: what they share is the first turn; everything after it is each
//! one's response.

use serde_json::Value;

use super::conversation::{continuation, messages, part};
use super::mapping::FormatId;
use super::record::Record;
use super::row::{Refusal, Row, at, has, has_texts, number, text, text_or_empty, word};
use super::time::moment;
use super::verdict::said;
use super::{Format, Reading};
use crate::domain::choice::Choice;
use crate::domain::pair::Turn;

pub(super) const SET_55K: Format = Format {
    id: FormatId::Arena55k,
    recognise: |row| {
        let own = ["prompt", "response_a", "response_b", "winner_model_a", "winner_model_b"];
        if has(row, &own) { 98 } else { 0 }
    },
    read: Reading::Row(|row| {
        let (asked, a, b) =
            (said_in(row, "prompt")?, said_in(row, "response_a")?, said_in(row, "response_b")?);
        let [first, later @ ..] = asked.as_slice() else {
            return Err(Refusal("The list of prompts is empty. Remove the row.".into()));
        };
        let record = Record::new(first, alternating(&a, later), alternating(&b, later));
        Ok(vec![record.marked(winner(row)?)])
    }),
    labels: "The winner in winner_model_a, winner_model_b or winner_tie.",
};

/// A list of texts, itself or as JSON in a string; a string that is no JSON list is one text.
fn said_in(row: &Row, field: &str) -> Result<Vec<String>, Refusal> {
    let spoken =
        |items: &[Value]| items.iter().map(|item| item.as_str().unwrap_or_default().to_owned()).collect();
    match at(row, field) {
        Some(Value::Array(items)) => Ok(spoken(items)),
        _ => {
            let whole = text(row, field)?;
            match serde_json::from_str::<Value>(&whole) {
                Ok(Value::Array(items)) => Ok(spoken(&items)),
                Ok(_) => Ok(vec![whole.into_owned()]),
                Err(error) if whole.starts_with("[\"") => Err(Refusal(format!(
                    "\"{field}\" should be a list in JSON and is none ({error}). Correct or remove the row."
                ))),
                Err(_) => Ok(vec![whole.into_owned()]),
            }
        }
    }
}

/// The model's answers with the user's later turns between them.
fn alternating(answers: &[String], asked: &[String]) -> String {
    let turn = |role: &str, content: &String| Turn { role: role.into(), content: content.clone() };
    let mut turns = Vec::new();
    for (place, answer) in answers.iter().enumerate() {
        if let Some(question) = place.checked_sub(1).and_then(|before| asked.get(before)) {
            turns.push(turn("user", question));
        }
        turns.push(turn("assistant", answer));
    }
    continuation(&turns)
}

fn winner(row: &Row) -> Result<Choice, Refusal> {
    let won = |field| at(row, field).and_then(number) == Some(1.0);
    match (won("winner_model_a"), won("winner_model_b"), won("winner_tie")) {
        (true, false, false) => Ok(Choice::A),
        (false, true, false) => Ok(Choice::B),
        (false, false, true) => Ok(Choice::Tie),
        _ => Err(Refusal(
            "Exactly one of winner_model_a, winner_model_b and winner_tie should be 1. Correct the row."
                .into(),
        )),
    }
}

pub(super) const BATTLES: Format = Format {
    id: FormatId::ArenaBattles,
    recognise: |row| {
        if has(row, &["conversation_a", "conversation_b"]) && has_texts(row, &["winner"]) { 98 } else { 0 }
    },
    read: Reading::Row(|row| {
        let conversation = |field: &str| messages(at(row, field).unwrap_or(&Value::Null), field);
        let record = part(conversation("conversation_a")?, conversation("conversation_b")?)?.record();
        let mut record = record.marked(said(at(row, "winner").unwrap_or(&Value::Null), "winner")?);
        record.marks[0].annotator = at(row, "judge").and_then(word).unwrap_or_default();
        record.marks[0].at_ms = at(row, "tstamp").and_then(moment);
        record.subset = text_or_empty(row, "language").into();
        Ok(vec![record])
    }),
    labels: "The winner in \"winner\"; \"tie (bothbad)\" is both bad.",
};
