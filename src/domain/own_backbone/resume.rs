//! Going on with a download that was interrupted: what to ask for, what the answer means, and the names of the lumps
//! that are kept meanwhile.

/// What the server's answer is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The rest of the file, from where we are.
    Rest,
    /// The whole file: what is here already is to be forgotten.
    Whole,
    /// Nothing: what is here is of no use to this server. Ask for the whole file.
    AskAnew,
    /// The server does not give the file.
    Refused,
}

/// The `Range` header for everything from byte `from` on (RFC 9110, 14.2).
pub fn range(from: u64) -> String {
    format!("bytes={from}-")
}

/// What an answer means to whoever has the first `from` bytes of a file of `bytes`. `content_range` is what the header of
/// that name says, where it may be read at all: a server of another origin has to allow that.
pub fn answer(status: u16, content_range: Option<&str>, from: u64, bytes: u64) -> Answer {
    match status {
        206 if from > 0 => match content_range.map(begins_and_total) {
            None => Answer::Rest,
            Some(Some((start, total))) if start == from && total.is_none_or(|total| total == bytes) => {
                Answer::Rest
            }
            Some(_) => Answer::AskAnew,
        },
        416 if from > 0 => Answer::AskAnew,
        206 | 416 => Answer::Refused,
        200..=299 => Answer::Whole,
        _ => Answer::Refused,
    }
}

/// `bytes 100-199/1000` → 100, 1000; the total may be `*`.
fn begins_and_total(header: &str) -> Option<(u64, Option<u64>)> {
    let (span, total) = header.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = span.split_once('-')?;
    let total = if total == "*" { None } else { Some(total.parse().ok()?) };
    Some((start.parse().ok()?, total))
}

/// The name under which the lump that begins at byte `from` of the file `key` is kept.
pub fn lump(key: &str, from: u64) -> String {
    format!("{key}{MARK}{from}")
}

const MARK: &str = "&from=";

/// If this is the name of a lump: of which file, and where it begins.
pub fn of_lump(name: &str) -> Option<(&str, u64)> {
    let (key, from) = name.rsplit_once(MARK)?;
    Some((key, from.parse().ok()?))
}

/// Whether this is the name of a lump of a file that nobody waits for any more.
pub fn is_stale(name: &str, awaited: &[String]) -> bool {
    of_lump(name).is_some_and(|(key, _)| !awaited.iter().any(|known| known == key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_asked_for_and_taken() {
        assert_eq!(range(37), "bytes=37-");
        assert_eq!(answer(206, Some("bytes 37-99/100"), 37, 100), Answer::Rest);
        assert_eq!(answer(206, Some("bytes 37-99/*"), 37, 100), Answer::Rest);
        assert_eq!(
            answer(206, None, 37, 100),
            Answer::Rest,
            "a header that may not be read; the hash will tell"
        );
    }

    #[test]
    fn whoever_sends_all_of_it_begins_anew() {
        assert_eq!(answer(200, None, 37, 100), Answer::Whole);
        assert_eq!(answer(200, None, 0, 100), Answer::Whole);
    }

    #[test]
    fn another_length_another_place_and_416_are_asked_anew() {
        assert_eq!(answer(206, Some("bytes 37-119/120"), 37, 100), Answer::AskAnew);
        assert_eq!(answer(206, Some("bytes 0-99/100"), 37, 100), Answer::AskAnew);
        assert_eq!(answer(206, Some("nonsense"), 37, 100), Answer::AskAnew);
        assert_eq!(answer(416, Some("bytes */30"), 37, 100), Answer::AskAnew);
    }

    #[test]
    fn what_was_not_asked_for_and_what_is_not_given_are_refusals() {
        assert_eq!(answer(206, Some("bytes 0-9/100"), 0, 100), Answer::Refused);
        assert_eq!(answer(416, None, 0, 100), Answer::Refused, "or it would be asked for ever");
        assert_eq!(answer(404, None, 37, 100), Answer::Refused);
        assert_eq!(answer(503, None, 0, 100), Answer::Refused);
    }

    #[test]
    fn lumps_are_known_by_their_names_and_stale_when_nobody_waits_for_them() {
        let key = "https://host/model.safetensors?sha256=ab";
        let name = lump(key, 8_388_608);
        assert_eq!(of_lump(&name), Some((key, 8_388_608)));
        assert_eq!(of_lump(key), None);
        assert!(!is_stale(&name, &[key.to_owned()]));
        assert!(is_stale(&name, &["https://host/model.safetensors?sha256=cd".to_owned()]));
        assert!(!is_stale(key, &[]), "a whole file is not a lump");
    }
}
