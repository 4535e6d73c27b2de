//! Which column is what, judged by names alone.

/// Columns that look like a prompt and two responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guessed {
    /// What was asked, where a column looks like it.
    pub prompt: Option<String>,
    /// The first response.
    pub a: String,
    /// The second response.
    pub b: String,
    /// Whether the names themselves say that the first is better.
    pub first_is_better: bool,
    /// Which is better, where a column looks like it.
    pub label: Option<String>,
}

const PROMPTS: [&str; 10] =
    ["prompt", "instruction", "question", "query", "input", "context", "history", "problem", "task", "text"];

/// Names of two responses, the better first.
const BETTER: [[&str; 2]; 5] = [
    ["chosen", "rejected"],
    ["better", "worse"],
    ["winner", "loser"],
    ["preferred", "dispreferred"],
    ["accepted", "rejected"],
];

/// Words for a response that stand before or behind its letter or number, or alone with it.
const RESPONSES: [&str; 12] = [
    "response",
    "answer",
    "output",
    "completion",
    "reply",
    "generation",
    "summary",
    "text",
    "model",
    "option",
    "candidate",
    "",
];

/// How two of a kind are told apart.
const APART: [[&str; 2]; 5] = [["a", "b"], ["1", "2"], ["0", "1"], ["left", "right"], ["first", "second"]];

const LABELS: [&str; 11] = [
    "label",
    "preference",
    "choice",
    "winner",
    "preferred",
    "better",
    "verdict",
    "comparison",
    "vote",
    "judgement",
    "judgment",
];

/// The columns of a pair among these; `None` if no two of them look like responses.
pub fn columns(names: &[&str]) -> Option<Guessed> {
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let find =
        |wanted: &str| plain.iter().position(|name| name == wanted).map(|place| names[place].to_owned());
    let two = |[a, b]: [&str; 2]| Some((find(a)?, find(b)?));
    let better = BETTER.into_iter().find_map(two);
    let first_is_better = better.is_some();
    let alike = || {
        RESPONSES.iter().find_map(|word| {
            APART.iter().find_map(|[a, b]| {
                two([&format!("{word}{a}"), &format!("{word}{b}")])
                    .or_else(|| two([&format!("{a}{word}"), &format!("{b}{word}")]))
            })
        })
    };
    let (a, b) = better.or_else(alike)?;
    let other = |name: &String| *name != a && *name != b;
    let prompt = PROMPTS.into_iter().filter_map(find).find(other);
    let label = names
        .iter()
        .map(|&name| name.to_owned())
        .find(|name| is_label(name) && other(name) && Some(name) != prompt.as_ref());
    Some(Guessed { prompt, a, b, first_is_better, label })
}

/// Whether a column of this name says which response is better.
pub fn is_label(name: &str) -> bool {
    let plain = plain(name);
    LABELS.iter().any(|&word| plain == word || plain == format!("{word}s"))
}

/// A name without case, spaces, dots and dashes.
fn plain(name: &str) -> String {
    name.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_usual_names() {
        let found = columns(&["Question", "Answer 1", "Answer 2", "Winner"]).unwrap();
        assert_eq!(
            (found.prompt.as_deref(), found.a.as_str(), found.b.as_str()),
            (Some("Question"), "Answer 1", "Answer 2")
        );
        assert_eq!(found.label.as_deref(), Some("Winner"));
        let found = columns(&["id", "better", "worse"]).unwrap();
        assert!(found.first_is_better && found.label.is_none() && found.prompt.is_none());
        assert!(columns(&["prompt", "completion"]).is_none());
    }
}
