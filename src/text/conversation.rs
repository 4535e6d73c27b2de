//! How a decoder reads prompt and response: one text, made by the tokenizer's chat template where there is one.
//!
//! A template is run once, over two marks in place of the texts; what it writes around them is all that is needed of it.
//! Where there is none, prompt and response are written as `User: …`, an empty line, `Assistant: …`. Nothing is added at
//! the end: libraries pool the last token that is no padding, and where padding is the end-of-text token, that one would
//! never be it.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, context};
use serde::Deserialize;

/// In place of the prompt and of the response, in characters that are nobody's.
const MARKS: [&str; 2] = ["\u{F0000}", "\u{F0001}"];

/// What a transcript begins with, and what is written before a prompt that is none.
const SPEAKER: &str = "User: ";

/// Around the marks, to see whether the template takes off white space: some that no template writes itself.
const BLANK: &str = "\t\n\t";

/// What stands around prompt and response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    before: String,
    between: String,
    after: String,
    /// What of the white space around the prompt is taken off, and around the response.
    trims: [Trim; 2],
    /// Whether a prompt that is a transcript already is left as it is.
    plain: bool,
    /// The template that all of it comes from.
    template: Option<String>,
}

/// Where a template takes white space off a text.
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
    /// First byte of the prompt in it, and the byte after its last.
    pub prompt: (usize, usize),
    /// The same of the response.
    pub response: (usize, usize),
    /// Bytes taken off the beginning of the prompt and of the response.
    pub cut: [usize; 2],
}

/// What is read of a `tokenizer_config.json`.
#[derive(Default, Deserialize)]
struct TokenizerConfig {
    #[serde(default)]
    chat_template: Option<Templates>,
    #[serde(default)]
    bos_token: Option<Token>,
    #[serde(default)]
    eos_token: Option<Token>,
    #[serde(default)]
    unk_token: Option<Token>,
    #[serde(default)]
    pad_token: Option<Token>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Templates {
    One(String),
    Several(Vec<Named>),
}

#[derive(Deserialize)]
struct Named {
    name: String,
    template: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Token {
    Plain(String),
    Described { content: String },
}

impl Token {
    fn text(token: &Option<Token>) -> &str {
        match token {
            Some(Token::Plain(text) | Token::Described { content: text }) => text,
            None => "",
        }
    }
}

impl Conversation {
    /// Without a template, behind the token that a text begins with, if there is one.
    pub fn plain(bos: &str) -> Self {
        Self {
            before: format!("{bos}{SPEAKER}"),
            between: "\n\nAssistant: ".into(),
            after: String::new(),
            trims: [Trim::default(); 2],
            plain: true,
            template: None,
        }
    }

    /// What is written before the prompt, between prompt and response, and after the response.
    pub fn around(&self) -> [&str; 3] {
        [&self.before, &self.between, &self.after]
    }

    /// Whether it writes who speaks before what is said, and nothing before a transcript, which says so itself.
    pub fn names_speakers(&self) -> bool {
        self.plain
    }

    /// Its template, where it has one.
    pub fn template(&self) -> Option<&str> {
        self.template.as_deref()
    }

    /// By the template in `chat_template.jinja`, or else in `tokenizer_config.json`, or else without one. `bos` is what the
    /// tokenizer begins a text with.
    ///
    /// # Errors
    /// Why the template cannot be used.
    pub fn read(tokenizer_config: Option<&[u8]>, template: Option<&str>, bos: &str) -> Result<Self, String> {
        let config: TokenizerConfig = match tokenizer_config {
            Some(bytes) => serde_json::from_slice(bytes).map_err(|error| error.to_string())?,
            None => TokenizerConfig::default(),
        };
        let own = config.chat_template.as_ref().and_then(|templates| match templates {
            Templates::One(template) => Some(template.as_str()),
            Templates::Several(all) => {
                all.iter().find(|it| it.name == "default").map(|it| it.template.as_str())
            }
        });
        match template.or(own) {
            Some(template) => Self::by(template, &config),
            None => Ok(Self::plain(bos)),
        }
    }

