//! A tokenizer's chat template (Jinja), run as `transformers` runs it (`chat_template_utils.py`).

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, context};
use serde::Deserialize;

/// A template, and the tokens that it may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    source: String,
    /// The strings in its code, without their white space: what it may look for.
    words: Vec<String>,
    bos: String,
    eos: String,
    unk: String,
    pad: String,
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
    fn text(token: Option<Token>) -> String {
        match token {
            Some(Token::Plain(text) | Token::Described { content: text }) => text,
            None => String::new(),
        }
    }
}

impl Template {
    /// That in `file` (`chat_template.jinja`), or else in `tokenizer_config.json`, if there is one.
    ///
    /// # Errors
    /// Why `tokenizer_config.json` cannot be read.
    pub fn read(tokenizer_config: Option<&[u8]>, file: Option<&str>) -> Result<Option<Self>, String> {
        let config: TokenizerConfig = match tokenizer_config {
            Some(bytes) => serde_json::from_slice(bytes).map_err(|error| error.to_string())?,
            None => TokenizerConfig::default(),
        };
        let own = config.chat_template.and_then(|templates| match templates {
            Templates::One(template) => Some(template),
            Templates::Several(all) => all.into_iter().find(|it| it.name == "default").map(|it| it.template),
        });
        Ok(file.map(str::to_owned).or(own).map(|source| Self {
            words: words(&source),
            source,
            bos: Token::text(config.bos_token),
            eos: Token::text(config.eos_token),
            unk: Token::text(config.unk_token),
            pad: Token::text(config.pad_token),
        }))
    }

    /// The template itself.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The strings in its code, without their white space: what it may look for in a text.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether it may treat this text in another way than most: it is empty, or has white space at an end, or holds one of
    /// the template's own words.
    pub fn may_look_into(&self, text: &str) -> bool {
        text.is_empty() || text.trim() != text || self.words.iter().any(|word| text.contains(word.as_str()))
    }

    /// What it makes of messages, each a role and what was said. There is no clock: a template that asks for today's date
    /// without need falls back to its own, and the same text has the same tokens tomorrow.
    ///
    /// # Errors
    /// Why it cannot be used, or what it raises.
    pub fn render(&self, messages: &[(&str, String)]) -> Result<String, String> {
        let messages: Vec<_> = messages
            .iter()
            .map(|(role, content)| serde_json::json!({ "role": role, "content": content }))
            .collect();
        // Marks for training's masks, which say nothing of the text; what stands for them trims lines as they would.
        let template = [("generation", "if true"), ("endgeneration", "endif")].iter().fold(
            self.source.clone(),
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
            bos_token => self.bos.as_str(),
            eos_token => self.eos.as_str(),
            unk_token => self.unk.as_str(),
            pad_token => self.pad.as_str(),
        };
        template.render(words).map_err(|error| error.to_string())
    }
}

/// The strings in a template's code, without their white space, each once.
fn words(source: &str) -> Vec<String> {
    let mut words = vec![];
    let code = source.split("{%").skip(1).filter_map(|code| code.split_once("%}")).map(|(code, _)| code);
    let told = source.split("{{").skip(1).filter_map(|told| told.split_once("}}")).map(|(told, _)| told);
    for code in code.chain(told) {
        let mut rest = code;
        while let Some(at) = rest.find(['\'', '"']) {
            let quote = rest.as_bytes()[at];
            let (word, behind) = quoted(&rest[at + 1..], char::from(quote));
            rest = behind;
            let word = word.trim();
            if !word.is_empty() && !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
    }
    words
}

/// A string up to this quote, and what comes behind it.
fn quoted(code: &str, quote: char) -> (String, &str) {
    let mut word = String::new();
    let mut characters = code.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some((_, 'n')) => word.push('\n'),
                Some((_, 't')) => word.push('\t'),
                Some((_, other)) => word.push(other),
                None => break,
            },
            _ if character == quote => return (word, &code[at + quote.len_utf8()..]),
            _ => word.push(character),
        }
    }
    (word, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strings_in_a_templates_code_are_known() {
        let source =
            "a 'b' {% if '</think>' in m and \"it's\" %}{{ '\\n' + \"<|a\\n|>\" + '</think> ' }}{% endif %}";
        assert_eq!(words(source), ["</think>", "it's", "<|a\n|>"]);
        assert_eq!(words("{% 'never closed %}{{ '\\"), ["never closed"]);
    }
}
