//! A pair: one prompt, two responses. Its id is a hash of its content, so the same pair imported twice is one pair.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// SHA-256 of the pair's canonical JSON `[prompt, response_a, response_b]`, as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PairId(String);

impl PairId {
    /// The id of this content. The two responses are ordered: swapping them gives another pair.
    pub fn of(prompt: &str, response_a: &str, response_b: &str) -> Self {
        let canonical = serde_json::json!([prompt, response_a, response_b]).to_string();
        Self(hex(&Sha256::digest(canonical.as_bytes())))
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
        }
    }
}

/// Lower-case hexadecimal digits of `bytes`.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
