//! What was said of a pair, in the words of the screen: A is the response in the first place.

use crate::domain::choice::{Choice, ShownOrder, Strength};
use crate::domain::pair::Pair;

/// The choice in words, where the responses stand in this order.
pub fn in_words(choice: Choice, order: ShownOrder) -> &'static str {
    match choice {
        Choice::A | Choice::B if choice.preferred() == Some(order.first()) => "A is better",
        Choice::A | Choice::B => "B is better",
        Choice::Tie => "a tie",
        Choice::BothGood => "both good",
        Choice::BothBad => "both bad",
        Choice::Skip => "skipped",
    }
}

/// The same in one sign.
pub fn in_short(choice: Choice, order: ShownOrder) -> &'static str {
    match choice {
        Choice::A | Choice::B if choice.preferred() == Some(order.first()) => "A",
        Choice::A | Choice::B => "B",
        Choice::Tie => "=",
        Choice::BothGood => "+",
        Choice::BothBad => "–",
        Choice::Skip => "…",
    }
}

/// How much better, in a word.
pub fn how_much(strength: Strength) -> &'static str {
    match strength.get() {
        1 => "Slightly",
        2 => "Clearly",
        _ => "By far",
    }
}

/// Where the prompt begins: enough to know it by.
pub fn beginning(pair: &Pair) -> String {
    const LONGEST: usize = 90;
    let words = pair.prompt.split_whitespace().take(40).collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_name_places_not_the_files_responses() {
        assert_eq!(in_words(Choice::A, ShownOrder::Ab), "A is better");
        assert_eq!(in_words(Choice::A, ShownOrder::Ba), "B is better");
        assert_eq!(in_short(Choice::B, ShownOrder::Ba), "A");
        assert_eq!(in_words(Choice::BothGood, ShownOrder::Ba), "both good");
    }

    #[test]
    fn a_long_prompt_is_cut_between_characters() {
        let pair = Pair::new("é".repeat(200), "a", "b", "test");
        assert_eq!(beginning(&pair), format!("{}…", "é".repeat(90)));
        assert_eq!(beginning(&Pair::new(" two\n words ", "a", "b", "test")), "two words");
    }
}
