//! Anthropic's transcripts: one text for each side, turns marked by `\n\nHuman: ` and `\n\nAssistant: `.
//!
//! The marks are no escapes: a turn may hold one as its own text. So only what both sides share is divided into turns;
//! what comes after the last shared `\n\nAssistant:` is the response as it is, marks and further turns included.

use serde_json::{Value, json};

use super::export::Lacking;
use super::mapping::FormatId;
use super::record::Record;
use super::row::{Refusal, Row, at, has, text};
use super::trl::shared_prefix;
use super::{Format, Reading};
use crate::domain::choice::Choice;
use crate::domain::pair::Turn;

const HUMAN: &str = "\n\nHuman:";
const ASSISTANT: &str = "\n\nAssistant:";

pub(super) const HH: Format = Format {
    id: FormatId::Hh,
    recognise: |row| {
        let side = |name| at(row, name).and_then(Value::as_str).is_some_and(is_transcript);
        if !has(row, &["prompt"]) && side("chosen") && side("rejected") { 95 } else { 0 }
    },
    read: Reading::Row(read),
    labels: "The transcript in \"chosen\" is the better one.",
};

fn read(row: &Row) -> Result<Vec<Record>, Refusal> {
    let record = part_transcripts(&text(row, "chosen")?, &text(row, "rejected")?)?;
    Ok(vec![record.marked(Choice::A)])
}

/// Whether a text begins as these transcripts do.
pub(super) fn is_transcript(text: &str) -> bool {
    text.starts_with(HUMAN)
}

/// Two transcripts, parted at the last `\n\nAssistant:` that they share.
pub(super) fn part_transcripts(chosen: &str, rejected: &str) -> Result<Record, Refusal> {
    let shared = &chosen[..shared_prefix(chosen, rejected)];
    let Some(at) = shared.rfind(ASSISTANT) else {
        return Err(Refusal(
            "The two transcripts share no \"Human:\" turn that an \"Assistant:\" turn follows. Give both the same first \
             turns."
                .into(),
        ));
    };
    let own = |text: &str| said(&text[at + ASSISTANT.len()..]).to_owned();
    Ok(Record::after(turns(&chosen[..at]), own(chosen), own(rejected)))
}

/// What is said after a mark's colon: a space belongs to the mark.
fn said(text: &str) -> &str {
    text.strip_prefix(' ').unwrap_or(text)
}

fn turns(mut rest: &str) -> Vec<Turn> {
    let mut turns = Vec::new();
    while !rest.is_empty() {
        let (role, mark) =
            if rest.starts_with(ASSISTANT) { ("assistant", ASSISTANT) } else { ("user", HUMAN) };
        let body = rest.strip_prefix(mark).unwrap_or(rest);
        let end = [HUMAN, ASSISTANT].iter().filter_map(|mark| body.find(mark)).min().unwrap_or(body.len());
        turns.push(Turn { role: role.into(), content: said(&body[..end]).to_owned() });
        rest = &body[end..];
    }
    turns
}

