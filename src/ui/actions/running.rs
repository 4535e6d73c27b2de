//! The engine's life: on which device it starts, and what happens when it is lost.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::adding::files_of;
use super::{Actions, fetching};
use crate::domain::backbone::BackboneCard;
use crate::domain::device::{Adapter, Decision, DeviceKind, DeviceRequest, decide};
use crate::domain::pair::{Pair, PairText};
use crate::domain::recipe::Recipe;
use crate::protocol::error::FaultKind;
use crate::protocol::{Command, Fault};
use crate::storage::backbones;
use crate::ui::browser;
use crate::ui::state::{Backbone, Mend};
use crate::worker::adapter::adapter;
use crate::worker::client::{Client, News};

/// Pairs a message: the page must not stand still while it packs thousands.
const PAIRS_A_MESSAGE: usize = 200;

/// An engine that ran this long on the CPU is worth starting again without asking.
const WORTH_ANOTHER_TRY_MS: f64 = 10_000.0;

impl Actions {
    /// Start the engine on the device that the settings and the machine allow, and tell it everything; also the
    /// way back after a failure. An engine that runs is ended.
    pub fn start_engine(self) {
        let number = self.next_engine();
        self.state.engine_starts();
        self.state.notices.mended(Mend::StartEngine);
        spawn_local(async move {
            let card = match self.card().await {
                Ok(card) => card,
                Err(fault) => {
                    self.state.training.lost(fault.clone());
                    return self.state.engine.backbone.set(Backbone::Failed(fault));
                }
            };
            let adapter = match self.world.with_value(|world| world.adapter.clone()) {
                Some(known) => known,
                None => adapter().await,
            };
            if !self.is_engine(number) {
                return;
            }
            self.world.update_value(|world| world.adapter = Some(adapter.clone()));
            let decision = decide(self.state.settings.device.get_untracked(), &adapter, &card);
            self.run(number, decision, card);
        });
    }

    /// The person asks for an engine, and has earned another try for it.
    pub fn start_engine_by_hand(self) {
        self.world.update_value(|world| world.started_again = false);
        self.start_engine();
    }

    /// Run on this device from now on. The browser is asked for its GPU again, even if that was lost before.
    pub fn set_device(self, request: DeviceRequest) {
        self.state.settings.device.set(request);
        self.keep("device", request.word().to_owned());
        self.world.update_value(|world| world.adapter = None);
        self.start_engine();
    }

    /// Work with this backbone.
    pub fn set_backbone(self, id: String) {
        self.state.settings.backbone.set(id.clone());
        self.keep("backbone", id);
        self.start_engine();
    }

    /// Hand over to the engine the pairs that it needs by now and has not got, in pieces.
    pub(super) fn feed(self) {
        let new = self.world.with_value(|world| match &world.client {
            Some(_) => self.state.workspace.pairs_by_need(|id| !world.fed.contains(id)),
            None => vec![],
        });
        self.world.update_value(|world| world.fed.extend(new.iter().map(|pair| pair.id.clone())));
        self.send_pairs(new);
    }

    fn send_pairs(self, pairs: Vec<Arc<Pair>>) {
        if pairs.is_empty() {
            return;
        }
        let number = self.world.with_value(|world| world.engine);
        spawn_local(async move {
            let mut pairs = pairs.iter();
            loop {
                let some: Vec<PairText> =
                    pairs.by_ref().take(PAIRS_A_MESSAGE).map(|pair| PairText::from(&**pair)).collect();
                if some.is_empty() || !self.is_engine(number) {
                    return;
                }
                self.send(Command::AddPairs(some));
                TimeoutFuture::new(0).await;
            }
        });
    }

    /// The engine is gone, or cannot go on. The page does, as well as it can.
    pub(super) fn engine_lost(self, fault: Fault) {
        let number = self.world.with_value(|world| world.engine);
        // Not now: this may have been called by the client that is about to be dropped.
        spawn_local(async move {
            if !self.is_engine(number) {
                return;
            }
            if fault.kind == FaultKind::Build {
                return self.end_engine(fault);
            }
            match self.world.with_value(|world| world.device) {
                DeviceKind::WebGpu => self.fall_back(fault),
                DeviceKind::Cpu | DeviceKind::NdArray if self.may_start_again() => {
                    let remedy = "It was started again; nothing you entered is lost.";
                    self.state.notices.fault(Fault::new(fault.kind, fault.what, remedy));
                    self.start_engine();
                }
                DeviceKind::Cpu | DeviceKind::NdArray => self.end_engine(fault),
            }
        });
    }

