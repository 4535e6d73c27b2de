//! What `config.json` and `tokenizer.json` say of a model that matters before its weights are read.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::Complaint;
use crate::domain::family;

/// The shape of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// One of [`family::FAMILIES`].
    pub family: String,
    /// Width of the hidden states.
    pub hidden: u16,
    /// Transformer blocks.
    pub layers: u8,
    /// Rows of the word embedding.
    pub vocabulary: u64,
    /// Bytes that the largest matrix of a block takes as f32.
    pub matrix_bytes: u64,
    /// Bytes of a number in the files, as far as the configuration says: 4 if it does not.
    pub bytes_each: u8,
}

/// Read a `config.json`.
///
/// # Errors
/// What is wrong with it, or not known here.
pub fn shape(config: &[u8]) -> Result<Shape, Complaint> {
    let config: Value =
        serde_json::from_slice(config).map_err(|error| unusable(&format!("it is not JSON ({error})")))?;
    let Some(family) = family::wrapped::network(&config).get("model_type").and_then(Value::as_str) else {
        return Err(unusable("it does not say its model_type"));
    };
    if !family::known().any(|known| known == family) {
        let known: Vec<&str> = family::known().collect();
        return Err(Complaint::new(
            format!("Its architecture is {family}, which is not known here."),
            format!("Choose one whose config.json says one of {}.", known.join(", ")),
        ));
    }
    if config.get("quantization_config").is_some_and(|it| !it.is_null()) {
        return Err(Complaint::new(
            "Its weights are quantised, which is not read here.",
            "Take the model that it was made of, in f32, f16 or bf16.",
        ));
    }
    let network = family::read(&config).map_err(|why| unusable(&why))?;
    let matrix_bytes = (network.hidden * network.widest_bytes()) as u64;
    let (hidden, layers) = (network.hidden, network.layers);
    let (Ok(hidden), Ok(layers)) = (u16::try_from(hidden), u8::try_from(layers)) else {
        return Err(Complaint::new(
            format!("It has {layers} blocks of width {hidden}, which is far more than a tab can hold."),
            "Choose a smaller model: up to some hundred million parameters is what a browser is good for.",
        ));
    };
    let dtype = config.get("torch_dtype").or_else(|| config.get("dtype")).and_then(Value::as_str);
    let bytes_each = if matches!(dtype, Some("float16" | "bfloat16")) { 2 } else { 4 };
    let vocabulary = network.vocabulary as u64;
    Ok(Shape { family: family.into(), hidden, layers, vocabulary, matrix_bytes, bytes_each })
}

fn unusable(why: &str) -> Complaint {
    Complaint::new(
        format!("The model’s config.json cannot be used: {why}."),
        "Take the file anew; transformers’ save_pretrained writes one that is whole.",
    )
}

/// Check that this `tokenizer.json` can be the model's own.
///
/// # Errors
/// If it is none, or gives ids for which the model has no vector.
pub fn check_tokenizer(tokenizer: &[u8], shape: &Shape) -> Result<(), Complaint> {
    let read: Tokenizer = serde_json::from_slice(tokenizer).map_err(|error| {
        Complaint::new(
            format!("tokenizer.json cannot be read ({error})."),
            "Take the file anew; in Python, AutoTokenizer.from_pretrained(model).save_pretrained(folder) writes one.",
        )
    })?;
    let added = read.added_tokens.iter().map(|token| token.id + 1).max().unwrap_or(0);
    let needed = read.model.vocab.0.max(added);
    if needed <= shape.vocabulary {
        return Ok(());
    }
    Err(Complaint::new(
        format!(
            "The tokenizer is of another model: it has {needed} tokens, and the model knows {}.",
            shape.vocabulary
        ),
        "Take config.json, tokenizer.json and the weights from one and the same model.",
    ))
}

#[derive(Deserialize)]
struct Tokenizer {
    model: Vocabulary,
    #[serde(default)]
    added_tokens: Vec<Added>,
}

