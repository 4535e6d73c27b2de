//! Which shape a file has, by its first rows: the one under which most of them can be scored.

use super::texts::structure;
use super::{Columns, Form, How, Shape, asked};
use crate::domain::formats::conversation::is_conversation;
use crate::domain::formats::guess::{self, Guessed};
use crate::domain::formats::mapping::FormatId;
use crate::domain::formats::recognise as recognise_format;
use crate::domain::formats::row::{Row, has};

/// Names of a list of responses, or of one.
const RESPONSES: [&str; 22] = [
    "responses",
    "response",
    "completions",
    "completion",
    "candidates",
    "candidate",
    "answers",
    "answer",
    "outputs",
    "output",
    "generations",
    "generation",
    "generated_text",
    "replies",
    "reply",
    "samples",
    "choices",
    "summary",
    "messages",
    "conversations",
    "conversation",
    "text",
];

/// Names of what was asked.
const PROMPTS: [&str; 12] = [
    "prompt",
    "instruction",
    "question",
    "query",
    "input",
    "context",
    "history",
    "problem",
    "task",
    "messages",
    "conversations",
    "conversation",
];

/// The shape under which most of these rows can be scored; `None` if it is none's.
pub fn recognise(rows: &[Row]) -> Option<Shape> {
    let scorable = |shape: &Shape| rows.iter().filter(|row| asked(row, shape).is_ok()).count();
    let formats = recognise_format(rows).into_iter().filter_map(|(id, _)| of_format(id, rows));
    let counted = formats.chain(of_columns(rows)).map(|shape| (scorable(&shape), shape));
    // Of equally good ones the first: formats go by how exactly they fit.
    let best = counted.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (best.0 > 0).then_some(best.1)
}

/// The shape of a format that holds comparisons.
fn of_format(id: FormatId, rows: &[Row]) -> Option<Shape> {
    let form = match id {
        FormatId::RewardBench2 => Form::Sides,
        // All completions in one list.
        FormatId::UltraFeedback => {
            let columns =
                Columns { prompts: vec!["instruction".into()], responses: vec!["completions".into()] };
            return Some(Shape { how: How::Columns(columns), form: Form::List });
        }
        // One response a row, found by its columns; or none at all.
        FormatId::HelpSteerRatings | FormatId::Unpaired | FormatId::Table => return None,
        FormatId::Pretokenised | FormatId::Workspace => return None,
        FormatId::Pairs
        | FormatId::Trl
        | FormatId::Hh
        | FormatId::HelpSteer
        | FormatId::UltraFeedbackBinarised
        | FormatId::Arena55k
        | FormatId::ArenaBattles
        | FormatId::Summaries
        | FormatId::WebGpt
        | FormatId::Shp
        | FormatId::RewardBench
        | FormatId::LlmBar
        | FormatId::Argilla
        | FormatId::LabelStudio
        | FormatId::Prodigy
        | FormatId::Alpaca
        | FormatId::ShareGpt => match rows.iter().any(|row| has(row, &["chosen", "rejected"])) {
            true => Form::ChosenRejected,
            false => Form::FirstSecond,
        },
    };
    Some(Shape { how: How::Format(id), form })
}

/// The shape that the columns' names suggest.
fn of_columns(rows: &[Row]) -> Option<Shape> {
    let mut names: Vec<&str> = Vec::new();
    for name in rows.iter().flat_map(|row| row.keys()) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    if let Some(Guessed { prompt, a, b, first_is_better, .. }) = guess::columns(&names) {
        let form = if first_is_better { Form::ChosenRejected } else { Form::FirstSecond };
        let columns = Columns { prompts: prompt.into_iter().collect(), responses: vec![a, b] };
        return Some(Shape { how: How::Columns(columns), form });
    }
    let plain = |name: &str| name.to_lowercase().replace([' ', '-'], "_");
    let find = |wanted: &str| names.iter().find(|name| plain(name) == wanted).map(|&name| name.to_owned());
    let response = RESPONSES.into_iter().find_map(find)?;
    let other = |name: &String| *name != response;
    let mut prompts: Vec<String> = PROMPTS.into_iter().filter_map(find).find(other).into_iter().collect();
    // An instruction's input belongs to it.
    if prompts.iter().any(|name| plain(name) == "instruction") {
        prompts.extend(find("input").filter(other));
    }
    Some(by_columns(rows, Columns { prompts, responses: vec![response] }))
}

/// The shape of these columns: what is in them says how many responses there are.
pub fn by_columns(rows: &[Row], columns: Columns) -> Shape {
    let form = match columns.responses.as_slice() {
        [chosen, rejected] if chosen == "chosen" && rejected == "rejected" => Form::ChosenRejected,
        [_, _] => Form::FirstSecond,
        [name] => {
            let lists = rows.iter().filter(|row| is_list(row, name)).count();
            if lists * 2 > rows.len() { Form::List } else { Form::One }
        }
        _ => Form::One,
    };
    Shape { how: How::Columns(columns), form }
}

fn is_list(row: &Row, name: &str) -> bool {
    structure(row, name).is_some_and(|value| value.is_array() && !is_conversation(Some(&value)))
}
