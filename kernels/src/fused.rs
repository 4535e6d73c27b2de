//! `fused.wat` in the browser: opened once a worker, where relaxed SIMD is understood.

use js_sys::{Object, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::tile::{HIGH, Sums, WIDE};

/// Assembled by `build.rs`.
const MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/fused.wasm"));

#[wasm_bindgen]
extern "C" {
    /// What the module exports.
    type Fused;

    #[wasm_bindgen(method)]
    fn multiply(this: &Fused, rows: usize, panel: usize, depth: usize, groups: usize, sums: usize);
}

thread_local! {
    static FUSED: Option<Fused> = open().ok();
}

/// As [`crate::tile::multiply`], which has checked the lengths; `false`, and nothing done, where the browser has no
/// relaxed SIMD.
pub(crate) fn multiply(rows: &[[f32; HIGH]], panel: &[[f32; WIDE]], sums: &mut [Sums]) -> bool {
    FUSED.with(|fused| {
        let Some(fused) = fused else { return false };
        let (rows, place) = (rows.as_ptr().expose_provenance(), panel.as_ptr().expose_provenance());
        fused.multiply(rows, place, panel.len(), sums.len(), sums.as_mut_ptr().expose_provenance());
        true
    })
}

/// The module over this worker's memory; an error where it is not understood.
fn open() -> Result<Fused, JsValue> {
    let module = WebAssembly::Module::new(&Uint8Array::from(MODULE))?;
    let (imports, worker) = (Object::new(), Object::new());
    Reflect::set(&worker, &"memory".into(), &wasm_bindgen::memory())?;
    Reflect::set(&imports, &"worker".into(), &worker)?;
    Ok(WebAssembly::Instance::new(&module, &imports)?.exports().unchecked_into())
}