    fn by(template: &str, config: &TokenizerConfig) -> Result<Self, String> {
        let [prompt, response] = MARKS.map(|mark| format!("{BLANK}{mark}{BLANK}"));
        let written = rendered(template, [&prompt, &response], config)?;
        let [(prompt, first), (response, second)] = [place(&written, MARKS[0])?, place(&written, MARKS[1])?];
        if prompt.1 > response.0 {
            return Err("it writes the response before the prompt".into());
        }
        let before = &written[..prompt.0];
        // Our own template, come back: it leaves transcripts as they are.
        let plain = before.ends_with(SPEAKER)
            && rendered(template, [&format!("{SPEAKER}{}", MARKS[0]), MARKS[1]], config)?
                .starts_with(&format!("{before}{}", MARKS[0]));
        Ok(Self {
            before: before.into(),
            between: written[prompt.1..response.0].into(),
            after: written[response.1..].into(),
            trims: [first, second],
            plain,
            template: Some(template.into()),
        })
    }

    /// These two as one text.
    pub fn write(&self, prompt: &str, response: &str) -> Written {
        let kept = |text: &str, trim: Trim| {
            let begin = if trim.start { text.len() - text.trim_start().len() } else { 0 };
            let end = if trim.end { text.trim_end().len().max(begin) } else { text.len() };
            (begin, end)
        };
        let [(a, b), (c, d)] = [kept(prompt, self.trims[0]), kept(response, self.trims[1])];
        // A transcript names its speakers itself.
        let named = self.plain && (prompt.starts_with(SPEAKER) || prompt.starts_with("System: "));
        let before = if named { self.before.trim_end_matches(SPEAKER) } else { &self.before };
        let text = [before, &prompt[a..b], &self.between, &response[c..d], &self.after].concat();
        let start = before.len();
        let middle = start + b - a + self.between.len();
        Written { text, prompt: (start, start + b - a), response: (middle, middle + d - c), cut: [a, c] }
    }
}

/// Where a template writes a message: from and to, with the white space that it leaves; and what it takes off.
fn place(written: &str, mark: &str) -> Result<((usize, usize), Trim), String> {
    let mut places = written.match_indices(mark);
    let (start, end) = match (places.next(), places.next()) {
        (Some((at, _)), None) => (at, at + mark.len()),
        (None, _) => return Err("it leaves out a message".into()),
        (Some(_), Some(_)) => return Err("it writes a message twice".into()),
    };
    let trim = Trim { start: !written[..start].ends_with(BLANK), end: !written[end..].starts_with(BLANK) };
    // The blanks that were put around the mark are no part of what the template writes.
    let blank = |trimmed: bool| if trimmed { 0 } else { BLANK.len() };
    Ok(((start - blank(trim.start), end + blank(trim.end)), trim))
}

/// As `transformers` runs a template (`chat_template_utils.py`). There is no clock: a template that asks for today's date
/// without need falls back to its own, and the same text has the same tokens tomorrow.
fn rendered(
    template: &str,
    [prompt, response]: [&str; 2],
    config: &TokenizerConfig,
) -> Result<String, String> {
    let messages = serde_json::json!([
        { "role": "user", "content": prompt },
        { "role": "assistant", "content": response },
    ]);
    // Marks for training's masks, which say nothing of the text; what stands for them trims lines as they would.
    let template = [("generation", "if true"), ("endgeneration", "endif")].iter().fold(
        template.to_owned(),
        |text, (tag, plain)| {
            ["% ", "%- "].iter().fold(text, |text, open| {
                text.replace(&format!("{{{open}{tag} "), &format!("{{{open}{plain} "))
            })
        },
    );
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.map_err(|error| error.to_string())?);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.add_function("raise_exception", |why: String| -> Result<String, minijinja::Error> {
        Err(minijinja::Error::new(ErrorKind::InvalidOperation, why))
    });
    environment.add_template("chat", &template).map_err(|error| error.to_string())?;
    let template = environment.get_template("chat").map_err(|error| error.to_string())?;
    let words = context! {
        messages => Serde(&messages),
        add_generation_prompt => false,
        bos_token => Token::text(&config.bos_token),
        eos_token => Token::text(&config.eos_token),
        unk_token => Token::text(&config.unk_token),
        pad_token => Token::text(&config.pad_token),
    };
    template.render(words).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(template: &str) -> Result<Conversation, String> {
        let config = serde_json::json!({ "chat_template": template, "bos_token": "<s>", "eos_token": { "content": "</s>" } });
        Conversation::read(Some(config.to_string().as_bytes()), None, "<s>")
    }

