//! What the views and actions need of the browser itself: clocks, chance, the address, files to save, the
//! theme.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use leptos::prelude::{document, request_animation_frame, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Clipboard, DataTransfer, File, HtmlAnchorElement, HtmlElement, Url};

use crate::domain::kept_model::KeptModel;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// Milliseconds since 1970 UTC.
pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// Today's date in UTC, like `2026-01-31`.
pub fn today() -> String {
    String::from(js_sys::Date::new_0().to_iso_string()).chars().take(10).collect()
}

/// Milliseconds on a clock that never goes back.
pub fn clock_ms() -> f64 {
    window().performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// A moment on this person's clock, `2026-11-24 18:05`.
pub fn moment(at_ms: u64) -> String {
    let date = js_sys::Date::new(&(at_ms as f64).into());
    let (year, month, day) = (date.get_full_year(), date.get_month() + 1, date.get_date());
    format!("{year}-{month:02}-{day:02} {:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// What a kept model is called, on this person's calendar.
pub fn title(model: &KeptModel) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let date = js_sys::Date::new(&(model.at_ms as f64).into());
    model.title(&format!("{} {}", date.get_date(), MONTHS[date.get_month() as usize % 12]))
}

/// 64 bits drawn by the browser's generator; by the clock where that is refused.
pub fn random_u64() -> u64 {
    let mut bytes = [0; 8];
    match getrandom_04::fill(&mut bytes) {
        Ok(()) => u64::from_le_bytes(bytes),
        Err(_) => now_ms() ^ clock_ms().to_bits(),
    }
}

/// A name for this tab's session that no other has: the time and a random number, in base 36.
pub fn session_id() -> String {
    format!("{}{}", base36(now_ms()), base36(random_u64()))
}

fn base36(mut number: u64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut digits = vec![];
    loop {
        digits.push(char::from(DIGITS[(number % 36) as usize]));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

/// Helper workers that this machine has room for: a core stays with the page, each helper wants 2 GB.
pub fn helpers() -> u8 {
    const MOST: f64 = 3.0;
    const GIGABYTES_EACH: f64 = 2.0;
    let navigator = window().navigator();
    // Not every browser tells its memory (nor does web-sys have a name for it).
    let memory = Reflect::get(&navigator, &"deviceMemory".into()).ok().and_then(|memory| memory.as_f64());
    let room = memory.map_or(MOST, |gigabytes| (gigabytes / GIGABYTES_EACH).floor());
    (navigator.hardware_concurrency() - 1.0).min(room).clamp(0.0, MOST) as u8
}

/// The address that files beside the page are relative to, ending in `/`.
pub fn base_address() -> String {
    let page = document().base_uri().ok().flatten().unwrap_or_default();
    Url::new_with_base(".", &page).map_or(page, |folder| folder.href())
}

/// The word behind `#` in the address.
pub fn address_word() -> Option<String> {
    window().location().hash().ok().map(|hash| hash.trim_start_matches('#').to_owned())
}

/// Put this word behind `#`: back and forward then lead from word to word.
pub fn set_address_word(word: &str) {
    if address_word().as_deref() != Some(word) {
        // An address that cannot be changed (a sandboxed frame) only costs the way back.
        let _ = window().location().set_hash(word);
    }
}

/// Use this colour scheme; `None` follows the system.
pub fn set_theme(theme: Option<&str>) {
    let Some(root) = document().document_element() else { return };
    // A theme that cannot be set leaves the page readable as it is.
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
}

/// A file's path from the folder that was chosen on; its name, if it was chosen by itself.
pub fn path_of(file: &File) -> String {
    let path = Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
    path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name())
}

/// What was dropped, files and folders. To be asked while the event is handled: later the browser has forgotten.
pub fn entries_in(carried: &DataTransfer) -> Vec<JsValue> {
    // By reflection, as web-sys' types for these few looks would be carried by the whole page.
    let entry = |item: JsValue| {
        let get: Function = Reflect::get(&item, &"webkitGetAsEntry".into()).ok()?.dyn_into().ok()?;
        get.call0(&item).ok().filter(|entry| entry.is_object())
    };
    let items = Reflect::get(carried, &"items".into()).map(|items| Array::from(&items));
    items.into_iter().flatten().filter_map(entry).collect()
}

/// The files of what was dropped, each with its path: those by themselves, and all that lie in folders, but for the
/// hidden ones there, which nobody means.
///
/// # Errors
/// `FaultKind::File` if one cannot be read.
pub async fn files_of(entries: Vec<JsValue>) -> Result<Vec<(String, File)>, Fault> {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into());
    let read = async {
        let mut files = vec![];
        let mut waiting: Vec<_> = entries.into_iter().map(|entry| (String::new(), entry)).collect();
        while let Some((folder, entry)) = waiting.pop() {
            let name = get(&entry, "name")?.as_string().unwrap_or_default();
            if !folder.is_empty() && name.starts_with('.') {
                continue;
            }
            let path = format!("{folder}{name}");
            if !get(&entry, "isDirectory")?.is_truthy() {
                files.push((path, called_back(&entry, "file").await?.dyn_into()?));
                continue;
            }
            let reader = get(&entry, "createReader")?.dyn_into::<Function>()?.call0(&entry)?;
            loop {
                // A hundred at a time; at the end none.
                let some = Array::from(&called_back(&reader, "readEntries").await?);
                if some.length() == 0 {
                    break;
                }
                waiting.extend(some.iter().map(|entry| (format!("{path}/"), entry)));
            }
        }
        files.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok::<_, JsValue>(files)
    };
    read.await.map_err(|_| {
        let what = "What was dropped could not be read.";
        Fault::new(FaultKind::File, what, "Choose the files or the folder by the buttons.")
    })
}

/// What a method gives that takes two callbacks, one for good and one for bad.
async fn called_back(of: &JsValue, method: &str) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(of, &method.into())?.dyn_into()?;
    let promise = Promise::new(&mut |good, bad| {
        if let Err(error) = method.call2(of, &good, &bad) {
            // A promise cannot refuse to be refused.
            let _ = bad.call1(&JsValue::UNDEFINED, &error);
        }
    });
    JsFuture::from(promise).await
}

/// Give the person a file.
///
/// # Errors
/// `FaultKind::File` if the browser refuses.
pub fn save_file(name: &str, kind: &str, bytes: &[u8]) -> Result<(), Fault> {
    let pieces = Pieces::default();
    pieces.push(bytes);
    pieces.save(name, kind)
}

/// Put this text on the clipboard.
///
/// # Errors
/// `FaultKind::Settings` if the browser refuses, as it does over plain http.
pub async fn copy(text: &str) -> Result<(), Fault> {
    let put = async {
        let clipboard: Clipboard = Reflect::get(&window().navigator(), &"clipboard".into())?.dyn_into()?;
        JsFuture::from(clipboard.write_text(text)).await
    };
    put.await.map(drop).map_err(|_| {
        let what = "The browser does not let this page use the clipboard.";
        Fault::new(FaultKind::Settings, what, "Select the text and copy it by hand.")
    })
}

/// The text on the clipboard.
///
/// # Errors
/// `FaultKind::Settings` if the browser or the person refuses.
pub async fn pasted() -> Result<String, Fault> {
    let get = async {
        let clipboard: Clipboard = Reflect::get(&window().navigator(), &"clipboard".into())?.dyn_into()?;
        JsFuture::from(clipboard.read_text()).await
    };
    get.await.map(|text| text.as_string().unwrap_or_default()).map_err(|_| {
        let what = "The browser does not let this page read the clipboard.";
        Fault::new(FaultKind::Settings, what, "Click into the box and paste by the keys.")
    })
}

/// The text in a small file.
///
/// # Errors
/// `FaultKind::File` if it cannot be read.
pub async fn text_of(file: &File) -> Result<String, Fault> {
    let text = JsFuture::from(file.text()).await;
    text.map(|text| text.as_string().unwrap_or_default()).map_err(|_| {
        let what = format!("{} cannot be read.", file.name());
        Fault::new(FaultKind::File, what, "It may have been moved or changed since: choose it again.")
    })
}

/// A file that comes in pieces, which the browser holds outside of our memory.
#[derive(Default)]
pub struct Pieces {
    parts: Array,
}

impl Pieces {
    /// Add a piece at the end.
    pub fn push(&self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.parts.push(&Uint8Array::from(bytes));
        }
    }

    /// Give the person the file.
    ///
    /// # Errors
    /// `FaultKind::File` if the browser refuses.
    pub fn save(&self, name: &str, kind: &str) -> Result<(), Fault> {
        let give = || {
            let options = BlobPropertyBag::new();
            options.set_type(kind);
            let blob = Blob::new_with_u8_array_sequence_and_options(&self.parts, &options)?;
            let address = Url::create_object_url_with_blob(&blob)?;
            let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
            link.set_href(&address);
            link.set_download(name);
            link.click();
            // The download has its own hold on the blob once the click was handled.
            gloo_timers::callback::Timeout::new(60_000, move || {
                let _ = Url::revoke_object_url(&address);
            })
            .forget();
            Ok::<(), JsValue>(())
        };
        give().map_err(|_| {
            Fault::new(
                FaultKind::File,
                format!("The browser would not save {name}."),
                "Allow downloads for this page and try again.",
            )
        })
    }
}

