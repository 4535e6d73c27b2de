//! How a file is to be read: as which format, or, by hand, which column is what and what its words mean.

use std::sync::Arc;

use leptos::prelude::*;

use crate::domain::choice::Choice;
use crate::domain::formats::mapping::{Columns, FormatId, LabelFrom};
use crate::protocol::data::{Column, Sniffed};
use crate::ui::actions::Actions;
use crate::ui::views::data::table::answer_word;

/// The form value of "no column".
const NONE: &str = "";

/// Form values of labels that no column says.
const FIRST: &str = "\u{0}first";
const SECOND: &str = "\u{0}second";

/// A column that the mapping may name.
type Part = (&'static str, &'static str, fn(&mut Columns) -> &mut Option<String>);

const TEXTS: [Part; 3] = [
    ("prompt", "Prompt", |columns| &mut columns.prompt),
    ("a", "First response", |columns| &mut columns.a),
    ("b", "Second response", |columns| &mut columns.b),
];

const REST: [Part; 9] = [
    ("strength", "Strength, 1 to 3", |columns| &mut columns.strength),
    ("margin", "Margin", |columns| &mut columns.margin),
    ("annotator", "Annotator", |columns| &mut columns.annotator),
    ("at", "When", |columns| &mut columns.at),
    ("note", "Note", |columns| &mut columns.note),
    ("source", "Source", |columns| &mut columns.source),
    ("source-a", "Who wrote the first", |columns| &mut columns.source_a),
    ("source-b", "Who wrote the second", |columns| &mut columns.source_b),
    ("subset", "Part of a benchmark", |columns| &mut columns.subset),
];

/// The choice of a format; for a table, of its columns.
#[component]
pub fn MappingByHand(id: u32, seen: Arc<Sniffed>) -> impl IntoView {
    let actions = Actions::of_page();
    let mapping = seen.mapping.clone();
    let columns = mapping.columns.clone();
    let on_format = move |event| {
        let word = event_target_value(&event);
        if let Some(format) = FormatId::ALL.into_iter().find(|format| format_word(*format) == word) {
            actions.read_otherwise(id, |mapping| mapping.format = format);
        }
    };
    let likely: Vec<FormatId> = std::iter::once(mapping.format).chain(seen.others.iter().copied()).collect();
    let option = move |format: FormatId| {
        view! {
            <option value=format_word(format) selected=format == mapping.format>
                {format.name()}
            </option>
        }
    };
    let others: Vec<FormatId> = FormatId::ALL
        .into_iter()
        .filter(|format| !likely.contains(format) && *format != FormatId::Table)
        .collect();
    let by_hand = !likely.contains(&FormatId::Table);
    let place = format!("import-format-{id}");
    view! {
        <div class="mapping" data-testid="import-mapping">
            <div class="field">
                <label for=place.clone()>"Read it as"</label>
                <select id=place data-testid="import-format" on:change=on_format>
                    <optgroup label="What fits">{likely.into_iter().map(option).collect_view()}</optgroup>
                    {by_hand.then(|| option(FormatId::Table))}
                    <optgroup label="Others">{others.into_iter().map(option).collect_view()}</optgroup>
                </select>
            </div>
            {(mapping.format == FormatId::Table).then(|| view! { <ByHand id=id seen=seen columns=columns /> })}
        </div>
    }
}

#[component]
fn ByHand(id: u32, seen: Arc<Sniffed>, columns: Columns) -> impl IntoView {
    let part = |part: &Part| view! { <Chosen id=id part=*part seen=seen.clone() columns=columns.clone() /> };
    let (texts, rest) = (TEXTS.iter().map(part).collect_view(), REST.iter().map(part).collect_view());
    let words = match &columns.label {
        LabelFrom::Column { name, words } => {
            let column = seen.columns.iter().find(|column| column.name == *name).cloned();
            column.map(|column| view! { <Words id=id column=column words=words.clone() /> })
        }
        LabelFrom::Nowhere | LabelFrom::FirstIsBetter | LabelFrom::SecondIsBetter => None,
    };
    let chosen_rest = {
        let mut columns = columns.clone();
        REST.iter().any(|(_, _, place)| place(&mut columns).is_some())
    };
    view! {
        {texts}
        <LabelChoice id=id seen=seen.clone() columns=columns.clone() />
        {words}
        <details class="mapping-rest" open=chosen_rest>
            <summary>"More columns"</summary>
            <div class="fields">{rest}</div>
        </details>
    }
}

/// Which column holds one part.
#[component]
fn Chosen(id: u32, part: Part, seen: Arc<Sniffed>, mut columns: Columns) -> impl IntoView {
    let actions = Actions::of_page();
    let (word, label, place) = part;
    let now = place(&mut columns).clone().unwrap_or_default();
    let on_change = move |event| {
        let name = event_target_value(&event);
        actions.read_otherwise(id, |mapping| {
            *place(&mut mapping.columns) = (name != NONE).then_some(name);
        });
    };
    let place = format!("map-{word}-{id}");
    view! {
        <div class="field">
            <label for=place.clone()>{label}</label>
            <select id=place data-testid=format!("map-{word}") on:change=on_change>
                <option value=NONE selected=now.is_empty()>"–"</option>
                {named(&seen, &now)}
            </select>
        </div>
    }
}

