//! One kept model in the list.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::domain::depth::LORA;
use crate::domain::kept_model::{KeptModel, LONGEST_NAME, MOST_COMPARED, Maker};
use crate::domain::likelihood::Loss;
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::figures::{bytes, many, percent};
use crate::ui::state::{Needs, needs};
use crate::ui::widgets::{Glyph, Icon, Whisker, WhiskerLine};

/// The row. What is asked to be deleted goes into `doomed`.
pub fn row(actions: Actions, model: KeptModel, doomed: RwSignal<Option<KeptModel>>) -> AnyView {
    let state = actions.state;
    let title = browser::title(&model);
    let needs = {
        let model = model.clone();
        Memo::new(move |_| {
            state.engine.cards.with(|cards| needs(&model, cards, &state.settings.backbone.get()))
        })
    };
    let usable = move || needs.get() == Needs::Nothing;
    let in_use = {
        let id = model.id.clone();
        Memo::new(move |_| state.models.in_use.with(|in_use| in_use.as_ref() == Some(&id)))
    };
    let loose = state.models.loose.with(|loose| loose.contains(&model.id));
    let [to_use, to_load] = [model.id.clone(), model.id.clone()];
    let to_delete = model.clone();
    view! {
        <li class="model-row" class:in-use=move || in_use.get() data-testid="model-row" data-model=model.id.as_str().to_owned()>
            {tick(actions, &model, &title, usable)}
            {name(actions, &model, &title)}
            {accuracy(&model)}
            <p class="quiet model-facts">
                {facts(&model)}
                {loose.then_some(" · in this tab only")}
                {move || needed(&needs.get())}
            </p>
            <div class="model-buttons">
                <button
                    type="button"
                    class="button"
                    data-testid="model-use"
                    aria-label=format!("Use {title}")
                    prop:disabled=move || in_use.get() || !usable()
                    on:click=move |_| actions.use_model(to_use.clone())
                >
                    {move || if in_use.get() { "In use" } else { "Use" }}
                </button>
                {icon("model-download", Glyph::Download, format!("Download {title}"), move || {
                    actions.download_kept(to_load.clone())
                })}
                {icon("model-delete", Glyph::Close, format!("Delete {title}"), move || {
                    doomed.set(Some(to_delete.clone()))
                })}
            </div>
        </li>
    }
    .into_any()
}

fn icon(testid: &'static str, glyph: Glyph, words: String, on_click: impl Fn() + 'static) -> AnyView {
    view! {
        <button
            type="button"
            class="icon-button"
            data-testid=testid
            aria-label=words.clone()
            title=words
            on:click=move |_| on_click()
        >
            <Icon glyph=glyph />
        </button>
    }
    .into_any()
}

/// Whether it is to be compared.
fn tick(
    actions: Actions,
    model: &KeptModel,
    title: &str,
    usable: impl Fn() -> bool + Send + Sync + 'static,
) -> AnyView {
    let comparison = actions.state.comparison;
    let [of, to_tick] = [model.id.clone(), model.id.clone()];
    let ticked = Memo::new(move |_| comparison.ticked.with(|ticked| ticked.contains(&of)));
    let full = Memo::new(move |_| comparison.ticked.with(|ticked| ticked.len() >= MOST_COMPARED));
    view! {
        <input
            type="checkbox"
            class="model-tick"
            data-testid="model-compare"
            aria-label=format!("Compare {title}")
            title="Compare"
            prop:checked=move || ticked.get()
            prop:disabled=move || !usable() || (full.get() && !ticked.get())
            on:change=move |_| comparison.tick(&to_tick)
        />
    }
    .into_any()
}