    fn fall_back(self, fault: Fault) {
        let why = fault.what.trim_end_matches('.').to_owned();
        self.world.update_value(|world| world.adapter = Some(Adapter::Absent(why)));
        let remedy = "The CPU takes over; nothing you entered is lost.";
        self.state.notices.fault(Fault::new(fault.kind, fault.what, remedy));
        self.start_engine();
    }

    /// Once, and only after an engine that has worked for a while: one that fails at once would only fail again.
    fn may_start_again(self) -> bool {
        let now = browser::clock_ms();
        self.world
            .try_update_value(|world| {
                let worth_it = !world.started_again && now - world.engine_since > WORTH_ANOTHER_TRY_MS;
                world.started_again |= worth_it;
                worth_it
            })
            .unwrap_or(false)
    }

    fn end_engine(self, fault: Fault) {
        self.state.parcels.engine_gone();
        self.next_engine();
        self.state.engine_starts();
        self.state.engine.stopped(fault.clone());
        self.state.training.lost(fault.clone());
        self.state.notices.fault_with(fault, Mend::StartEngine);
    }

    /// End the engine that runs, and number the one to come.
    fn next_engine(self) -> u32 {
        let (number, old) = self
            .world
            .try_update_value(|world| {
                world.engine += 1;
                world.fed.clear();
                world.token_ids = None;
                world.filing.forget_rows();
                (world.engine, world.client.take())
            })
            .unwrap_or_default();
        drop(old);
        number
    }

    fn is_engine(self, number: u32) -> bool {
        self.world.try_with_value(|world| world.engine == number).unwrap_or(false)
    }

    fn run(self, number: u32, device: Decision, card: BackboneCard) {
        let hear = move |news: News| {
            if self.is_engine(number) {
                match news {
                    News::Event(event) => self.on_event(event),
                    News::Lost(fault) => self.engine_lost(fault),
                }
            }
        };
        let client = match Client::start(device.kind, hear) {
            Ok(client) => Rc::new(client),
            Err(fault) => {
                self.world.update_value(|world| world.device = device.kind);
                return self.engine_lost(fault);
            }
        };
        self.world.update_value(|world| {
            world.client = Some(client);
            world.device = device.kind;
            world.engine_since = browser::clock_ms();
        });
        let helpers = match device.kind {
            DeviceKind::WebGpu => 0,
            DeviceKind::Cpu | DeviceKind::NdArray => browser::helpers(),
        };
        let recipe = self.state.settings.recipe.get_untracked();
        let name = device.kind.name();
        // The recipe first: it says how many of the backbone's blocks are to be loaded.
        self.send(Command::Recipe(recipe));
        self.send(Command::Open { device, backbone: card, base: browser::base_address(), helpers });
        self.feed();
        self.train_again(name);
    }

    /// The backbone to work with, from the catalogue beside the page or from the person's own, with a recipe that fits
    /// it.
    async fn card(self) -> Result<BackboneCard, Fault> {
        let settings = self.state.settings;
        let mut cards = fetching::catalogue().await?;
        let ids: HashSet<String> = cards.iter().map(|card| card.id.clone()).collect();
        cards.extend(settings.own_backbones.get_untracked().into_iter().filter(|own| !ids.contains(&own.id)));
        let awaited = files_of(&cards);
        spawn_local(async move { backbones::clear_stale_lumps(&awaited).await });
        let wanted = settings.backbone.get_untracked();
        let card = cards.iter().find(|card| card.id == wanted).or(cards.first()).cloned();
        self.state.engine.cards.set(cards);
        let card = card.ok_or_else(|| {
            Fault::new(FaultKind::Backbone, "The catalogue of backbones is empty.", "Build the page again.")
        })?;
        settings.backbone.set(card.id.clone());
        let fits = settings.recipe_chosen.get_untracked()
            && settings.recipe.with_untracked(|recipe| (1..=card.layers).contains(&recipe.layer));
        if !fits {
            settings.recipe.set(Recipe::measured_best(card.layers));
        }
        Ok(card)
    }

    pub(super) fn forget_models(self) {
        self.forget_kept_models();
        self.forget_living();
        self.state.engine.trained.set(None);
        self.let_go_of_run();
        self.state.study.forget();
        self.keep_curve();
        self.keep_runs();
    }
}
