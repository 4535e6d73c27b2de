//! Backbones of one's own: looked up on the Hub or given as files, listed, and deleted again.
//!
//! Their cards are a setting. Their files lie where the engine looks for those of any backbone, so it opens them like
//! the catalogue's own.

mod given;
mod looking_up;
mod packed;
mod reading;

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{Blob, Url};

use super::Actions;
use crate::domain::backbone::{BackboneCard, FileCard};
use crate::domain::own_backbone::{Complaint, Source, is_sound, source};
use crate::domain::recipe::Recipe;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::storage::backbones::{self, Held};
use crate::ui::browser;
use crate::ui::state::{AddingStage as Stage, KeptBytes, Offer};

/// The setting that holds the cards.
pub(super) const OWN_BACKBONES: &str = "own_backbones";

impl Actions {
    /// Open the form.
    pub fn add_backbone(self) {
        self.state.adding.reset();
        self.state.adding.open.set(true);
    }

    /// Fetch what was found on the Hub, and work with it.
    pub fn fetch_backbone(self) {
        let adding = self.state.adding;
        let Stage::Offered(offer) = adding.stage.get_untracked() else { return };
        adding.open.set(false);
        if let Some(known) = self.in_catalogue(&offer.card) {
            return self.set_backbone(known.id);
        }
        spawn_local(async move {
            let Offer { card, small, blocks, .. } = *offer;
            self.list_own(card.clone()).await;
            for (name, bytes) in small.iter() {
                let Some(file) = card.files.get(name) else { continue };
                let Ok(blob) = blob(bytes) else { continue };
                // What is not kept now the engine fetches, and says why it cannot be kept.
                let _ = backbones::keep(&address(&card, name), file, &blob).await;
            }
            self.use_own(&card, blocks);
        });
    }

    /// Work with this backbone, no deeper than fits.
    fn use_own(self, card: &BackboneCard, blocks: u8) {
        let settings = self.state.settings;
        let best = Recipe::measured_best(card.layers);
        let wished =
            if settings.recipe_chosen.get_untracked() { settings.recipe.get_untracked() } else { best };
        if wished.layer > blocks {
            self.set_recipe(Recipe { layer: blocks, ..wished });
        }
        self.set_backbone(card.id.clone());
    }

    /// The card of the catalogue that has these very weights.
    fn in_catalogue(self, card: &BackboneCard) -> Option<BackboneCard> {
        let same = |known: &&BackboneCard| {
            source(known) == Source::Page && known.weights_sha256() == card.weights_sha256()
        };
        self.state.engine.cards.with_untracked(|cards| cards.iter().find(same).cloned())
    }

    /// List this card, in the place of an older one of the same name or the same weights.
    async fn list_own(self, card: BackboneCard) {
        let is_older =
            |other: &BackboneCard| other.id == card.id || other.weights_sha256() == card.weights_sha256();
        let older = self.state.settings.own_backbones.get_untracked().into_iter().filter(is_older);
        for old in older.filter(|old| old.folder != card.folder).collect::<Vec<_>>() {
            forget_files(&old).await;
        }
        let listed = self.change_own(|own| {
            own.retain(|other| !is_older(other));
            own.push(card.clone());
        });
        if let Err(fault) = listed.await {
            self.state.notices.fault(fault);
        }
        self.state.engine.cards.update(|cards| {
            cards.retain(|other| source(other) == Source::Page || !is_older(other));
            cards.push(card.clone());
        });
    }

    /// Change the list of own backbones as it is in the store, where another tab may have changed it too.
    async fn change_own(self, change: impl FnOnce(&mut Vec<BackboneCard>)) -> Result<(), Fault> {
        let settings = self.state.settings;
        let store = self.store();
        let stored = match &store {
            Some(store) => store.setting(OWN_BACKBONES).await.ok().flatten(),
            None => None,
        };
        let mut own = match stored {
            Some(text) => own_cards(&text),
            None => settings.own_backbones.get_untracked(),
        };
        change(&mut own);
        let text = serde_json::to_string(&own).unwrap_or_default();
        settings.own_backbones.set(own);
        match store {
            Some(store) => store.set(OWN_BACKBONES, &text).await,
            None => Ok(()),
        }
    }

