//! What given files look like: the format by name, the first rows as pairs, what would be refused; and the choice to
//! take them, to read them another way, or to put them away. Nothing is taken in before the person has said so.

use std::sync::Arc;

use leptos::prelude::*;

use super::mapping::MappingByHand;
use crate::domain::formats::Refused;
use crate::domain::formats::mapping::FormatId;
use crate::domain::formats::record::Record;
use crate::domain::log::Purpose;
use crate::protocol::data::{Certainty, Column, Container, Sniffed};
use crate::ui::actions::Actions;
use crate::ui::figures::{bytes, count, many};
use crate::ui::state::{GivenFile, Inspection};
use crate::ui::views::data::table::{answer_word, excerpt};
use crate::ui::widgets::{FaultNote, Glyph, Icon};

/// The given files; nothing while there are none.
#[component]
pub fn Previews() -> impl IntoView {
    let actions = Actions::of_page();
    let intake = actions.state.intake;
    let ids =
        Memo::new(move |_| intake.given.with(|given| given.iter().map(|file| file.id).collect::<Vec<_>>()));
    let any = Memo::new(move |_| ids.with(|ids| !ids.is_empty()));
    let readable =
        Memo::new(move |_| intake.given.with(|given| given.iter().filter(|file| takeable(file)).count()));
    let looking =
        move || intake.given.with(|given| given.iter().any(|file| file.look == Inspection::Looking));
    let words = move || match (readable.get(), ids.with(Vec::len)) {
        (1, 1) => "Take it in".to_owned(),
        (some, all) if some == all => format!("Take all {some} in"),
        (some, _) => format!("Take {} in", many(some, "file")),
    };
    view! {
        <Show when=move || any.get()>
            <section id="import-preview" class="previews" aria-label="Files to be taken in" data-testid="import-preview">
                <For each=move || ids.get() key=|id| *id let:id>
                    <Preview id=id />
                </For>
                <div class="preview-decide">
                    <button
                        type="button"
                        class="button primary"
                        data-testid="import-confirm"
                        prop:disabled=move || looking() || readable.get() == 0 || intake.busy()
                        on:click=move |_| actions.confirm_import()
                    >
                        <Icon glyph=Glyph::Tick />
                        {words}
                    </button>
                    <button
                        type="button"
                        class="button"
                        data-testid="import-dismiss"
                        on:click=move |_| actions.put_all_away()
                    >
                        "Put away"
                    </button>
                    <p class="quiet">"Nothing has been taken in yet."</p>
                </div>
            </section>
        </Show>
    }
}

/// Whether it was looked at, and something of it would come in.
fn takeable(file: &GivenFile) -> bool {
    file.look.seen().is_some_and(|seen| !seen.preview.is_empty())
}

#[component]
fn Preview(id: u32) -> impl IntoView {
    let actions = Actions::of_page();
    let file = Memo::new(move |_| {
        actions.state.intake.given.with(|given| given.iter().find(|file| file.id == id).cloned())
    });
    let look = Memo::new(move |_| file.with(|file| file.as_ref().map(|file| file.look.clone())));
    let name = move || file.with(|file| file.as_ref().map(|file| file.name.clone()));
    let size = move || file.with(|file| file.as_ref().map(|file| bytes(file.bytes)));
    view! {
        <article class="card preview" data-testid="import-file-preview">
            <header class="preview-head">
                <h3>{name}</h3>
                <span class="quiet">{size}</span>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Put this file away"
                    on:click=move |_| actions.put_away(id)
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </header>
            {move || match look.get() {
                None => ().into_any(),
                Some(Inspection::Looking) => view! { <p class="quiet" role="status">"Looking into it…"</p> }.into_any(),
                Some(Inspection::Refused(fault)) => view! { <FaultNote fault=fault /> }.into_any(),
                Some(Inspection::Seen(seen)) => view! { <Seen id=id seen=seen /> }.into_any(),
            }}
        </article>
    }
}

#[component]
fn Seen(id: u32, seen: Arc<Sniffed>) -> impl IntoView {
    let nothing = seen.preview.is_empty();
    let workspace = seen.mapping.format == FormatId::Workspace;
    // Restoring reads lines of text.
    let restorable = workspace && seen.container == Container::JsonLines && !seen.gzip;
    let rows = seen.rows;
    view! {
        <p class="recognised">
            <strong data-testid="import-recognised">{seen.mapping.format.name()}</strong>
            <span class="quiet">{packing(&seen)}". "{certainty(seen.certainty)}</span>
        </p>
        <MappingByHand id=id seen=seen.clone() />
        <p class="labels-from" data-testid="import-labels">{seen.labels.clone()}</p>
        {(!nothing).then(|| view! { <Rows rows=seen.preview.clone() of=rows /> })}
        {restorable.then(|| view! { <Restore id=id /> })}
        {(nothing && !workspace).then(|| view! {
            <p class="blocked">
                {if rows == 0 {
                    "Nothing in this file can be read.".to_owned()
                } else {
                    format!(
                        "Read like this, none of the first {} comes to a pair. Choose another format, or say which \
                         column is what.",
                        many(rows, "row"),
                    )
                }}
            </p>
        })}
        <Refusals refused=seen.refused.clone() rows=rows open=nothing && !restorable />
        <Columns columns=seen.columns.clone() />
        <TestSet id=id />
    }
}

