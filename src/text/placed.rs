//! Where prompt and response stand in what a template has written by looking into them: Qwen3's puts what stands before
//! `</think>` into a place of its own, and leaves it out of earlier answers.
//!
//! What it writes around most texts (its [`Form`]) tells where: the response begins behind the longest beginning of what
//! is written before a response, at the last place where there is one. `public/reward_studio.py`, `public/verify.py` and
//! `public/modeling_reward_studio.py` find it by the same rule.

use std::ops::Range;

use super::form::{Form, Part, Stretch, Written};

/// A prompt, its turns, each the bytes that it has of it, and the response in this text, for which the template has been run;
/// `words` are those it may have looked for. `None` if no beginning of what it writes before a response is there.
pub fn placed(
    form: &Form,
    text: String,
    (prompt, turns, response): (&str, &[Range<usize>], &str),
    words: &[String],
) -> Option<Written> {
    let (prompt_end, start) = opening(&text, form.between())?;
    let end =
        if text[start..].ends_with(form.after()) { text.len() - form.after().len() } else { text.len() };
    let first = if text[..prompt_end].starts_with(form.before()) { form.before().len() } else { 0 };
    let mut stretches = vec![];
    let mut rest = first;
    for turn in form.order().filter_map(|message| turns.get(message)) {
        let found = found(&text[..prompt_end], rest, &prompt[turn.clone()], words);
        rest = found.last().map_or(rest, |stretch| stretch.at.end);
        stretches.extend(found.into_iter().map(|it| Stretch { from: it.from + turn.start, ..it }));
    }
    let answer = found(&text[..end], start, response, words);
    Some(Written {
        prompt: Part { at: first..prompt_end, stretches },
        response: Part { at: start..end, stretches: answer },
        text,
    })
}

/// The last place of the longest beginning of `between` that is in this text.
fn opening(text: &str, between: &str) -> Option<(usize, usize)> {
    let lengths = between.char_indices().map(|(at, character)| at + character.len_utf8());
    lengths.rev().find_map(|length| text.rfind(&between[..length]).map(|at| (at, at + length)))
}

/// What of `said` stands in `text` from `rest` on: all of it, or what is left of it around the words.
fn found(text: &str, mut rest: usize, said: &str, words: &[String]) -> Vec<Stretch> {
    let mut stretches = vec![];
    let mut known = 0;
    for piece in pieces(said, words) {
        let from = piece.start.max(known);
        let kept = said.get(from..piece.end).unwrap_or_default();
        let from = from + kept.len() - kept.trim_start().len();
        let kept = kept.trim();
        let Some(at) = text[rest..].find(kept).filter(|_| !kept.is_empty()).map(|at| rest + at) else {
            continue;
        };
        // On as far as both are alike.
        let alike = text[at..].chars().zip(said[from..].chars()).take_while(|(one, other)| one == other);
        let length = alike.map(|(character, _)| character.len_utf8()).sum::<usize>();
        stretches.push(Stretch { at: at..at + length, from });
        (rest, known) = (at + length, from + length);
    }
    stretches
}

/// The whole, if no word is in it; else what stands before, between and behind the words.
fn pieces(said: &str, words: &[String]) -> Vec<Range<usize>> {
    let mut pieces = vec![];
    let mut start = 0;
    loop {
        let next = words
            .iter()
            .filter_map(|word| said[start..].find(word.as_str()).map(|at| (start + at, word.len())))
            .min_by_key(|&(at, length)| (at, usize::MAX - length));
        let Some((at, length)) = next else { break };
        pieces.push(start..at);
        start = at + length;
    }
    pieces.push(start..said.len());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_begins_behind_the_longest_beginning_that_there_is() {
        assert_eq!(opening("a<b>c<b>d", "<b>"), Some((5, 8)));
        assert_eq!(opening("a<b>c", "<b>none"), Some((1, 4)));
        assert_eq!(opening("a", "<b>"), None);
    }

    #[test]
    fn what_was_given_is_found_around_the_words() {
        let words = ["<t>".to_owned(), "</t>".to_owned()];
        let said = "<t>\nwhy \u{e9}\n</t>\n\nso";
        let text = "A: <t> why \u{e9}</t>so!";
        let stretches = found(text, 3, said, &words);
        let both = stretches.iter().map(|it| (&text[it.at.clone()], &said[it.from..][..it.at.len()]));
        assert_eq!(both.collect::<Vec<_>>(), [("why \u{e9}", "why \u{e9}"), ("so", "so")]);
        assert_eq!(found("A: so", 3, " so ", &[]), [Stretch { at: 3..5, from: 1 }]);
        assert!(found("A: ", 3, " ", &words).is_empty());
        // What stands there in full, words and all, is one stretch.
        assert_eq!(found("is a<t>b", 3, "a<t>b", &words), [Stretch { at: 3..8, from: 0 }]);
    }
}