/// If `from` has the focus, or has just lost it by being hidden, `to` gets it, once it can be seen.
pub fn hand_focus_over(from: &HtmlElement, to: &HtmlElement) {
    let focused = document().active_element();
    let lost = focused.is_none() || focused == document().body().map(Into::into);
    if !lost && focused.as_ref() != Some(from.as_ref()) {
        return;
    }
    let to = to.clone();
    request_animation_frame(move || {
        // An element that cannot take focus leaves it where it was.
        let _ = to.focus();
    });
}

/// Bring this element into view, once it is there.
pub fn reveal(id: &'static str) {
    request_animation_frame(move || {
        if let Some(element) = document().get_element_by_id(id) {
            element.scroll_into_view_with_bool(true);
        }
    });
}

/// Which way in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the line above.
    Up,
    /// To the line below.
    Down,
}

/// In a list whose lines begin with a button, move the focus from one line's to the next one's; at the ends it stays.
pub fn move_focus(way: Way) {
    let line = document().active_element().and_then(|focused| focused.closest("li").ok().flatten());
    let next = line.and_then(|line| match way {
        Way::Up => line.previous_element_sibling(),
        Way::Down => line.next_element_sibling(),
    });
    if let Some(button) = next.and_then(|next| next.first_element_child()) {
        // An element that cannot take focus leaves it where it was.
        let _ = button.unchecked_into::<HtmlElement>().focus();
    }
}

/// Give the element of this `id` the focus.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        // An element that cannot take focus leaves it where it was.
        let _ = element.focus();
    }
}

/// Give the element of this `id` the focus, once it is there.
pub fn focus_soon(id: String) {
    request_animation_frame(move || focus(&id));
}

/// Whether a dialog is open, which keeps the keys to itself.
pub fn dialog_is_open() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

/// Mark the page as one that shows nothing but a pair, or not.
pub fn set_focus_mode(on: bool) {
    let Some(root) = document().document_element() else { return };
    // A mark that cannot be set leaves the whole page on the screen.
    let _ = match on {
        true => root.set_attribute("data-focus", ""),
        false => root.remove_attribute("data-focus"),
    };
}

/// Go to the top of the page, where the next pair begins on a phone.
pub fn scroll_to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_36_is_what_it_says() {
        assert_eq!(base36(0), "0");
        assert_eq!(base36(35), "z");
        assert_eq!(base36(36 * 36 + 1), "101");
    }
}