/// The way in for a saved workspace.
#[component]
fn Restore(id: u32) -> impl IntoView {
    let actions = Actions::of_page();
    let workspace = actions.state.workspace;
    view! {
        <div class="row">
            <button
                type="button"
                class="button primary"
                data-testid="import-restore"
                prop:disabled=move || workspace.carrying.with(Option::is_some) || !workspace.loaded.get()
                on:click=move |_| actions.restore_given(id)
            >
                <Icon glyph=Glyph::Upload />
                "Restore this workspace"
            </button>
        </div>
        <p class="quiet">"It adds what is missing here, and changes nothing that is here."</p>
    }
}

fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Sure => "Every row that was looked at has this format's own fields.",
        Certainty::Guess => "This is a guess: please look whether the pairs below are right.",
        Certainty::Unknown => "No known format fits: please say which column is what.",
    }
}

fn packing(seen: &Sniffed) -> String {
    let container = match seen.container {
        Container::JsonLines => "JSON Lines",
        Container::Json => "JSON",
        Container::Csv => "CSV",
        Container::Tsv => "tab-separated",
        Container::Parquet => "Parquet",
    };
    if seen.gzip { format!(" as {container}, gzipped") } else { format!(" as {container}") }
}

/// The first rows, as the pairs that they would come to.
#[component]
fn Rows(rows: Vec<Record>, of: usize) -> impl IntoView {
    let shown = rows.len();
    let row = |record: Record| {
        let chosen = record.verdict().map(|mark| mark.choice);
        let side = chosen.and_then(crate::domain::choice::Choice::preferred);
        let is = |wanted| side == Some(wanted);
        let said = match record.marks.len() {
            0 => "to be answered".to_owned(),
            1 => chosen.map(|choice| answer_word(choice).to_owned()).unwrap_or_default(),
            many => format!("{} ({many} annotators)", chosen.map(answer_word).unwrap_or_default()),
        };
        view! {
            <tr>
                <td>{excerpt(&record.prompt)}</td>
                <td class:chosen=is(crate::domain::choice::Side::A)>{excerpt(&record.response_a)}</td>
                <td class:chosen=is(crate::domain::choice::Side::B)>{excerpt(&record.response_b)}</td>
                <td class:quiet=chosen.is_none()>{said}</td>
            </tr>
        }
    };
    view! {
        <div class="preview-rows" tabindex="0" role="region" aria-label="The first pairs">
            <table data-testid="import-rows">
                <thead>
                    <tr>
                        <th scope="col">"Prompt"</th>
                        <th scope="col">"Response A"</th>
                        <th scope="col">"Response B"</th>
                        <th scope="col">"Better"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <p class="quiet">
            {format!("The first {} of the first {} that were looked at.", many(shown, "pair"), many(of, "row"))}
        </p>
    }
}

/// What would be refused of the rows looked at.
#[component]
fn Refusals(refused: Vec<Refused>, rows: usize, open: bool) -> impl IntoView {
    let number = refused.len();
    (number > 0).then(|| {
        let items = refused.into_iter().map(|refused| {
            view! {
                <li>
                    <b>"Line "{refused.line}</b>
                    " "
                    {refused.reason}
                    <code class="refused-text">{refused.text}</code>
                </li>
            }
        });
        view! {
            <details data-testid="import-refusals" open=open>
                <summary>
                    {format!("{} of the first {} would be refused", count(number), many(rows, "row"))}
                </summary>
                <ul class="refused">{items.collect_view()}</ul>
            </details>
        }
    })
}

/// What the file's columns are called and hold.
#[component]
fn Columns(columns: Vec<Column>) -> impl IntoView {
    (!columns.is_empty()).then(|| {
        let number = columns.len();
        let items = columns.into_iter().map(|column| {
            view! {
                <div>
                    <dt><code>{column.name}</code></dt>
                    <dd>{excerpt(&column.example)}</dd>
                </div>
            }
        });
        view! {
            <details>
                <summary>{format!("The file's {}", many(number, "column"))}</summary>
                <dl class="columns-list">{items.collect_view()}</dl>
            </details>
        }
    })
}

#[component]
fn TestSet(id: u32) -> impl IntoView {
    let actions = Actions::of_page();
    let is_test = move || {
        actions
            .state
            .intake
            .given
            .with(|given| given.iter().any(|file| file.id == id && file.purpose == Purpose::Test))
    };
    let on_change = move |event| {
        actions.give_for(id, if event_target_checked(&event) { Purpose::Test } else { Purpose::Learn });
    };
    view! {
        <label class="check">
            <input type="checkbox" data-testid="import-test-set" prop:checked=is_test on:change=on_change />
            <span>
                "This is a test set: never learn from it. "
                <span class="quiet">"It is kept for judging models, in the Evaluate tab."</span>
            </span>
        </label>
    }
}
