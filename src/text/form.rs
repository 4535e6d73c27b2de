//! What is written around the messages of a conversation, for one succession of roles.
//!
//! A chat template is run once for it, over marks in place of the texts: what it writes around them, and whether it trims
//! them, is all that is needed of it: of most texts, that is, for a template may look into them ([`super::placed`]).

use std::ops::Range;

use super::template::Template;

/// In place of the texts: characters that are nobody's, one a message, from this on to the end of the private planes.
const FIRST_MARK: u32 = 0xF_0000;

/// Around the marks, to see whether the template takes off white space: some that no template writes itself.
const BLANK: &str = "\t\n\t";

/// A conversation's messages, of which the last is the response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The prompt's, in the order in which they are written; at least one.
    prompt: Vec<Place>,
    response: Place,
    after: String,
}

/// Where a message is written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    before: String,
    message: usize,
    trim: Trim,
}

/// Where white space is taken off a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Trim {
    start: bool,
    end: bool,
}

/// Prompt and response written as one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// All of it.
    pub text: String,
    /// Where the prompt stands, from its first turn to its last.
    pub prompt: Part,
    /// Where the response stands.
    pub response: Part,
}

/// Prompt or response in what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its first byte there, and the byte after the last.
    pub at: Range<usize>,
    /// What in there is its own, in the order in which it stands; the rest the template wrote.
    pub stretches: Vec<Stretch>,
}

impl Part {
    /// All that these stretches, of which there is one at least, take up.
    fn of(stretches: Vec<Stretch>) -> Self {
        Self { at: stretches[0].at.start..stretches[stretches.len() - 1].at.end, stretches }
    }
}

/// A stretch of prompt or response, as it was given, in what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First byte in what was written, and the byte after the last.
    pub at: Range<usize>,
    /// Where the first byte stands in the prompt or in the response.
    pub from: usize,
}

impl Form {
    /// A prompt that is one text, and the response, with these texts around them.
    pub fn of_texts([before, between, after]: [&str; 3]) -> Self {
        let place = |message, before: &str| Place { before: before.into(), message, trim: Trim::default() };
        Self { prompt: vec![place(0, before)], response: place(1, between), after: after.into() }
    }

    /// What a template writes around messages of these roles, the last of which is the response's.
    ///
    /// # Errors
    /// What it raises; or that it leaves out the response or what it responds to, writes a message twice, or one behind the
    /// response. Other messages it may leave out, and they are not read then.
    pub fn of_template(template: &Template, roles: &[&str]) -> Result<Self, String> {
        let marks = FIRST_MARK..FIRST_MARK + roles.len() as u32;
        let messages: Option<Vec<_>> = roles
            .iter()
            .zip(marks.clone())
            .map(|(role, mark)| Some((*role, format!("{BLANK}{}{BLANK}", char::from_u32(mark)?))))
            .collect();
        let written = template.render(&messages.ok_or("it has too many messages")?)?;
        let mut places: Vec<Place> = Vec::with_capacity(roles.len());
        let mut known = vec![false; roles.len()];
        let mut rest = 0;
        for (at, mark) in written.char_indices().filter(|(_, mark)| marks.contains(&u32::from(*mark))) {
            let message = (u32::from(mark) - FIRST_MARK) as usize;
            if std::mem::replace(&mut known[message], true) {
                return Err("it writes a message twice".into());
            }
            let (before, behind) = (&written[rest..at], &written[at + mark.len_utf8()..]);
            let trim = Trim { start: !before.ends_with(BLANK), end: !behind.starts_with(BLANK) };
            // The blanks that were put around the mark are no part of what the template writes.
            let before = before.strip_suffix(BLANK).unwrap_or(before).into();
            places.push(Place { before, message, trim });
            rest = written.len() - behind.strip_prefix(BLANK).unwrap_or(behind).len();
        }
        let last = roles.len() - 1;
        match places.pop() {
            Some(response) if response.message == last && known[last - 1] => {
                Ok(Self { prompt: places, response, after: written[rest..].into() })
            }
            Some(_) if known[last] && known[last - 1] => {
                Err("it writes the response before the prompt".into())
            }
            Some(_) | None => Err("it leaves out a message".into()),
        }
    }

    /// What is written before the first message.
    pub fn before(&self) -> &str {
        &self.prompt[0].before
    }

    /// The prompt's turns in the order in which they are written.
    pub fn order(&self) -> impl Iterator<Item = usize> {
        self.prompt.iter().map(|place| place.message)
    }

    /// What is written before the response.
    pub fn between(&self) -> &str {
        &self.response.before
    }

    /// What is written after the response.
    pub fn after(&self) -> &str {
        &self.after
    }

    /// A prompt's turns, each the bytes that it has of it, and the response as one text.
    pub fn write(&self, prompt: &str, turns: &[Range<usize>], response: &str) -> Written {
        let mut text = String::new();
        let mut put = |Place { before, message, trim }: &Place| {
            text.push_str(before);
            let (said, offset) = match turns.get(*message) {
                Some(turn) => (&prompt[turn.clone()], turn.start),
                None => (response, 0),
            };
            let kept = if trim.end { said.trim_end() } else { said };
            let cut = if trim.start { kept.len() - kept.trim_start().len() } else { 0 };
            let start = text.len();
            text.push_str(&kept[cut..]);
            Stretch { at: start..text.len(), from: offset + cut }
        };
        let prompt = Part::of(self.prompt.iter().map(&mut put).collect());
        let response = Part::of(vec![put(&self.response)]);
        text.push_str(&self.after);
        Written { text, prompt, response }
    }
}
