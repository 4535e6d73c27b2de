//! What two texts do not share, word by word.

use std::ops::Range;

use similar::DiffOp;
use similar::algorithms::{Capture, myers};

/// Words of both texts beyond which the comparison would hold the page up.
const MOST_WORDS: usize = 5_000;

/// Below this share of common words, marks would cover everything and show nothing.
const LEAST_COMMON: f64 = 0.25;

/// How two texts differ. Ranges are of bytes, rising and apart.
#[derive(Clone, Debug, PartialEq)]
pub enum Differences {
    /// What only the first has, and what only the second has.
    Marked(Vec<Range<usize>>, Vec<Range<usize>>),
    /// They have too little in common to be compared.
    TooDifferent,
    /// They are too long to be compared.
    TooLong,
}

impl Differences {
    /// Between these two.
    pub fn between(first: &str, second: &str) -> Self {
        let (one, other) = (words(first), words(second));
        if one.len() + other.len() > MOST_WORDS {
            return Differences::TooLong;
        }
        let (said, replied) = (texts(first, &one), texts(second, &other));
        let (mut marks, mut counter_marks, mut common) = (vec![], vec![], 0);
        for step in steps(&said, &replied) {
            let (old, new) = (step.old_range(), step.new_range());
            match step {
                DiffOp::Equal { len, .. } => common += len,
                DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => {
                    join(&mut marks, old);
                    join(&mut counter_marks, new);
                }
            }
        }
        let least = LEAST_COMMON * (one.len() + other.len()) as f64;
        if 2.0 * (common as f64) < least {
            return Differences::TooDifferent;
        }
        let spans = |marks: &[Range<usize>], words: &[Range<usize>]| {
            marks.iter().filter_map(|mark| span(&words[mark.clone()])).collect()
        };
        Differences::Marked(spans(&marks, &one), spans(&counter_marks, &other))
    }
}

/// From the one to the other, by Myers' algorithm alone: the crate's own front door would bring all of its algorithms
/// into the page.
fn steps(said: &[&str], replied: &[&str]) -> Vec<DiffOp> {
    let mut found = Capture::new();
    let Ok(()) = myers::diff_deadline_raw(&mut found, said, 0..said.len(), replied, 0..replied.len(), None);
    found.into_ops()
}

fn texts<'a>(text: &'a str, words: &[Range<usize>]) -> Vec<&'a str> {
    words.iter().map(|word| &text[word.clone()]).collect()
}

/// Add a run of words, which goes on from the newest where it follows it.
fn join(runs: &mut Vec<Range<usize>>, run: Range<usize>) {
    match runs.last_mut() {
        Some(last) if last.end == run.start => last.end = run.end,
        Some(_) | None if run.is_empty() => {}
        Some(_) | None => runs.push(run),
    }
}

/// From the first of these words to the last, with what stands between them.
fn span(words: &[Range<usize>]) -> Option<Range<usize>> {
    Some(words.first()?.start..words.last()?.end)
}

/// Runs of letters and digits, and every other character but white space.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = vec![];
    let mut inside = false;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        let part = letter.is_alphanumeric();
        match words.last_mut() {
            Some(word) if part && inside => word.end = end,
            _ if letter.is_whitespace() => {}
            _ => words.push(at..end),
        }
        inside = part;
    }
    words
}

/// Those of `marks` (rising and apart) that share something with `range`.
pub fn overlaps<'a>(marks: &'a [Range<usize>], range: &Range<usize>) -> &'a [Range<usize>] {
    let from = marks.partition_point(|mark| mark.end <= range.start);
    let to = marks.partition_point(|mark| mark.start < range.end);
    &marks[from..to.max(from)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_differs_is_found_word_by_word() {
        let (first, second) = ("Take the lid off, gently.", "Take the big lid off, please do.");
        let Differences::Marked(marks, counter_marks) = Differences::between(first, second) else {
            panic!("they share most words")
        };
        let texts = |text: &str, marks: &[Range<usize>]| -> Vec<String> {
            marks.iter().map(|mark| text[mark.clone()].to_owned()).collect()
        };
        assert_eq!(texts(first, &marks), ["gently"]);
        assert_eq!(texts(second, &counter_marks), ["big", "please do"]);
    }

    #[test]
    fn strangers_and_giants_are_not_compared() {
        assert_eq!(Differences::between("one two three four", "five six"), Differences::TooDifferent);
        let long = "word ".repeat(MOST_WORDS);
        assert_eq!(Differences::between(&long, "word"), Differences::TooLong);
    }

    proptest! {
        #[test]
        fn swapping_the_texts_swaps_the_sizes_and_equals_differ_nowhere(text in "[a-c é]{0,30}", other in "[a-c é]{0,30}") {
            prop_assert_eq!(Differences::between(&text, &text), Differences::Marked(vec![], vec![]));
            let both_ways = [Differences::between(&text, &other), Differences::between(&other, &text)];
            let too_different = both_ways.iter().filter(|it| **it == Differences::TooDifferent).count();
            prop_assert_ne!(too_different, 1);
        }
    }
}
