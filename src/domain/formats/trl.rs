//! TRL's preference shapes: explicit and implicit prompts, as texts and as conversations, read and written.
//!
//! An explicit prompt and its responses are taken as they are: joined, they are the text that TRL trains on, so a
//! space that stands between them belongs to the response. An implicit prompt is what both sides begin with.

use serde_json::{Value, json};

use super::conversation::{continuation, is_conversation, messages, part};
use super::export::{ExportOptions, Lacking, Margin};
use super::hh;
use super::mapping::FormatId;
use super::record::Record;
use super::row::{Refusal, Row, at, number, text};
use super::verdict::margin;
use super::{Format, Reading};
use crate::domain::choice::Choice;
use crate::domain::pair::Turn;

pub(super) const TRL: Format = Format {
    id: FormatId::Trl,
    recognise: |row| {
        let sides = [at(row, "chosen"), at(row, "rejected")];
        let texts = sides.iter().all(|side| side.is_some_and(Value::is_string));
        if texts || sides.iter().all(|side| is_conversation(*side)) { 60 } else { 0 }
    },
    read: Reading::Row(read),
    labels: "The response in \"chosen\" is the better one.",
};

pub(super) fn read(row: &Row) -> Result<Vec<Record>, Refusal> {
    let record = match (at(row, "chosen"), at(row, "rejected")) {
        (Some(Value::String(chosen)), Some(Value::String(rejected))) => texts(row, chosen, rejected)?,
        (Some(chosen @ (Value::Array(_) | Value::Object(_))), Some(rejected)) => {
            conversations(row, messages(chosen, "chosen")?, messages(rejected, "rejected")?)?
        }
        _ => texts(row, &text(row, "chosen")?, &text(row, "rejected")?)?,
    };
    let mut record = record.marked(Choice::A);
    record.marks[0].margin = match margin(at(row, "margin"))? {
        Some(margin) => Some(margin),
        None => scores_apart(row),
    };
    Ok(vec![record])
}

/// The difference of binarised UltraFeedback's scores, where there are any and they agree with the choice.
fn scores_apart(row: &Row) -> Option<f32> {
    let chosen = at(row, "score_chosen").and_then(number)?;
    let rejected = at(row, "score_rejected").and_then(number)?;
    (chosen >= rejected).then_some((chosen - rejected) as f32)
}

fn texts(row: &Row, chosen: &str, rejected: &str) -> Result<Record, Refusal> {
    match at(row, "prompt") {
        Some(prompt @ (Value::Array(_) | Value::Object(_))) => {
            Ok(Record::after(messages(prompt, "prompt")?, chosen, rejected))
        }
        Some(Value::Null) | None => implicit(chosen, rejected),
        Some(Value::String(_) | Value::Bool(_) | Value::Number(_)) => {
            Ok(Record::new(text(row, "prompt")?, chosen, rejected))
        }
    }
}

fn conversations(row: &Row, chosen: Vec<Turn>, rejected: Vec<Turn>) -> Result<Record, Refusal> {
    let opens = |turns: &[Turn]| turns.first().is_some_and(|turn| turn.role == "assistant");
    let prompt = match at(row, "prompt") {
        Some(Value::Null) | None => None,
        Some(Value::String(prompt)) => Some(vec![Turn { role: "user".into(), content: prompt.clone() }]),
        Some(prompt) => Some(messages(prompt, "prompt")?),
    };
    match prompt {
        // Only the answers are in the two sides.
        Some(prompt) if opens(&chosen) && opens(&rejected) => {
            Ok(Record::after(prompt, continuation(&chosen), continuation(&rejected)))
        }
        // The whole conversations are: the prompt beside them says nothing more.
        _ => Ok(part(chosen, rejected)?.record()),
    }
}

/// What chat templates and older data sets write before the assistant speaks.
const ASSISTANT_SPEAKS: [&str; 7] = [
    "\n\nAssistant:",
    "### Assistant:",
    "### Response:\n",
    "<|im_start|>assistant\n",
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "<|assistant|>\n",
    "[/INST]",
];

/// Two texts that begin alike, parted: by Anthropic's marks into turns; at the last mark of a known template in what
/// they share; or else where they first differ, back to the space before that word, so that no word is cut and
/// neither response is empty.
fn implicit(chosen: &str, rejected: &str) -> Result<Record, Refusal> {
    if hh::is_transcript(chosen) && hh::is_transcript(rejected) {
        return hh::part_transcripts(chosen, rejected);
    }
    let shared = shared_prefix(chosen, rejected);
    let after_mark = ASSISTANT_SPEAKS
        .iter()
        .filter_map(|mark| chosen[..shared].rfind(mark).map(|at| at + mark.len()))
        .filter(|&at| at < chosen.len() && at < rejected.len())
        .max();
    let at = after_mark.unwrap_or_else(|| word_boundary(chosen, rejected, shared));
    Ok(Record::new(&chosen[..at], &chosen[at..], &rejected[at..]))
}

