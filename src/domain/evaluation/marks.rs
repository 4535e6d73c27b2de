//! What can be counted in a text without understanding it. Must not know which text is the better one.

/// Counts of one text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Marks {
    /// Lines that are items of a list: `- …`, `* …`, `+ …`, `1. …`, `2) …`.
    pub lists: f64,
    /// Bold stretches: `**…**` or `__…__`.
    pub bold: f64,
    /// Header lines: `# …` to `###### …`.
    pub headers: f64,
    /// Stretches of code: `` `…` ``, or fenced by three or more backticks.
    pub code: f64,
    /// Words a sentence: how long-winded it is.
    pub sentence: f64,
}

impl Marks {
    /// Count.
    pub fn of(text: &str) -> Self {
        let (mut lists, mut headers) = (0, 0);
        for line in text.lines().map(str::trim_start) {
            lists += usize::from(is_item(line));
            headers += usize::from(is_header(line));
        }
        let bold = (text.matches("**").count() + text.matches("__").count()) / 2;
        Self {
            lists: lists as f64,
            bold: bold as f64,
            headers: headers as f64,
            code: code(text) as f64,
            sentence: words_a_sentence(text),
        }
    }
}

fn is_item(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix(['-', '*', '+']) {
        return rest.starts_with([' ', '\t']);
    }
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < line.len() && (rest.starts_with(". ") || rest.starts_with(") "))
}

fn is_header(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    (1..=6).contains(&(line.len() - rest.len())) && rest.starts_with(' ')
}

/// Runs of backticks open and close a stretch in turn.
fn code(text: &str) -> usize {
    let (mut runs, mut before) = (0usize, ' ');
    for letter in text.chars() {
        runs += usize::from(letter == '`' && before != '`');
        before = letter;
    }
    runs / 2
}

/// A sentence ends at `.`, `!`, `?` or their CJK forms; what ends without one is a sentence too. 0 for no words.
fn words_a_sentence(text: &str) -> f64 {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    let ends = |word: &&str| {
        let word = word.trim_end_matches(['"', '\'', ')', ']', '*', '_', '\u{201d}', '\u{2019}']);
        word.ends_with(['.', '!', '?', '。', '！', '？', '…'])
    };
    let sentences = text.split_whitespace().filter(ends).count().max(1);
    words as f64 / sentences as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_counted() {
        let text =
            "# Title\n\nFirst **this**, then `that`.\n\n- one\n- two\n1. three\n#hashtag\n```\ncode\n```\n";
        let marks = Marks::of(text);
        assert_eq!((marks.headers, marks.lists, marks.bold, marks.code), (1.0, 3.0, 1.0, 2.0));
    }

    #[test]
    fn plain_text_has_no_marks_and_no_text_nothing() {
        let plain = Marks::of("A dash - here, 3.5 kg * 2, and 1) nothing more. Really? Yes!");
        assert_eq!((plain.headers, plain.lists, plain.bold, plain.code), (0.0, 0.0, 0.0, 0.0));
        assert!((plain.sentence - 12.0 / 3.0).abs() < 1e-12, "{}", plain.sentence);
        assert_eq!(Marks::of(""), Marks::default());
        assert_eq!(Marks::of("no end").sentence, 2.0);
    }
}
