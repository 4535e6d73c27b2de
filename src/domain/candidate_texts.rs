//! Candidates for one prompt, as people have them at hand: pasted, or in a small file.

use serde_json::{Deserializer, Value};

/// A file may bring so many: more than that nobody looks at one by one, and a file of rows is scored on another part of
/// the tab.
pub const MOST: usize = 200;

/// Fields that hold several responses, and one.
const MANY: [&str; 3] = ["responses", "candidates", "completions"];
const ONE: [&str; 7] = ["response", "completion", "candidate", "answer", "output", "text", "content"];
const PROMPTS: [&str; 3] = ["prompt", "question", "instruction"];

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The prompt that all of them are for, where the file names one.
    pub prompt: Option<String>,
    /// The candidates.
    pub texts: Vec<String>,
}

/// The candidates in a text: its lines, or what stands between lines of three or more dashes. Blank ones are none.
pub fn split(text: &str, by_line: bool) -> Vec<String> {
    let mut found = vec![];
    let mut now = String::new();
    let is_rule = |line: &str| line.trim().len() >= 3 && line.trim().chars().all(|letter| letter == '-');
    for line in text.lines() {
        if by_line || is_rule(line) {
            found.push(std::mem::take(&mut now));
        }
        if by_line || !is_rule(line) {
            now += line;
            now.push('\n');
        }
    }
    found.push(now);
    found.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// The candidates in a file of this name: JSON or JSON Lines of texts, of lists of them, or of objects that have them in a
/// field with a usual name; or else text, taken apart as [`split`] does.
///
/// # Errors
/// What is wrong with it, and where.
pub fn in_file(name: &str, text: &str, by_line: bool) -> Result<Found, String> {
    let text = text.trim_start_matches('\u{feff}');
    let is_json = [".json", ".jsonl", ".ndjson"].iter().any(|end| name.to_lowercase().ends_with(end));
    let mut found = match is_json {
        true => in_json(text).map_err(|why| format!("{name}: {why}"))?,
        false => Found { prompt: None, texts: split(text, by_line) },
    };
    found.texts.retain(|text| !text.trim().is_empty());
    match found.texts.is_empty() {
        true => Err(format!("{name} holds no candidates.")),
        false => Ok(found),
    }
}

fn in_json(text: &str) -> Result<Found, String> {
    let mut found = Found::default();
    let mut prompts: Vec<String> = vec![];
    for value in Deserializer::from_str(text).into_iter::<Value>() {
        let value = value.map_err(|error| format!("line {} is no JSON ({error})", error.line()))?;
        take(&value, &mut found.texts, &mut prompts)?;
    }
    prompts.dedup();
    // Of several prompts it cannot be known whose candidates are to be put in order.
    if let [first, second, ..] = prompts.as_slice() {
        return Err(format!(
            "it is of several prompts, {first:?} and {second:?} among them: score it as a file, which ranks each prompt's"
        ));
    }
    found.prompt = prompts.pop();
    Ok(found)
}

fn take(value: &Value, texts: &mut Vec<String>, prompts: &mut Vec<String>) -> Result<(), String> {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(all) => all.iter().try_for_each(|one| take(one, texts, prompts))?,
        Value::Object(fields) => {
            prompts.extend(PROMPTS.iter().find_map(|name| Some(fields.get(*name)?.as_str()?.to_owned())));
            let named = MANY.iter().chain(&ONE).find_map(|name| fields.get(*name));
            let named = named.ok_or_else(|| {
                let names: Vec<&str> = MANY.into_iter().chain(ONE).collect();
                format!("an object has none of the fields {}", names.join(", "))
            })?;
            take(named, texts, prompts)?;
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => return Err(format!("{value} is no text")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(prompt: Option<&str>, texts: &[&str]) -> Result<Found, String> {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        Ok(Found { prompt: prompt.map(str::to_owned), texts })
    }

    #[test]
    fn candidates_stand_between_dashes_or_one_a_line() {
        assert_eq!(
            split("one\nmore\n---\n\n  two\n----\n---\nthree -- 3", false),
            ["one\nmore", "two", "three -- 3"]
        );
        assert_eq!(split("one\n\n two \r\n---\n", true), ["one", "two", "---"]);
        assert!(split(" \n---\n", false).is_empty());
        assert_eq!(split("alone", false), ["alone"]);
    }

    #[test]
    fn files_hold_them_in_the_usual_shapes() {
        assert_eq!(in_file("a.txt", "one\n---\ntwo", false), found(None, &["one", "two"]));
        assert_eq!(in_file("a.md", "one\ntwo", true), found(None, &["one", "two"]));
        assert_eq!(in_file("a.json", r#"["one", "two", " "]"#, false), found(None, &["one", "two"]));
        let rows = "{\"prompt\": \"p\", \"response\": \"one\"}\n{\"prompt\": \"p\", \"text\": \"two\"}\n";
        assert_eq!(in_file("A.JSONL", rows, false), found(Some("p"), &["one", "two"]));
        let whole = r#"{"question": "p", "responses": ["one", {"content": "two"}]}"#;
        assert_eq!(in_file("a.json", whole, false), found(Some("p"), &["one", "two"]));
        assert_eq!(in_file("a.jsonl", "\u{feff}\"one\"\n\"two\"", false), found(None, &["one", "two"]));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let why = |name: &str, text: &str| in_file(name, text, false).unwrap_err();
        assert!(why("a.jsonl", "\"one\"\n{oops").starts_with("a.jsonl: line 2 is no JSON"));
        assert!(why("a.json", "[1]").contains("1 is no text"));
        assert!(why("a.json", r#"{"score": 1}"#).contains("none of the fields responses,"));
        let two = r#"[{"prompt": "p", "response": "one"}, {"prompt": "q", "response": "two"}]"#;
        assert!(why("a.json", two).contains("several prompts"));
        assert_eq!(why("a.txt", " \n"), "a.txt holds no candidates.");
    }
}
