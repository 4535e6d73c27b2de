//! A backbone's file in the browser: kept from an earlier visit, or fetched now and kept for the next.

use std::ops::Range;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Url};

use super::fetch::fetch;
use crate::domain::backbone::{BackboneCard, FileCard};
use crate::domain::own_backbone::{Source, source};
use crate::engine::ports::ByteSource;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::protocol::event::Origin;
use crate::storage::{backbones, trouble};

/// A file that the browser holds, on disk if it can.
pub struct BlobFile {
    blob: Blob,
}

/// Open a file. `storage_trouble` hears why it could not be kept; it is then worked with from memory.
///
/// # Errors
/// `FaultKind::Backbone` if it cannot be had or is not what the card says.
pub(super) async fn open(
    base: &str,
    card: &BackboneCard,
    file: &str,
    progress: &dyn Fn(u64, Origin),
    storage_trouble: impl FnOnce(Fault),
) -> Result<BlobFile, Fault> {
    let (address, expected) = find(base, card, file)?;
    if let Some(blob) = backbones::kept(&address, expected).await {
        progress(expected.bytes, Origin::Kept);
        return Ok(BlobFile { blob });
    }
    let remedy = match source(card) {
        Source::Page => "Try again; if it stays so, whoever hosts this page has to put the right file there.",
        Source::Hub => {
            "Try again; if it stays so, the model was changed or taken away: add it anew on the Train tab."
        }
        // No host has it.
        Source::Given => return Err(gone(card, file)),
    };
    let fetched = fetch(&address, expected, remedy, &|got| progress(got, Origin::Network)).await?;
    let kept = match backbones::keep(&address, expected, &fetched).await {
        // Read it from where it is kept, so that the memory it came in can go.
        Ok(()) => backbones::kept(&address, expected).await,
        Err(fault) => {
            storage_trouble(fault);
            None
        }
    };
    Ok(BlobFile { blob: kept.unwrap_or(fetched) })
}

/// A file that a person gave, and the browser has cleared up.
fn gone(card: &BackboneCard, file: &str) -> Fault {
    Fault::new(
        FaultKind::Backbone,
        format!("The browser keeps {file} of {} no more.", card.name),
        "Add the backbone again from its files, on the Train tab; or choose another.",
    )
}

/// A file's address, and what it must be.
fn find<'a>(base: &str, card: &'a BackboneCard, file: &str) -> Result<(String, &'a FileCard), Fault> {
    let missing = |what: String| Fault::new(FaultKind::Backbone, what, "Choose another backbone.");
    let expected = card
        .files
        .get(file)
        .ok_or_else(|| missing(format!("There is no {file} in the list of {}’s files.", card.name)))?;
    let address = Url::new_with_base(&format!("{}/{file}", card.folder), base)
        .map_err(|_| missing(format!("{} is no folder that files could be fetched from.", card.folder)))?;
    Ok((address.href(), expected))
}

impl ByteSource for BlobFile {
    fn size(&self) -> u64 {
        self.blob.size() as u64
    }

    async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, Fault> {
        let wanted = range.end.saturating_sub(range.start);
        let bytes = self.slice(range).await.map_err(|error| unreadable(&trouble::words(&error)))?;
        if bytes.len() as u64 == wanted {
            Ok(bytes)
        } else {
            Err(unreadable("it is shorter than was asked for"))
        }
    }
}

impl BlobFile {
    async fn slice(&self, range: Range<u64>) -> Result<Vec<u8>, JsValue> {
        let part = self.blob.slice_with_f64_and_f64(range.start as f64, range.end as f64)?;
        let buffer = JsFuture::from(part.array_buffer()).await?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }
}

fn unreadable(reason: &str) -> Fault {
    Fault::new(
        FaultKind::Backbone,
        format!("A backbone file could not be read ({reason})."),
        "Reload the page; it will be fetched again if it is gone.",
    )
}
