//! The recipe: how a prompt and a response become one feature vector.

use serde::{Deserialize, Serialize};

use super::depth::LORA;

/// Which of the backbone's vectors become the feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// Mean over the response's own tokens (for an empty response: the final `[SEP]`).
    ResponseMean,
    /// Mean over all real tokens, special ones included.
    Mean,
    /// The first token, `[CLS]`.
    Cls,
    /// The last token that is not padding (the final `[SEP]`).
    Last,
    /// The first token, behind the layer that the family's own classes have between it and a head, such as BERT's pooler.
    Pooler,
}

impl Pooling {
    /// Every pooling, the default first.
    pub const ALL: [Pooling; 5] =
        [Pooling::ResponseMean, Pooling::Mean, Pooling::Cls, Pooling::Last, Pooling::Pooler];

    /// The word used in files and form values.
    pub fn word(self) -> &'static str {
        match self {
            Pooling::ResponseMean => "response_mean",
            Pooling::Mean => "mean",
            Pooling::Cls => "cls",
            Pooling::Last => "last",
            Pooling::Pooler => "pooler",
        }
    }

    /// The pooling of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pooling| pooling.word() == word)
    }
}

/// Whether the response's log length is a feature of its own.
///
/// Much of what crowds prefer is length; as one visible weight it can be seen and switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthFeature {
    /// Appended to the pooled vector.
    On,
    /// Left out.
    Off,
}

/// Prompt and response → tokens → hidden states → one vector. Training, scoring and export share it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recipe {
    /// How many transformer blocks are run; the hidden states after the last of them are pooled.
    pub layer: u8,
    /// Which of those hidden states are taken.
    pub pooling: Pooling,
    /// Log length as a feature.
    pub length_feature: LengthFeature,
    /// Longest input in tokens, special ones included; see `text::encode` for how longer ones are cut.
    pub max_tokens: u16,
    /// The identity of what was changed of the backbone, where training went below the head; it begins with how.
    #[serde(default)]
    pub tuned: Option<String>,
}

impl Recipe {
    /// What was measured to be best on the default backbone, for one of `layers` blocks:
    /// two thirds of the way up (block 4 of 6), mean over the response's tokens, with log length.
    pub fn measured_best(layers: u8) -> Self {
        Self {
            layer: (layers * 2).div_ceil(3).clamp(1, layers.max(1)),
            pooling: Pooling::ResponseMean,
            length_feature: LengthFeature::On,
            max_tokens: 256,
            tuned: None,
        }
    }

    /// Whether what was changed of the backbone are LoRA adapters.
    pub fn is_lora(&self) -> bool {
        self.tuned.as_deref().is_some_and(|id| id.starts_with(LORA))
    }

    /// Whether both make the same vectors of texts that neither cuts; lengths are put beside them, or not.
    pub fn reads_as(&self, other: &Self) -> bool {
        (self.layer, self.pooling, &self.tuned) == (other.layer, other.pooling, &other.tuned)
    }

    /// The same on the backbone as it came.
    pub fn untuned(&self) -> Self {
        Self { tuned: None, ..self.clone() }
    }

    /// A short name that changes whenever the *pooled vector* would: part of every kept feature's key.
    /// (The length feature is computed apart, so that switching it costs nothing.)
    pub fn pooled_key(&self) -> String {
        let key = format!("L{}-{}-{}", self.layer, self.pooling.word(), self.max_tokens);
        match &self.tuned {
            Some(tuned) => format!("{key}-{tuned}"),
            None => key,
        }
    }
}
