//! Files read in pieces, between which the page lives on.

use gloo_timers::future::TimeoutFuture;
use sha2::{Digest, Sha256};
use web_sys::Blob;

use crate::domain::own_backbone::archive::Crc32;
use crate::domain::pair::hex;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// Bytes that are read at once.
const PIECE: usize = 1 << 20;

/// What a file's bytes come to.
pub(super) struct Sums {
    /// 64 hexadecimal digits.
    pub(super) sha256: String,
    /// As zip archives have it.
    pub(super) crc32: u32,
}

/// Go through the whole file. `told` hears how many bytes were read, and says whether to go on.
///
/// # Errors
/// `FaultKind::File` if it cannot be read; `None` if it was not to go on.
pub(super) async fn sums(blob: &Blob, mut told: impl FnMut(u64) -> bool) -> Result<Option<Sums>, Fault> {
    let (mut sha256, mut crc32) = (Sha256::new(), Crc32::default());
    let (size, mut at) = (blob.size(), 0.0);
    while at < size {
        let end = (at + PIECE as f64).min(size);
        let bytes = part(blob, at, end).await?;
        sha256.update(&bytes);
        crc32.update(&bytes);
        if !told(bytes.len() as u64) {
            return Ok(None);
        }
        at = end;
    }
    Ok(Some(Sums { sha256: hex(&sha256.finalize()), crc32: crc32.sum() }))
}

/// The hash of what is in memory.
pub(super) async fn sha256(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    for piece in bytes.chunks(PIECE) {
        hash.update(piece);
        TimeoutFuture::new(0).await;
    }
    hex(&hash.finalize())
}

/// All of a file.
///
/// # Errors
/// `FaultKind::File` if it cannot be read.
pub(super) async fn whole(blob: &Blob) -> Result<Vec<u8>, Fault> {
    part(blob, 0.0, blob.size()).await
}

/// These bytes of a file.
///
/// # Errors
/// `FaultKind::File` if they cannot be read.
pub(super) async fn part(blob: &Blob, start: f64, end: f64) -> Result<Vec<u8>, Fault> {
    let unreadable = |why: String| {
        Fault::new(FaultKind::File, format!("The file could not be read: {why}."), "Choose it again.")
    };
    let slice = blob
        .slice_with_f64_and_f64(start, end)
        .map_err(|_| unreadable("the browser refused a part of it".into()))?;
    gloo_file::futures::read_as_bytes(&slice.into()).await.map_err(|error| unreadable(error.to_string()))
}
