//! A text with what each of its pieces adds, as a heat strip: a colour by how much, an underline by which way, so that
//! colour is never the only sign. One piece is pointed at, by hand or by the arrow keys, and its number is read out.

mod stretches;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

pub use stretches::Part;
use stretches::stretches;

use crate::ui::figures::exact;

/// Of what the model has not read, so many bytes are shown.
const UNREAD_SHOWN: usize = 240;

/// Parts smaller than this share of the largest are nothing to underline.
const SLIGHT: f32 = 0.1;

/// The strip. A part as large as `scale` has the full colour.
pub fn heat(
    testid: &'static str,
    label: &'static str,
    text: &str,
    parts: impl IntoIterator<Item = Part>,
    scale: f32,
) -> AnyView {
    let all = stretches(text, parts);
    let (mut pieces, mut views) = (vec![], vec![]);
    let pointed = RwSignal::new(None::<usize>);
    let last = all.len().saturating_sub(1);
    for (place, stretch) in all.iter().enumerate() {
        let words = &text[stretch.range.clone()];
        views.push(match stretch.adds {
            Some(adds) => {
                pieces.push((words.trim().to_owned(), adds));
                piece(words, adds, scale, pieces.len() - 1, pointed)
            }
            None if (place == 0 || place == last) && last > 0 && says_anything(words) => {
                unread(words, place == 0)
            }
            None => words.to_owned().into_any(),
        });
    }
    let count = pieces.len();
    let on_key = move |event: KeyboardEvent| {
        let now = pointed.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => now.map_or(0, |now| now + 1),
            "ArrowLeft" => now.map_or(0, |now| now.saturating_sub(1)),
            "Home" => 0,
            "End" => count,
            _ => return,
        };
        event.prevent_default();
        pointed.set(count.checked_sub(1).map(|last| next.min(last)));
    };
    // One ear for all pieces: there may be hundreds.
    let on_point = move |event: PointerEvent| {
        let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if let Some(number) = element.and_then(|it| it.get_attribute("data-at")?.parse().ok()) {
            pointed.set(Some(number));
        }
    };
    let readout = move || match pointed.get().and_then(|number| pieces.get(number)) {
        Some((words, adds)) => format!("\u{201c}{words}\u{201d} adds {}", exact(*adds)),
        None if count == 0 => String::new(),
        None => "Point at a piece to see its number, or walk through them with the arrow keys.".into(),
    };
    view! {
        <div
            class="heat"
            dir="auto"
            tabindex="0"
            role="group"
            aria-label=label
            data-testid=testid
            on:keydown=on_key
            on:pointerover=on_point
        >
            {views}
        </div>
        <p class="quiet" role="status">
            {readout}
        </p>
    }
    .into_any()
}

fn piece(words: &str, adds: f32, scale: f32, number: usize, pointed: RwSignal<Option<usize>>) -> AnyView {
    let share = (adds.abs() / scale.max(f32::MIN_POSITIVE)).min(1.0);
    let way = match (share < SLIGHT, adds > 0.0) {
        (true, true) => "for slight",
        (true, false) => "against slight",
        (false, true) => "for",
        (false, false) => "against",
    };
    view! {
        <span
            class=way
            class:pointed=move || pointed.get() == Some(number)
            style=("--heat", format!("{:.0}%", share * 100.0))
            data-part=adds.to_string()
            data-at=number.to_string()
        >
            {words.to_owned()}
        </span>
    }
    .into_any()
}

/// Whether there is anything in it that a model could have read.
fn says_anything(words: &str) -> bool {
    words.contains(|letter: char| !letter.is_whitespace() && !letter.is_control())
}

/// What did not fit: shown next to what did, and no further.
fn unread(words: &str, before: bool) -> AnyView {
    let (shown, left_out) = if before {
        let from = words.ceil_char_boundary(words.len().saturating_sub(UNREAD_SHOWN));
        (&words[from..], &words[..from])
    } else {
        words.split_at(words.floor_char_boundary(UNREAD_SHOWN))
    };
    let more = if left_out.is_empty() { "" } else { "\u{2026}" };
    let (front, back) = if before { (more, "") } else { ("", more) };
    view! {
        <span class="unread">
            {front}{shown.to_owned()}{back} <span class="unread-note">"not read"</span>
        </span>
    }
    .into_any()
}
