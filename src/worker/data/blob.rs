//! Reading a `Blob` at any place, at once, as only workers may: its bytes stay with the browser until they are wanted.
//!
//! `FileReaderSync` is reached by reflection, as `web-sys` would be compiled anew for it in every ring.

use std::io;

use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use crate::data::source::Bytes;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::storage::trouble;

/// A blob and what reads slices of it.
pub(super) struct Sliced {
    blob: Blob,
    reader: JsValue,
    read: Function,
}

impl Sliced {
    /// # Errors
    /// `FaultKind::File` if this browser's workers read no files.
    pub(super) fn new(blob: Blob) -> Result<Self, Fault> {
        let reader = || -> Result<(JsValue, Function), JsValue> {
            let maker: Function = Reflect::get(&js_sys::global(), &"FileReaderSync".into())?.dyn_into()?;
            let reader = Reflect::construct(&maker, &Array::new())?;
            let read = Reflect::get(&reader, &"readAsArrayBuffer".into())?.dyn_into()?;
            Ok((reader, read))
        };
        let (reader, read) = reader().map_err(|error| {
            Fault::new(
                FaultKind::File,
                format!("This browser's workers read no files: {}.", trouble::words(&error)),
                "Use another browser, or a newer version of this one.",
            )
        })?;
        Ok(Self { blob, reader, read })
    }

    fn slice(&self, start: f64, end: f64) -> Result<Uint8Array, JsValue> {
        let slice = self.blob.slice_with_f64_and_f64(start, end)?;
        Ok(Uint8Array::new(&self.read.call1(&self.reader, &slice)?))
    }
}

impl Bytes for Sliced {
    fn size(&self) -> u64 {
        self.blob.size() as u64
    }

    fn read_at(&self, start: u64, into: &mut [u8]) -> io::Result<usize> {
        let end = (start + into.len() as u64).min(self.size());
        if start >= end {
            return Ok(0);
        }
        let bytes =
            self.slice(start as f64, end as f64).map_err(|error| io::Error::other(trouble::words(&error)))?;
        let got = (bytes.length() as usize).min(into.len());
        bytes.subarray(0, got as u32).copy_to(&mut into[..got]);
        Ok(got)
    }
}
