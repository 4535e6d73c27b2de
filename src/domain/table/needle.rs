//! Words to be found in a text, in upper or lower case.

/// Something to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needle {
    /// In lower case, without white space around it.
    words: String,
}

impl Needle {
    /// These words, as one piece.
    pub fn new(words: &str) -> Self {
        Self { words: words.trim().to_lowercase() }
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether the words stand in `text`.
    pub fn is_in(&self, text: &str) -> bool {
        // Most searches are for ASCII, which needs no copy of the text in lower case.
        if self.words.is_ascii() {
            self.is_in_ascii(text.as_bytes())
        } else {
            text.to_lowercase().contains(&self.words)
        }
    }

    fn is_in_ascii(&self, text: &[u8]) -> bool {
        let words = self.words.as_bytes();
        let Some((&first, rest)) = words.split_first() else { return true };
        let Some(last_start) = text.len().checked_sub(words.len()) else { return false };
        text[..=last_start].iter().enumerate().any(|(place, byte)| {
            byte.to_ascii_lowercase() == first
                && text[place + 1..place + words.len()].eq_ignore_ascii_case(rest)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_is_ignored_in_every_script() {
        assert!(Needle::new(" ÉTÉ ").is_in("un été chaud"));
        assert!(Needle::new("straße").is_in("Lange STRAßE"));
        assert!(Needle::new("Wörld").is_in("hello WÖRLD"));
        assert!(Needle::new("").is_in("anything"));
        assert!(!Needle::new("abc").is_in("ab"));
        assert!(!Needle::new("été").is_in("ete"));
    }

    proptest! {
        #[test]
        fn the_quick_way_finds_what_the_plain_way_finds(text in "[aAbB é]{0,40}", words in "[aAbB]{0,4}") {
            let plain = text.to_lowercase().contains(&words.to_lowercase());
            prop_assert_eq!(Needle::new(&words).is_in(&text), plain);
        }
    }
}
