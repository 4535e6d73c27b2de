//! How a decoder reads prompt and response: one text, made by the tokenizer's chat template where there is one.
//!
//! Under a template a prompt that is a transcript of several turns is written as those turns' messages, as `transformers`
//! has it of a list of them; any other prompt is one message of the user. So is a transcript whose turns the template
//! cannot write: one that refuses a system message reads its words all the same.
//!
//! Where there is no template, prompt and response are written as `User: …`, an empty line, `Assistant: …`. Nothing is added
//! at the end: libraries pool the last token that is no padding, and where padding is the end-of-text token, that one would
//! never be it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::form::{Form, Written};
use super::placed::placed;
use super::template::Template;
use crate::domain::formats::transcript::said;

/// What a transcript begins with, and what is written before a prompt that is none.
const SPEAKER: &str = "User: ";

/// What is written of prompt and response.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Of a prompt that is one text.
    alone: Form,
    /// Of a transcript, where who speaks is written before what is said: it says so itself.
    named: Option<Form>,
    /// What all of it comes from.
    template: Option<Template>,
    /// Of transcripts, by the roles of all messages; `None` where the template cannot write them.
    several: RefCell<HashMap<Roles, Option<Rc<Form>>>>,
}

type Roles = Vec<&'static str>;

impl Conversation {
    /// Without a template, behind the token that a text begins with, if there is one.
    pub fn plain(bos: &str) -> Self {
        let form = |before: &str| Form::of_texts([before, "\n\nAssistant: ", ""]);
        Self {
            alone: form(&format!("{bos}{SPEAKER}")),
            named: Some(form(bos)),
            template: None,
            several: RefCell::default(),
        }
    }

    /// What is written before a prompt that is one text, between prompt and response, and after the response.
    pub fn around(&self) -> [&str; 3] {
        [self.alone.before(), self.alone.between(), self.alone.after()]
    }

    /// What is written before the turns of a transcript that begins with a system message; `None` where that is part of one
    /// text.
    pub fn before_system(&self) -> Option<String> {
        let form = self.turns(vec!["system", "user", "assistant"])?;
        Some(form.before().to_owned())
    }

    /// What its template cannot write as messages, so that it is read as one text; `None` also where there is no template.
    pub fn refused(&self) -> Option<&'static str> {
        self.template.as_ref().filter(|_| self.named.is_none())?;
        let takes = |roles: &[&'static str]| self.turns(roles.to_vec()).is_some();
        match (takes(&["system", "user", "assistant"]), takes(&["user", "assistant", "user", "assistant"])) {
            (true, true) => None,
            (false, true) => Some("a system message"),
            (true, false) => Some("several turns"),
            (false, false) => Some("a system message or several turns"),
        }
    }

    /// Whether it writes who speaks before what is said, and nothing before a transcript, which says so itself.
    pub fn names_speakers(&self) -> bool {
        self.named.is_some()
    }

    /// Its template, where it has one.
    pub fn template(&self) -> Option<&str> {
        self.template.as_ref().map(Template::source)
    }

    /// By the template in `chat_template.jinja`, or else in `tokenizer_config.json`, or else without one. `bos` is what the
    /// tokenizer begins a text with.
    ///
    /// # Errors
    /// Why the template cannot be used.
    pub fn read(tokenizer_config: Option<&[u8]>, template: Option<&str>, bos: &str) -> Result<Self, String> {
        match Template::read(tokenizer_config, template)? {
            Some(template) => Self::by(template),
            None => Ok(Self::plain(bos)),
        }
    }

    fn by(template: Template) -> Result<Self, String> {
        let alone = Form::of_template(&template, &["user", "assistant"])?;
        // Our own template, come back: it leaves transcripts as they are.
        let named = match alone.before().strip_suffix(SPEAKER) {
            Some(before) => {
                let messages = [("user", format!("{SPEAKER}a")), ("assistant", String::new())];
                let own = template.render(&messages)?.starts_with(&format!("{before}{SPEAKER}a"));
                own.then(|| Form::of_texts([before, alone.between(), alone.after()]))
            }
            None => None,
        };
        Ok(Self { alone, named, template: Some(template), several: RefCell::default() })
    }

