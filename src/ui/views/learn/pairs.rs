//! From pairs to one number: the lesson's three pairs on the curve of their loss.

use leptos::prelude::*;

use super::{figure, step, written};
use crate::domain::primer::{LESSON, loss, mean_loss};
use crate::ui::widgets::{Notches, Plane, Touch, line, slider};

const PLANE: Plane = Plane { x: (-4.0, 4.0), y: (0.0, 4.2) };

/// A gap can be set this finely.
const NOTCHES: Notches = Notches { least: -4.0, most: 4.0, step: 0.05 };

const IDS: [&str; 3] = ["learn-margin", "learn-margin-2", "learn-margin-3"];
const LETTERS: [&str; 3] = ["1", "2", "3"];

/// The step.
pub fn pairs() -> AnyView {
    let margins = RwSignal::new(lesson());
    let words = view! {
        <p>
            "Somebody chose one answer of each pair. The model gives both a score, r. All that counts is the gap between
            them, and the loss of a pair is"
        </p>
        <p class="learn-formula">"−log σ(r_chosen − r_rejected)"</p>
        <p>
            "It is large when the gap points the wrong way, 0.693 when the model cannot tell, and nearly nothing when it is
            right by far. Training makes the mean of it small. The three pairs on the curve are the lesson\u{2019}s own; its
            0.2101 is the mean of the three losses, each rounded to four digits. Drag a pair."
        </p>
    };
    let content = view! {
        {plane(margins)}
        {(0..LESSON.len()).map(|place| pair(margins, place)).collect_view()}
        <div class="learn-figures">
            {figure("learn-loss", "mean loss", Signal::derive(move || mean_loss(&margins.get())), 5)}
            <button type="button" class="text-button" on:click=move |_| margins.set(lesson())>
                "Back to the lesson\u{2019}s numbers"
            </button>
        </div>
    };
    step("learn-pairs", "From pairs to one number", words.into_any(), content.into_any())
}

fn lesson() -> [f64; 3] {
    LESSON.map(|(chosen, rejected)| notched(chosen - rejected))
}

/// To the nearest notch.
fn notched(margin: f64) -> f64 {
    let whole = (margin / NOTCHES.step).round();
    (whole * NOTCHES.step).clamp(NOTCHES.least, NOTCHES.most)
}

fn plane(margins: RwSignal<[f64; 3]>) -> AnyView {
    let held = StoredValue::new(0);
    let on_drag = move |(touch, (x, _)): (Touch, (f64, f64))| {
        if touch == Touch::Down {
            let far = |place: &usize| (margins.get_untracked()[*place] - x).abs();
            let nearest = (0..LESSON.len()).min_by(|one, other| far(one).total_cmp(&far(other)));
            held.set_value(nearest.unwrap_or(0));
        }
        margins.update(|margins| margins[held.get_value()] = notched(x));
    };
    let lines = view! {
        <path class="grid" d=PLANE.path([(0.0, 0.0), (0.0, 4.2)]) />
        <path class="grid" d=PLANE.path([(-4.0, 0.0), (4.0, 0.0)]) />
        {line("line main", move || PLANE.curve(|margin| loss(margin).value))}
    };
    let handle = |place: usize| {
        PLANE.handle("handle", LETTERS[place], move || {
            let margin = margins.get()[place];
            (margin, loss(margin).value)
        })
    };
    let handles = (0..LESSON.len()).map(handle).collect_view();
    let words = Signal::derive(move || {
        let said =
            margins.get().map(|margin| format!("loss {:.2} at a gap of {margin:.2}", loss(margin).value));
        format!("The loss falls as the gap grows. The three pairs: {}.", said.join(", "))
    });
    let ends = ["loss 4.2", "0", "gap \u{2212}4", "+4"];
    PLANE.view(words, ends, lines.into_any(), handles.into_any(), Callback::new(on_drag))
}

/// One pair in numbers, with a slider for its gap.
fn pair(margins: RwSignal<[f64; 3]>, place: usize) -> AnyView {
    let rejected = LESSON[place].1;
    let margin = Signal::derive(move || margins.get()[place]);
    let words = Signal::derive(move || {
        let margin = margin.get();
        format!(
            "{} \u{2212} {} = {}, loss {}",
            written(rejected + margin, 2),
            written(rejected, 2),
            written(margin, 2),
            written(loss(margin).value, 4),
        )
    });
    let on_move = Callback::new(move |value: f64| margins.update(|margins| margins[place] = notched(value)));
    slider(IDS[place], format!("Pair {}", LETTERS[place]), NOTCHES, margin, words, on_move)
}
