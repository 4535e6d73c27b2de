//! Rows with several responses: the pairs that they come to, and how many are too many.

use super::record::Record;
use super::row::Refusal;

/// Responses in a row, at most: every two of them are 2,016 pairs.
const MOST_RESPONSES: usize = 64;

/// Bytes of all the texts of a row's pairs, at most: each response is in many of them.
const MOST_BYTES: usize = 64 << 20;

/// Every two of a list as a record, earlier ones first: k responses are k(k−1)/2 pairs.
///
/// # Errors
/// If they are too many, or too long.
pub(super) fn every_two<T>(items: &[T], pair: impl Fn(&T, &T) -> Record) -> Result<Vec<Record>, Refusal> {
    let pairs = items.iter().enumerate().flat_map(|(place, a)| {
        let pair = &pair;
        items[place + 1..].iter().map(move |b| pair(a, b))
    });
    gathered(items.len(), items.len() * items.len().saturating_sub(1) / 2, pairs)
}

/// Each of the good ones with each of the bad ones.
///
/// # Errors
/// If they are too many, or too long.
pub(super) fn each_with_each<T>(
    good: &[T],
    bad: &[T],
    pair: impl Fn(&T, &T) -> Record,
) -> Result<Vec<Record>, Refusal> {
    let pairs = good.iter().flat_map(|a| {
        let pair = &pair;
        bad.iter().map(move |b| pair(a, b))
    });
    gathered(good.len() + bad.len(), good.len() * bad.len(), pairs)
}

fn gathered(
    responses: usize,
    count: usize,
    pairs: impl Iterator<Item = Record>,
) -> Result<Vec<Record>, Refusal> {
    if responses > MOST_RESPONSES {
        return Err(Refusal(format!(
            "This row has {responses} responses, which come to {count} pairs. At most {MOST_RESPONSES} responses are \
             taken: divide them over several rows with the same prompt."
        )));
    }
    let (mut gathered, mut bytes) = (Vec::new(), 0);
    for pair in pairs {
        bytes += pair.bytes();
        if bytes > MOST_BYTES {
            return Err(Refusal(format!(
                "The {count} pairs that this row comes to would have more than {} MB of text. Divide its {responses} \
                 responses over several rows with the same prompt.",
                MOST_BYTES >> 20
            )));
        }
        gathered.push(pair);
    }
    Ok(gathered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs_of(responses: usize, letters: usize) -> Result<usize, String> {
        let items: Vec<String> =
            (0..responses).map(|number| format!("{number}{}", "x".repeat(letters))).collect();
        let both = every_two(&items, |a, b| Record::new("p", a.as_str(), b.as_str()));
        both.map(|pairs| pairs.len()).map_err(|Refusal(why)| why)
    }

    #[test]
    fn a_row_comes_to_two_thousand_and_sixteen_pairs_at_most() {
        assert_eq!((pairs_of(0, 1), pairs_of(1, 1), pairs_of(4, 1)), (Ok(0), Ok(0), Ok(6)));
        assert_eq!(pairs_of(64, 1), Ok(2_016));
        let why = pairs_of(65, 1).expect_err("too many");
        assert!(
            why.contains("65 responses") && why.contains("2080 pairs") && why.contains("divide"),
            "{why}"
        );
        let (good, bad) = (vec!["a"; 30], vec!["b"; 35]);
        assert!(each_with_each(&good, &bad, |a, b| Record::new("p", *a, *b)).is_err());
        assert_eq!(
            each_with_each(&good, &bad[1..], |a, b| Record::new("p", *a, *b)).map(|all| all.len()),
            Ok(1_020)
        );
    }

    #[test]
    fn long_responses_that_would_be_copied_into_too_many_pairs_are_refused() {
        assert_eq!(pairs_of(10, 100_000), Ok(45));
        assert!(pairs_of(40, 100_000).is_err_and(|why| why.contains("64 MB")));
    }
}
