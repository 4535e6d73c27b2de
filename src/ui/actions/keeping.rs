//! What is kept for the next visit: settings, the accuracy curve, the trained model.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Actions;
use crate::domain::config::DescentConfig;
use crate::domain::device::DeviceRequest;
use crate::protocol::Command;
use crate::storage::Store;
use crate::ui::browser;
use crate::ui::state::{Purpose, Tab, Theme};

impl Actions {
    /// Open this tab.
    pub fn open_tab(self, tab: Tab) {
        self.state.settings.tab.set(tab);
        self.keep("tab", tab.word().to_owned());
    }

    /// Light, dark, or as the system has it.
    pub fn set_theme(self, theme: Theme) {
        self.state.settings.theme.set(theme);
        self.paint_theme();
        self.keep("theme", theme.word().to_owned());
    }

    /// Run on this device.
    pub fn set_device(self, request: DeviceRequest) {
        self.state.settings.device.set(request);
        self.keep("device", request.word().to_owned());
        self.state.engine.starting();
        if let Some(client) = self.world.with_value(|world| world.client.clone()) {
            client.restart(request);
        }
    }

    /// Fit the head with these settings from now on.
    pub fn set_descent(self, descent: DescentConfig) {
        let settings = self.state.settings;
        let penalty_changed = settings.descent.with_untracked(|now| now.penalty != descent.penalty);
        self.keep_json("descent", &descent);
        settings.descent.set(descent);
        if penalty_changed {
            self.fit();
        }
    }

    pub(super) async fn read_settings(self, store: &Store) {
        let settings = self.state.settings;
        if let Some(tab) = word(store, "tab").await.as_deref().and_then(Tab::from_word) {
            settings.tab.set(tab);
        }
        if let Some(theme) = word(store, "theme").await.as_deref().and_then(Theme::from_word) {
            settings.theme.set(theme);
            self.paint_theme();
        }
        if let Some(device) = word(store, "device").await.as_deref().and_then(DeviceRequest::from_word) {
            settings.device.set(device);
        }
        if let Some(backbone) = word(store, "backbone").await {
            settings.backbone.set(backbone);
        }
        if let Some(runs) = json(store, "runs").await {
            settings.runs.set(runs);
        }
        if let Some(descent) = json::<DescentConfig>(store, "descent").await {
            settings.descent.set(descent);
        }
        if let Some(curve) = json(store, "curve").await {
            self.state.engine.curve.set(curve);
        }
        match json(store, "seed").await {
            Some(seed) => settings.seed.set(seed),
            None => {
                settings.seed.set(browser::random_u64());
                self.keep("seed", settings.seed.get_untracked().to_string());
            }
        }
    }

    /// Keep a setting. It is only a convenience: failing to is told, and harms nothing.
    pub(super) fn keep(self, key: &'static str, value: String) {
        let Some(store) = self.store() else { return };
        spawn_local(async move {
            if let Err(fault) = store.set_setting(key, &value).await {
                self.state.notices.fault(fault);
            }
        });
    }

    pub(super) fn keep_json(self, key: &'static str, value: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(value) {
            self.keep(key, text);
        }
    }

    pub(super) fn keep_curve(self) {
        self.state.engine.curve.with_untracked(|curve| self.keep_json("curve", curve));
    }

    pub(super) fn keep_model(self, bytes: Vec<u8>) {
        let Some(store) = self.store() else { return };
        spawn_local(async move {
            if let Err(fault) = store.keep_model(&bytes).await {
                self.state.notices.fault(fault);
            }
        });
    }

    /// Once a visit; after a restart of the engine the client brings the model back by itself.
    pub(super) fn restore_model(self) {
        let first = self.world.try_update_value(|world| !std::mem::replace(&mut world.restored, true));
        let (Some(true), Some(store)) = (first, self.store()) else { return };
        spawn_local(async move {
            match store.model().await {
                Ok(Some(bytes)) => {
                    let request = self.state.ask(Purpose::ImportKept);
                    self.send(Command::Import { request, bytes });
                }
                Ok(None) => {}
                Err(fault) => self.state.notices.fault(fault),
            }
        });
    }

    fn paint_theme(self) {
        let theme = self.state.settings.theme.get_untracked();
        browser::set_theme((theme != Theme::System).then(|| theme.word()));
    }
}

/// A setting that cannot be read counts as never set: the store has said what is wrong when it was opened.
pub(super) async fn word(store: &Store, key: &str) -> Option<String> {
    store.setting(key).await.ok().flatten()
}

pub(super) async fn json<T: DeserializeOwned>(store: &Store, key: &str) -> Option<T> {
    serde_json::from_str(&word(store, key).await?).ok()
}
