//! What is kept for the next visit: settings and the accuracy curve.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Actions;
use super::adding::{OWN_BACKBONES, own_cards};
use crate::domain::config::DescentConfig;
use crate::domain::depth::Depth;
use crate::domain::device::DeviceRequest;
use crate::domain::query::choosing::Rule;
use crate::domain::recipe::Recipe;
use crate::ui::browser;
use crate::ui::state::{Switch, Tab, Theme};

impl Actions {
    /// Open this tab.
    pub fn open_tab(self, tab: Tab) {
        self.state.settings.tab.set(tab);
        browser::set_address_word(tab.word());
    }

    /// Light, dark, or as the system has it.
    pub fn set_theme(self, theme: Theme) {
        self.state.settings.theme.set(theme);
        self.paint_theme();
        self.keep("theme", theme.word().to_owned());
    }

    /// Turn a switch of how pairs are shown.
    pub fn turn(self, switch: Switch) {
        let look = self.state.settings.look.get_untracked().turned(switch);
        self.state.settings.look.set(look);
        self.keep_json("look", &look);
    }

    /// Choose the next question by this rule, from the next one on.
    pub fn set_asking_rule(self, rule: Rule) {
        self.state.settings.asking_rule.set(rule);
        self.keep("asking_rule", rule.word().to_owned());
        self.state.workspace.ranked(None);
        self.rank();
    }

    /// Of a hundred questions, draw so many at random.
    pub fn set_random_percent(self, percent: u8) {
        self.state.settings.random_percent.set(percent.min(100));
        self.keep("random_percent", percent.min(100).to_string());
    }

    /// Ask so many of a hundred answered pairs again.
    pub fn set_repeat_percent(self, percent: u8) {
        self.state.settings.repeat_percent.set(percent);
        self.keep_json("repeats", &percent);
    }

    /// Fit the head with these settings from now on.
    pub fn set_descent(self, descent: DescentConfig) {
        let settings = self.state.settings;
        let aim_changed = settings.descent.with_untracked(|now| now.objective != descent.objective);
        self.keep_json("descent", &descent);
        settings.descent.set(descent);
        if aim_changed {
            self.fit();
        }
    }

    /// Train so from now on.
    ///
    /// # Errors
    /// The first thing wrong with these settings; then they stay as they were.
    pub fn wish_descent(self, wished: DescentConfig) -> Result<(), String> {
        match wished.complaint() {
            Some(complaint) => Err(complaint),
            None => {
                self.set_descent(wished);
                Ok(())
            }
        }
    }

    /// Train as deep as this from now on, with what does well at that depth.
    pub fn set_depth(self, depth: Depth) {
        let now = self.state.settings.descent.get_untracked();
        // What is learned, and by what loss, has nothing to do with the depth.
        let DescentConfig { objective, seed, hidden_units, smoothing, centring, .. } = now;
        let usual = DescentConfig::of(depth);
        self.set_descent(DescentConfig { objective, seed, hidden_units, smoothing, centring, ..usual });
    }

    /// From now on these are this annotator's answers; an empty name is nobody's.
    pub fn set_annotator(self, name: &str) {
        let name = name.trim().to_owned();
        self.state.settings.annotator.set(name.clone());
        self.keep("annotator", name);
    }

    /// Learn from at most so many answers.
    pub fn set_learn_at_most(self, most: usize) {
        self.state.settings.learn_at_most.set(most);
        self.keep("learn_at_most", most.to_string());
        self.fit();
    }

    pub(super) fn read_settings(self, saved: &BTreeMap<String, String>) {
        let settings = self.state.settings;
        let word = |name: &str| saved.get(name).map(String::as_str);
        if let Some(theme) = word("theme").and_then(Theme::from_word) {
            settings.theme.set(theme);
            self.paint_theme();
        }
        if let Some(device) = word("device").and_then(DeviceRequest::from_word) {
            settings.device.set(device);
        }
        if let Some(backbone) = word("backbone") {
            settings.backbone.set(backbone.to_owned());
        }
        if let Some(own) = word(OWN_BACKBONES) {
            settings.own_backbones.set(own_cards(own));
        }
        if let Some(look) = read(saved, "look") {
            settings.look.set(look);
        }
        if let Some(percent) = read(saved, "repeats") {
            settings.repeat_percent.set(percent);
        }
        if let Some(name) = word("annotator") {
            settings.annotator.set(name.to_owned());
        }
        if let Some(rule) = word("asking_rule").and_then(Rule::from_word) {
            settings.asking_rule.set(rule);
        }
        if let Some(percent) = read(saved, "random_percent").filter(|percent| *percent <= 100) {
            settings.random_percent.set(percent);
        }
        if let Some(most) = read(saved, "learn_at_most").filter(|most| *most > 0) {
            settings.learn_at_most.set(most);
        }
        if let Some(runs) = read(saved, "runs") {
            settings.runs.set(runs);
        }
        if let Some(descent) = read::<DescentConfig>(saved, "descent").filter(|it| it.complaint().is_none()) {
            settings.descent.set(descent);
        }
        if let Some(recipe) = read::<Recipe>(saved, "recipe") {
            settings.recipe.set(recipe);
            settings.recipe_chosen.set(true);
        }
        if let Some(left) = read(saved, "unfinished_run") {
            self.state.training.unfinished.set(left);
        }
        if let Some(runs) = read(saved, "kept_runs") {
            self.state.study.runs.set(runs);
        }
        if let Some(curve) = read(saved, "curve") {
            self.state.engine.curve.set(curve);
        }
        match read(saved, "seed") {
            Some(seed) => settings.seed.set(seed),
            None => {
                settings.seed.set(browser::random_u64());
                self.keep("seed", settings.seed.get_untracked().to_string());
            }
        }
    }

    /// Keep a setting. It is only a convenience: failing to is told, unless the person is being told of worse.
    pub(super) fn keep(self, name: &'static str, value: String) {
        let Some(store) = self.store() else { return };
        spawn_local(async move {
            if let Err(fault) = store.set(name, &value).await
                && self.state.workspace.unsaved.with_untracked(Option::is_none)
            {
                self.state.notices.fault(fault);
            }
        });
    }

    pub(super) fn keep_json(self, name: &'static str, value: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(value) {
            self.keep(name, text);
        }
    }

    pub(super) fn keep_curve(self) {
        self.state.engine.curve.with_untracked(|curve| self.keep_json("curve", curve));
    }

    fn paint_theme(self) {
        let theme = self.state.settings.theme.get_untracked();
        browser::set_theme((theme != Theme::System).then(|| theme.word()));
    }
}

/// A setting that cannot be read counts as never set.
fn read<T: DeserializeOwned>(saved: &BTreeMap<String, String>, name: &str) -> Option<T> {
    serde_json::from_str(saved.get(name)?).ok()
}
