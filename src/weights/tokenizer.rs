//! The tokenizer's files of an archive: as `transformers` reads them, and with a chat template that holds every special
//! token, since trainers tokenise what it makes without adding any.

use serde_json::{Value, json};

use super::bundle::Bundle;
use super::offer::{Offer, pretty};
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::text::Encoder;
use crate::text::conversation::Conversation;
use crate::text::layout::Layout;

/// Who cuts a text that is too long, and where: what the tokenizer's own settings are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cutting {
    /// The network does, as the page, and counts the whole response: the tokenizer lets everything pass.
    ByTheNetwork,
    /// The tokenizer, at the beginning: asked to cut the prompt alone, it does what the page does.
    AtTheBeginning,
    /// The tokenizer, at the end: where the longer text is cut, as sentence-transformers has it, the response keeps its
    /// beginning.
    AtTheEnd,
}

/// Whether the network is told by token types where the response of a pair begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Types {
    /// It is.
    Told,
    /// It has no use for them.
    Untold,
}

impl<S> Offer<'_, S> {
    /// The tokenizer's files.
    ///
    /// # Errors
    /// As [`Bundle::add`], [`Encoder::to_json`] and [`Offer::specials`].
    pub fn tokenizer(
        &self,
        folder: &str,
        cutting: Cutting,
        types: Types,
        bundle: &mut Bundle,
    ) -> Result<(), Fault> {
        let recipe = u64::from(self.longest());
        let (longest, side) = match cutting {
            Cutting::ByTheNetwork => (1_000_000_000, "left"),
            Cutting::AtTheBeginning => (recipe, "left"),
            Cutting::AtTheEnd => (recipe, "right"),
        };
        let specials = self.specials()?.to_json();
        let inputs = match types {
            Types::Told => json!(["input_ids", "token_type_ids", "attention_mask"]),
            Types::Untold => json!(["input_ids", "attention_mask"]),
        };
        let mut config = json!({
            // Of all classes the one that does what `tokenizer.json` says, and nothing else.
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_input_names": inputs,
            "model_max_length": longest,
            "padding_side": "right",
            "truncation_side": side,
            "clean_up_tokenization_spaces": false,
            "chat_template": template(self.encoder),
        });
        if let (Value::Object(config), Value::Object(specials)) = (&mut config, &specials) {
            config.extend(specials.clone());
        }
        bundle.add(&format!("{folder}tokenizer.json"), tokenizer_json(self.encoder, types)?.as_bytes())?;
        bundle.add(&format!("{folder}tokenizer_config.json"), &pretty(&config)?)?;
        bundle.add(&format!("{folder}special_tokens_map.json"), &pretty(&specials)?)
    }
}

/// The tokenizer; where types are to be told, it tells them, as a BERT's does and others' need not.
fn tokenizer_json(encoder: &Encoder, types: Types) -> Result<String, Fault> {
    let json = encoder.to_json()?;
    let (Layout::Pair { before, between, after }, Types::Told) = (encoder.layout(), types) else {
        return Ok(json);
    };
    let unread = |error: serde_json::Error| {
        let what = format!("The tokenizer could not be written ({error}).");
        Fault::new(FaultKind::Internal, what, "Please report this.")
    };
    let mut tokenizer: Value = serde_json::from_str(&json).map_err(unread)?;
    let token = |id: &u32| encoder.token(*id).unwrap_or_default();
    let special = |kind: u8| move |id: &u32| json!({ "SpecialToken": { "id": token(id), "type_id": kind } });
    let text = |text: &str, kind: u8| json!({ "Sequence": { "id": text, "type_id": kind } });
    let begin = || before.iter().map(special(0)).chain([text("A", 0)]);
    let end = |kind| after.iter().map(special(kind));
    let known = before.iter().chain(between).chain(after);
    let known = known.map(|id| (token(id), json!({ "id": token(id), "ids": [id], "tokens": [token(id)] })));
    tokenizer["post_processor"] = json!({
        "type": "TemplateProcessing",
        "single": begin().chain(end(0)).collect::<Value>(),
        "pair": begin()
            .chain(between.iter().map(special(0)))
            .chain([text("B", 1)])
            .chain(end(1))
            .collect::<Value>(),
        "special_tokens": known.collect::<Value>(),
    });
    serde_json::to_string(&tokenizer).map_err(unread)
}

