//! Finished trainings side by side, on the same pairs.

use leptos::prelude::*;

use crate::domain::evaluation::duel::Duel;
use crate::domain::evaluation::kept_run::KeptRun;
use crate::ui::actions::Actions;
use crate::ui::figures::{chance, count, percent, points};
use crate::ui::widgets::{LineChart, Series, Stroke, Whisker, WhiskerLine};

/// The table and the curves.
#[component]
pub fn Runs() -> impl IntoView {
    let actions = Actions::of_page();
    let study = actions.state.study;
    Effect::new(move || actions.compare_runs());
    let any = Memo::new(move |_| study.runs.with(|runs| !runs.is_empty()));
    view! {
        <section class="card" data-testid="eval-runs" aria-label="Trainings compared">
            <h3>"Trainings compared"</h3>
            {move || {
                if any.get() {
                    view! { <Table /> <Curves /> }.into_any()
                } else {
                    view! {
                        <p class="quiet">
                            "Every training that ends is kept here. From the second on, any two or more can be compared on the same pairs."
                        </p>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

#[component]
fn Table() -> impl IntoView {
    let study = Actions::of_page().state.study;
    view! {
        <table class="forest">
            <thead>
                <tr>
                    <th scope="col">"Compare"</th>
                    <th scope="col">"Learned from"</th>
                    <th scope="col">"Right, on shared pairs"</th>
                    <th scope="col" class="forest-plot">"Difference"</th>
                    <th scope="col">"95%, by prompt"</th>
                    <th scope="col">"McNemar"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || study.runs.get() key=|run| (run.run, run.at_ms) let:run>
                    <Line run=run />
                </For>
            </tbody>
        </table>
        <p class="quiet">
            {move || {
                study
                    .to_compare()
                    .first()
                    .map(|first| {
                        format!(
                            "The others are compared with run {first}, the first that is ticked, on the pairs that both have judged, \
                             by your answers as they stand now. McNemar\u{2019}s test asks how often equal models would differ by as much; \
                             below 0.05 is more than chance shows. The two numbers beside it are the pairs that only this run, and only run \
                             {first}, got right.",
                        )
                    })
            }}
        </p>
    }
}

#[component]
fn Line(run: KeptRun) -> impl IntoView {
    let actions = Actions::of_page();
    let study = actions.state.study;
    let number = run.run;
    let ticked = move || study.to_compare().contains(&number);
    let duel = Memo::new(move |_| {
        study.compared.with(|compared| compared.iter().find(|it| it.run == number).and_then(|it| it.duel))
    });
    let cells = move || {
        match duel.get() {
        Some(duel) => view! { <DuelCells duel=duel run=number /> }.into_any(),
        None => view! {
            <td colspan="4" class="quiet">
                {move || {
                    let first = study.to_compare().first() == Some(&number);
                    if first { "what the others are compared with" } else if ticked() { "no pair in common" } else { "" }
                }}
            </td>
        }
        .into_any(),
    }
    };
    view! {
        <tr>
            <th scope="row">
                <label class="tick">
                    <input
                        type="checkbox"
                        data-testid=format!("eval-run-{number}")
                        prop:checked=ticked
                        on:change=move |_| actions.toggle_run(number)
                    />
                    {format!(" Run {number}")}
                </label>
            </th>
            <td>{count(run.learned_from as usize)}<span class="quiet">{format!(", λ = {}", run.lambda)}</span></td>
            {cells}
        </tr>
    }
}

#[component]
fn DuelCells(duel: Duel, run: u32) -> impl IntoView {
    let share = |share: crate::domain::metrics::Share| share.value().map_or("–".to_owned(), percent);
    view! {
        <td>
            <b>{share(duel.second)}</b>
            <span class="quiet">{format!(" against {}, of {}", share(duel.first), count(duel.first.whole))}</span>
        </td>
        <td class="forest-plot">
            <WhiskerLine it=Whisker::difference(0.5, Some(duel.difference), duel.interval) />
        </td>
        <td>
            <b>{points(duel.difference)}</b>
            <span class="quiet">
                {duel
                    .interval
                    .map_or(" too few prompts".to_owned(), |it| format!(" ({} to {})", points(it.low), points(it.high)))}
            </span>
        </td>
        <td data-testid="eval-mcnemar" data-run=run.to_string() data-value=duel.p.to_string()>
            {chance(duel.p)}
            <span class="quiet">
                {format!(" {} : {}", count(duel.only_second), count(duel.only_first))}
            </span>
        </td>
    }
}

/// Validation loss by epoch, one line a run.
#[component]
fn Curves() -> impl IntoView {
    let study = Actions::of_page().state.study;
    let series = Signal::derive(move || {
        let chosen = study.to_compare();
        study.runs.with(|runs| {
            chosen
                .iter()
                .enumerate()
                .filter_map(|(place, number)| {
                    let run = runs.iter().find(|run| run.run == *number)?;
                    let point = |epoch: &crate::domain::run::EpochReport| {
                        let loss = epoch.validation_loss.unwrap_or(epoch.train_loss);
                        (f64::from(epoch.epoch), f64::from(loss))
                    };
                    Some(Series {
                        name: format!("run {number}").into(),
                        stroke: Stroke::Equal(place),
                        points: run.epochs.iter().map(point).collect(),
                    })
                })
                .collect::<Vec<_>>()
        })
    });
    view! {
        <LineChart
            title="Loss on what was held out, by epoch"
            x_name="epoch"
            series=series
            write=|value| format!("{value:.3}")
        />
    }
}
