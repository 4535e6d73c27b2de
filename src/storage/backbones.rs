//! Backbone files in the browser's Cache API, apart from the page's own files and from any build of it.
//!
//! A file's key is its address with its hash, so another version of a file is another entry. Only files whose
//! hash was checked are put here, under that hash; reading one again checks its size. What has come of a file that is
//! still being fetched lies beside it in lumps, under names that no whole file has, and goes when the file is whole.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Cache, CacheQueryOptions, CacheStorage, Request, Response};

use super::trouble;
use crate::domain::backbone::FileCard;
use crate::domain::own_backbone::resume::{self, of_lump};
use crate::protocol::Fault;

const CACHE: &str = "reward-studio-backbones";

/// How much of a file is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    None,
    /// At least so many bytes from its beginning.
    Partly(u64),
    /// All of it.
    Whole,
}

/// The kept file, if there is one and it is whole. Trouble reads as none: the file can be fetched.
pub async fn kept(address: &str, card: &FileCard) -> Option<Blob> {
    found(&key(address, card)).await.filter(|blob| blob.size() == card.bytes as f64)
}

/// Keep a file whose hash was checked; other versions of it, and its lumps, are forgotten.
///
/// # Errors
/// `FaultKind::Storage` if the disk is full or the browser keeps nothing.
pub async fn keep(address: &str, card: &FileCard, blob: &Blob) -> Result<(), Fault> {
    let own = key(address, card);
    let put = async {
        let cache = cache().await?;
        remove(&cache, address, |name| !name.starts_with(&own)).await?;
        if put(&cache, &own, blob).await.is_err() {
            // There may be room for the file, but not for it and its lumps.
            remove(&cache, address, |name| name != own).await?;
            put(&cache, &own, blob).await?;
        }
        remove(&cache, address, |name| name != own).await
    };
    put.await.map_err(|error| trouble::fault(&error))
}

/// Forget this file in every version, and its lumps.
///
/// # Errors
/// `FaultKind::Storage` if the browser keeps nothing.
pub async fn forget(address: &str) -> Result<(), Fault> {
    let forget = async { remove(&cache().await?, address, |_| true).await };
    forget.await.map_err(|error| trouble::fault(&error))
}

/// How much of this file is kept. Trouble reads as nothing.
pub async fn held(address: &str, card: &FileCard) -> Held {
    let own = key(address, card);
    let names = async { names(&cache().await?, Some(address)).await };
    let names = names.await.unwrap_or_default();
    if names.contains(&own) {
        return Held::Whole;
    }
    let lumps = names.iter().filter_map(|name| of_lump(name)).filter(|(key, _)| *key == own);
    lumps.map(|(_, from)| from).max().map_or(Held::None, Held::Partly)
}

/// The lump of an interrupted download that begins at byte `from`.
pub async fn lump(address: &str, card: &FileCard, from: u64) -> Option<Blob> {
    found(&resume::lump(&key(address, card), from)).await.filter(|blob| blob.size() > 0.0)
}

/// Keep a lump that begins at byte `from`, in case the download is interrupted.
///
/// # Errors
/// What the browser says; the download can go on without.
pub async fn keep_lump(address: &str, card: &FileCard, from: u64, blob: &Blob) -> Result<(), JsValue> {
    put(&cache().await?, &resume::lump(&key(address, card), from), blob).await
}

/// Forget what has come of a file so far. Trouble means that there was nothing to forget.
pub async fn forget_lumps(address: &str, card: &FileCard) {
    let own = key(address, card);
    let forget = async {
        remove(&cache().await?, address, |name| of_lump(name).is_some_and(|(key, _)| key == own)).await
    };
    // What stays is overwritten, or cleared as stale, or refused by its hash.
    let _ = forget.await;
}

/// Forget the lumps of all files but these. Trouble leaves them for the next time.
pub async fn clear_stale_lumps(awaited: &[(String, FileCard)]) {
    let awaited: Vec<String> = awaited.iter().map(|(address, card)| key(address, card)).collect();
    let clear = async {
        let cache = cache().await?;
        for name in names(&cache, None).await? {
            if resume::is_stale(&name, &awaited) {
                JsFuture::from(cache.delete_with_str(&name)).await?;
            }
        }
        Ok::<(), JsValue>(())
    };
    let _ = clear.await;
}

fn key(address: &str, card: &FileCard) -> String {
    format!("{address}?sha256={}", card.sha256)
}

async fn found(name: &str) -> Option<Blob> {
    let look = async {
        let found = JsFuture::from(cache().await?.match_with_str(name)).await?;
        let response: Response = found.dyn_into()?;
        JsFuture::from(response.blob()?).await?.dyn_into::<Blob>()
    };
    look.await.ok()
}

async fn put(cache: &Cache, name: &str, blob: &Blob) -> Result<(), JsValue> {
    let response = Response::new_with_opt_blob(Some(blob))?;
    JsFuture::from(cache.put_with_str(name, &response)).await.map(drop)
}

/// The names under this address, or all there are.
async fn names(cache: &Cache, address: Option<&str>) -> Result<Vec<String>, JsValue> {
    let asked = match address {
        Some(address) => {
            let any_version = CacheQueryOptions::new();
            any_version.set_ignore_search(true);
            cache.keys_with_str_and_options(address, &any_version)
        }
        None => cache.keys(),
    };
    let requests: Array = JsFuture::from(asked).await?.dyn_into()?;
    requests.iter().map(|request| Ok(request.dyn_into::<Request>()?.url())).collect()
}

async fn remove(cache: &Cache, address: &str, which: impl Fn(&str) -> bool) -> Result<(), JsValue> {
    for name in names(cache, Some(address)).await?.iter().filter(|name| which(name)) {
        JsFuture::from(cache.delete_with_str(name)).await?;
    }
    Ok(())
}

async fn cache() -> Result<Cache, JsValue> {
    // Over plain http there is no such thing.
    let caches: CacheStorage = Reflect::get(&js_sys::global(), &"caches".into())?.dyn_into()?;
    JsFuture::from(caches.open(CACHE)).await?.dyn_into()
}
