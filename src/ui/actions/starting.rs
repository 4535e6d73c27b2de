//! From an empty page to a running engine, and catching up with other tabs.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use super::keeping::json;
use crate::domain::recipe::Recipe;
use crate::protocol::Command;
use crate::storage::{self, Store};
use crate::ui::state::Backbone;
use crate::worker::client::Client;

/// Pairs a message: the page must not stand still while it packs thousands.
const PAIRS_A_MESSAGE: usize = 500;

impl Actions {
    /// Read what the browser keeps, then start the engine. The page is usable from the first moment.
    pub fn start(self) {
        spawn_local(async move {
            let (store, fault) = Store::open().await;
            self.world.update_value(|world| world.store = Some(store.clone()));
            if let Some(fault) = fault {
                self.state.notices.fault(fault);
            }
            self.read_settings(&store).await;
            match (store.pairs().await, store.events().await) {
                (Ok(pairs), Ok(events)) => self.state.workspace.load(pairs, events),
                (Err(fault), _) | (_, Err(fault)) => {
                    self.state.workspace.load(vec![], vec![]);
                    self.state.notices.fault(fault);
                }
            }
            store.on_other_tab(move || self.catch_up());
            self.find_backbones();
        });
    }

    /// Read the catalogue and start the engine; also the way back after a failure.
    pub fn find_backbones(self) {
        self.state.engine.starting();
        spawn_local(async move {
            match storage::catalogue().await {
                Ok(cards) => {
                    self.state.engine.cards.set(cards);
                    self.start_engine().await;
                }
                Err(fault) => self.state.engine.backbone.set(Backbone::Failed(fault)),
            }
        });
    }

    /// Work with this backbone.
    pub fn set_backbone(self, id: String) {
        self.state.settings.backbone.set(id.clone());
        self.keep("backbone", id);
        self.find_backbones();
    }

    async fn start_engine(self) {
        let settings = self.state.settings;
        let wanted = settings.backbone.get_untracked();
        let card =
            self.state.engine.cards.with_untracked(|cards| {
                cards.iter().find(|card| card.id == wanted).or(cards.first()).cloned()
            });
        let Some(card) = card else { return };
        settings.backbone.set(card.id.clone());
        let kept = match self.store() {
            Some(store) => json::<Recipe>(&store, "recipe").await,
            None => None,
        };
        let recipe = kept
            .filter(|recipe| (1..=card.layers).contains(&recipe.layer))
            .unwrap_or_else(|| Recipe::measured_best(card.layers));
        settings.recipe.set(recipe.clone());
        let request = settings.device.get_untracked();
        // The old client, if there is one, goes first: two engines would contend for the same kept features.
        self.world.update_value(|world| world.client = None);
        let client = Client::start(request, card, move |event| self.on_event(event));
        self.world.update_value(|world| world.client = Some(client));
        self.send(Command::Recipe(recipe));
        self.send_pairs(&self.state.workspace.pairs_by_need());
    }

    pub(super) fn send_pairs(self, pairs: &[crate::domain::pair::Pair]) {
        for some in pairs.chunks(PAIRS_A_MESSAGE) {
            self.send(Command::AddPairs(some.to_vec()));
        }
    }

    /// Another tab has stored something.
    fn catch_up(self) {
        let Some(store) = self.store() else { return };
        spawn_local(async move {
            let (Ok(pairs), Ok(events)) = (store.pairs().await, store.events().await) else { return };
            let workspace = self.state.workspace;
            let new: Vec<_> = workspace.dataset.with_untracked(|dataset| {
                pairs.iter().filter(|pair| dataset.pair(&pair.id).is_none()).cloned().collect()
            });
            workspace.load(pairs, events);
            self.send_pairs(&new);
            self.fit();
        });
    }
}