    /// Look how much of each backbone is kept.
    pub fn look_at_backbones(self) {
        let (cards, kept) = (self.state.engine.cards, self.state.adding.kept);
        spawn_local(async move {
            for card in cards.get_untracked() {
                let mut holding = KeptBytes { bytes: 0, whole: true };
                for (name, file) in &card.files {
                    match backbones::held(&address(&card, name), file).await {
                        Held::Whole => holding.bytes += file.bytes,
                        Held::Partly(bytes) => {
                            holding = KeptBytes { bytes: holding.bytes + bytes, whole: false }
                        }
                        Held::None => holding.whole = false,
                    }
                }
                kept.update(|kept| {
                    kept.insert(card.id, holding);
                });
            }
        });
    }

    /// Free this backbone's files; one of one's own goes from the list too.
    pub fn delete_backbone(self, id: String) {
        let (engine, settings) = (self.state.engine, self.state.settings);
        let card = engine.cards.with_untracked(|cards| cards.iter().find(|card| card.id == id).cloned());
        let Some(card) = card else { return };
        spawn_local(async move {
            if source(&card) != Source::Page {
                if let Err(fault) = self.change_own(|own| own.retain(|other| other.id != id)).await {
                    self.state.notices.fault(fault);
                }
                engine.cards.update(|cards| cards.retain(|other| other.id != id));
                // The old engine ends with it, and lets go of the files.
                if settings.backbone.get_untracked() == id {
                    let first =
                        engine.cards.with_untracked(|cards| cards.first().map(|card| card.id.clone()));
                    self.set_backbone(first.unwrap_or_default());
                }
            }
            forget_files(&card).await;
            self.state.adding.kept.update(|kept| {
                kept.remove(&id);
            });
            self.look_at_backbones();
        });
    }

    /// Put these files of a backbone where the engine looks for them.
    ///
    /// # Errors
    /// `FaultKind::Storage`; then none of them is kept.
    async fn keep_files(self, card: &BackboneCard, files: &[(String, Blob)]) -> Result<(), Fault> {
        for (name, blob) in files {
            let Some(file) = card.files.get(name) else { continue };
            if let Err(fault) = backbones::keep(&address(card, name), file, blob).await {
                forget_files(card).await;
                let remedy = "Files that are given have to be kept by the browser, or the engine cannot open them: free \
                    some space, or use a window that is not private; then give them again.";
                return Err(Fault::new(fault.kind, fault.what, remedy));
            }
        }
        Ok(())
    }
}

/// The cards in this text, as far as they can be ours.
pub(super) fn own_cards(text: &str) -> Vec<BackboneCard> {
    let cards: Vec<BackboneCard> = serde_json::from_str(text).unwrap_or_default();
    cards.into_iter().filter(is_sound).collect()
}

/// Every file of these backbones, with its address.
pub(super) fn files_of(cards: &[BackboneCard]) -> Vec<(String, FileCard)> {
    let files = cards.iter().flat_map(|card| card.files.iter().map(move |(name, file)| (card, name, file)));
    files.map(|(card, name, file)| (address(card, name), file.clone())).collect()
}

async fn forget_files(card: &BackboneCard) {
    for name in card.files.keys() {
        // Where nothing can be kept there is nothing to free.
        let _ = backbones::forget(&address(card, name)).await;
    }
}

/// Where the engine looks for a backbone's file.
fn address(card: &BackboneCard, name: &str) -> String {
    let path = format!("{}/{name}", card.folder);
    Url::new_with_base(&path, &browser::base_address()).map_or(path, |address| address.href())
}

fn blob(bytes: &[u8]) -> Result<Blob, wasm_bindgen::JsValue> {
    Blob::new_with_u8_array_sequence(&js_sys::Array::of1(&js_sys::Uint8Array::from(bytes)))
}

fn fault(Complaint { what, remedy }: Complaint) -> Fault {
    Fault::new(FaultKind::Backbone, what, remedy)
}
