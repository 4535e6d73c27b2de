//! One row: the beginnings of a pair's texts, and what was said of it.

use leptos::prelude::*;

use crate::domain::choice::{Choice, Side, Strength};
use crate::domain::dataset::Dataset;
use crate::domain::log::EventId;
use crate::domain::pair::PairId;
use crate::ui::actions::Actions;
use crate::ui::browser;

/// Characters of a text that a row has room for, at most.
const EXCERPT: usize = 160;

/// What a row shows. Equal rows look the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// Counted in what was found, from 0.
    number: usize,
    pair: PairId,
    /// The answer's event: another answer is another row.
    answered: Option<(EventId, Choice, Option<Strength>, u64)>,
    texts: [String; 3],
    source: String,
}

impl Row {
    /// The row of the pair in this place; `None` if the pair is gone since.
    pub fn read(dataset: &Dataset, place: u32, number: usize) -> Option<Self> {
        let pair = dataset.at(place as usize)?;
        let answer = dataset.answer(&pair.id);
        Some(Self {
            number,
            pair: pair.id.clone(),
            answered: answer.map(|is| (is.event.clone(), is.label.choice, is.label.strength, is.at_ms)),
            texts: [&pair.prompt, &pair.response_a, &pair.response_b].map(|text| excerpt(text)),
            source: pair.source.clone(),
        })
    }

    /// The row on the page.
    pub fn show(self) -> impl IntoView {
        let Self { number, pair, answered, texts: [prompt, a, b], source } = self;
        let actions = Actions::of_page();
        let table = actions.state.table;
        let (choice, strength, at_ms) = match answered {
            Some((_, choice, strength, at_ms)) => (Some(choice), strength, Some(at_ms)),
            None => (None, None, None),
        };
        let preferred = choice.and_then(Choice::preferred);
        let ticked = {
            let pair = pair.clone();
            Memo::new(move |_| table.selected.with(|selected| selected.contains(&pair)))
        };
        let active = Memo::new(move |_| table.active.get() == number);
        let (to_open, to_tick) = (pair.clone(), pair.clone());
        view! {
            <div
                class="table-row"
                class:active=active
                class:ticked=ticked
                role="row"
                id=format!("row-{number}")
                aria-rowindex=(number + 2).to_string()
                aria-selected=move || if ticked.get() { "true" } else { "false" }
                data-testid="table-row"
                data-pair=pair.to_string()
                on:click=move |_| {
                    table.active.set(number);
                    table.opened.set(Some(to_open.clone()));
                }
            >
                <span class="cell tick" role="gridcell" on:click=|event| event.stop_propagation()>
                    <input
                        type="checkbox"
                        aria-label="Tick this pair"
                        tabindex="-1"
                        prop:checked=ticked
                        on:change=move |_| {
                            table.active.set(number);
                            table.toggle(&to_tick);
                        }
                    />
                </span>
                <span class="cell prompt-cell" role="gridcell">{prompt}</span>
                <span class="cell a-cell" class:chosen=preferred == Some(Side::A) role="gridcell">{a}</span>
                <span class="cell b-cell" class:chosen=preferred == Some(Side::B) role="gridcell">{b}</span>
                <span class="cell answer-cell" class:none=choice.is_none() role="gridcell">
                    {choice.map_or("–", answer_word)}
                </span>
                <span class="cell strength-cell" role="gridcell">{strength.map(dots)}</span>
                <span class="cell source-cell" role="gridcell">{source}</span>
                <span class="cell when-cell" role="gridcell">{at_ms.map(browser::moment)}</span>
            </div>
        }
    }
}

/// An answer in a word or two.
pub fn answer_word(choice: Choice) -> &'static str {
    match choice {
        Choice::A => "A",
        Choice::B => "B",
        Choice::Tie => "Tie",
        Choice::BothGood => "Both good",
        Choice::BothBad => "Both bad",
        Choice::Skip => "Skipped",
    }
}

fn dots(strength: Strength) -> impl IntoView {
    let (full, empty) = (strength.get() as usize, 3 - strength.get() as usize);
    view! {
        <span role="img" aria-label=format!("{full} of 3")>
            {"●".repeat(full)}
            {"○".repeat(empty)}
        </span>
    }
}

/// The beginning of a text, on one line.
pub fn excerpt(text: &str) -> String {
    let beginning: String = text.chars().take(2 * EXCERPT).collect();
    let line = beginning.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { "(empty)".into() } else { line.chars().take(EXCERPT).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_s_beginning_is_one_short_line() {
        assert_eq!(excerpt(" two\n\nlines "), "two lines");
        assert_eq!(excerpt(" \n"), "(empty)");
        assert_eq!(excerpt(&"é".repeat(100_000)).chars().count(), EXCERPT);
    }
}
