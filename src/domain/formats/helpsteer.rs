//! NVIDIA's HelpSteer: preferences on a scale from −3 (the first response is much better) to 3 (HelpSteer2 and 3), and
//! ratings of single responses, of which rows that share a prompt stand together.

use serde_json::{Value, json};

use super::conversation::messages;
use super::export::Lacking;
use super::mapping::FormatId;
use super::record::{Mark, Record};
use super::row::{Refusal, Row, at, has, has_texts, needed_number, text, text_or_empty};
use super::several::every_two;
use super::verdict::{of_scores, on_scale};
use super::{Format, Reading};
use crate::domain::choice::Choice;

pub(super) const PREFERENCES: Format = Format {
    id: FormatId::HelpSteer,
    recognise: |row| {
        let two =
            has_texts(row, &["prompt", "response_1", "response_2"]) && has(row, &["preference_strength"]);
        let three =
            has_texts(row, &["response1", "response2"]) && has(row, &["context", "overall_preference"]);
        if two || three { 95 } else { 0 }
    },
    read: Reading::Row(read),
    labels: "The preference from -3 (the first response is much better) to 3 (the second is).",
};

/// The overall preference is taken, and not the single annotators' of HelpSteer3, from which it was made by other rules
/// than a majority.
fn read(row: &Row) -> Result<Vec<Record>, Refusal> {
    match at(row, "context") {
        None => two(row, &text(row, "prompt")?, "response_1", "response_2", "preference_strength"),
        Some(Value::String(context)) => two(row, context, "response1", "response2", "overall_preference"),
        Some(turns) => {
            let turns = messages(turns, "context")?;
            let mark = on_scale(needed_number(row, "overall_preference")?)?;
            let mut record = Record::after(turns, text(row, "response1")?, text(row, "response2")?);
            record.marks.push(mark);
            record.subset = text_or_empty(row, "domain").into();
            Ok(vec![record])
        }
    }
}

fn two(row: &Row, prompt: &str, a: &str, b: &str, preference: &str) -> Result<Vec<Record>, Refusal> {
    let mark = on_scale(needed_number(row, preference)?)?;
    let mut record = Record::new(prompt, text(row, a)?, text(row, b)?);
    record.marks.push(mark);
    Ok(vec![record])
}

pub(super) const RATINGS: Format = Format {
    id: FormatId::HelpSteerRatings,
    recognise: |row| {
        let rated = ["helpfulness", "correctness", "coherence"];
        if has_texts(row, &["prompt", "response"]) && has(row, &rated) { 90 } else { 0 }
    },
    read: Reading::Together {
        key: |row| at(row, "prompt").and_then(Value::as_str),
        read: |rows| {
            let Some(first) = rows.first() else { return Ok(vec![]) };
            let prompt = text(first, "prompt")?;
            let mut rated = Vec::new();
            for row in rows {
                rated.push((text(row, "response")?, needed_number(row, "helpfulness")?));
            }
            if rated.len() < 2 {
                return Err(Refusal(
                    "No other response to this prompt stands beside this one, so there is nothing to compare. Put \
                     rows of one prompt one after the other."
                        .into(),
                ));
            }
            every_two(&rated, |(a, of_a), (b, of_b)| {
                let mut record = Record::new(prompt.clone(), a.clone(), b.clone());
                record.marks.push(of_scores(*of_a, *of_b));
                record
            })
        },
    },
    labels: "The response rated more helpful is the better one; equal ratings are ties.",
};

/// A preference's place on the scale. Without a strength it is in the middle: HelpSteer's plain "better" is a 2.
fn scale(mark: &Mark) -> i64 {
    let strength = i64::from(mark.strength.map_or(2, |strength| strength.get()));
    match mark.choice {
        Choice::A => -strength,
        Choice::B => strength,
        Choice::Tie | Choice::BothGood | Choice::BothBad | Choice::Skip => 0,
    }
}

fn held(record: &Record) -> Result<Mark, Lacking> {
    let mark = record.verdict().ok_or(Lacking::NoAnswer)?;
    match mark.choice {
        Choice::A | Choice::B | Choice::Tie => Ok(mark),
        other @ (Choice::BothGood | Choice::BothBad | Choice::Skip) => Err(Lacking::Answer(other)),
    }
}

/// HelpSteer2: a conversation becomes its transcript.
pub(super) fn write_2(record: &Record) -> Result<Value, Lacking> {
    let mark = held(record)?;
    Ok(json!({
        "prompt": record.prompt, "response_1": record.response_a, "response_2": record.response_b,
        "preference_strength": scale(&mark),
    }))
}

/// HelpSteer3: single annotators' preferences stand beside the overall one.
pub(super) fn write_3(record: &Record) -> Result<Value, Lacking> {
    let mark = held(record)?;
    let each: Vec<Value> = record
        .marks
        .iter()
        .filter(|mark| matches!(mark.choice, Choice::A | Choice::B | Choice::Tie))
        .map(|mark| json!({ "score": scale(mark), "reasoning": mark.note }))
        .collect();
    Ok(json!({
        "domain": record.subset, "context": record.conversation(),
        "response1": record.response_a, "response2": record.response_b,
        "overall_preference": scale(&mark), "individual_preference": each,
    }))
}
