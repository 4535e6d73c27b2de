//! Fetching one file piece by piece, hashing it on the way, so that it never lies in wasm memory whole.
//!
//! Must not know what is in the file, nor whether it will be kept.

use gloo_net::http::Request;
use js_sys::{Array, Reflect, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStreamDefaultReader, RequestCache};

use super::world::now_ms;
use crate::domain::backbone::FileCard;
use crate::domain::pair::hex;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::storage::trouble;

/// Pieces are handed to the browser in lumps of this size, which it may put on disk.
const LUMP_BYTES: u64 = 8 << 20;

/// Progress is told at most this often.
const PROGRESS_MS: f64 = 100.0;

/// Fetch a file and check it against its card. `progress` is told the bytes so far.
///
/// # Errors
/// `FaultKind::Backbone` if it cannot be had whole, or is not what the card says.
pub(super) async fn fetch(address: &str, card: &FileCard, progress: &dyn Fn(u64)) -> Result<Blob, Fault> {
    let interrupted = |reason: String| {
        unreachable(format!("{address} could not be fetched after it had begun ({reason})."))
    };
    let reader = begin(address).await?;
    let (mut hash, mut got, mut told_ms) = (Sha256::new(), 0, f64::NEG_INFINITY);
    let mut pieces = Pieces::default();
    while let Some(piece) = read(&reader).await.map_err(|error| interrupted(trouble::words(&error)))? {
        got += u64::from(piece.length());
        if got > card.bytes {
            // What is left of it is of no use, and whether the browser stops fetching it changes nothing here.
            let _ = reader.cancel();
            break;
        }
        hash.update(piece.to_vec());
        pieces.add(piece).map_err(|error| interrupted(trouble::words(&error)))?;
        if now_ms() - told_ms >= PROGRESS_MS && got < card.bytes {
            told_ms = now_ms();
            progress(got);
        }
    }
    if got != card.bytes {
        let more_or_less = if got > card.bytes { "longer" } else { "shorter" };
        return Err(wrong(format!(
            "{address} is {more_or_less} than the {} bytes that it should be.",
            card.bytes
        )));
    }
    if hex(&hash.finalize()) != card.sha256 {
        return Err(wrong(format!("{address} is not the file that it should be: its SHA-256 is another.")));
    }
    progress(got);
    pieces.whole().map_err(|error| interrupted(trouble::words(&error)))
}

/// Ask for the file; not by way of the browser's HTTP cache, where it would lie a second time.
async fn begin(address: &str) -> Result<ReadableStreamDefaultReader, Fault> {
    let response = Request::get(address)
        .cache(RequestCache::NoStore)
        .send()
        .await
        .map_err(|error| unreachable(format!("{address} could not be fetched ({error}).")))?;
    if !response.ok() {
        return Err(wrong(format!(
            "{address} could not be fetched: the server answered {}.",
            response.status()
        )));
    }
    response
        .body()
        .and_then(|body| ReadableStreamDefaultReader::new(&body).ok())
        .ok_or_else(|| wrong(format!("{address} is empty.")))
}

/// The next piece; `None` at the end.
async fn read(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, JsValue> {
    let result = JsFuture::from(reader.read()).await?;
    if Reflect::get(&result, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    Reflect::get(&result, &"value".into())?.dyn_into().map(Some)
}

/// The pieces so far: lumps that the browser holds, and those that do not make a lump yet.
#[derive(Default)]
struct Pieces {
    lumps: Array,
    loose: Array,
    loose_bytes: u64,
}

impl Pieces {
    fn add(&mut self, piece: Uint8Array) -> Result<(), JsValue> {
        self.loose_bytes += u64::from(piece.length());
        self.loose.push(&piece);
        if self.loose_bytes >= LUMP_BYTES { self.make_lump() } else { Ok(()) }
    }

    fn make_lump(&mut self) -> Result<(), JsValue> {
        self.lumps.push(&Blob::new_with_u8_array_sequence(&self.loose)?.into());
        (self.loose, self.loose_bytes) = (Array::new(), 0);
        Ok(())
    }

    fn whole(mut self) -> Result<Blob, JsValue> {
        self.make_lump()?;
        Blob::new_with_blob_sequence(&self.lumps)
    }
}

fn unreachable(what: String) -> Fault {
    Fault::new(FaultKind::Backbone, what, "Check the connection, then try again.")
}

fn wrong(what: String) -> Fault {
    Fault::new(
        FaultKind::Backbone,
        what,
        "Try again; if it stays so, whoever hosts this page has to put the right file there.",
    )
}
