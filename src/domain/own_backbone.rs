//! A backbone of one's own, before anything large of it is read: what a Hub's listing, a folder's names and a few small
//! JSON files say of it, and why it cannot be used where it cannot.
//!
//! Must not know where bytes come from, nor how tensors are read: whatever is only seen in the weights themselves the
//! engine says, when it opens them.

pub mod archive;
pub mod fit;
pub mod hub;
pub mod listing;
pub mod resume;
pub mod shape;

use std::collections::BTreeMap;

use self::shape::Shape;
use super::backbone::{BackboneCard, FileCard};
use super::family;

/// Where the files of a backbone lie that was given as files: a folder under the page's address that no host has.
pub const OWN_FOLDER: &str = "own/";

/// Why a backbone cannot be used, and what to do about it: a sentence each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl Complaint {
    /// A complaint.
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

/// Whence a backbone's files come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// They lie beside the page.
    Page,
    /// They are fetched from the Hub.
    Hub,
    /// A person gave them; nobody else has them.
    Given,
}

/// Whence the files of this backbone come.
pub fn source(card: &BackboneCard) -> Source {
    if card.folder.starts_with(OWN_FOLDER) {
        Source::Given
    } else if card.folder.starts_with(hub::HUB) {
        Source::Hub
    } else {
        Source::Page
    }
}

/// The card of a backbone in this folder.
pub fn card(
    (id, name): (String, String),
    folder: String,
    licence: String,
    shape: &Shape,
    files: BTreeMap<String, FileCard>,
) -> BackboneCard {
    BackboneCard {
        id,
        name,
        family: shape.family.clone(),
        folder,
        licence,
        hidden: shape.hidden,
        layers: shape.layers,
        matrix_bytes: shape.matrix_bytes,
        files,
    }
}

/// Whether a card that was kept among the settings can be one of ours. Settings may come from another's workspace file,
/// and a card says what is fetched from where.
pub fn is_sound(card: &BackboneCard) -> bool {
    let folder = match source(card) {
        Source::Page => false,
        Source::Hub => hub::is_folder(&card.folder),
        Source::Given => card.folder.strip_prefix(OWN_FOLDER).is_some_and(is_sha256),
    };
    let file = |(name, file): (&String, &FileCard)| listing::is_plain(name) && is_sha256(&file.sha256);
    folder
        && card.layers > 0
        && card.hidden > 0
        && family::known().any(|known| known == card.family)
        && !card.weights_sha256().is_empty()
        && card.files.iter().all(file)
}

/// 64 lower-case hexadecimal digits.
pub fn is_sha256(digits: &str) -> bool {
    digits.len() == 64 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sound() -> BackboneCard {
        let config = br#"{"model_type":"bert","hidden_size":32,"num_hidden_layers":2,"num_attention_heads":2,
            "vocab_size":9,"intermediate_size":8,"max_position_embeddings":8}"#;
        let shape = shape::shape(config).expect("a shape");
        let file = FileCard { bytes: 1, sha256: "a".repeat(64) };
        let files = BTreeMap::from([("model.safetensors".to_owned(), file)]);
        let folder = format!("own/{}", "a".repeat(64));
        card(("own/tiny".into(), "tiny".into()), folder, String::new(), &shape, files)
    }

    #[test]
    fn a_card_from_elsewhere_leads_to_the_hub_or_to_what_was_given_and_nowhere_else() {
        assert!(is_sound(&sound()));
        let leading = |folder: &str| is_sound(&BackboneCard { folder: folder.into(), ..sound() });
        assert!(leading("https://huggingface.co/org/name/resolve/main"));
        assert!(!leading("https://huggingface.co.elsewhere.org/org/name/resolve/main"));
        assert!(!leading("https://elsewhere.org/org/name/resolve/main"));
        assert!(!leading("https://huggingface.co/org/name/resolve/main/.."));
        assert!(!leading("own/../models"));
        assert!(!leading("models/all-MiniLM-L6-v2"));
    }

    #[test]
    fn a_card_from_elsewhere_names_plain_files_with_hashes() {
        let mut other = sound();
        other.files.insert("../page.js".into(), FileCard { bytes: 1, sha256: "a".repeat(64) });
        assert!(!is_sound(&other));
        let mut other = sound();
        other.files.insert("config.json".into(), FileCard { bytes: 1, sha256: "A".repeat(64) });
        assert!(!is_sound(&other));
        assert!(!is_sound(&BackboneCard { family: "t5".into(), ..sound() }));
        assert!(!is_sound(&BackboneCard { files: BTreeMap::new(), ..sound() }));
    }

    proptest! {
        #[test]
        fn nothing_that_describes_a_backbone_can_make_a_reader_panic(bytes: Vec<u8>, text: String, at in 0..400usize) {
            let _ = (hub::HubName::read(&text), listing::licence(&text), listing::root([text.as_str()]));
            let _ = (hub::about(&bytes), hub::tree(&bytes), listing::shards(&bytes, &[]), shape::shape(&bytes));
            let _ = (archive::directory(&bytes, 0), archive::files(&bytes));
            let _ = (resume::answer(206, Some(&text), 1, 2), resume::of_lump(&text));
            // A whole archive with one part written over.
            let mut zip = archive::made_up::archive();
            let end = (at + bytes.len()).min(zip.len());
            if at < end {
                zip[at..end].copy_from_slice(&bytes[..end - at]);
            }
            if let Ok(place) = archive::directory(&zip, 0) {
                let files = archive::files(&zip[place.start as usize..place.end as usize]).unwrap_or_default();
                for packed in files {
                    let header = zip.get(packed.header_at as usize..).unwrap_or_default();
                    let _ = archive::place(&packed, header);
                }
            }
        }
    }
}
