//! How deep training goes: the head, the topmost blocks, or low-rank changes of all.

use leptos::prelude::*;

use super::advanced::{WHOLE, parse};
use crate::domain::config::DescentConfig;
use crate::domain::depth::{Depth, Lora, Targets};
use crate::ui::actions::Actions;
use crate::ui::widgets::{NumberField, Select};

/// From so many answers on, training below the head has been seen to pay.
const WORTH_IT: usize = 300;

/// The choice, and what has to be said with it.
#[component]
pub fn DepthFields(busy: Signal<bool>) -> impl IntoView {
    let actions = Actions::of_page();
    let settings = actions.state.settings;
    let word = Memo::new(move |_| settings.descent.with(|descent| descent.depth.word()));
    let on_mode = Callback::new(move |word: String| {
        actions.set_depth(match word.as_str() {
            "last-n" => Depth::Last(2),
            "lora" => Depth::Lora(Lora::default()),
            _ => Depth::Head,
        });
    });
    let hint = Signal::derive(move || match word.get() {
        "last-n" => {
            "The topmost blocks of the backbone learn too, every weight of them. The head starts from its exact fit."
        }
        "lora" => {
            "Small low-rank changes of the backbone\u{2019}s products learn too; the backbone itself stays as it is. The \
             head starts from its exact fit."
        }
        _ if settings.descent.with(|descent| descent.hidden_units.is_some()) => {
            "The backbone stays as it is; both layers of the head learn."
        }
        _ => "The backbone stays as it is; one weight for each of its features is learned.",
    });
    let few = move || {
        let answers = actions.state.workspace.counts.get().learnable;
        (word.get() != "head" && answers < WORTH_IT).then(|| {
            format!(
                "Worth trying from about {WORTH_IT} answers on. With fewer it mostly learns them by heart; what does not \
                 beat the head on held-out answers is not kept."
            )
        })
    };
    view! {
        <div class="depth">
            <Select
                id="mode-select"
                label="What is trained"
                options=vec![
                    ("head".to_owned(), "Head (backbone frozen)".to_owned()),
                    ("last-n".to_owned(), "Head and the last blocks".to_owned()),
                    ("lora".to_owned(), "Head and LoRA adapters".to_owned()),
                ]
                value=Signal::derive(move || word.get().to_owned())
                on_change=on_mode
                disabled=busy
            />
            <p class="hint">{hint}</p>
            {move || few().map(|few| view! { <p class="hint" data-testid="depth-advice">{few}</p> })}
            {move || match word.get() {
                "last-n" => view! { <LastFields /> }.into_any(),
                "lora" => view! { <LoraFields /> }.into_any(),
                _ => ().into_any(),
            }}
        </div>
    }
}

#[component]
fn LastFields() -> impl IntoView {
    let actions = Actions::of_page();
    let now = match actions.state.settings.descent.get_untracked().depth {
        Depth::Last(blocks) => blocks,
        Depth::Head | Depth::Lora(_) => 2,
    };
    let most = move || actions.state.settings.recipe.with(|recipe| recipe.layer);
    view! {
        <div class="fields">
            <NumberField
                id="last-blocks"
                label="Blocks"
                hint="Of those that the recipe runs, from the top."
                value=now.to_string()
                on_change=Callback::new(move |text: String| {
                    let blocks: u8 = parse(text.trim(), WHOLE)?;
                    if blocks > most() {
                        return Err(format!("The recipe runs {} blocks; give at most so many.", most()));
                    }
                    wish(actions, Depth::Last(blocks))
                })
            />
        </div>
    }
}

#[component]
fn LoraFields() -> impl IntoView {
    let actions = Actions::of_page();
    let settings = actions.state.settings;
    let lora = move |depth: Depth| match depth {
        Depth::Lora(lora) => lora,
        Depth::Head | Depth::Last(_) => Lora::default(),
    };
    let now = lora(settings.descent.get_untracked().depth);
    let change = move |change: fn(&mut Lora, &str) -> Result<(), String>| {
        Callback::new(move |text: String| {
            let mut wished = lora(settings.descent.get_untracked().depth);
            change(&mut wished, text.trim())?;
            wish(actions, Depth::Lora(wished))
        })
    };
    view! {
        <div class="fields">
            <NumberField
                id="lora-rank"
                label="Rank r"
                value=now.rank.to_string()
                on_change=change(|lora, text| parse(text, WHOLE).map(|rank| lora.rank = rank))
            />
            <NumberField
                id="lora-alpha"
                label="Alpha"
                hint="What is learned counts \u{03b1}/r."
                value=now.alpha.to_string()
                on_change=change(|lora, text| parse(text, "a number such as 16").map(|alpha| lora.alpha = alpha))
            />
        </div>
        <Select
            id="lora-targets"
            label="Target modules"
            options=Targets::ALL.map(|targets| (targets.word().to_owned(), name(targets).to_owned())).to_vec()
            value=Signal::derive(move || {
                settings.descent.with(|descent| lora(descent.depth).targets.word().to_owned())
            })
            on_change=Callback::new(move |word: String| {
                if let Some(targets) = Targets::from_word(&word) {
                    let now = lora(settings.descent.get_untracked().depth);
                    // Another target cannot be wrong.
                    let _ = wish(actions, Depth::Lora(Lora { targets, ..now }));
                }
            })
        />
    }
}

/// Set this depth, whose kind is the one there is, unless something is wrong with it.
fn wish(actions: Actions, depth: Depth) -> Result<(), String> {
    let now = actions.state.settings.descent.get_untracked();
    actions.wish_descent(DescentConfig { depth, ..now })
}

fn name(targets: Targets) -> &'static str {
    match targets {
        Targets::QueryValue => "Query and value",
        Targets::Attention => "All of attention",
        Targets::Everything => "Attention and MLP",
    }
}
