//! Which part made the difference between two responses, in words.

use super::parts::words;
use crate::protocol::scoring::Piece;
use crate::ui::figures::signed;
use crate::ui::state::Told;

/// Sentences are quoted up to so many characters.
const QUOTED: usize = 140;

/// What speaks most for either response; `None` where there are not two, or nothing could be left out of either.
pub fn difference(told: &[Told]) -> Option<String> {
    let [first, second] = told else { return None };
    let of = |told: &Told, way: f32| {
        let pieces = told.sentences.clone().unwrap_or_default();
        pieces.into_iter().map(move |piece| (way, way * piece.part, piece)).collect::<Vec<_>>()
    };
    let (first_has, second_has) = (first.sentences.as_ref()?, second.sentences.as_ref()?);
    if first_has.is_empty() && second_has.is_empty() {
        return None;
    }
    let all = [of(first, 1.0), of(second, -1.0)].concat();
    let most = |side: f32| {
        let those = all.iter().map(|(own, weight, piece)| (*own, side * weight, piece));
        let (own, weight, piece) = those.max_by(|one, other| one.1.total_cmp(&other.1))?;
        let text = if own > 0.0 { &first.response } else { &second.response };
        (weight > 0.0).then(|| sentence(own, side, text, piece))
    };
    let both: Vec<String> = [1.0, -1.0].into_iter().filter_map(most).collect();
    (!both.is_empty()).then(|| both.join(" "))
}

/// `own` is the response that the sentence is of, `side` the one that it speaks for.
fn sentence(own: f32, side: f32, text: &str, piece: &Piece) -> String {
    let name = |which: f32| if which > 0.0 { "first" } else { "second" };
    let mut quoted: String = words(text, piece).chars().take(QUOTED).collect();
    if quoted.len() < words(text, piece).len() {
        quoted.push('\u{2026}');
    }
    let speaks = match own == side {
        true => format!("speaks most for the {}", name(side)),
        false => {
            format!("in the {} speaks most for the {}, by speaking against its own", name(own), name(side))
        }
    };
    format!("The sentence \u{201c}{quoted}\u{201d} {speaks} ({}).", signed(f64::from(piece.part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(response: &str, parts: &[f32]) -> Told {
        let mut at = 0;
        let pieces = response.split_inclusive(". ").zip(parts).map(|(words, &part)| {
            let start = at;
            at += words.len() as u32;
            Piece { in_prompt: false, start, end: at, part }
        });
        let sentences = Some(pieces.collect());
        Told { response: response.into(), sentences, ..Told::default() }
    }

    #[test]
    fn what_speaks_for_each_side_is_named_wherever_it_stands() {
        let first = told("I am sorry. Send it back.", &[0.5, -0.1]);
        let second = told("Read the rules. They are ours.", &[-0.75, 0.2]);
        assert_eq!(
            difference(&[first.clone(), second]).unwrap(),
            "The sentence “Read the rules.” in the second speaks most for the first, by speaking against its own \
             (−0.75). The sentence “They are ours.” speaks most for the second (+0.20)."
        );
        let nothing = told("Yes.", &[]);
        assert_eq!(
            difference(&[first.clone(), nothing.clone()]).unwrap(),
            "The sentence “I am sorry.” speaks most for the first (+0.50). The sentence “Send it back.” in the first \
             speaks most for the second, by speaking against its own (−0.10)."
        );
        assert_eq!(difference(&[nothing.clone(), nothing]), None);
        assert_eq!(difference(&[first.clone()]), None);
        let to_come = Told { sentences: None, ..first.clone() };
        assert_eq!(difference(&[first, to_come]), None, "half of it would be untrue");
    }

    #[test]
    fn a_long_sentence_is_quoted_from_its_beginning() {
        let long = format!("{}. Yes.", "é".repeat(300));
        let words = difference(&[told(&long, &[0.5, 0.1]), told("No.", &[])]).unwrap();
        assert!(words.contains(&format!("“{}…”", "é".repeat(QUOTED))));
    }
}
