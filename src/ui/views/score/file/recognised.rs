//! What a file that was given looks like: how it is read, its first rows, which columns it will have; and the start.

use leptos::prelude::*;

use crate::domain::filing::{Columns, How, Shape};
use crate::domain::formats::Refused;
use crate::protocol::data::Container;
use crate::protocol::filing::Survey;
use crate::protocol::scoring::RowTexts;
use crate::ui::actions::Actions;
use crate::ui::figures::{bytes, count, many};
use crate::ui::views::data::excerpt;

/// The form value of "no column".
const NONE: &str = "";

pub fn recognised(survey: &Survey) -> AnyView {
    let actions = Actions::of_page();
    let state = actions.state;
    let no_model =
        move || state.engine.living.with(Option::is_none) && state.engine.trained.with(Option::is_none);
    let can_start = survey.shape.is_some() && survey.scorable > 0;
    view! {
        <p class="recognised" data-testid="file-recognised" data-value=survey.scorable.to_string()>
            <strong>{survey.shape.as_ref().map_or("No known format".to_owned(), |shape| shape.how.words())}</strong>
            <span class="quiet">{about(&state.filing.name.get_untracked(), survey)}</span>
        </p>
        <p>{scorable(survey)}</p>
        {(!survey.preview.is_empty()).then(|| rows(&survey.preview))}
        {(!survey.refused.is_empty()).then(|| refused(&survey.refused))}
        {by_hand(survey)}
        {(!survey.added.is_empty())
            .then(|| {
                let names: Vec<_> = survey.added.iter().map(|name| view! { <code>{name.clone()}</code>" " }).collect();
                view! { <p class="quiet">"Adds "{names}". What the file has already stays as it is."</p> }
            })}
        <button
            type="button"
            class="button primary"
            data-testid="file-start"
            prop:disabled=move || no_model() || !can_start
            on:click=move |_| actions.start_filing()
        >
            "Score it with the model chosen above"
        </button>
    }
    .into_any()
}

fn about(name: &str, survey: &Survey) -> String {
    let container = match survey.container {
        Container::JsonLines => "JSON Lines",
        Container::Json => "JSON",
        Container::Csv => "CSV",
        Container::Tsv => "tab-separated",
        Container::Parquet => "Parquet",
    };
    let gzip = if survey.gzip { ", gzipped" } else { "" };
    let form = survey.shape.as_ref().map_or(String::new(), |shape| format!(": {}", shape.form.words()));
    format!(" in {name}, {container}{gzip}, {}{form}.", bytes(survey.bytes))
}

fn scorable(survey: &Survey) -> String {
    let rows = match survey.whole {
        true => many(survey.rows, "row"),
        false => format!("the first {}", many(survey.rows, "row")),
    };
    match survey.scorable {
        all if all == survey.rows => format!("All of {rows} can be scored."),
        0 => format!("None of {rows} can be scored. Choose the columns by hand."),
        some => format!("{} of {rows} can be scored; the others will be kept and say why not.", count(some)),
    }
}

fn rows(preview: &[RowTexts]) -> AnyView {
    let row = |row: &RowTexts| {
        let responses = row.responses.iter().map(|response| view! { <p>{excerpt(response)}</p> });
        view! {
            <tr>
                <td>{excerpt(&row.prompt)}</td>
                <td>{responses.collect_view()}</td>
            </tr>
        }
    };
    view! {
        <div class="preview-rows" tabindex="0" role="region" aria-label="The first rows">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Prompt"</th>
                        <th scope="col">"What is scored"</th>
                    </tr>
                </thead>
                <tbody>{preview.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn refused(refused: &[Refused]) -> AnyView {
    let item = |refused: &Refused| {
        view! {
            <li>
                <b>"Line "{refused.line}</b>
                " "
                {refused.reason.clone()}
                <code class="refused-text">{refused.text.clone()}</code>
            </li>
        }
    };
    view! {
        <details>
            <summary>"Rows that cannot be scored, for example"</summary>
            <ul class="refused">{refused.iter().map(item).collect_view()}</ul>
        </details>
    }
    .into_any()
}

/// Which columns hold the texts, for the person to say.
fn by_hand(survey: &Survey) -> AnyView {
    let actions = Actions::of_page();
    let chosen = match &survey.shape {
        Some(Shape { how: How::Columns(columns), .. }) => columns.clone(),
        Some(_) | None => Columns::default(),
    };
    let name = |names: &[String], place: usize| names.get(place).cloned().unwrap_or_default();
    let named = [name(&chosen.prompts, 0), name(&chosen.responses, 0), name(&chosen.responses, 1)];
    let now = StoredValue::new(named.clone());
    let parts =
        [("prompt", "Prompt"), ("response", "Response, or list of them"), ("second", "Second response")];
    let field = |(place, (word, label)): (usize, (&'static str, &'static str))| {
        let own = named[place].clone();
        let options = survey.columns.iter().map(|column| {
            view! {
                <option value=column.name.clone() selected=column.name == own>
                    {column.name.clone()}
                </option>
            }
        });
        let options = options.collect_view();
        let id = format!("file-column-{word}");
        let on_change = move |event| {
            now.update_value(|now| now[place] = event_target_value(&event));
            let [prompt, response, second] = now.get_value().map(|name| (name != NONE).then_some(name));
            if response.is_some() {
                actions.read_to_score_as(Columns {
                    prompts: prompt.into_iter().collect(),
                    responses: response.into_iter().chain(second).collect(),
                });
            }
        };
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <select id=id.clone() data-testid=id.clone() on:change=on_change>
                    <option value=NONE selected=own.is_empty()>"–"</option>
                    {options}
                </select>
            </div>
        }
    };
    let fields = parts.into_iter().enumerate().map(field).collect_view();
    let open = !chosen.responses.is_empty() || survey.scorable == 0;
    view! {
        <details class="mapping-rest" open=open>
            <summary>"Choose the columns by hand"</summary>
            <div class="mapping">{fields}</div>
        </details>
    }
    .into_any()
}
