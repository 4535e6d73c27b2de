//! A zip archive, of which only what is wanted is unpacked, and by the browser: it can inflate.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, ReadableStreamDefaultReader};

use super::reading;
use crate::domain::own_backbone::archive::{self, LOCAL_HEADER_BYTES, LONGEST_END, Method, Packed};
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::storage::stream::{self, Pieces};
use crate::storage::trouble;

/// An archive's files.
///
/// # Errors
/// `FaultKind::File` if it is no archive that can be read.
pub(super) async fn files(zip: &Blob, name: &str) -> Result<Vec<Packed>, Fault> {
    let refused = |why: String| {
        Fault::new(
            FaultKind::File,
            format!("{name} cannot be read: {why}."),
            "Unpack it on your machine, and choose its files.",
        )
    };
    let tail_at = (zip.size() - LONGEST_END as f64).max(0.0);
    let tail = reading::part(zip, tail_at, zip.size()).await?;
    let place = archive::directory(&tail, tail_at as u64).map_err(refused)?;
    let directory = reading::part(zip, place.start as f64, place.end as f64).await?;
    archive::files(&directory).map_err(refused)
}

/// One of them, unpacked.
///
/// # Errors
/// `FaultKind::File` if it is damaged, or this browser cannot inflate.
pub(super) async fn unpack(zip: &Blob, packed: &Packed) -> Result<Blob, Fault> {
    let damaged = |why: String| {
        Fault::new(
            FaultKind::File,
            format!("{} in the archive cannot be unpacked: {why}.", packed.path),
            "Unpack it on your machine, and choose its files.",
        )
    };
    let header_end = packed.header_at + LOCAL_HEADER_BYTES;
    let header = reading::part(zip, packed.header_at as f64, header_end as f64).await?;
    let place = archive::place(packed, &header).map_err(damaged)?;
    let data = zip
        .slice_with_f64_and_f64(place.start as f64, place.end as f64)
        .map_err(|error| damaged(trouble::words(&error)))?;
    let blob = match packed.method {
        Method::Stored => data,
        Method::Deflated => {
            inflated(&data, packed.bytes).await.map_err(|error| damaged(trouble::words(&error)))?
        }
    };
    if blob.size() == packed.bytes as f64 {
        Ok(blob)
    } else {
        Err(damaged("it is not as long as its directory says".into()))
    }
}

/// Inflate, and stop once there is more than there should be: a small archive can hold a very large file.
async fn inflated(data: &Blob, bytes: u64) -> Result<Blob, JsValue> {
    // By reflection, as web-sys would be compiled anew for it in every ring.
    let maker: Function = Reflect::get(&js_sys::global(), &"DecompressionStream".into())?.dyn_into()?;
    let inflater = Reflect::construct(&maker, &Array::of1(&"deflate-raw".into()))?;
    let packed = data.stream();
    let pipe: Function = Reflect::get(&packed, &"pipeThrough".into())?.dyn_into()?;
    let reader = ReadableStreamDefaultReader::new(&pipe.call1(&packed, &inflater)?.dyn_into()?)?;
    let (mut pieces, mut got) = (Pieces::default(), 0);
    while let Some(piece) = stream::read(&reader).await? {
        got += u64::from(piece.length());
        if got > bytes {
            // Whether the browser stops at once changes nothing here.
            let _ = reader.cancel();
            return Err("it is longer than its directory says".into());
        }
        pieces.add(&piece)?;
    }
    pieces.whole()
}
