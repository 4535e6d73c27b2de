//! What is looked for in the table: words, filters, the order.

use leptos::prelude::*;

use crate::domain::choice::Choice;
use crate::domain::log::Purpose;
use crate::domain::table::{ByAnswer, Facets, Order, Query};
use crate::ui::actions::Actions;
use crate::ui::figures::count;
use crate::ui::widgets::{Glyph, Icon, Select};

/// The form value of "any"; nothing that a person names begins with this character.
const ANY: &str = "\u{0}any";

/// The tools over the table.
#[component]
pub fn Filters() -> impl IntoView {
    let actions = Actions::of_page();
    let table = actions.state.table;
    view! {
        <div class="table-tools">
            <div class="field search">
                <label for="table-search">"Search"</label>
                <input
                    id="table-search"
                    data-testid="table-search"
                    type="search"
                    placeholder="In prompts, responses, notes and tags"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || table.query.with(|query| query.words.clone())
                    on:input=move |event| actions.look_for(|query| query.words = event_target_value(&event))
                />
            </div>
            <Select
                id="table-show"
                label="Answer"
                options=shows()
                value=Signal::derive(move || table.query.with(|query| show_word(query.answer)))
                on_change=Callback::new(move |word: String| {
                    let show = shown().into_iter().find(|show| show_word(*show) == word).unwrap_or_default();
                    actions.look_for(|query| query.answer = show);
                })
            />
            <Named
                id="table-source"
                label="Source"
                least=2
                names=|facets| listed("Any source", facets.sources.iter().map(|(name, facts)| (name, facts.pairs)))
                part=|query| &mut query.source
            />
            <Named
                id="table-tag"
                label="Tag"
                least=1
                names=|facets| listed("Any tag", facets.tags.iter().map(|(name, times)| (name, *times)))
                part=|query| &mut query.tag
            />
            <Named
                id="table-annotator"
                label="Annotator"
                least=1
                names=|facets| listed("Anybody", facets.annotators.iter().map(|(name, times)| (name, *times)))
                part=|query| &mut query.annotator
            />
            <Select
                id="table-purpose"
                label="Used for"
                options=purposes()
                value=Signal::derive(move || table.query.with(|query| purpose_word(query.purpose).to_owned()))
                on_change=Callback::new(move |word: String| {
                    let purpose = PURPOSES.into_iter().find(|purpose| purpose_word(*purpose) == word).flatten();
                    actions.look_for(|query| query.purpose = purpose);
                })
            />
            <Select
                id="table-order"
                label="First"
                options=orders()
                value=Signal::derive(move || table.query.with(|query| order_word(query.order).0.to_owned()))
                on_change=Callback::new(move |word: String| {
                    let order = ORDERS.into_iter().find(|order| order_word(*order).0 == word).unwrap_or_default();
                    actions.look_for(|query| query.order = order);
                })
            />
            {move || {
                (table.query.get() != Query::default())
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="text-button clear-filters"
                                data-testid="table-clear"
                                on:click=move |_| actions.look_for(|query| *query = Query::default())
                            >
                                <Icon glyph=Glyph::Close />
                                "Show all"
                            </button>
                        }
                    })
            }}
        </div>
    }
}

/// A filter by one of the names met in the data; nothing while there are fewer than `least`.
#[component]
fn Named(
    id: &'static str,
    label: &'static str,
    least: usize,
    names: fn(&Facets) -> Vec<(String, String)>,
    /// Where the query has it.
    part: fn(&mut Query) -> &mut Option<String>,
) -> impl IntoView {
    let actions = Actions::of_page();
    let table = actions.state.table;
    let options = Memo::new(move |_| table.facets.with(names));
    let value = Signal::derive(move || part(&mut table.query.get()).take().unwrap_or_else(|| ANY.into()));
    let on_change = Callback::new(move |word: String| {
        actions.look_for(|query| *part(query) = (word != ANY).then_some(word));
    });
    view! {
        <Show when=move || options.with(|options| options.len() > least)>
            <Select id=id label=label options=options value=value on_change=on_change />
        </Show>
    }
}

/// `any` and these names, with how often each is met.
fn listed<'a>(any: &str, names: impl Iterator<Item = (&'a String, usize)>) -> Vec<(String, String)> {
    let names = names.map(|(name, times)| (name.clone(), format!("{} ({})", shown_name(name), count(times))));
    std::iter::once((ANY.to_owned(), any.to_owned())).chain(names).collect()
}

fn shown_name(name: &str) -> &str {
    if name.is_empty() { "(no name)" } else { name }
}

fn shown() -> Vec<ByAnswer> {
    let fixed = [ByAnswer::Any, ByAnswer::Unanswered, ByAnswer::Answered];
    fixed.into_iter().chain(Choice::ALL.map(ByAnswer::Choice)).chain([ByAnswer::TooFast]).collect()
}

fn shows() -> Vec<(String, String)> {
    shown().into_iter().map(|show| (show_word(show), show_name(show).to_owned())).collect()
}

fn show_word(show: ByAnswer) -> String {
    match show {
        ByAnswer::Any => "all".into(),
        ByAnswer::Unanswered => "unanswered".into(),
        ByAnswer::Answered => "answered".into(),
        ByAnswer::Choice(choice) => choice.word().into(),
        ByAnswer::TooFast => "too-fast".into(),
    }
}

fn show_name(show: ByAnswer) -> &'static str {
    match show {
        ByAnswer::Any => "Answered or not",
        ByAnswer::Unanswered => "Not answered",
        ByAnswer::Answered => "Answered",
        ByAnswer::Choice(Choice::A) => "A is better",
        ByAnswer::Choice(Choice::B) => "B is better",
        ByAnswer::Choice(Choice::Tie) => "Tie",
        ByAnswer::Choice(Choice::BothGood) => "Both good",
        ByAnswer::Choice(Choice::BothBad) => "Both bad",
        ByAnswer::Choice(Choice::Skip) => "Skipped",
        ByAnswer::TooFast => "Too fast to have been read",
    }
}

const PURPOSES: [Option<Purpose>; 3] = [None, Some(Purpose::Learn), Some(Purpose::Test)];

fn purpose_word(purpose: Option<Purpose>) -> &'static str {
    match purpose {
        None => "any",
        Some(Purpose::Learn) => "learn",
        Some(Purpose::Test) => "test",
    }
}

fn purposes() -> Vec<(String, String)> {
    let name = |purpose| match purpose {
        None => "Anything",
        Some(Purpose::Learn) => "Learning",
        Some(Purpose::Test) => "Test set",
    };
    PURPOSES.map(|purpose| (purpose_word(purpose).to_owned(), name(purpose).to_owned())).to_vec()
}

const ORDERS: [Order; 4] = [Order::Added, Order::NewestAnswer, Order::Longest, Order::Shortest];

fn order_word(order: Order) -> (&'static str, &'static str) {
    match order {
        Order::Added => ("added", "As they came in"),
        Order::NewestAnswer => ("newest", "Newest answer"),
        Order::Longest => ("longest", "Longest texts"),
        Order::Shortest => ("shortest", "Shortest texts"),
    }
}

fn orders() -> Vec<(String, String)> {
    ORDERS.map(|order| (order_word(order).0.to_owned(), order_word(order).1.to_owned())).to_vec()
}
