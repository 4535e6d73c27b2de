//! Folders on the person's own disk, to write into, where the browser lets a page do so (the File System Access API).
//!
//! By reflection, as web-sys would be compiled anew for its types in every ring.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::storage::trouble;

const PICKER: &str = "showDirectoryPicker";

/// Bytes that are handed to the browser at once.
const PIECE: usize = 4 << 20;

/// Whether this browser lets a page write folders.
pub fn can_be_written() -> bool {
    Reflect::get(&window(), &PICKER.into()).is_ok_and(|picker| picker.is_function())
}

/// A folder that the page may write into.
#[derive(Clone)]
pub struct Folder(JsValue);

impl Folder {
    /// The one that the person chooses; `None` if they choose none. Browsers show the choice only right after a click.
    ///
    /// # Errors
    /// `FaultKind::File` if the browser refuses.
    pub async fn chosen() -> Result<Option<Self>, Fault> {
        let options = object(&[("id", "reward-model".into()), ("mode", "readwrite".into())]);
        match called(&window(), PICKER, &[options]).await {
            Ok(folder) => Ok(Some(Self(folder))),
            Err(error) if name_of(&error) == "AbortError" => Ok(None),
            Err(error) => Err(unwritten("that folder", &error)),
        }
    }

    /// A new folder in it, and its name: this one or, where something of that name is there, the name with a number.
    /// Nothing that was there is written over.
    ///
    /// # Errors
    /// `FaultKind::File` if the browser refuses.
    pub async fn fresh(&self, name: &str) -> Result<(String, Self), Fault> {
        let refused = |error: JsValue| unwritten(name, &error);
        let names = std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{name}-{number}")));
        for name in names {
            match called(&self.0, "getDirectoryHandle", &[name.as_str().into()]).await {
                // A file of that name.
                Err(error) if name_of(&error) == "TypeMismatchError" => {}
                Err(error) if name_of(&error) == "NotFoundError" => {
                    return Ok((name.clone(), self.within(&name).await.map_err(refused)?));
                }
                Err(error) => return Err(refused(error)),
                Ok(_) => {}
            }
        }
        unreachable!("numbers do not end")
    }

    /// Write a file into it, of this path with `/`; folders on the way are made. `told` hears of every piece's length.
    ///
    /// # Errors
    /// `FaultKind::File` if the browser refuses, as where the disk is full.
    pub async fn write(&self, path: &str, bytes: &[u8], told: impl FnMut(usize)) -> Result<(), Fault> {
        self.try_write(path, bytes, told).await.map_err(|error| unwritten(path, &error))
    }

    async fn try_write(&self, path: &str, bytes: &[u8], mut told: impl FnMut(usize)) -> Result<(), JsValue> {
        let mut folder = self.clone();
        let mut names: Vec<&str> = path.split('/').collect();
        let name = names.pop().unwrap_or_default();
        for name in names {
            folder = folder.within(name).await?;
        }
        let file = called(&folder.0, "getFileHandle", &[name.into(), created()]).await?;
        let stream = called(&file, "createWritable", &[]).await?;
        let written = async {
            for piece in bytes.chunks(PIECE) {
                called(&stream, "write", &[Uint8Array::from(piece).into()]).await?;
                told(piece.len());
            }
            called(&stream, "close", &[]).await.map(drop)
        };
        let written = written.await;
        if written.is_err() {
            // A stream that is left open keeps its folder from being removed; one that is broken already is let go of.
            let _ = called(&stream, "abort", &[]).await;
        }
        written
    }

    async fn within(&self, name: &str) -> Result<Self, JsValue> {
        called(&self.0, "getDirectoryHandle", &[name.into(), created()]).await.map(Self)
    }

    /// Take the folder of this name out again, with all that is in it.
    pub async fn remove(&self, name: &str) {
        let all = object(&[("recursive", true.into())]);
        // What cannot be removed stays, half written; why it was not finished is said all the same.
        let _ = called(&self.0, "removeEntry", &[name.into(), all]).await;
    }
}

fn created() -> JsValue {
    object(&[("create", true.into())])
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let entries: Array = fields.iter().map(|(name, value)| Array::of2(&(*name).into(), value)).collect();
    // Pairs of a name and a value are always an object.
    Object::from_entries(&entries).map_or(JsValue::UNDEFINED, Into::into)
}

/// What the promise gives that this method returns.
async fn called(of: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(of, &method.into())?.dyn_into()?;
    let promise: Promise = method.apply(of, &arguments.iter().cloned().collect())?.dyn_into()?;
    JsFuture::from(promise).await
}

fn name_of(error: &JsValue) -> String {
    Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

fn unwritten(what: &str, error: &JsValue) -> Fault {
    Fault::new(
        FaultKind::File,
        format!("The browser could not write {what}: {}.", trouble::words(error)),
        "Choose another folder, or download the archive.",
    )
}
