//! Labelled fields. What is wrong with a value is said at the field, and the last good value stays in use.

use leptos::prelude::*;

/// A label over a control, with a hint under it.
#[component]
fn Field(
    /// The `id` of the control.
    #[prop(into)]
    control: String,
    /// What it sets.
    #[prop(into)]
    label: String,
    /// A sentence more.
    #[prop(optional, into)]
    hint: Option<String>,
    /// The control.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=control>{label}</label>
            {children()}
            {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
        </div>
    }
}

/// One of a few values.
#[component]
pub fn Select(
    /// Its `id`.
    #[prop(into)]
    id: String,
    /// What it sets.
    #[prop(into)]
    label: String,
    /// A sentence more.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Form values with their names, in order.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// Those of the form values that cannot be chosen as things are.
    #[prop(optional, into)]
    barred: Signal<Vec<String>>,
    /// The form value that stands.
    #[prop(into)]
    value: Signal<String>,
    /// Another was chosen.
    on_change: Callback<String>,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let option = move |(word, name): (String, String)| {
        let (own, same) = (word.clone(), word.clone());
        view! {
            <option
                value=word
                prop:selected=move || value.get() == own
                prop:disabled=move || barred.with(|barred| barred.contains(&same))
            >
                {name}
            </option>
        }
    };
    let testid = id.clone();
    let place = id.clone();
    let select = view! {
        <select
            id=place
            data-testid=testid
            prop:disabled=move || disabled.get()
            prop:value=move || value.get()
            on:change=move |event| on_change.run(event_target_value(&event))
        >
            {move || options.get().into_iter().map(option).collect_view()}
        </select>
    }
    .into_any();
    match hint {
        Some(hint) => view! {
            <Field control=id label=label hint=hint>
                {select}
            </Field>
        }
        .into_any(),
        None => view! {
            <Field control=id label=label>
                {select}
            </Field>
        }
        .into_any(),
    }
}

/// A number. `on_change` takes the text and says what is wrong with it, if anything.
#[component]
pub fn NumberField(
    /// Its `id`.
    #[prop(into)]
    id: String,
    /// What it sets.
    #[prop(into)]
    label: String,
    /// A sentence more.
    #[prop(optional, into)]
    hint: Option<String>,
    /// The value that stands, as it is written into the field at first.
    value: String,
    /// Takes the new text, or says what is wrong.
    on_change: Callback<String, Result<(), String>>,
) -> impl IntoView {
    let complaint = RwSignal::new(None::<String>);
    let complaint_id = format!("{id}-complaint");
    let described = complaint_id.clone();
    let (control, testid) = (id.clone(), id.clone());
    view! {
        <div class="field">
            <label for=control>{label}</label>
            <input
                id=id
                data-testid=testid
                type="text"
                inputmode="decimal"
                autocomplete="off"
                spellcheck="false"
                prop:value=value
                aria-invalid=move || if complaint.get().is_some() { "true" } else { "false" }
                aria-describedby=described
                on:input=move |event| complaint.set(on_change.run(event_target_value(&event)).err())
            />
            <p class="complaint" id=complaint_id aria-live="polite">
                {move || complaint.get()}
            </p>
            {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
        </div>
    }
}