    /// These two as one text.
    pub fn write(&self, prompt: &str, response: &str) -> Written {
        let whole = 0..prompt.len();
        let whole = std::slice::from_ref(&whole);
        if let Some(form) = &self.named {
            let named = prompt.starts_with(SPEAKER) || prompt.starts_with("System: ");
            return (if named { form } else { &self.alone }).write(prompt, whole, response);
        }
        if let Some(turns) = said(prompt) {
            let roles: Roles = turns.iter().map(|turn| turn.role).chain(["assistant"]).collect();
            if let Some(form) = self.turns(roles.clone()) {
                let contents: Vec<_> = turns.into_iter().map(|turn| turn.content).collect();
                return self.by_form(&form, &roles, (prompt, &contents, response));
            }
        }
        self.by_form(&self.alone, &["user", "assistant"], (prompt, whole, response))
    }

    /// These texts by their form; by the template itself, where it may look into one and then writes something else.
    fn by_form(&self, form: &Form, roles: &[&str], texts: (&str, &[Range<usize>], &str)) -> Written {
        let (prompt, turns, response) = texts;
        let written = form.write(prompt, turns, response);
        let said = || turns.iter().map(|turn| &prompt[turn.clone()]).chain([response]);
        let template = self.template.as_ref().filter(|it| said().any(|text| it.may_look_into(text)));
        let Some(template) = template else { return written };
        let messages: Vec<_> = roles.iter().copied().zip(said().map(str::to_owned)).collect();
        match template.render(&messages) {
            Ok(text) if text != written.text => {
                placed(form, text, texts, template.words()).unwrap_or(written)
            }
            // What it raises of these texts alone is no reason to read nothing.
            Ok(_) | Err(_) => written,
        }
    }

    /// What is written of messages of these roles, once looked at.
    fn turns(&self, roles: Roles) -> Option<Rc<Form>> {
        let template = self.template.as_ref().filter(|_| self.named.is_none())?;
        let mut several = self.several.borrow_mut();
        let form = several
            .entry(roles)
            .or_insert_with_key(|roles| Form::of_template(template, roles).ok().map(Rc::new));
        form.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::super::form::Stretch;
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
        assert_eq!(&written.text[written.response.at], "Yo");
        assert_eq!((&written.text[written.prompt.at], written.prompt.stretches[0].from), (" Hi ", 0));
    }

    #[test]
    fn what_a_template_trims_is_trimmed() {
        let trims = "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m['content'].strip() }}{{ eos_token }}{% endfor %}";
        let written = by(trims).expect("a conversation").write("  Hi ", "Yo\n");
        assert_eq!(written.text, "<s>[user]Hi</s>[assistant]Yo</s>");
        assert_eq!((written.prompt.stretches[0].from, written.response.stretches[0].from), (2, 0));
        assert_eq!(by(trims).expect("a conversation").write("", " ").text, "<s>[user]</s>[assistant]</s>");
    }

    #[test]
    fn a_template_may_trim_one_side_and_mark_what_is_generated() {
        let one = "{% for m in messages %}\n{%- generation %}<{{ m.content.rstrip() }}>{%- endgeneration %}\n{% endfor %}";
        let written = by(one).expect("a conversation").write(" Hi ", "Yo ");
        assert_eq!((written.text.as_str(), written.prompt.stretches[0].from), ("< Hi><Yo>", 0));
        // As `transformers` writes it: a line with nothing but such a tag is no line.
        let lines = "{% for m in messages %}\n  {% generation %}\n{{ m.content }}\n  {% endgeneration %}\n{% endfor %}";
        assert_eq!(by(lines).expect("a conversation").write("a", "b").text, "a\nb\n");
    }

    const TURNS: &str = "System: Be brief.\n\nUser:  Hi\n\nAssistant: Yo\n\nUser: So? ";

    /// What of the prompt is read, and from which of its bytes on.
    fn read(conversation: &Conversation, prompt: &str) -> (String, Vec<(String, usize)>) {
        let written = conversation.write(prompt, "OK");
        let turn = |turn: &Stretch| (written.text[turn.at.clone()].to_owned(), turn.from);
        let turns = written.prompt.stretches.iter().map(turn).collect();
        (written.text, turns)
    }

    #[test]
    fn a_transcript_is_as_many_messages_as_it_has_turns() {
        let trims = "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content | trim }}{% endfor %}";
        let (text, turns) = read(&by(trims).expect("a conversation"), TURNS);
        assert_eq!(text, "<s>[system]Be brief.[user]Hi[assistant]Yo[user]So?[assistant]OK");
        let known = [("Be brief.", 8), ("Hi", 26), ("Yo", 41), ("So?", 51)];
        assert_eq!(turns, known.map(|(text, from)| (text.to_owned(), from)));
        let (text, turns) = read(&by(trims).expect("a conversation"), "User: Hi\n\nUser: So?");
        assert_eq!(text, "<s>[user]User: Hi\n\nUser: So?[assistant]OK");
        assert_eq!(turns.len(), 1);
    }

