//! Which backbones this browser keeps, how much room they take, and how to be rid of them.

use leptos::prelude::*;

use crate::domain::backbone::BackboneCard;
use crate::domain::own_backbone::{Source, source};
use crate::ui::actions::Actions;
use crate::ui::figures::bytes;
use crate::ui::state::KeptBytes;
use crate::ui::widgets::{Dialog, Glyph, Icon};

/// The list.
#[component]
pub fn KeptBackbones(
    /// Nothing can be changed now.
    disabled: Signal<bool>,
) -> impl IntoView {
    let actions = Actions::of_page();
    let engine = actions.state.engine;
    let doomed = RwSignal::new(None::<BackboneCard>);
    // Files come and go with the list and with what the engine opens.
    let stage = Memo::new(move |_| engine.backbone.with(std::mem::discriminant));
    Effect::new(move || {
        // Read, not only tracked: a memo that nobody has read hears of nothing.
        stage.with(|_| ());
        engine.cards.track();
        actions.look_at_backbones();
    });
    let rows = move || {
        let cards = engine.cards.get();
        cards.into_iter().map(|card| row(actions, card, doomed, disabled)).collect_view()
    };
    view! {
        <details class="kept-backbones">
            <summary>"Backbones kept here"</summary>
            <ul data-testid="backbone-kept" aria-label="Backbones kept here">
                {rows}
            </ul>
        </details>
        {deletion(actions, doomed)}
    }
}

fn row(
    actions: Actions,
    card: BackboneCard,
    doomed: RwSignal<Option<BackboneCard>>,
    disabled: Signal<bool>,
) -> AnyView {
    let id = card.id.clone();
    let kept = actions.state.adding.kept;
    let holding = Memo::new(move |_| kept.with(|kept| kept.get(&id).copied()).unwrap_or_default());
    let own = source(&card) != Source::Page;
    let total = card.bytes();
    let facts = {
        let family = card.family.clone();
        move || format!("{family} · {}", amount(holding.get(), total))
    };
    let words =
        if own { format!("Delete {}", card.name) } else { format!("Clear the files of {}", card.name) };
    let (title, shown, name) = (words.clone(), card.id.clone(), card.name.clone());
    view! {
        <li data-backbone=shown data-value=move || holding.get().bytes.to_string()>
            <div>
                <b>{name}</b>
                <p class="quiet">{facts}</p>
            </div>
            <button
                type="button"
                class="icon-button"
                data-testid="backbone-delete"
                aria-label=words
                title=title
                prop:disabled=move || disabled.get() || (!own && holding.get().bytes == 0)
                on:click=move |_| doomed.set(Some(card.clone()))
            >
                <Icon glyph=Glyph::Close />
            </button>
        </li>
    }
    .into_any()
}

fn amount(KeptBytes { bytes: kept, whole }: KeptBytes, total: u64) -> String {
    if whole {
        bytes(total)
    } else if kept > 0 {
        format!("{} of {} so far", bytes(kept), bytes(total))
    } else {
        format!("{}, not kept", bytes(total))
    }
}

/// Whether it is really to go.
fn deletion(actions: Actions, doomed: RwSignal<Option<BackboneCard>>) -> AnyView {
    let open = RwSignal::new(false);
    Effect::new(move || open.set(doomed.with(Option::is_some)));
    Effect::new(move || {
        // Set to what it is already it would still wake the effect above, and that this one, for ever.
        if !open.get() && doomed.with_untracked(Option::is_some) {
            doomed.set(None);
        }
    });
    let words = move || doomed.with(|card| card.as_ref().map(consequences));
    let delete = move |_| {
        if let Some(card) = doomed.get_untracked() {
            actions.delete_backbone(card.id);
        }
        open.set(false);
    };
    view! {
        <Dialog open=open title="Free this backbone’s files?">
            <p>{words}</p>
            <div class="row end">
                <button type="button" class="button" on:click=move |_| open.set(false)>
                    "Keep them"
                </button>
                <button
                    type="button"
                    class="button danger solid"
                    data-testid="backbone-delete-confirm"
                    on:click=delete
                >
                    "Free them"
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

fn consequences(card: &BackboneCard) -> String {
    let again = match source(card) {
        Source::Page => {
            return format!(
                "The files of {} are removed from this browser. The backbone stays in the list, and is fetched again \
                 when it next starts.",
                card.name
            );
        }
        Source::Hub => "It can be added again by its name.",
        Source::Given => "It can be added again from its files, if you have them elsewhere.",
    };
    format!(
        "{} and its files are removed from this browser. {again} Models that were made on it are kept, and can be used \
         when it is back.",
        card.name
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_much_is_kept_is_said_in_words() {
        let total = 90_868_376;
        assert_eq!(amount(KeptBytes { bytes: total, whole: true }, total), "90.9 MB");
        assert_eq!(amount(KeptBytes { bytes: 33_554_432, whole: false }, total), "33.6 MB of 90.9 MB so far");
        assert_eq!(amount(KeptBytes { bytes: 0, whole: false }, total), "90.9 MB, not kept");
    }
}