#[derive(Deserialize)]
struct Vocabulary {
    vocab: Ids,
}

#[derive(Deserialize)]
struct Added {
    id: u64,
}

/// How many ids a vocabulary has, whether it is a table from token to id or a list in the order of ids. A hundred
/// thousand tokens are counted, and none is held.
struct Ids(u64);

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Count)
    }
}

struct Count;

impl<'de> Visitor<'de> for Count {
    type Value = Ids;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a vocabulary")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ids, A::Error> {
        let mut ids = 0;
        while let Some((_, id)) = map.next_entry::<IgnoredAny, u64>()? {
            ids = ids.max(id.saturating_add(1));
        }
        Ok(Ids(ids))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Ids, A::Error> {
        let mut ids = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            ids += 1;
        }
        Ok(Ids(ids))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(config: &str) -> String {
        shape(config.as_bytes()).expect_err(config).what
    }

    const BERT: &str = r#"{"model_type":"bert","hidden_size":384,"num_hidden_layers":6,"num_attention_heads":12,
        "vocab_size":30522,"intermediate_size":1536,"max_position_embeddings":512}"#;

    #[test]
    fn width_depth_and_precision_are_read() {
        let bert = shape(BERT.as_bytes()).expect("a shape");
        assert_eq!((bert.hidden, bert.layers, bert.vocabulary, bert.bytes_each), (384, 6, 30_522, 4));
        let half = shape(BERT.replace('{', r#"{"torch_dtype":"bfloat16","#).as_bytes());
        assert_eq!(half.map(|it| it.bytes_each), Ok(2));
        let gpt2 = shape(
            br#"{"model_type":"gpt2","n_embd":768,"n_layer":12,"n_head":12,"n_positions":1024,"vocab_size":50257}"#,
        );
        assert_eq!(gpt2.map(|it| (it.family, it.layers)), Ok(("gpt2".into(), 12)));
    }

    #[test]
    fn a_config_that_cannot_be_used_is_refused_with_its_reason() {
        assert!(what("not JSON").contains("not JSON"));
        assert!(what("[]").contains("model_type"));
        let unknown = shape(br#"{"model_type":"t5"}"#).expect_err("unknown");
        assert!(unknown.what.contains("t5") && unknown.remedy.contains("bert"));
        assert!(what(r#"{"model_type":"bert"}"#).contains("hidden_size"));
        assert!(what(&BERT.replace("6", "0")).contains("num_hidden_layers"));
        assert!(what(&BERT.replace(":12", ":5")).contains("5 heads"));
        assert!(what(&BERT.replace("384", "120000")).contains("far more"));
        assert!(what(r#"{"model_type":"bert","quantization_config":{"bits":4}}"#).contains("quantised"));
    }

    #[test]
    fn a_tokenizer_of_another_model_is_told_by_its_ids() {
        let shape = Shape {
            family: "bert".into(),
            hidden: 8,
            layers: 1,
            vocabulary: 3,
            matrix_bytes: 0,
            bytes_each: 4,
        };
        let check = |json: &str| check_tokenizer(json.as_bytes(), &shape).map_err(|it| it.what);
        assert_eq!(
            check(r#"{"model":{"type":"WordPiece","vocab":{"a":0,"b":2}},"added_tokens":[{"id":1}]}"#),
            Ok(())
        );
        assert_eq!(check(r#"{"model":{"type":"Unigram","vocab":[["a",0.0],["b",-1.5]]}}"#), Ok(()));
        let other = check(r#"{"model":{"vocab":{"a":0,"b":3}}}"#).expect_err("too many");
        assert!(other.contains("has 4 tokens, and the model knows 3"), "{other}");
        let added = check(r#"{"model":{"vocab":{"a":0}},"added_tokens":[{"id":9}]}"#).expect_err("too many");
        assert!(added.contains("10 tokens"), "{added}");
        assert!(check(r#"{"model":{}}"#).expect_err("none").contains("cannot be read"));
        assert!(check("[").expect_err("none").contains("cannot be read"));
    }
}