    #[test]
    fn turns_that_a_template_cannot_write_are_one_message() {
        let alone = "{% if messages | length > 2 %}{{ raise_exception('two') }}{% endif %}";
        let twice = "{% if messages | length > 2 %}{{ messages[0].content }}{% endif %}";
        for refuses in [alone, twice] {
            let template = format!("{refuses}{{% for m in messages %}}<{{{{ m.content }}}}>{{% endfor %}}");
            let (text, turns) = read(&by(&template).expect("a conversation"), TURNS);
            assert_eq!(text, format!("<{TURNS}><OK>"));
            assert_eq!(turns, [(TURNS.to_owned(), 0)]);
            assert_eq!(
                by(&template).expect("a conversation").refused(),
                Some("a system message or several turns")
            );
        }
    }

    #[test]
    fn a_message_that_a_template_leaves_out_or_moves_is_read_where_it_stands() {
        let without = "{% for m in messages if m.role != 'system' %}<{{ m.content }}>{% endfor %}";
        let (text, turns) = read(&by(without).expect("a conversation"), TURNS);
        assert_eq!((text.as_str(), turns.len()), ("< Hi><Yo><So? ><OK>", 3));
        let moved = "{% for m in messages[-2:] %}<{{ m.content }}{{ messages[0].content if loop.first and messages[2] }}>{% endfor %}";
        let (text, turns) = read(&by(moved).expect("a conversation"), "System: Be brief.\n\nUser: Hi");
        assert_eq!(text, "<HiBe brief.><OK>");
        assert_eq!(turns, [("Hi".to_owned(), 25), ("Be brief.".to_owned(), 8)]);
    }

    #[test]
    fn what_a_template_does_by_looking_into_a_text_is_done() {
        let thinks = "{% for m in messages %}<{{ m.role }}>{% if loop.last %}{{ '<t>' + (m.content.split('</t>')[0] if '</t>' in m.content else '') + '</t>' }}{% endif %}{{ m.content.split('</t>')[-1].lstrip('\n') }}{% endfor %}";
        let conversation = by(thinks).expect("a conversation");
        assert_eq!(conversation.write("Hi", "Yo").text, "<user>Hi<assistant><t></t>Yo");
        let written = conversation.write("Hi", "why</t>\nYo");
        assert_eq!(written.text, "<user>Hi<assistant><t>why</t>Yo");
        assert_eq!(&written.text[written.prompt.at], "Hi");
        assert_eq!(&written.text[written.response.at], "why</t>Yo");
        let of = |it: &Stretch| (written.text[it.at.clone()].to_owned(), it.from);
        let stretches: Vec<_> = written.response.stretches.iter().map(of).collect();
        assert_eq!(stretches, [("why</t>".to_owned(), 0), ("Yo".to_owned(), 8)]);
        // Of an earlier answer the thought is left out, and what begins with an empty line does so no more.
        let (text, turns) = read(&conversation, "User: Hi\n\nAssistant: why</t>Yo\n\nUser: \nSo?");
        assert_eq!(text, "<user>Hi<assistant>Yo<user>So?<assistant><t></t>OK");
        assert_eq!(turns, [("Hi".to_owned(), 6), ("Yo".to_owned(), 28), ("So?".to_owned(), 39)]);
    }

    #[test]
    fn what_begins_a_system_message_is_known_where_it_is_one() {
        assert_eq!(
            by(CHATML).expect("a conversation").before_system().as_deref(),
            Some("<|im_start|>system\n")
        );
        assert_eq!(Conversation::plain("<s>").before_system(), None);
        assert_eq!(
            [by(CHATML).expect("a conversation"), Conversation::plain("<s>")].map(|it| it.refused()),
            [None; 2]
        );
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
        let read = Conversation::read(Some(&bytes), None, "").expect("the default");
        assert_eq!(read.template(), Some(CHATML));
        let file = "{% for m in messages %}({{ m.content }}){% endfor %}";
        let read = Conversation::read(Some(&bytes), Some(file), "").expect("a file");
        assert_eq!(read.write("a", "b").text, "(a)(b)");
    }
}
