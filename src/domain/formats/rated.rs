//! Data sets in which responses were given marks or votes: UltraFeedback, OpenAI's summaries and WebGPT, Stanford Human
//! Preferences, LLMBar.

use serde_json::Value;

use super::mapping::FormatId;
use super::record::Record;
use super::row::{Refusal, Row, at, has, has_texts, list, needed_number, number, text, text_or_empty, word};
use super::several::every_two;
use super::verdict::of_scores;
use super::{Format, Reading};
use crate::domain::choice::Choice;

pub(super) const ULTRAFEEDBACK: Format = Format {
    id: FormatId::UltraFeedback,
    recognise: |row| {
        let completions = at(row, "completions").is_some_and(Value::is_array);
        if has_texts(row, &["instruction"]) && completions { 95 } else { 0 }
    },
    read: Reading::Row(|row| {
        let instruction = text(row, "instruction")?;
        let mut rated = Vec::new();
        for completion in list(row, "completions")? {
            let Value::Object(completion) = completion else {
                return Err(Refusal(
                    "A completion is not an object. Give each a response and an overall_score.".into(),
                ));
            };
            rated.push((
                text(completion, "response")?,
                text_or_empty(completion, "model"),
                score(completion)?,
            ));
        }
        every_two(&rated, |(a, model_a, of_a), (b, model_b, of_b)| {
            let mut record = Record::new(instruction.clone(), a.clone(), b.clone());
            record.marks.push(of_scores(*of_a, *of_b));
            record.source_a = (*model_a).into();
            record.source_b = (*model_b).into();
            record
        })
    }),
    labels: "The completion with the higher overall score is the better one; every two completions are a pair.",
};

/// A completion's overall score, or the mean of its fine-grained ones.
fn score(completion: &Row) -> Result<f64, Refusal> {
    if let Some(score) =
        ["overall_score", "fine-grained_score"].iter().find_map(|name| at(completion, name).and_then(number))
    {
        return Ok(score);
    }
    let annotations = at(completion, "annotations").and_then(Value::as_object);
    let ratings: Vec<f64> = annotations
        .into_iter()
        .flat_map(|annotations| annotations.values())
        .filter_map(|annotation| annotation.get("Rating").and_then(number))
        .collect();
    if ratings.is_empty() {
        return Err(Refusal("A completion has no overall_score and no ratings. Add the score.".into()));
    }
    Ok(ratings.iter().sum::<f64>() / ratings.len() as f64)
}

pub(super) const SUMMARIES: Format = Format {
    id: FormatId::Summaries,
    recognise: |row| {
        let two = at(row, "summaries").and_then(Value::as_array).is_some_and(|all| all.len() == 2);
        if two && has(row, &["info", "choice"]) { 95 } else { 0 }
    },
    read: Reading::Row(|row| {
        let mut record =
            Record::new(post(row), text(row, "summaries.0.text")?, text(row, "summaries.1.text")?);
        let choice = zero_or_one(row, "choice", [Choice::A, Choice::B])?;
        record = record.marked(choice);
        record.marks[0].annotator = at(row, "worker").and_then(word).unwrap_or_default();
        record.marks[0].note = text_or_empty(row, "note").into();
        record.source_a = text_or_empty(row, "summaries.0.policy").into();
        record.source_b = text_or_empty(row, "summaries.1.policy").into();
        Ok(vec![record])
    }),
    labels: "\"choice\" says which of the two summaries is better.",
};

/// What was to be summarised: a post with its title, or an article.
fn post(row: &Row) -> String {
    let subreddit = text_or_empty(row, "info.subreddit");
    let heading = if subreddit.is_empty() { String::new() } else { format!("SUBREDDIT: r/{subreddit}") };
    let title = text_or_empty(row, "info.title");
    let title = if title.is_empty() { String::new() } else { format!("TITLE: {title}") };
    let body = match text_or_empty(row, "info.post") {
        "" => text_or_empty(row, "info.article").to_owned(),
        post => format!("POST: {post}"),
    };
    let parts = [heading, title, body, "TL;DR:".to_owned()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

pub(super) const WEB_GPT: Format = Format {
    id: FormatId::WebGpt,
    recognise: |row| {
        let asked = has_texts(row, &["question.full_text"]) || has_texts(row, &["question"]);
        if asked && has(row, &["answer_0", "answer_1", "score_0", "score_1"]) { 95 } else { 0 }
    },
    read: Reading::Row(|row| {
        let question = text(row, "question.full_text").or_else(|_| text(row, "question"))?;
        let mut record = Record::new(question, text(row, "answer_0")?, text(row, "answer_1")?);
        record.marks.push(of_scores(needed_number(row, "score_0")?, needed_number(row, "score_1")?));
        record.source = text_or_empty(row, "dataset").into();
        Ok(vec![record])
    }),
    labels: "The answer with the higher score is the better one; equal scores are ties.",
};

pub(super) const SHP: Format = Format {
    id: FormatId::Shp,
    recognise: |row| {
        if has_texts(row, &["history", "human_ref_A", "human_ref_B"]) && has(row, &["labels"]) {
            95
        } else {
            0
        }
    },
    read: Reading::Row(|row| {
        let record = Record::new(text(row, "history")?, text(row, "human_ref_A")?, text(row, "human_ref_B")?);
        let mut record = record.marked(zero_or_one(row, "labels", [Choice::B, Choice::A])?);
        record.subset = text_or_empty(row, "domain").into();
        Ok(vec![record])
    }),
    labels: "\"labels\" is 1 where A is the better one, 0 where B is.",
};

pub(super) const LLM_BAR: Format = Format {
    id: FormatId::LlmBar,
    recognise: |row| {
        if has_texts(row, &["input", "output_1", "output_2"]) && has(row, &["label"]) { 95 } else { 0 }
    },
    read: Reading::Row(|row| {
        let record = Record::new(text(row, "input")?, text(row, "output_1")?, text(row, "output_2")?);
        let choice = match needed_number(row, "label")? {
            1.0 => Choice::A,
            2.0 => Choice::B,
            other => return Err(Refusal(format!("The label {other} is neither 1 nor 2. Correct it."))),
        };
        Ok(vec![record.marked(choice)])
    }),
    labels: "\"label\" is 1 where the first output is the better one, 2 where the second is.",
};

fn zero_or_one(row: &Row, field: &str, meaning: [Choice; 2]) -> Result<Choice, Refusal> {
    match needed_number(row, field)? {
        0.0 => Ok(meaning[0]),
        1.0 => Ok(meaning[1]),
        other => Err(Refusal(format!("\"{field}\" is {other}, and should be 0 or 1. Correct it."))),
    }
}
