//! The pair on the screen: prompt and two responses, side by side or one above the other. Nothing in them is live.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use super::banner::Banner;
use crate::domain::choice::{Place, Side};
use crate::domain::pair::{Pair, Turn};
use crate::ui::actions::Actions;
use crate::ui::state::{Shown, Switch};
use crate::ui::widgets::{Differences, prose};

/// Prompt and responses of the current pair.
#[component]
pub fn PairOnScreen() -> impl IntoView {
    let actions = Actions::of_page();
    let workspace = actions.state.workspace;
    Effect::new(move || {
        workspace.current.with(|_| ());
        actions.pair_is_shown();
    });
    move || {
        workspace.current.get().map(|shown| {
            let (id, asked) = (shown.pair.id.to_string(), shown.reason.word());
            view! {
                <article
                    class="pair"
                    data-testid="pair"
                    data-pair=id
                    data-asked=asked
                >
                    <Banner shown=shown.clone() />
                    <Prompt pair=shown.pair.clone() />
                    <Responses shown=shown />
                </article>
            }
        })
    }
}

/// Whether a switch is on.
fn on(switch: Switch) -> Memo<bool> {
    let look = Actions::of_page().state.settings.look;
    Memo::new(move |_| look.get().has(switch))
}

/// The prompt, turn by turn where it is a conversation.
#[component]
fn Prompt(pair: Arc<Pair>) -> impl IntoView {
    let (markdown, source) = (on(Switch::Markdown), on(Switch::Source));
    let whole = pair.clone();
    let text = move || {
        if whole.turns.is_empty() {
            return prose(&whole.prompt, markdown.get(), &[]).into_any();
        }
        let turn = |turn: &Turn| {
            view! {
                <div class="turn">
                    <p class="turn-role">{turn.role.clone()}</p>
                    <div class="turn-text">{prose(&turn.content, markdown.get(), &[])}</div>
                </div>
            }
        };
        whole.turns.iter().map(turn).collect_view().into_any()
    };
    let from = move || {
        let part = Some(pair.subset.as_str()).filter(|part| !part.is_empty());
        source.get().then(|| match part {
            Some(part) => format!(" from {}, {part}", pair.source),
            None => format!(" from {}", pair.source),
        })
    };
    view! {
        <section class="prompt" aria-label="Prompt">
            <p class="label">"Prompt"<span class="source">{from}</span></p>
            <div class="prompt-text prose" data-testid="pair-prompt" tabindex="0">
                {text}
            </div>
        </section>
    }
}

/// The two responses, in the order of the places.
#[component]
fn Responses(shown: Shown) -> impl IntoView {
    let marking = on(Switch::Differences);
    let pair = shown.pair.clone();
    let side = move |place| match place {
        Place::First => shown.order.first(),
        Place::Second => shown.order.first().other(),
    };
    let (first, second) = (side(Place::First), side(Place::Second));
    let compared = pair.clone();
    let differences = Memo::new(move |_| {
        marking.get().then(|| Differences::between(text(&compared, first), text(&compared, second)))
    });
    let note = move || {
        differences.with(|differences| match differences {
            Some(Differences::TooDifferent) => Some("These two share too few words to mark what differs."),
            Some(Differences::TooLong) => Some("These two are too long to be compared word by word."),
            Some(Differences::Marked(..)) | None => None,
        })
    };
    let scrolling = Scrolling::new();
    view! {
        {move || note().map(|note| view! { <p class="quiet">{note}</p> })}
        <div class="responses">
            <Response pair=pair.clone() side=first place=Place::First differences=differences scrolling=scrolling />
            <Response pair=pair side=second place=Place::Second differences=differences scrolling=scrolling />
        </div>
    }
}

/// One response. Its letter names the place on the screen.
#[component]
fn Response(
    pair: Arc<Pair>,
    side: Side,
    place: Place,
    differences: Memo<Option<Differences>>,
    scrolling: Scrolling,
) -> impl IntoView {
    let (markdown, source) = (on(Switch::Markdown), on(Switch::Source));
    let (letter, testid, element) = match place {
        Place::First => ("A", "response-a", scrolling.first),
        Place::Second => ("B", "response-b", scrolling.second),
    };
    let empty = text(&pair, side).trim().is_empty();
    let by = match side {
        Side::A => pair.source_a.clone(),
        Side::B => pair.source_b.clone(),
    };
    let by = move || source.get().then(|| if by.is_empty() { "source unknown".into() } else { by.clone() });
    let words = move || {
        differences.with(|differences| {
            let marks = match (differences, place) {
                (Some(Differences::Marked(marks, _)), Place::First) => marks.as_slice(),
                (Some(Differences::Marked(_, marks)), Place::Second) => marks.as_slice(),
                (Some(Differences::TooDifferent | Differences::TooLong) | None, _) => &[],
            };
            prose(text(&pair, side), markdown.get(), marks)
        })
    };
    view! {
        <section class="response" aria-label=format!("Response {letter}")>
            <p class="response-letter">
                <span aria-hidden="true">{letter}</span>
                <span class="source">{by}</span>
            </p>
            <div
                class="response-text prose"
                data-testid=testid
                tabindex="0"
                node_ref=element
                on:scroll=move |_| scrolling.follow(place)
            >
                {words}
            </div>
            {empty.then(|| view! { <p class="quiet empty-response">"This response is empty."</p> })}
        </section>
    }
}

fn text(pair: &Pair, side: Side) -> &str {
    match side {
        Side::A => &pair.response_a,
        Side::B => &pair.response_b,
    }
}

/// The two texts, of which one follows the other where the person wants it so.
#[derive(Clone, Copy)]
struct Scrolling {
    first: NodeRef<html::Div>,
    second: NodeRef<html::Div>,
    together: Memo<bool>,
    /// The place that has just been moved by the other, and whose own news of it is no wish of the person's.
    moved: StoredValue<Option<Place>>,
}

impl Scrolling {
    fn new() -> Self {
        Self {
            first: NodeRef::new(),
            second: NodeRef::new(),
            together: on(Switch::Together),
            moved: StoredValue::new(None),
        }
    }

    /// This one was scrolled: the other goes to the same share of its own way.
    fn follow(self, scrolled: Place) {
        if self.moved.get_value() == Some(scrolled) {
            return self.moved.set_value(None);
        }
        let (leader, follower, other) = match scrolled {
            Place::First => (self.first, self.second, Place::Second),
            Place::Second => (self.second, self.first, Place::First),
        };
        let (Some(leader), Some(follower)) = (leader.get_untracked(), follower.get_untracked()) else {
            return;
        };
        if !self.together.get_untracked() {
            return;
        }
        let way = |element: &web_sys::HtmlDivElement| element.scroll_height() - element.client_height();
        let share = f64::from(leader.scroll_top()) / f64::from(way(&leader).max(1));
        let target = (share * f64::from(way(&follower))).round() as i32;
        if target != follower.scroll_top() {
            self.moved.set_value(Some(other));
            follower.set_scroll_top(target);
        }
    }
}
