//! Conversations: lists of messages in the words of several tools, their transcript, and where two of them part.

use serde_json::Value;

use super::record::Record;
use super::row::Refusal;
use crate::domain::pair::Turn;

/// A conversation as one text, which is the prompt that a model reads: every turn as `Role: content`, empty lines
/// between them. A single turn of the user is its content alone.
pub fn transcript(turns: &[Turn]) -> String {
    match turns {
        [only] if only.role == "user" => only.content.clone(),
        turns => turns.iter().map(said).collect::<Vec<_>>().join("\n\n"),
    }
}

/// What follows a prompt, as one text: the assistant's first turn as it is, then the turns after it as in a
/// [`transcript`].
pub fn continuation(turns: &[Turn]) -> String {
    match turns {
        [first, rest @ ..] if first.role == "assistant" => {
            rest.iter().fold(first.content.clone(), |text, turn| text + "\n\n" + &said(turn))
        }
        turns => transcript(turns),
    }
}

fn said(turn: &Turn) -> String {
    let mut letters = turn.role.chars();
    let role: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    format!("{role}: {}", turn.content)
}

/// A list of messages: `role` and `content`, or ShareGPT's `from` and `value`; one message alone is a list of one.
///
/// # Errors
/// What is wrong with `field`.
pub fn messages(value: &Value, field: &str) -> Result<Vec<Turn>, Refusal> {
    match value {
        Value::Array(messages) => messages.iter().map(|message| turn(message, field)).collect(),
        Value::Object(_) => Ok(vec![turn(value, field)?]),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Err(Refusal(format!(
            "The field \"{field}\" is not a conversation. Give it as a list of messages with role and content."
        ))),
    }
}

/// Whether this looks like a list of messages.
pub fn is_conversation(value: Option<&Value>) -> bool {
    let message = match value {
        Some(Value::Array(messages)) => messages.first(),
        other => other,
    };
    message.is_some_and(|message| {
        (message.get("role").is_some() && message.get("content").is_some())
            || (message.get("from").is_some() && message.get("value").is_some())
    })
}

fn turn(message: &Value, field: &str) -> Result<Turn, Refusal> {
    let role = message.get("role").or_else(|| message.get("from")).and_then(Value::as_str);
    let content = message.get("content").or_else(|| message.get("value"));
    let (Some(role), Some(content)) = (role, content) else {
        return Err(Refusal(format!(
            "A message of \"{field}\" lacks role or content. Give every message both, as texts."
        )));
    };
    Ok(Turn { role: common_role(role), content: spoken(content, field)? })
}

/// The content of a message: a text, nothing, or a list of parts that are texts.
fn spoken(content: &Value, field: &str) -> Result<String, Refusal> {
    match content {
        Value::String(text) => Ok(text.clone()),
        Value::Null => Ok(String::new()),
        Value::Array(parts) => parts
            .iter()
            .map(|part| match part.get("text").and_then(Value::as_str) {
                Some(text) => Ok(text),
                None => Err(Refusal(format!(
                    "A message of \"{field}\" has a part that is no text, like an image. Only text can be compared: \
                     remove the row."
                ))),
            })
            .collect(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => Err(Refusal(format!(
            "The content of a message of \"{field}\" is not a text. Give it as a JSON string."
        ))),
    }
}

/// Tools have many words for the two who speak.
fn common_role(role: &str) -> String {
    match role.to_lowercase().as_str() {
        "user" | "human" | "prompter" | "question" => "user".into(),
        "assistant" | "gpt" | "chatgpt" | "bot" | "model" | "bing" | "bard" | "answer" => "assistant".into(),
        other => other.to_owned(),
    }
}

/// Two conversations, parted.
pub struct Parted {
    /// The turns that they share.
    pub shared: Vec<Turn>,
    /// How the first goes on, the assistant speaking first.
    pub own_a: Vec<Turn>,
    /// How the second goes on.
    pub own_b: Vec<Turn>,
}

impl Parted {
    /// The shared turns as a prompt, and how each goes on as a response.
    pub fn record(self) -> Record {
        Record::after(self.shared, continuation(&self.own_a), continuation(&self.own_b))
    }
}

/// Where two conversations part: the turns they share, then each one's own, which begin with the assistant's.
///
/// When one merely goes on where the other ends, they part before the shorter one's last assistant's turn, so that
/// neither response is empty. When an earlier turn differs, everything from there on is the response.
///
/// # Errors
/// If they share no prompt.
pub fn part(mut a: Vec<Turn>, mut b: Vec<Turn>) -> Result<Parted, Refusal> {
    let shared = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let answers = |turns: &[Turn], at: usize| turns.get(at).is_some_and(|turn| turn.role == "assistant");
    let parting = (1..=shared).rev().find(|&at| answers(&a, at) && answers(&b, at));
    let Some(parting) = parting else {
        return Err(Refusal(
            "The two conversations share no prompt that an assistant answers. Give both the same first turns.".into(),
        ));
    };
    let own_b = b.split_off(parting);
    let own_a = a.split_off(parting);
    Ok(Parted { shared: a, own_a, own_b })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(words: &[(&str, &str)]) -> Vec<Turn> {
        words.iter().map(|&(role, content)| Turn { role: role.into(), content: content.into() }).collect()
    }

    #[test]
    fn a_transcript_names_every_speaker_but_a_lone_question_is_itself() {
        assert_eq!(transcript(&turns(&[("user", "Hi")])), "Hi");
        let long = turns(&[("system", "Be kind."), ("user", "Hi"), ("assistant", "Hello"), ("user", "Bye")]);
        assert_eq!(transcript(&long), "System: Be kind.\n\nUser: Hi\n\nAssistant: Hello\n\nUser: Bye");
        assert_eq!(continuation(&long[2..]), "Hello\n\nUser: Bye");
    }

    fn lengths(parted: Parted) -> (usize, usize, usize) {
        (parted.shared.len(), parted.own_a.len(), parted.own_b.len())
    }

    #[test]
    fn conversations_part_before_the_assistant_speaks() {
        let a = turns(&[("user", "Hi"), ("assistant", "Hello"), ("user", "Bye"), ("assistant", "Adieu")]);
        let b = turns(&[("user", "Hi"), ("assistant", "Hello"), ("user", "Bye"), ("assistant", "Go")]);
        assert_eq!(lengths(part(a.clone(), b).unwrap()), (3, 1, 1));

        // One goes on where the other ends.
        assert_eq!(lengths(part(a.clone(), a[..2].to_vec()).unwrap()), (1, 3, 1));

        // The user's second turn differs: only the first prompt is shared.
        let c = turns(&[("user", "Hi"), ("assistant", "Hello"), ("user", "Go"), ("assistant", "No")]);
        assert_eq!(lengths(part(a.clone(), c).unwrap()), (1, 3, 3));

        assert!(part(a, turns(&[("user", "Oh"), ("assistant", "Ah")])).is_err());
    }
}
