//! A pair: one prompt, two responses. Its id is a hash of its content, so the same pair imported twice is one pair.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::log::EventId;

/// SHA-256 of the pair's canonical JSON `[prompt, response_a, response_b]`, as 64 hexadecimal digits. Its copies share
/// them: a workspace holds each id in several places.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PairId(Arc<str>);

impl Hash for PairId {
    /// Its first 64 bits are as good as all of them: they come of SHA-256.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let digits = self.0.as_bytes();
        state.write(&digits[..digits.len().min(16)]);
    }
}

impl PairId {
    /// The id of this content. The two responses are ordered: swapping them gives another pair.
    pub fn of(prompt: &str, response_a: &str, response_b: &str) -> Self {
        let canonical = serde_json::json!([prompt, response_a, response_b]).to_string();
        Self(hex(&Sha256::digest(canonical.as_bytes())).into())
    }

    /// The 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PairId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for PairId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PairId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(String::deserialize(deserializer)?.into()))
    }
}

/// One prompt and two responses to it, before anybody has chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Hash of the three texts below.
    pub id: PairId,
    /// What was asked.
    pub prompt: String,
    /// The first response, in the file's order (the page may show it on either side).
    pub response_a: String,
    /// The second response.
    pub response_b: String,
    /// Where it came from: a file name, `starter/support`, …
    pub source: String,
    /// Where it came with a conversation: its turns, of which `prompt` is the transcript. Empty for a plain prompt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<Turn>,
    /// Who wrote `response_a` (a model's name); empty where nobody says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source_a: String,
    /// Who wrote `response_b`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source_b: String,
    /// The part of a benchmark that it belongs to, like RewardBench's `subset`; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subset: String,
    /// The import that first brought it; `None` for pairs of before imports were logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<EventId>,
}

/// A pair as the engine needs it: its texts alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairText {
    /// As in [`Pair`].
    pub id: PairId,
    /// As in [`Pair`].
    pub prompt: String,
    /// As in [`Pair`].
    pub response_a: String,
    /// As in [`Pair`].
    pub response_b: String,
}

impl From<Pair> for PairText {
    fn from(pair: Pair) -> Self {
        let Pair { id, prompt, response_a, response_b, .. } = pair;
        Self { id, prompt, response_a, response_b }
    }
}

impl From<&Pair> for PairText {
    fn from(pair: &Pair) -> Self {
        Self {
            id: pair.id.clone(),
            prompt: pair.prompt.clone(),
            response_a: pair.response_a.clone(),
            response_b: pair.response_b.clone(),
        }
    }
}

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// `system`, `user`, `assistant`, …
    pub role: String,
    /// What was said.
    pub content: String,
}

impl Pair {
    /// A pair of these texts, with its id computed.
    pub fn new(
        prompt: impl Into<String>,
        response_a: impl Into<String>,
        response_b: impl Into<String>,
        source: impl Into<String>,
    ) -> Self {
        let (prompt, response_a, response_b) = (prompt.into(), response_a.into(), response_b.into());
        Self {
            id: PairId::of(&prompt, &response_a, &response_b),
            prompt,
            response_a,
            response_b,
            source: source.into(),
            turns: vec![],
            source_a: String::new(),
            source_b: String::new(),
            subset: String::new(),
            import: None,
        }
    }
}

/// Lower-case hexadecimal digits of `bytes`.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