/// The family's own chat template, or one that writes a conversation as this page reads it: what was asked is a
/// transcript (a lone question is itself), and the last answer the response.
fn template(encoder: &Encoder) -> String {
    match encoder.layout() {
        Layout::Pair { before, between, after } => {
            let text = |ids: &[u32]| ids.iter().filter_map(|id| encoder.token(*id)).collect::<String>();
            of_pairs(&text(before), &text(between), &text(after))
        }
        Layout::Conversation(conversation) => {
            conversation.template().map_or_else(|| of_transcripts(conversation), str::to_owned)
        }
    }
}

fn of_pairs(before: &str, between: &str, after: &str) -> String {
    let [before, between, after] = [before, between, after].map(quoted);
    format!(
        "{{%- set answered = messages and messages[-1]['role'] == 'assistant' -%}}\
         {{%- set asked = messages[:-1] if answered else messages -%}}\
         {{{{- {before} -}}}}\
         {{%- if asked | length == 1 and asked[0]['role'] == 'user' -%}}\
         {{{{- asked[0]['content'] -}}}}\
         {{%- else -%}}\
         {{%- for turn in asked -%}}\
         {{{{- ('' if loop.first else '\\n\\n') ~ (turn['role'][:1] | upper) ~ turn['role'][1:] ~ ': ' ~ turn['content'] -}}}}\
         {{%- endfor -%}}\
         {{%- endif -%}}\
         {{{{- {between} -}}}}\
         {{%- if answered -%}}{{{{- messages[-1]['content'] ~ {after} -}}}}{{%- endif -%}}"
    )
}

/// Speakers named, as [`Conversation::plain`] has them: a prompt that is a transcript already is left as it is.
fn of_transcripts(conversation: &Conversation) -> String {
    let [before, between, _] = conversation.around();
    let [begin, answer] = [before.trim_end_matches("User: "), between].map(quoted);
    format!(
        "{{{{- {begin} -}}}}\
         {{%- for turn in messages -%}}\
         {{%- if not loop.first -%}}{{{{- '\\n\\n' -}}}}{{%- endif -%}}\
         {{%- if not (loop.first and (turn['content'].startswith('User: ') or turn['content'].startswith('System: '))) -%}}\
         {{{{- (turn['role'][:1] | upper) ~ turn['role'][1:] ~ ': ' -}}}}\
         {{%- endif -%}}\
         {{{{- turn['content'] -}}}}\
         {{%- endfor -%}}\
         {{%- if add_generation_prompt -%}}{{{{- {answer} -}}}}{{%- endif -%}}"
    )
}

/// A string of Jinja.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n");
    format!("'{escaped}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_of_transcripts_writes_what_the_page_reads() {
        let plain = Conversation::plain("<s>");
        let config = json!({ "chat_template": of_transcripts(&plain) }).to_string();
        let read = Conversation::read(Some(config.as_bytes()), None, "<s>").expect("a conversation");
        assert_eq!(read.around(), plain.around());
        for prompt in [" Hi", "User: Hi\n\nAssistant: Yo\n\nUser: So?", "System: Be brief.\n\nUser: Hi"] {
            assert_eq!(read.write(prompt, "Yo ").text, plain.write(prompt, "Yo ").text);
        }
    }

    #[test]
    fn a_quote_in_a_token_stays_in_its_string() {
        assert_eq!(quoted("it's\n\\"), r"'it\'s\n\\'");
    }
}
