//! Words and numbers by which files say which response is better.

use serde_json::Value;

use super::record::Mark;
use super::row::{Refusal, number, word};
use crate::domain::choice::{Choice, Strength};

/// What a word says, whichever tool it is from; `None` for words that nobody uses, and for bare numbers, which mean
/// one thing here and another there.
pub fn choice(word: &str) -> Option<Choice> {
    let plain: String = word.trim().to_lowercase().replace([' ', '-', '_', '(', ')'], "");
    match plain.as_str() {
        "a" | "responsea" | "modela" | "answera" | "outputa" | "left" | "first" | "response1" | "answer1"
        | "output1" | "model1" | "assistanta" => Some(Choice::A),
        "b" | "responseb" | "modelb" | "answerb" | "outputb" | "right" | "second" | "response2"
        | "answer2" | "output2" | "model2" | "assistantb" => Some(Choice::B),
        "tie" | "equal" | "same" | "draw" | "tied" | "nopreference" | "similar" => Some(Choice::Tie),
        "bothgood" | "tiebothgood" | "both" => Some(Choice::BothGood),
        "bothbad" | "tiebothbad" | "neither" => Some(Choice::BothBad),
        "skip" | "skipped" | "ignore" => Some(Choice::Skip),
        _ => None,
    }
}

/// What each of a column's words most likely means, given all of them: with 0 and 1, 0 is the first response; with
/// 1 and 2 (and 0), 0 is a tie.
pub fn guess(words: &[String]) -> Vec<(String, Choice)> {
    let from_zero = words.iter().any(|word| word == "0") && !words.iter().any(|word| word == "2");
    let meaning = |word: &String| {
        let said = match (word.as_str(), from_zero) {
            ("0", true) | ("1", false) | ("true", _) => Some(Choice::A),
            ("1", true) | ("2", _) | ("false", _) => Some(Choice::B),
            ("0", false) => Some(Choice::Tie),
            _ => choice(word),
        };
        said.map(|choice| (word.clone(), choice))
    };
    words.iter().filter_map(meaning).collect()
}

/// The choice of a word.
///
/// # Errors
/// If nobody uses that word.
pub fn said(value: &Value, field: &str) -> Result<Choice, Refusal> {
    let word = word(value).unwrap_or_default();
    choice(&word).ok_or_else(|| {
        Refusal(format!(
            "\"{word}\" in \"{field}\" is no known answer. Use a, b, tie, both_good, both_bad or skip."
        ))
    })
}

/// HelpSteer's scale: −3 (the first is much better) to 3 (the second is), 0 for about the same.
///
/// # Errors
/// If it is no whole number of that scale.
pub fn on_scale(value: f64) -> Result<Mark, Refusal> {
    if value.fract() != 0.0 || value.abs() > 3.0 {
        return Err(Refusal(format!(
            "The preference {value} is not a whole number from -3 to 3. Correct it."
        )));
    }
    let better = if value < 0.0 {
        Choice::A
    } else if value > 0.0 {
        Choice::B
    } else {
        Choice::Tie
    };
    Ok(Mark { strength: Strength::try_from(value.abs() as u8).ok(), ..better.into() })
}

/// Two marks compared: the higher is better by their difference, equal ones tie.
pub fn of_scores(a: f64, b: f64) -> Mark {
    let better = if a > b {
        Choice::A
    } else if b > a {
        Choice::B
    } else {
        Choice::Tie
    };
    Mark { margin: better.preferred().map(|_| (a - b).abs() as f32), ..better.into() }
}

/// A margin, as TRL has it beside chosen and rejected.
///
/// # Errors
/// If it is negative, or no number.
pub fn margin(value: Option<&Value>) -> Result<Option<f32>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(value) => match number(value) {
            Some(margin) if margin >= 0.0 => Ok(Some(margin as f32)),
            Some(_) => Err(Refusal(
                "The margin is negative, which says that the rejected response is better. Swap the two, or remove \
                 the margin."
                    .into(),
            )),
            None => Err(Refusal("The margin is not a number. Give it as a number, or remove it.".into())),
        },
    }
}

/// A strength; nothing where there is none.
///
/// # Errors
/// If it is not 1, 2 or 3 (0 counts as none).
pub fn strength(value: Option<&Value>) -> Result<Option<Strength>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(value) => match number(value) {
            Some(0.0) => Ok(None),
            Some(of) if of.fract() == 0.0 && (1.0..=3.0).contains(&of) => {
                Ok(Strength::try_from(of as u8).ok())
            }
            Some(_) | None => {
                Err(Refusal("The strength is not 1, 2 or 3. Correct it, or leave it empty.".into()))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_mean_what_the_other_numbers_make_them_mean() {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let meant =
            |list: &[&str]| guess(&words(list)).into_iter().map(|(_, choice)| choice).collect::<Vec<_>>();
        assert_eq!(meant(&["0", "1"]), [Choice::A, Choice::B]);
        assert_eq!(meant(&["0", "1", "2"]), [Choice::Tie, Choice::A, Choice::B]);
        assert_eq!(meant(&["tie (bothbad)", "Model_A"]), [Choice::BothBad, Choice::A]);
        assert_eq!(meant(&["perhaps"]), []);
    }

    #[test]
    fn a_negative_preference_is_for_the_first_response() {
        let mark = on_scale(-3.0).unwrap();
        assert_eq!((mark.choice, mark.strength.map(Strength::get)), (Choice::A, Some(3)));
        assert_eq!(on_scale(0.0).unwrap().choice, Choice::Tie);
        assert!(on_scale(1.5).is_err() && on_scale(4.0).is_err());
    }
}
