//! A prompt that is a transcript, read back as the turns that it was made of: the one place that says what reads so. The
//! Python files beside the page say the same.
//!
//! It begins with a speaker's mark, and every mark behind an empty line begins a turn: `System: ` at most once and first,
//! then `User: ` and `Assistant: ` by turns, from the user to the user, two turns at least. Whatever has a mark elsewhere
//! is no transcript but a text, as a lone `User: …` is: a lone question is written without its mark.

use std::ops::Range;

use crate::domain::pair::Turn;

/// Who may speak, and what stands before what they say.
const SPEAKERS: [(&str, &str); 3] =
    [("system", "System: "), ("user", "User: "), ("assistant", "Assistant: ")];

/// A turn of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// `system`, `user` or `assistant`.
    pub role: &'static str,
    /// The bytes of the transcript that were said.
    pub content: Range<usize>,
}

/// The turns of a prompt; `None` if it reads as one text. What is said is the transcript's bytes exactly, so that the turns'
/// [`transcript`](super::conversation::transcript) is the prompt.
pub fn said(prompt: &str) -> Option<Vec<Said>> {
    let mut turns = Vec::new();
    let mut next = Some(0);
    while let Some(at) = next {
        let (role, mark) = speaker(&prompt[at..])?;
        let start = at + mark.len();
        let end = empty_lines(prompt, start).find(|&end| speaker(&prompt[end + 2..]).is_some());
        turns.push(Said { role, content: start..end.unwrap_or(prompt.len()) });
        next = end.map(|end| end + 2);
    }
    let spoken = &turns[usize::from(turns[0].role == "system")..];
    let takes_turns =
        spoken.iter().zip(["user", "assistant"].iter().cycle()).all(|(it, role)| it.role == *role);
    (turns.len() > 1 && spoken.len() % 2 == 1 && takes_turns).then_some(turns)
}

/// The same as turns by themselves.
pub fn turns(prompt: &str) -> Option<Vec<Turn>> {
    let turn = |it: Said| Turn { role: it.role.into(), content: prompt[it.content].into() };
    Some(said(prompt)?.into_iter().map(turn).collect())
}

fn speaker(text: &str) -> Option<(&'static str, &'static str)> {
    SPEAKERS.into_iter().find(|(_, mark)| text.starts_with(mark))
}

/// Where, from `start` on, two lines end one after the other.
fn empty_lines(text: &str, start: usize) -> impl Iterator<Item = usize> {
    let pairs = text.as_bytes().windows(2).enumerate().skip(start);
    pairs.filter(|(_, two)| *two == b"\n\n").map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::conversation::transcript;
    use super::*;

    fn read(prompt: &str) -> Option<Vec<(String, String)>> {
        Some(turns(prompt)?.into_iter().map(|turn| (turn.role, turn.content)).collect())
    }

    fn is(prompt: &str, known: &[(&str, &str)]) {
        let known = known.iter().map(|&(role, content)| (role.to_owned(), content.to_owned())).collect();
        assert_eq!(read(prompt), Some(known), "{prompt}");
    }

    #[test]
    fn speakers_take_turns_from_the_user_to_the_user() {
        is(
            "User: Hi\n\nAssistant: Hello\n\nStill me.\n\nUser: And?",
            &[("user", "Hi"), ("assistant", "Hello\n\nStill me."), ("user", "And?")],
        );
        is("System: Be brief.\n\nUser: Hi", &[("system", "Be brief."), ("user", "Hi")]);
        is("User: \n\nAssistant:  a \n\n\nUser: 🙂", &[("user", ""), ("assistant", " a \n"), ("user", "🙂")]);
        is(
            "System: User: x\n\nUser: A User: \nUser: y",
            &[("system", "User: x"), ("user", "A User: \nUser: y")],
        );
    }

    #[test]
    fn whatever_else_is_said_is_one_text() {
        for text in [
            "",
            "Hi",
            "User: Hi",
            "System: Be brief.",
            " User: Hi\n\nAssistant: Hello\n\nUser: And?",
            "User: Hi\n\nAssistant: Hello",
            "User: Hi\n\nUser: And?",
            "Assistant: Hello\n\nUser: And?",
            "User: Hi\n\nSystem: Be brief.\n\nUser: And?",
            "System: Be brief.\n\nAssistant: Hello\n\nUser: And?",
            "System: Be brief.\n\nSystem: Be kind.\n\nUser: And?",
            "User: Hi\nAssistant: Hello\nUser: And?",
            "User: Hi\n\nAssistant:\n\nUser: And?\n\nAssistant: ",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_reads_as_turns_is_their_transcript(
            prompt in r"((System|User|Assistant): |\n|\n\n|[a🙂 ]){0,12}",
        ) {
            if let Some(turns) = turns(&prompt) {
                prop_assert_eq!(transcript(&turns), prompt);
            }
        }

        #[test]
        fn turns_without_marks_are_read_back(system in any::<bool>(), contents in prop::collection::vec(r"[a🙂: \n]{0,6}", 1..6)) {
            let roles = ["user", "assistant"].into_iter().cycle();
            let count = (contents.len() - 1) / 2 * 2 + 1;
            let spoken = roles.zip(&contents).take(count).map(|(role, content)| (role, content.as_str()));
            let first = system.then_some(("system", "Be brief."));
            let turns: Vec<Turn> = first.into_iter().chain(spoken)
                .map(|(role, content)| Turn { role: role.into(), content: content.into() }).collect();
            if turns.len() > 1 {
                prop_assert_eq!(super::turns(&transcript(&turns)), Some(turns));
            }
        }
    }
}
