//! Where a text is cut into the pieces that something is said of, and what lies between them.

use std::ops::Range;

/// What a piece of a text adds: its first byte, the byte after its last, and how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
    /// What it adds.
    pub adds: f32,
}

/// A stretch of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// Its bytes, which begin and end between two characters.
    pub range: Range<usize>,
    /// What it adds; `None` where nothing is said of it.
    pub adds: Option<f32>,
}

/// The whole text, cut. Parts come in reading order; one that ends within a character (half an emoji, as some
/// tokenizers have it) goes as far as that character does, and whatever meets there becomes one stretch that adds what
/// they add together. Parts without any text have no place here.
pub fn stretches(text: &str, parts: impl IntoIterator<Item = Part>) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = vec![];
    let mut at = 0;
    for Part { start, end, adds } in parts {
        let start = text.floor_char_boundary(start as usize);
        let end = text.ceil_char_boundary(end as usize);
        if start >= end {
            continue;
        }
        match all.last_mut() {
            // What comes before `at` ends with a part, so there is one to grow.
            Some(last) if start < at => {
                last.adds = last.adds.map(|before| before + adds);
                last.range.end = end.max(at);
            }
            Some(_) | None => {
                if start > at {
                    all.push(Stretch { range: at..start, adds: None });
                }
                all.push(Stretch { range: start..end, adds: Some(adds) });
            }
        }
        at = at.max(end);
    }
    if at < text.len() {
        all.push(Stretch { range: at..text.len(), adds: None });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn part(start: u32, end: u32, adds: f32) -> Part {
        Part { start, end, adds }
    }

    fn read<'a>(text: &'a str, parts: &[Part]) -> Vec<(&'a str, Option<f32>)> {
        let all = stretches(text, parts.iter().copied());
        all.into_iter().map(|it| (&text[it.range], it.adds)).collect()
    }

    #[test]
    fn between_two_words_there_is_a_space_that_adds_nothing() {
        let parts = [part(0, 5, 1.0), part(6, 11, -0.5)];
        assert_eq!(
            read("never mind it", &parts),
            [("never", Some(1.0)), (" ", None), ("mind ", Some(-0.5)), ("it", None)]
        );
        assert_eq!(read("", &[]), []);
        assert_eq!(read("", &[part(0, 3, 1.0)]), []);
        assert_eq!(read("plain", &[]), [("plain", None)]);
    }

    #[test]
    fn the_quarters_of_an_emoji_are_one_piece() {
        let quarters = [part(0, 1, 0.25), part(1, 2, 0.5), part(2, 4, 1.0), part(4, 6, 3.0)];
        assert_eq!(read("🦀שׁ", &quarters), [("🦀", Some(1.75)), ("ש", Some(3.0)), ("\u{5c1}", None)]);
    }

    #[test]
    fn a_hundred_thousand_characters_are_cut_where_the_reading_ends() {
        let long = "é".repeat(100_000);
        let all = stretches(&long, [part(0, 2, 0.1), part(2, 4, 0.2)]);
        assert_eq!(all[2], Stretch { range: 4..200_000, adds: None });
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_said_twice_whatever_the_offsets(
            text in any::<String>(),
            offsets in prop::collection::vec((0..40_u32, 0..40_u32, -4..5_i32), 0..12),
        ) {
            let parts: Vec<Part> = offsets.iter().map(|&(start, end, adds)| part(start, end, adds as f32)).collect();
            let all = stretches(&text, parts.iter().copied());
            let again: String = all.iter().map(|it| &text[it.range.clone()]).collect();
            prop_assert_eq!(again, text.clone());
            prop_assert!(all.iter().all(|it| !it.range.is_empty()));
            let placed = |part: &&Part| {
                text.floor_char_boundary(part.start as usize) < text.ceil_char_boundary(part.end as usize)
            };
            let told: f32 = parts.iter().filter(placed).map(|part| part.adds).sum();
            prop_assert_eq!(all.iter().filter_map(|it| it.adds).sum::<f32>(), told);
            prop_assert!(all.windows(2).all(|two| two[0].adds.is_some() || two[1].adds.is_some()));
        }
    }
}
