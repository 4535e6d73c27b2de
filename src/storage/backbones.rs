//! Backbone files in the browser's Cache API, apart from the page's own files and from any build of it.
//!
//! A file's key is its address with its hash, so another version of a file is another entry. Only files whose
//! hash was checked are put here, under that hash; reading one again checks its size.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Cache, CacheQueryOptions, CacheStorage, Response};

use super::trouble;
use crate::domain::backbone::FileCard;
use crate::protocol::Fault;

const CACHE: &str = "reward-studio-backbones";

/// The kept file, if there is one and it is whole. Trouble reads as none: the file can be fetched.
pub async fn kept(address: &str, card: &FileCard) -> Option<Blob> {
    let look = async {
        let found = JsFuture::from(cache().await?.match_with_str(&key(address, card))).await?;
        let response: Response = found.dyn_into()?;
        JsFuture::from(response.blob()?).await?.dyn_into::<Blob>()
    };
    look.await.ok().filter(|blob| blob.size() == card.bytes as f64)
}

/// Keep a file whose hash was checked; other versions of it are forgotten.
///
/// # Errors
/// `FaultKind::Storage` if the disk is full or the browser keeps nothing.
pub async fn keep(address: &str, card: &FileCard, blob: &Blob) -> Result<(), Fault> {
    let put = async {
        let cache = cache().await?;
        let any_version = CacheQueryOptions::new();
        any_version.set_ignore_search(true);
        JsFuture::from(cache.delete_with_str_and_options(address, &any_version)).await?;
        let response = Response::new_with_opt_blob(Some(blob))?;
        JsFuture::from(cache.put_with_str(&key(address, card), &response)).await
    };
    put.await.map(drop).map_err(|error| trouble::fault(&error))
}

fn key(address: &str, card: &FileCard) -> String {
    format!("{address}?sha256={}", card.sha256)
}

async fn cache() -> Result<Cache, JsValue> {
    // Over plain http there is no such thing.
    let caches: CacheStorage = Reflect::get(&js_sys::global(), &"caches".into())?.dyn_into()?;
    JsFuture::from(caches.open(CACHE)).await?.dyn_into()
}
