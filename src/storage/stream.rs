//! A stream of the browser's, taken piece by piece, and the pieces put together as a `Blob`, which lies with the browser
//! (on disk, if it likes) and never whole in wasm memory.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStreamDefaultReader};

/// Pieces are handed to the browser in lumps of this size.
pub const LUMP_BYTES: u64 = 8 << 20;

/// The next piece; `None` at the end.
///
/// # Errors
/// What broke the stream.
pub async fn read(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, JsValue> {
    let result = JsFuture::from(reader.read()).await?;
    if Reflect::get(&result, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    Reflect::get(&result, &"value".into())?.dyn_into().map(Some)
}

/// The pieces so far: lumps that the browser holds, and those that do not make a lump yet.
#[derive(Default)]
pub struct Pieces {
    lumps: Array,
    lump_bytes: u64,
    loose: Array,
    loose_bytes: u64,
}

impl Pieces {
    /// One more piece. If it completes a lump, that, and the byte of the whole at which it begins.
    ///
    /// # Errors
    /// If the browser makes no blob of it.
    pub fn add(&mut self, piece: &Uint8Array) -> Result<Option<(u64, Blob)>, JsValue> {
        self.loose_bytes += u64::from(piece.length());
        self.loose.push(piece);
        if self.loose_bytes >= LUMP_BYTES { self.lump() } else { Ok(None) }
    }

    /// Make a lump of what is loose, if anything is.
    ///
    /// # Errors
    /// If the browser makes no blob of it.
    pub fn lump(&mut self) -> Result<Option<(u64, Blob)>, JsValue> {
        if self.loose_bytes == 0 {
            return Ok(None);
        }
        let begins = self.lump_bytes;
        let lump = Blob::new_with_u8_array_sequence(&self.loose)?;
        self.lumps.push(&lump);
        self.lump_bytes += self.loose_bytes;
        (self.loose, self.loose_bytes) = (Array::new(), 0);
        Ok(Some((begins, lump)))
    }

    /// All of it.
    ///
    /// # Errors
    /// If the browser makes no blob of it.
    pub fn whole(mut self) -> Result<Blob, JsValue> {
        self.lump()?;
        Blob::new_with_blob_sequence(&self.lumps)
    }
}

/// The bytes of a blob that is small enough to lie in memory.
///
/// # Errors
/// If the browser cannot read it.
pub async fn bytes(blob: &Blob) -> Result<Uint8Array, JsValue> {
    let buffer = JsFuture::from(blob.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer))
}
