//! The icons: our own strokes on a 20 × 20 grid, in the colour of the text beside them.

use leptos::prelude::*;

/// Every icon of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// Two columns, one of them ticked.
    Annotate,
    /// A falling curve.
    Train,
    /// A balance.
    Evaluate,
    /// A dial.
    Score,
    /// A tray.
    Data,
    /// An open book.
    Learn,
    /// Half sun, half moon.
    System,
    /// Sun.
    Light,
    /// Moon.
    Dark,
    /// Back.
    Undo,
    /// Forward again.
    Redo,
    /// To the one before.
    Back,
    /// A clock.
    History,
    /// The mark of Markdown.
    Markdown,
    /// Plus over minus.
    Differences,
    /// Two arrows, joined.
    Together,
    /// A tag.
    Source,
    /// The corners of a frame.
    Focus,
    /// Head and shoulders.
    Person,
    /// Question mark.
    Help,
    /// Cross.
    Close,
    /// Out of the page.
    Download,
    /// Into the page.
    Upload,
    /// A folder on the disk.
    Folder,
    /// Something is wrong.
    Warning,
    /// Done.
    Tick,
    /// To the one before.
    Up,
    /// To the next.
    Down,
    /// Start.
    Play,
    /// Hold.
    Pause,
    /// End.
    Stop,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Glyph::Annotate => "M3 4.5h5.5v11H3zM11.5 4.5H17v11h-5.5zM12.9 10l1 1.1 1.8-2.2",
            Glyph::Train => "M3 3.5v13h14M5.5 6c1.6 6 4 7.4 11 7.6",
            Glyph::Evaluate => "M10 3v14M6 17h8M3.5 6.5h13M5.3 6.5 3 12h4.6zM14.7 6.5 12.4 12H17z",
            Glyph::Score => "M3.6 14.5a7 7 0 1 1 12.8 0M10 11.5l3-4M5 17h10",
            Glyph::Data => "M3 11.5 5 4h10l2 7.5V16H3zM3 11.5h4l1 2h4l1-2h4",
            Glyph::Learn => {
                "M10 5.5C8 4 5.5 3.7 3 4.2v10.6c2.5-.5 5-.2 7 1.3 2-1.5 4.5-1.8 7-1.3V4.2c-2.5-.5-5-.2-7 1.3zM10 5.5v10.6"
            }
            Glyph::System => "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
            Glyph::Light => {
                "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v1.6M10 16.4V18M2 10h1.6M16.4 10H18M4.3 4.3l1.2 1.2M14.5 14.5l1.2 1.2M4.3 15.7l1.2-1.2M14.5 5.5l1.2-1.2"
            }
            Glyph::Dark => "M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3z",
            Glyph::Undo => "M7.5 4 4 7.5 7.5 11M4 7.5h7.5a4.2 4.2 0 0 1 0 8.5H8",
            Glyph::Redo => "M12.5 4 16 7.5 12.5 11M16 7.5H8.5a4.2 4.2 0 0 0 0 8.5H12",
            Glyph::Back => "M12 4.5 6.5 10l5.5 5.5",
            Glyph::History => "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6.2V10l2.6 1.8",
            Glyph::Markdown => {
                "M2.5 5h15v10h-15zM5 12.5v-5l2.2 2.6 2.2-2.6v5M13.5 7.5v5M11.7 10.7l1.8 1.8 1.8-1.8"
            }
            Glyph::Differences => "M10 3.5v8M6 7.5h8M6 15.5h8",
            Glyph::Together => {
                "M5 3.5v13M2.8 6 5 3.5 7.2 6M2.8 14 5 16.5 7.2 14M15 3.5v13M12.8 6 15 3.5 17.2 6M12.8 14l2.2 2.5 2.2-2.5M7.5 10h5"
            }
            Glyph::Source => "M3.5 3.5h6.3l6.7 6.7-6.3 6.3-6.7-6.7zM7 7v.1",
            Glyph::Focus => "M3.5 7V3.5H7M13 3.5h3.5V7M16.5 13v3.5H13M7 16.5H3.5V13",
            Glyph::Person => {
                "M10 3.5a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM3.8 16.5c.6-3 3-4.6 6.2-4.6s5.6 1.6 6.2 4.6"
            }
            Glyph::Help => {
                "M7.6 7.6A2.5 2.5 0 1 1 10 10.8v1.4M10 15v.2M10 2.8a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.4z"
            }
            Glyph::Close => "M5 5l10 10M15 5 5 15",
            Glyph::Download => "M10 3.5v9M6.5 9.2 10 12.7l3.5-3.5M4 16.5h12",
            Glyph::Upload => "M10 12.7v-9M6.5 7 10 3.5 13.5 7M4 16.5h12",
            Glyph::Folder => "M2.8 15.8v-11h5l1.7 2.2h7.7v8.8z",
            Glyph::Warning => "M10 3.5 17.5 16.5h-15zM10 8.5v3.6M10 14.3v.2",
            Glyph::Tick => "M4.5 10.5 8.5 14.5 15.5 6",
            Glyph::Up => "M5 12.5 10 7.5l5 5",
            Glyph::Down => "M5 7.5l5 5 5-5",
            Glyph::Play => "M6.5 4.5v11l9-5.5z",
            Glyph::Pause => "M7 5v10M13 5v10",
            Glyph::Stop => "M5.5 5.5h9v9h-9z",
        }
    }
}

/// An icon beside words that say the same; screen readers pass it over.
#[component]
pub fn Icon(
    /// Which one.
    #[prop(into)]
    glyph: Signal<Glyph>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d=move || glyph.get().path() />
        </svg>
    }
}