/// The name, which becomes a field when it is to be another.
fn name(actions: Actions, model: &KeptModel, title: &str) -> AnyView {
    let editing = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    let (id, title) = (model.id.clone(), title.to_owned());
    // Only the first of Enter, Escape and leaving the field counts.
    let end = move |keep: bool| {
        let (true, Some(input)) = (editing.get_untracked(), field.get_untracked()) else { return };
        editing.set(false);
        if keep {
            actions.rename_model(&id, &input.value());
        }
    };
    Effect::new(move || {
        if let Some(input) = field.get() {
            // An element that cannot take focus leaves it where it was.
            let _ = input.focus();
            input.select();
        }
    });
    let shown = title.clone();
    let show = move || {
        let title = shown.clone();
        let words = format!("Rename {title}");
        view! {
            <div class="model-name">
                <b data-testid="model-name">{title}</b>
                <button
                    type="button"
                    class="text-button"
                    data-testid="model-rename"
                    aria-label=words
                    on:click=move |_| editing.set(true)
                >
                    "Rename"
                </button>
            </div>
        }
        .into_any()
    };
    let edit = move || {
        let (title, end) = (title.clone(), end.clone());
        let on_blur = end.clone();
        let on_key = move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => end(true),
            "Escape" => end(false),
            _ => {}
        };
        view! {
            <div class="field model-name">
                <input
                    type="text"
                    data-testid="model-name-field"
                    aria-label="The model’s name"
                    maxlength=LONGEST_NAME.to_string()
                    autocomplete="off"
                    value=title
                    node_ref=field
                    on:keydown=on_key
                    on:blur=move |_| on_blur(true)
                />
            </div>
        }
        .into_any()
    };
    (move || if editing.get() { edit() } else { show() }).into_any()
}

/// How often it is right on what it had not seen.
fn accuracy(model: &KeptModel) -> AnyView {
    let about = &model.about;
    let words = match (about.accuracy, about.interval) {
        (Some(share), Some(it)) => {
            format!(
                "right on {} of {} held out ({} to {})",
                percent(share),
                about.judged,
                percent(it.low),
                percent(it.high)
            )
        }
        (Some(share), None) => format!("right on {} of {} held out", percent(share), about.judged),
        (None, _) => "nothing was held out".into(),
    };
    view! {
        <div class="model-accuracy">
            <WhiskerLine it=Whisker::share(about.accuracy, about.interval) />
            <span class="quiet">{words}</span>
        </div>
    }
    .into_any()
}

fn facts(model: &KeptModel) -> String {
    let about = &model.about;
    let maker = match model.made_by {
        Maker::Run(Some(number)) => format!("training run {number}"),
        Maker::Run(None) => "a training run".into(),
        Maker::ExactFit => "exact fit".into(),
        Maker::Upload => "a file".into(),
        Maker::Brought => "came with its backbone".into(),
    };
    let answers = about.learned_from.map(|count| many(count as usize, "comparison"));
    let data = match (answers, from(&model.sources)) {
        (Some(answers), Some(from)) => format!("{answers} of {from}"),
        (Some(answers), None) => answers,
        (None, _) => "no word of its data".into(),
    };
    let loss = match about.loss {
        Loss::BradleyTerry => "Bradley–Terry",
        Loss::SoftTies => "soft labels",
        Loss::RaoKupper => "Rao–Kupper",
        Loss::Davidson => "Davidson",
    };
    let depth = match about.depth.as_deref() {
        Some(LORA) => ", LoRA",
        Some(_) => ", last blocks trained",
        None => "",
    };
    let head = if about.hidden_units.is_some() { ", MLP" } else { "" };
    let when = browser::moment(model.at_ms);
    format!(
        "{maker} · {data} · {loss}, block {}{depth}{head} · {when} · {}",
        about.recipe.layer,
        bytes(model.bytes)
    )
}

/// The first two sources, and how many more.
fn from(sources: &[String]) -> Option<String> {
    match sources {
        [] => None,
        [one] => Some(one.clone()),
        [one, two] => Some(format!("{one} and {two}")),
        [one, two, more @ ..] => Some(format!("{one}, {two} and {} more", more.len())),
    }
}

fn needed(needs: &Needs) -> Option<AnyView> {
    let words = match needs {
        Needs::Nothing => return None,
        Needs::Backbone(name) => {
            format!("Needs the backbone {name}: choose it on the Train tab, then use this model.")
        }
        Needs::Unknown(id) => format!(
            "Needs the backbone {id}, which this page does not have: it can be added on the Train tab."
        ),
    };
    Some(view! { <span class="model-needs">{words}</span> }.into_any())
}