    const CHATML: &str = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}";

    #[test]
    fn a_template_is_run_over_marks_and_gives_what_stands_around() {
        let written = by(CHATML).expect("a conversation").write(" Hi ", "Yo");
        assert_eq!(written.text, "<|im_start|>user\n Hi <|im_end|>\n<|im_start|>assistant\nYo<|im_end|>\n");
        let (start, end) = written.response;
        assert_eq!(&written.text[start..end], "Yo");
        let (start, end) = written.prompt;
        assert_eq!((&written.text[start..end], written.cut), (" Hi ", [0, 0]));
    }

    #[test]
    fn what_a_template_trims_is_trimmed() {
        let trims = "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m['content'].strip() }}{{ eos_token }}{% endfor %}";
        let written = by(trims).expect("a conversation").write("  Hi ", "Yo\n");
        assert_eq!(written.text, "<s>[user]Hi</s>[assistant]Yo</s>");
        assert_eq!(written.cut, [2, 0]);
        assert_eq!(by(trims).expect("a conversation").write("", " ").text, "<s>[user]</s>[assistant]</s>");
    }

    #[test]
    fn a_template_may_trim_one_side_and_mark_what_is_generated() {
        let one = "{% for m in messages %}\n{%- generation %}<{{ m.content.rstrip() }}>{%- endgeneration %}\n{% endfor %}";
        let written = by(one).expect("a conversation").write(" Hi ", "Yo ");
        assert_eq!((written.text.as_str(), written.cut), ("< Hi><Yo>", [0, 0]));
        // As `transformers` writes it: a line with nothing but such a tag is no line.
        let lines = "{% for m in messages %}\n  {% generation %}\n{{ m.content }}\n  {% endgeneration %}\n{% endfor %}";
        assert_eq!(by(lines).expect("a conversation").write("a", "b").text, "a\nb\n");
    }

    #[test]
    fn a_template_that_cannot_be_used_says_why() {
        assert!(by("{{ messages[0].content }}").expect_err("no response").contains("leaves out"));
        assert!(by("{% for m in messages %}{{ m.content * 2 }}{% endfor %}").is_err());
        assert!(by("{{ raise_exception('no users') }}").expect_err("raises").contains("no users"));
        assert!(by("{% if %}").is_err());
        assert!(Conversation::read(Some(b"["), None, "").is_err());
    }

    #[test]
    fn without_a_template_speakers_are_named_once() {
        let plain = Conversation::read(None, None, "<s>").expect("plain");
        assert_eq!(plain.write("Hi", "Yo").text, "<s>User: Hi\n\nAssistant: Yo");
        let turns = "User: Hi\n\nAssistant: Yo\n\nUser: And?";
        assert_eq!(plain.write(turns, "So").text, format!("<s>{turns}\n\nAssistant: So"));
    }

    #[test]
    fn of_several_templates_the_default_is_taken_and_a_file_before_it() {
        let config = serde_json::json!({ "chat_template": [
            { "name": "tool_use", "template": "{{ raise_exception('tools') }}" },
            { "name": "default", "template": CHATML },
        ]});
        let bytes = config.to_string().into_bytes();
        assert_eq!(Conversation::read(Some(&bytes), None, ""), by(CHATML));
        let file = "{% for m in messages %}({{ m.content }}){% endfor %}";
        let read = Conversation::read(Some(&bytes), Some(file), "").expect("a file");
        assert_eq!(read.write("a", "b").text, "(a)(b)");
    }
}
