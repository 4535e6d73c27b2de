//! Prodigy's comparisons: two options of which one was accepted, or an accepted and a rejected text; and those that
//! nobody has made yet.

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
        let both = |sides: [&str; 2]| sides.iter().all(|side| at(row, side).is_some_and(Value::is_object));
        let sides = both(JUDGED) || both(UNJUDGED);
        if (answered || row.contains_key("_task_hash")) && (options || sides) { 92 } else { 0 }
    },
    read: Reading::Row(|row| if row.contains_key("options") { options(row) } else { sides(row) }),
    labels: "The accepted option is the better one; several accepted are both good, none of them both bad. Of two texts \
             the one in \"accept\" is the better one, or the other if the answer is \"reject\". What was ignored, and options \
             that were rejected altogether, are skipped; what nobody has marked comes unanswered.",
};

/// The two texts of a comparison, the accepted one first.
const JUDGED: [&str; 2] = ["accept", "reject"];

/// The two texts of a comparison that nobody has made yet.
const UNJUDGED: [&str; 2] = ["A", "B"];

/// What was asked: `input` as a text or an object with one, or the task's own `text`.
fn prompt(row: &Row) -> &str {
    ["input.text", "input", "prompt", "text"]
        .iter()
        .find_map(|path| at(row, path).and_then(Value::as_str))
        .unwrap_or_default()
}

/// What an annotator said of a task as a whole.
#[derive(Clone, Copy, PartialEq)]
enum Answer {
    Accept,
    Reject,
    Ignore,
}

fn answer(row: &Row) -> Option<Answer> {
    match at(row, "answer").and_then(Value::as_str)? {
        "accept" => Some(Answer::Accept),
        "reject" => Some(Answer::Reject),
        _ => Some(Answer::Ignore),
    }
}

/// The record with this choice, if there is one.
fn answered(record: Record, row: &Row, choice: Option<Choice>) -> Record {
    let Some(choice) = choice else { return record };
    let mut record = record.marked(choice);
    record.marks[0].annotator = ["_annotator_id", "_session_id"]
        .iter()
        .find_map(|name| at(row, name).and_then(word))
        .unwrap_or_default();
    record
}

/// Every two options are a pair.
fn options(row: &Row) -> Result<Vec<Record>, Refusal> {
    let accepted: Option<Vec<String>> = match at(row, "accept") {
        Some(Value::Array(ids)) => Some(ids.iter().filter_map(word).collect()),
        Some(id) => word(id).map(|id| vec![id]),
        None => None,
    };
    let mut shown = Vec::new();
    for option in list(row, "options")? {
        let Value::Object(option) = option else {
            return Err(Refusal("An option is not an object. Give each an id and a text.".into()));
        };
        let id = at(option, "id").and_then(word).unwrap_or_default();
        shown.push((text(option, "text")?, accepted.as_ref().map(|accepted| accepted.contains(&id))));
    }
    let said = |a: bool, b: bool| match (a, b) {
        (true, false) => Choice::A,
        (false, true) => Choice::B,
        (true, true) => Choice::BothGood,
        (false, false) => Choice::BothBad,
    };
    every_two(&shown, |(a, a_accepted), (b, b_accepted)| {
        let choice = match answer(row) {
            Some(Answer::Accept) => a_accepted.zip(*b_accepted).map(|(a, b)| said(a, b)),
            Some(Answer::Reject | Answer::Ignore) => Some(Choice::Skip),
            None => None,
        };
        answered(Record::new(prompt(row), a.clone(), b.clone()), row, choice)
    })
}

/// Two texts, of which one was suggested as the better one: to reject the suggestion is to prefer the other.
fn sides(row: &Row) -> Result<Vec<Record>, Refusal> {
    let judged = JUDGED.iter().any(|side| row.contains_key(*side));
    let sides = if judged { JUDGED } else { UNJUDGED };
    let [a, b] = sides.map(|side| text(row, &format!("{side}.text")));
    let choice = match answer(row) {
        Some(Answer::Accept) => judged.then_some(Choice::A),
        Some(Answer::Reject) => Some(if judged { Choice::B } else { Choice::Skip }),
        Some(Answer::Ignore) => Some(Choice::Skip),
        None => None,
    };
    Ok(vec![answered(Record::new(prompt(row), a?, b?), row, choice)])
}
