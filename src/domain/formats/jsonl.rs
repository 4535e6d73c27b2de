//! JSON lines: `{"prompt", "chosen", "rejected"}` (TRL's explicit preference format), and
//! `{"prompt", "response_a", "response_b"}` with an optional `"label"` of `a|b|tie|both_bad|skip`.

use serde_json::{Map, Value, json};

use super::{Imported, Refused};
use crate::domain::choice::{Choice, Side};
use crate::domain::dataset::Dataset;
use crate::domain::pair::Pair;

/// Read `text`; rows without a `"source"` of their own are marked with `source`. Good rows survive bad ones.
pub fn read(text: &str, source: &str) -> Imported {
    let mut imported = Imported::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.split('\n').enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        match read_row(line, source) {
            Ok(row) => imported.rows.push(row),
            Err(reason) => imported.refused.push(Refused {
                line: index + 1,
                reason,
                text: line.chars().take(200).collect(),
            }),
        }
    }
    imported
}

/// The preferences as `{"prompt", "chosen", "rejected"}` lines, with the number of answers this shape
/// cannot hold (ties, both bad, skips).
pub fn write(dataset: &Dataset) -> (String, usize) {
    let mut lines = String::new();
    let mut left_out = 0;
    for (pair, answer) in dataset.answered() {
        let (chosen, rejected) = match answer.label.choice.preferred() {
            Some(Side::A) => (&pair.response_a, &pair.response_b),
            Some(Side::B) => (&pair.response_b, &pair.response_a),
            None => {
                left_out += 1;
                continue;
            }
        };
        let row = json!({
            "prompt": pair.prompt, "chosen": chosen, "rejected": rejected, "source": pair.source,
        });
        lines.push_str(&row.to_string());
        lines.push('\n');
    }
    (lines, left_out)
}

/// Every pair with its answer, as `{"prompt", "response_a", "response_b", "label"}` lines: nothing is left out.
pub fn write_all(dataset: &Dataset) -> String {
    let mut lines = String::new();
    for pair in dataset.pairs() {
        let label = dataset.answer(&pair.id).map(|answer| answer.label.choice.word());
        let row = json!({
            "prompt": pair.prompt, "response_a": pair.response_a, "response_b": pair.response_b,
            "label": label, "source": pair.source,
        });
        lines.push_str(&row.to_string());
        lines.push('\n');
    }
    lines
}

fn read_row(line: &str, source: &str) -> Result<(Pair, Option<Choice>), String> {
    let value: Value = serde_json::from_str(line)
        .map_err(|error| format!("This is not a line of JSON ({error}). Give one JSON object a line."))?;
    let Value::Object(row) = value else {
        return Err("This line is not a JSON object. Give one {…} with prompt, chosen and rejected.".into());
    };
    let source = match row.get("source") {
        Some(Value::String(own)) => own.as_str(),
        _ => source,
    };
    let prompt = text(&row, "prompt")?;
    let (a, b, choice) = if row.contains_key("chosen") || row.contains_key("rejected") {
        (text(&row, "chosen")?, text(&row, "rejected")?, Some(Choice::A))
    } else if row.contains_key("response_a") || row.contains_key("response_b") {
        (text(&row, "response_a")?, text(&row, "response_b")?, label(&row)?)
    } else {
        return Err(
            "This row has neither chosen and rejected, nor response_a and response_b. Add one of these pairs of fields."
                .into(),
        );
    };
    if a == b {
        return Err(
            "Both responses are the same: there is nothing to choose between. Remove the row or change one."
                .into(),
        );
    }
    if a.trim().is_empty() && b.trim().is_empty() {
        return Err("Both responses are empty. Fill at least one.".into());
    }
    Ok((Pair::new(prompt, a, b, source), choice))
}

fn text<'a>(row: &'a Map<String, Value>, field: &str) -> Result<&'a str, String> {
    match row.get(field) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("The field \"{field}\" is not a text. Give it as a JSON string.")),
        None => Err(format!("The field \"{field}\" is missing. Add it as a JSON string.")),
    }
}

fn label(row: &Map<String, Value>) -> Result<Option<Choice>, String> {
    match row.get("label") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(word)) => match Choice::ALL.into_iter().find(|choice| choice.word() == word) {
            Some(choice) => Ok(Some(choice)),
            None => Err(format!("The label \"{word}\" is unknown. Use a, b, tie, both_bad or skip.")),
        },
        Some(_) => {
            Err("The label is not a text. Use \"a\", \"b\", \"tie\", \"both_bad\" or \"skip\".".into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_rows_survive_bad_ones_and_each_refusal_names_its_line() {
        let text = "\u{feff}{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\"}\r\n\
            not json\n\n\
            {\"prompt\":\"p\",\"chosen\":\"a\"}\n\
            {\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"a\"}\n\
            [1]\n\
            {\"prompt\":\"q\",\"response_a\":\"x\",\"response_b\":\"y\",\"label\":\"tie\"}";
        let imported = read(text, "file.jsonl");
        assert_eq!(imported.rows.len(), 2);
        assert_eq!(imported.rows[0].1, Some(Choice::A));
        assert_eq!(imported.rows[1].1, Some(Choice::Tie));
        let lines: Vec<usize> = imported.refused.iter().map(|refused| refused.line).collect();
        assert_eq!(lines, [2, 4, 5, 6]);
        assert!(imported.refused[1].reason.contains("rejected"));
    }
}
