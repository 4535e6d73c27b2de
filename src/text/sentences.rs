//! A text in sentences, each with the white space behind it: together they are the text.
//!
//! Boundaries are in essence those of Unicode's UAX #29 (SB4, SB6, SB8, SB11), without its tables: a sentence ends with
//! its line, or where a mark that ends sentences is followed by white space and then by no small letter. A fenced code
//! block (CommonMark, section 4.5) is one piece.

use std::ops::Range;

/// End sentences where white space follows.
const ENDS: [char; 7] = ['.', '!', '?', '…', '؟', '۔', '।'];
/// End sentences whatever follows.
const WIDE_ENDS: [char; 4] = ['。', '！', '？', '｡'];
/// May stand between such a mark and the white space.
const CLOSERS: [char; 10] = ['"', '\'', ')', ']', '}', '”', '’', '»', '*', '_'];

/// The byte ranges of the sentences, at most `most` (from 1), in order and without gaps; empty for an empty text. Of more
/// sentences, neighbours are taken together until each piece is at least a share of `1 / most` of the text.
pub fn sentences(text: &str, most: usize) -> Vec<Range<usize>> {
    let pieces = without_bare_marks(text, pieces(text));
    if pieces.len() <= most {
        return pieces;
    }
    let mut taken: Vec<Range<usize>> = Vec::with_capacity(most);
    for piece in pieces {
        match taken.last_mut() {
            Some(last) if last.len() * most < text.len() => last.end = piece.end,
            _ => taken.push(piece),
        }
    }
    taken
}

/// A piece that says nothing by itself (a smile, a rule, an empty line) goes to the one before it, at the beginning to
/// the one behind.
fn without_bare_marks(text: &str, pieces: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let says = |piece: &Range<usize>| text[piece.clone()].contains(char::is_alphanumeric);
    let mut taken: Vec<Range<usize>> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match taken.last_mut() {
            Some(last) if !says(&piece) || !says(last) => last.end = piece.end,
            _ => taken.push(piece),
        }
    }
    taken
}

fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut fence: Option<&str> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mark = fence_mark(line);
        match (fence, pieces.last_mut()) {
            (Some(open), Some(block)) => {
                block.end = at + line.len();
                let bare = line.trim().len() == mark.map_or(0, str::len);
                if bare && mark.is_some_and(|mark| mark.starts_with(open)) {
                    fence = None;
                }
            }
            _ if mark.is_some() => {
                pieces.push(at..at + line.len());
                fence = mark;
            }
            _ => split_line(line, |piece| pieces.push(at + piece.start..at + piece.end)),
        }
        at += line.len();
    }
    pieces
}

/// The backticks or tildes of a line that opens or closes a fenced block.
fn fence_mark(line: &str) -> Option<&str> {
    let inner = line.trim_start_matches(' ');
    let mark = inner.chars().next().filter(|mark| ['`', '~'].contains(mark))?;
    let rest = inner.trim_start_matches(mark);
    let (length, indent) = (inner.len() - rest.len(), line.len() - inner.len());
    // What has backticks behind backticks is code within a line.
    let within = mark == '`' && rest.contains('`');
    (length >= 3 && indent <= 3 && !within).then(|| &inner[..length])
}

fn split_line(line: &str, mut push: impl FnMut(Range<usize>)) {
    let mut start = 0;
    let mut chars = line.char_indices().peekable();
    while let Some((at, mark)) = chars.next() {
        let wide = WIDE_ENDS.contains(&mark);
        if !wide && !ENDS.contains(&mark) {
            continue;
        }
        while chars.next_if(|(_, next)| CLOSERS.contains(next)).is_some() {}
        let mut spaced = false;
        while chars.next_if(|(_, next)| next.is_whitespace()).is_some() {
            spaced = true;
        }
        let Some(&(next, first)) = chars.peek() else { break };
        // `1.` in front of a point of a list is no sentence.
        let numbered = mark == '.' && line[start..at].trim_start().chars().all(|it| it.is_ascii_digit());
        if wide || (spaced && !first.is_lowercase() && !numbered) {
            push(start..next);
            start = next;
        }
    }
    push(start..line.len());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text, 40).into_iter().map(|piece| &text[piece]).collect()
    }

    #[test]
    fn it_splits_where_a_sentence_ends_and_nowhere_else() {
        let whole = ["Pi is 3.14 or so", "See example.com/a.b for more", "One. two is not a new one", "…"];
        for text in whole {
            assert_eq!(split(text), [text]);
        }
        assert_eq!(
            split("Hello there!  How are you? (Fine.) Good"),
            ["Hello there!  ", "How are you? ", "(Fine.) ", "Good"]
        );
        assert_eq!(split("He said “Go.” She went."), ["He said “Go.” ", "She went."]);
        assert_eq!(split("你好。世界！再见"), ["你好。", "世界！", "再见"]);
        assert_eq!(split("مرحبا؟ نعم."), ["مرحبا؟ ", "نعم."]);
        assert_eq!(split("1. Wash. Then dry\n2. Go"), ["1. Wash. ", "Then dry\n", "2. Go"]);
        assert_eq!(split("The answer:\n\n42\n"), ["The answer:\n\n", "42\n"]);
    }

    #[test]
    fn what_says_nothing_by_itself_belongs_to_its_neighbour() {
        assert_eq!(split("Great! 👍\nNext one."), ["Great! 👍\n", "Next one."]);
        assert_eq!(split("\n\n* * *\nHere. There"), ["\n\n* * *\nHere. ", "There"]);
        assert_eq!(split("Sure."), ["Sure."]);
        assert_eq!(split("  "), ["  "]);
        assert!(split("").is_empty());
    }

    #[test]
    fn a_code_block_is_one_piece_even_where_it_never_ends() {
        let text = "Do this. Now:\n```rust\nlet a = 1. \n\nRun. Away!\n```\nDone. Really.";
        let code = "```rust\nlet a = 1. \n\nRun. Away!\n```\n";
        assert_eq!(split(text), ["Do this. ", "Now:\n", code, "Done. ", "Really."]);
        assert_eq!(split("A.\n~~~~\n~~~\nb. C\n"), ["A.\n", "~~~~\n~~~\nb. C\n"]);
    }

    #[test]
    fn a_hundred_thousand_signs_are_soon_split_into_few() {
        for text in ["One. Two! ".repeat(10_000), format!("a.{}b", " ".repeat(100_000)), "🙂".repeat(100_000)]
        {
            let pieces = sentences(&text, 40);
            assert!(!pieces.is_empty() && pieces.len() <= 40, "{}", pieces.len());
        }
        assert_eq!(sentences(&"One. Two! ".repeat(10_000), 40).len(), 40);
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_text(text in r"([a-zA-Z0-9 .!?。\n`~é🙂]|```\n){0,200}", most in 1usize..50) {
            let pieces = sentences(&text, most);
            prop_assert!(pieces.len() <= most);
            let joined: String = pieces.iter().map(|piece| &text[piece.clone()]).collect();
            prop_assert!(pieces.iter().all(|piece| !piece.is_empty()));
            prop_assert_eq!(joined, text);
        }
    }
}
