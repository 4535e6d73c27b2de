//! Tokens that have a part to play, by the names that `transformers` has for the parts.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::text::Encoder;
use crate::text::layout::Layout;

/// Parts whose token a `config.json` may name by its id.
const BY_ID: [&str; 3] = ["pad_token", "eos_token", "bos_token"];

/// Tokens by their parts: `pad_token`, `eos_token`, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specials {
    tokens: BTreeMap<String, String>,
    padding: u32,
}

impl Specials {
    /// Those of a backbone, by its tokenizer and its `config.json`.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if no token can stand for padding.
    pub fn of(encoder: &Encoder, config: &Map<String, Value>) -> Result<Self, Fault> {
        let mut tokens = match encoder.layout() {
            Layout::Pair { before, after, .. } => {
                let mut tokens = BTreeMap::new();
                let mut add = |part: &str, id: Option<&u32>| {
                    if let Some(token) = id.and_then(|id| encoder.token(*id)) {
                        tokens.insert(part.to_owned(), token);
                    }
                };
                add("cls_token", before.first());
                add("sep_token", after.last());
                // A BERT has no such token; trainers ask for one, and this is what its texts end with.
                add("eos_token", after.last());
                for (part, names) in [("unk_token", ["[UNK]", "<unk>"]), ("mask_token", ["[MASK]", "<mask>"])]
                {
                    let known = names.into_iter().find(|name| encoder.id(name).is_some());
                    add(part, known.and_then(|name| encoder.id(name)).as_ref());
                }
                tokens
            }
            Layout::Conversation(_) => named(encoder.settings()),
        };
        for part in BY_ID {
            let id = &config.get(&format!("{part}_id")).unwrap_or(&Value::Null);
            // Where several tokens end a text, the first is the one for it.
            let id = id.as_u64().or_else(|| id.get(0)?.as_u64()).and_then(|id| u32::try_from(id).ok());
            let token = id.and_then(|id| encoder.token(id));
            // Padding is what the network was told that it is: a RoBERTa counts its places by it.
            if let Some(token) = token.filter(|_| part == "pad_token" || !tokens.contains_key(part)) {
                tokens.insert(part.into(), token);
            }
        }
        let padding =
            ["pad_token", "unk_token", "eos_token"].iter().find_map(|part| tokens.get(*part)).cloned();
        let id = padding.as_ref().and_then(|token| encoder.id(token));
        let (Some(token), Some(padding)) = (padding, id) else {
            return Err(Fault::new(
                FaultKind::Backbone,
                "The backbone\u{2019}s tokenizer has no token for padding, which every library asks for.",
                "Name one as pad_token in its tokenizer_config.json, and add the backbone again.",
            ));
        };
        tokens.insert("pad_token".into(), token);
        Ok(Self { tokens, padding })
    }

    /// The id that padding has.
    pub fn padding(&self) -> u32 {
        self.padding
    }

    /// Whether padding has a token to itself, which stands for nothing in a text.
    pub fn padding_is_its_own(&self) -> bool {
        let padding = self.tokens.get("pad_token");
        ["eos_token", "bos_token", "unk_token"].iter().all(|part| self.tokens.get(*part) != padding)
    }

    /// As a `special_tokens_map.json`.
    pub fn to_json(&self) -> Value {
        json!(self.tokens)
    }
}

/// What a `tokenizer_config.json` names, each by itself or with a description.
fn named(settings: &Value) -> BTreeMap<String, String> {
    let fields = settings.as_object().into_iter().flatten();
    let token = |(part, value): (&String, &Value)| {
        let content = value.as_str().or_else(|| value.get("content")?.as_str())?;
        part.ends_with("_token").then(|| (part.clone(), content.to_owned()))
    };
    fields.filter_map(token).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_named_by_themselves_or_described() {
        let settings = json!({
            "eos_token": "</s>", "bos_token": { "content": "<s>", "lstrip": false }, "pad_token": null,
            "add_bos_token": true, "model_max_length": 5,
        });
        let named = named(&settings);
        assert_eq!(
            named.into_iter().collect::<Vec<_>>(),
            [("bos_token".to_owned(), "<s>".to_owned()), ("eos_token".to_owned(), "</s>".to_owned())]
        );
    }
}
