//! What is new in a file, and where it may be cut to be read in pieces.

use std::collections::HashSet;

use crate::domain::choice::Choice;
use crate::domain::dataset::Dataset;
use crate::domain::pair::{Pair, PairId};

/// Read about this much between two looks at the person's input.
const PIECE: usize = 256 * 1024;

/// What a file brings to a workspace.
#[derive(Default)]
pub struct Found {
    /// Pairs not known before, in the file's order.
    pub new: Vec<Pair>,
    /// Pairs known before, or met earlier in the file.
    pub duplicate: usize,
    /// Answers to pairs that had none.
    pub answers: Vec<(PairId, Choice)>,
}

/// Keep what is new. An answer that stands is never overwritten by a file.
pub fn sift(known: &Dataset, rows: Vec<(Pair, Option<Choice>)>) -> Found {
    let mut found = Found::default();
    let (mut seen, mut answered) = (HashSet::new(), HashSet::new());
    for (pair, choice) in rows {
        if let Some(choice) = choice
            && known.answer(&pair.id).is_none()
            && answered.insert(pair.id.clone())
        {
            found.answers.push((pair.id.clone(), choice));
        }
        if known.is_new(&pair.id) && seen.insert(pair.id.clone()) {
            found.new.push(pair);
        } else {
            found.duplicate += 1;
        }
    }
    found
}

/// The end of the piece that begins at `start`: after the first line end past its size, so no line is cut.
pub fn piece_end(bytes: &[u8], start: usize) -> usize {
    let from = (start + PIECE).min(bytes.len());
    bytes[from..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |more| from + more + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::log::{Action, EventId, Given, LogEvent};

    fn pair(prompt: &str) -> Pair {
        Pair::new(prompt, "a", "b", "test")
    }

    #[test]
    fn a_file_never_overwrites_a_standing_answer() {
        let event = LogEvent {
            v: LogEvent::VERSION,
            id: EventId::new("s", 1),
            at_ms: 1,
            session: "s".into(),
            annotator: String::new(),
            action: Action::Label {
                pair: pair("p").id,
                label: Choice::B.into(),
                given: Given::Imported { import: None },
                supersedes: None,
            },
        };
        let known = Dataset::new(vec![pair("p"), pair("q")], &[event]);
        let rows = vec![
            (pair("p"), Some(Choice::A)),
            (pair("q"), Some(Choice::A)),
            (pair("r"), None),
            (pair("r"), None),
        ];
        let found = sift(&known, rows);
        assert_eq!(found.answers, [(pair("q").id, Choice::A)]);
        assert_eq!(found.new, [pair("r")]);
        assert_eq!(found.duplicate, 3);
    }

    #[test]
    fn pieces_never_cut_a_line_and_leave_nothing_out() {
        let text = format!("{}\n{}\n{}", "x".repeat(PIECE), "é".repeat(PIECE), "last");
        let (mut start, mut pieces) = (0, vec![]);
        while start < text.len() {
            let end = piece_end(text.as_bytes(), start);
            pieces.push(&text[start..end]);
            start = end;
        }
        assert_eq!(pieces.concat(), text);
        assert!(pieces.iter().rev().skip(1).all(|piece| piece.ends_with('\n')));
    }
}
