//! A backbone's card: what the catalogue beside the page (`backbones.json`) says of one pretrained model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One file of a backbone, with what it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCard {
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// A pretrained model whose hidden states can be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackboneCard {
    /// The Hub name, `org/name`: what an export says it belongs to.
    pub id: String,
    /// The name a person reads.
    pub name: String,
    /// Model family, by the `model_type` of `config.json`: one of `family::FAMILIES`.
    pub family: String,
    /// Where its files lie: relative to the page, or a folder of the Hub's.
    pub folder: String,
    /// Licence of the weights (SPDX).
    pub licence: String,
    /// Width of the hidden states.
    pub hidden: u16,
    /// Number of transformer blocks.
    pub layers: u8,
    /// Bytes that the largest matrix of a block takes as f32; 0 where nobody has worked it out, as for small ones.
    #[serde(default)]
    pub matrix_bytes: u64,
    /// `config.json`, `tokenizer.json`, the weights, in one file or several with their index, and what
    /// `own_backbone::listing::OF_CHATS` names, as far as it is there.
    pub files: BTreeMap<String, FileCard>,
}

impl BackboneCard {
    /// The files with the weights: one, or several that the tensors are spread over.
    pub fn weights(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.files.keys().map(String::as_str).filter(|name| name.ends_with(".safetensors"))
    }

    /// The weights' hash: the backbone's identity in kept features and in exports. Of several files it is that of the
    /// last one, which holds the last blocks.
    pub fn weights_sha256(&self) -> &str {
        self.weights().next_back().map_or("", |name| self.files[name].sha256.as_str())
    }

    /// Size of everything to be fetched, in bytes.
    pub fn bytes(&self) -> u64 {
        self.files.values().map(|file| file.bytes).sum()
    }
}