/// Bytes of the longest text that both begin with.
pub(super) fn shared_prefix(a: &str, b: &str) -> usize {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    // Two characters may begin with the same bytes.
    (0..=same).rev().find(|&at| a.is_char_boundary(at) && b.is_char_boundary(at)).unwrap_or(0)
}

/// The last place up to `shared` where white space follows in both texts, and a word in each after it.
fn word_boundary(a: &str, b: &str, shared: usize) -> usize {
    let breaks = |text: &str, at: usize| {
        let rest = &text[at..];
        rest.starts_with(char::is_whitespace) && !rest.trim().is_empty()
    };
    let before = a[..shared].char_indices().map(|(at, _)| at).chain([shared]);
    before
        .rev()
        .filter(|&at| !a[..at].ends_with(char::is_whitespace))
        .find(|&at| breaks(a, at) && breaks(b, at))
        .unwrap_or(0)
}

/// How the prompt is given.
#[derive(Clone, Copy)]
pub(super) enum Prompt {
    Explicit,
    Implicit,
}

/// `prompt`, `chosen` and `rejected` as texts that TRL joins without a space between.
pub(super) fn write_texts(record: &Record, prompt: Prompt, options: ExportOptions) -> Result<Value, Lacking> {
    let (chosen, rejected, mark) = preference(record)?;
    let mut row = match prompt {
        Prompt::Explicit => json!({ "prompt": record.prompt, "chosen": chosen, "rejected": rejected }),
        Prompt::Implicit => {
            let whole = |response: &str| format!("{}{response}", record.prompt);
            json!({ "chosen": whole(chosen), "rejected": whole(rejected) })
        }
    };
    add_margin(&mut row, mark, options);
    Ok(row)
}

/// The same as lists of messages.
pub(super) fn write_messages(
    record: &Record,
    prompt: Prompt,
    options: ExportOptions,
) -> Result<Value, Lacking> {
    let (chosen, rejected, mark) = preference(record)?;
    let turns = record.conversation();
    let answer = |response: &str| Turn { role: "assistant".into(), content: response.into() };
    let mut row = match prompt {
        Prompt::Explicit => json!({
            "prompt": turns, "chosen": [answer(chosen)], "rejected": [answer(rejected)],
        }),
        Prompt::Implicit => {
            let whole = |response: &str| [turns.as_slice(), &[answer(response)]].concat();
            json!({ "chosen": whole(chosen), "rejected": whole(rejected) })
        }
    };
    add_margin(&mut row, mark, options);
    Ok(row)
}

fn preference(record: &Record) -> Result<(&str, &str, Option<f32>), Lacking> {
    match record.preference() {
        Some((chosen, rejected, mark)) => {
            let strength = mark.strength.map(|strength| f32::from(strength.get()));
            Ok((chosen, rejected, mark.margin.or(strength)))
        }
        None => Err(record.verdict().map_or(Lacking::NoAnswer, |mark| Lacking::Answer(mark.choice))),
    }
}

fn add_margin(row: &mut Value, margin: Option<f32>, options: ExportOptions) {
    match options.margin {
        Margin::Without => {}
        Margin::With => row["margin"] = json!(margin.unwrap_or(0.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(chosen: &str, rejected: &str) -> (String, String, String) {
        let record = implicit(chosen, rejected).unwrap();
        (record.prompt, record.response_a, record.response_b)
    }

    #[test]
    fn implicit_prompts_end_at_a_word_and_leave_both_sides_something() {
        let is = |chosen: &str, rejected: &str, prompt: &str| {
            let (found, a, b) = parted(chosen, rejected);
            assert_eq!(found, prompt);
            assert_eq!((found.clone() + &a, found + &b), (chosen.to_owned(), rejected.to_owned()));
        };
        is("The sky is blue.", "The sky is green.", "The sky is");
        is("The sky is bluish", "The sky is blue", "The sky is");
        // One is the beginning of the other.
        is("The sky", "The sky is blue", "The");
        is("Yes.", "No.", "");
        is("Yes", "Yes please", "");
        is("a  b", "a  c", "a");
        is("Q<|im_start|>assistant\nOne", "Q<|im_start|>assistant\nOn two", "Q<|im_start|>assistant\n");
        is("é à", "é á", "é");
    }
}
