//! One of a few, side by side: radio buttons drawn as one bar, so that the browser's own keys lead through them.

use leptos::prelude::*;

/// The bar. Each option is its test id and its name; `chosen` is a place among them.
pub fn segments(
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
    chosen: Signal<usize>,
    on_choose: Callback<usize>,
) -> AnyView {
    let group = options.first().map_or("", |option| option.0);
    let option = |(place, (testid, name)): (usize, (&'static str, &'static str))| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name=group
                    data-testid=testid
                    prop:checked=move || chosen.get() == place
                    on:change=move |_| on_choose.run(place)
                />
                <span>{name}</span>
            </label>
        }
    };
    view! {
        <div class="segments" role="radiogroup" aria-label=label>
            {options.into_iter().enumerate().map(option).collect_view()}
        </div>
    }
    .into_any()
}