/// Where the labels come from.
#[component]
fn LabelChoice(id: u32, seen: Arc<Sniffed>, columns: Columns) -> impl IntoView {
    let actions = Actions::of_page();
    let now = match &columns.label {
        LabelFrom::Nowhere => NONE.to_owned(),
        LabelFrom::FirstIsBetter => FIRST.to_owned(),
        LabelFrom::SecondIsBetter => SECOND.to_owned(),
        LabelFrom::Column { name, .. } => name.clone(),
    };
    let fixed = [
        (NONE, "Nowhere: I will answer them"),
        (FIRST, "The first response is always better"),
        (SECOND, "The second response is always better"),
    ];
    let fixed = fixed.map(|(word, name)| view! { <option value=word selected=now == word>{name}</option> });
    let names = named(&seen, &now);
    let on_change = move |event| {
        let word = event_target_value(&event);
        let label = match word.as_str() {
            NONE => LabelFrom::Nowhere,
            FIRST => LabelFrom::FirstIsBetter,
            SECOND => LabelFrom::SecondIsBetter,
            name => {
                let column = seen.columns.iter().find(|column| column.name == name);
                let words = column.map(|column| guessed(&column.words)).unwrap_or_default();
                LabelFrom::Column { name: name.to_owned(), words }
            }
        };
        actions.read_otherwise(id, |mapping| mapping.columns.label = label);
    };
    let place = format!("map-label-{id}");
    view! {
        <div class="field">
            <label for=place.clone()>"Which is better comes from"</label>
            <select id=place data-testid="map-label" on:change=on_change>
                {fixed.collect_view()}
                <optgroup label="A column">{names}</optgroup>
            </select>
        </div>
    }
}

/// What each word of the label's column means.
#[component]
fn Words(id: u32, column: Column, words: Vec<(String, Choice)>) -> impl IntoView {
    let actions = Actions::of_page();
    let mut all: Vec<String> = words.iter().map(|(word, _)| word.clone()).collect();
    all.extend(column.words.iter().filter(|word| !words.iter().any(|(known, _)| known == *word)).cloned());
    let field = |(number, word): (usize, String)| {
        let now = words.iter().find(|(known, _)| *known == word).map(|(_, choice)| *choice);
        let own = word.clone();
        let on_change = move |event| {
            let chosen = event_target_value(&event);
            let choice = Choice::ALL.into_iter().find(|choice| choice.word() == chosen);
            actions.read_otherwise(id, |mapping| {
                if let LabelFrom::Column { words, .. } = &mut mapping.columns.label {
                    words.retain(|(known, _)| *known != own);
                    words.extend(choice.map(|choice| (own.clone(), choice)));
                }
            });
        };
        let place = format!("map-word-{id}-{number}");
        view! {
            <div class="field">
                <label for=place.clone()><code>{word}</code>" means"</label>
                <select id=place on:change=on_change>
                    <option value=NONE selected=now.is_none()>"nothing: refuse the row"</option>
                    {Choice::ALL
                        .map(|choice| {
                            view! {
                                <option value=choice.word() selected=now == Some(choice)>{meaning(choice)}</option>
                            }
                        })
                        .collect_view()}
                </select>
            </div>
        }
    };
    let fields = all.into_iter().enumerate().map(field).collect_view();
    view! { <div class="mapping-words" data-testid="map-words">{fields}</div> }
}

fn meaning(choice: Choice) -> &'static str {
    match choice {
        Choice::A => "the first is better",
        Choice::B => "the second is better",
        Choice::Tie | Choice::BothGood | Choice::BothBad | Choice::Skip => answer_word(choice),
    }
}

/// What the words of a label's column are likely to mean.
fn guessed(words: &[String]) -> Vec<(String, Choice)> {
    let known = |word: &str| match word.trim().to_lowercase().as_str() {
        "a" | "1" | "first" | "left" | "response_a" | "model_a" => Some(Choice::A),
        "b" | "2" | "second" | "right" | "response_b" | "model_b" => Some(Choice::B),
        "tie" | "equal" | "same" | "draw" | "0" => Some(Choice::Tie),
        "both_good" | "both good" => Some(Choice::BothGood),
        "both_bad" | "both bad" | "tie (bothbad)" | "neither" => Some(Choice::BothBad),
        "skip" | "skipped" => Some(Choice::Skip),
        _ => None,
    };
    words.iter().filter_map(|word| Some((word.clone(), known(word)?))).collect()
}

fn named(seen: &Sniffed, now: &str) -> impl IntoView + use<> {
    let now = now.to_owned();
    let option = move |column: &Column| {
        view! {
            <option value=column.name.clone() selected=column.name == now>
                {column.name.clone()}
            </option>
        }
    };
    seen.columns.iter().map(option).collect_view()
}

/// The form value of a format.
fn format_word(format: FormatId) -> String {
    format!("{format:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_understood_and_others_left_to_the_person() {
        let words = ["A", "right", "Tie", "dunno"].map(str::to_owned);
        let meant = [("A", Choice::A), ("right", Choice::B), ("Tie", Choice::Tie)];
        assert_eq!(guessed(&words), meant.map(|(word, choice)| (word.to_owned(), choice)));
    }
}