/// `chosen` and `rejected` as transcripts. A prompt that is a transcript already, up to the assistant's mark, is
/// taken as it is.
pub(super) fn write(record: &Record) -> Result<Value, Lacking> {
    let Some((chosen, rejected, _)) = record.preference() else {
        return Err(record.verdict().map_or(Lacking::NoAnswer, |mark| Lacking::Answer(mark.choice)));
    };
    if record.turns.is_empty() && is_transcript(&record.prompt) && record.prompt.ends_with(ASSISTANT) {
        let whole = |response: &str| format!("{}{response}", record.prompt);
        return Ok(json!({ "chosen": whole(chosen), "rejected": whole(rejected) }));
    }
    let mut transcript = String::new();
    for turn in record.conversation() {
        let mark = match turn.role.as_str() {
            "user" => HUMAN,
            "assistant" => ASSISTANT,
            _ => return Err(Lacking::Roles),
        };
        if [HUMAN, ASSISTANT].iter().any(|mark| turn.content.contains(mark)) {
            return Err(Lacking::Marks);
        }
        transcript += &format!("{mark} {}", turn.content);
    }
    let whole = |response: &str| format!("{transcript}{ASSISTANT} {response}");
    let row = json!({ "chosen": whole(chosen), "rejected": whole(rejected) });
    // Responses that share a mark, or that a prompt without a user's first turn precedes, would come back as others.
    let read_back = part_transcripts(&whole(chosen), &whole(rejected)).ok();
    let same = read_back.is_some_and(|back| back.response_a == chosen && back.response_b == rejected);
    if same { Ok(row) } else { Err(Lacking::Marks) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(chosen: &str, rejected: &str) -> (Vec<String>, String, String) {
        let record = part_transcripts(chosen, rejected).unwrap();
        let said = record.conversation().into_iter().map(|turn| turn.content).collect();
        (said, record.response_a, record.response_b)
    }

    #[test]
    fn transcripts_part_at_the_last_shared_assistant() {
        let (said, a, b) = parted(
            "\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: Bye\n\nAssistant: Adieu",
            "\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: Bye\n\nAssistant: Go away.",
        );
        assert_eq!(said, ["Hi", "Hello!", "Bye"]);
        assert_eq!((a.as_str(), b.as_str()), ("Adieu", "Go away."));
    }

    #[test]
    fn one_may_be_the_beginning_of_the_other() {
        let (said, a, b) = parted(
            "\n\nHuman: Hi\n\nAssistant: Hello!",
            "\n\nHuman: Hi\n\nAssistant: Hello! How are you?\n\nHuman: Well\n\nAssistant: Good",
        );
        assert_eq!(said, ["Hi"]);
        assert_eq!(
            (a.as_str(), b.as_str()),
            ("Hello!", "Hello! How are you?\n\nHuman: Well\n\nAssistant: Good")
        );
    }

    #[test]
    fn differing_earlier_turns_belong_to_the_response() {
        let (said, a, b) = parted(
            "\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: Bye\n\nAssistant: Adieu",
            "\n\nHuman: Hi\n\nAssistant: Oh.\n\nHuman: Bye\n\nAssistant: Adieu",
        );
        assert_eq!(said, ["Hi"]);
        assert_eq!(
            (a.as_str(), b.as_str()),
            ("Hello!\n\nHuman: Bye\n\nAssistant: Adieu", "Oh.\n\nHuman: Bye\n\nAssistant: Adieu",)
        );
    }

    #[test]
    fn a_final_turn_may_be_empty_and_human_may_stand_inside() {
        let (_, a, b) =
            parted("\n\nHuman: Hi\n\nAssistant:", "\n\nHuman: Hi\n\nAssistant: Human: I said Human: Hi");
        assert_eq!((a.as_str(), b.as_str()), ("", "Human: I said Human: Hi"));
        let (said, ..) = parted(
            "\n\nHuman: I wrote Human: x\n\nAssistant: A",
            "\n\nHuman: I wrote Human: x\n\nAssistant: B",
        );
        assert_eq!(said, ["I wrote Human: x"]);
        assert!(part_transcripts("\n\nHuman: Hi\n\nAssistant: A", "\n\nHuman: Ho\n\nAssistant: A").is_err());
    }

    #[test]
    fn the_exact_line_breaks_are_written_back() {
        let texts = [
            "\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman:  two\n\nAssistant: A",
            "\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman:  two\n\nAssistant: B",
        ];
        let record = part_transcripts(texts[0], texts[1]).unwrap().marked(Choice::A);
        let row = write(&record).unwrap();
        assert_eq!((row["chosen"].as_str(), row["rejected"].as_str()), (Some(texts[0]), Some(texts[1])));
    }

    #[test]
    fn what_would_be_read_back_as_other_turns_is_left_out() {
        let record = Record::new("Say \n\nAssistant: x", "A", "B").marked(Choice::A);
        assert_eq!(write(&record), Err(Lacking::Marks));
        let record = Record::new("Hi", "x\n\nAssistant: y", "x\n\nAssistant: z").marked(Choice::A);
        assert_eq!(write(&record), Err(Lacking::Marks));
    }
}
