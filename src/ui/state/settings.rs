//! What a person sets and finds again at the next visit.

use leptos::prelude::*;

use super::Look;
use crate::domain::backbone::BackboneCard;
use crate::domain::config::DescentConfig;
use crate::domain::dataset::LEARN_AT_MOST;
use crate::domain::device::DeviceRequest;
use crate::domain::query::choosing::{RANDOM_PERCENT, Rule};
use crate::domain::recipe::Recipe;
use crate::protocol::Slot;

/// The six tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Say which response is better.
    #[default]
    Annotate,
    /// Run gradient descent.
    Train,
    /// Judge the model.
    Evaluate,
    /// Score typed texts.
    Score,
    /// Files in and out.
    Data,
    /// What a reward model is.
    Learn,
}

impl Tab {
    /// In the order of the page.
    pub const ALL: [Tab; 6] = [Tab::Annotate, Tab::Train, Tab::Evaluate, Tab::Score, Tab::Data, Tab::Learn];

    /// The word in test ids and in the address.
    pub fn word(self) -> &'static str {
        match self {
            Tab::Annotate => "annotate",
            Tab::Train => "train",
            Tab::Evaluate => "evaluate",
            Tab::Score => "score",
            Tab::Data => "data",
            Tab::Learn => "learn",
        }
    }

    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            Tab::Annotate => "Annotate",
            Tab::Train => "Train",
            Tab::Evaluate => "Evaluate",
            Tab::Score => "Score",
            Tab::Data => "Data",
            Tab::Learn => "Learn",
        }
    }

    /// The tab of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.word() == word)
    }
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Dark ink on paper.
    Light,
    /// Light ink on the dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order the toggle goes through them.
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// The word in settings and in `data-theme`.
    pub fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == word)
    }

    /// The next one round.
    pub fn next(self) -> Self {
        match self {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        }
    }
}

/// How many of a hundred answered pairs come back unless the person says otherwise.
const REPEAT_PERCENT: u8 = 5;

/// The settings. Changed through the actions, which also keep them.
#[derive(Clone, Copy)]
pub struct Settings {
    /// The open tab.
    pub tab: RwSignal<Tab>,
    /// Light or dark.
    pub theme: RwSignal<Theme>,
    /// How pairs are shown on Annotate.
    pub look: RwSignal<Look>,
    /// How many of a hundred answered pairs come back, sides swapped.
    pub repeat_percent: RwSignal<u8>,
    /// By what the next question is chosen.
    pub asking_rule: RwSignal<Rule>,
    /// How many of a hundred questions are drawn at random, whatever the rule.
    pub random_percent: RwSignal<u8>,
    /// The device asked for.
    pub device: RwSignal<DeviceRequest>,
    /// The backbone's Hub name, once the catalogue is read.
    pub backbone: RwSignal<String>,
    /// Backbones that the person has added, beside those of the catalogue.
    pub own_backbones: RwSignal<Vec<BackboneCard>>,
    /// Draws the order of the pairs and the sides of the responses.
    pub seed: RwSignal<u64>,
    /// The annotator's name, which goes with every event; empty where none was given.
    pub annotator: RwSignal<String>,
    /// At most so many answers are learned from.
    pub learn_at_most: RwSignal<usize>,
    /// Runs so far: the next run's number is one more.
    pub runs: RwSignal<u32>,
    /// Gradient descent's settings.
    pub descent: RwSignal<DescentConfig>,
    /// How features are made; set once the backbone is known.
    pub recipe: RwSignal<Recipe>,
    /// Whether the person has chosen that recipe; otherwise the best for the backbone is taken.
    pub recipe_chosen: RwSignal<bool>,
    /// The model that Evaluate, Score and Download look at; `None` takes the trained one where there is one.
    pub slot: RwSignal<Option<Slot>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tab: RwSignal::new(Tab::default()),
            theme: RwSignal::new(Theme::default()),
            look: RwSignal::new(Look::default()),
            repeat_percent: RwSignal::new(REPEAT_PERCENT),
            asking_rule: RwSignal::new(Rule::default()),
            random_percent: RwSignal::new(RANDOM_PERCENT),
            device: RwSignal::new(DeviceRequest::default()),
            backbone: RwSignal::new(String::new()),
            own_backbones: RwSignal::new(vec![]),
            seed: RwSignal::new(0),
            annotator: RwSignal::new(String::new()),
            learn_at_most: RwSignal::new(LEARN_AT_MOST),
            runs: RwSignal::new(0),
            descent: RwSignal::new(DescentConfig::default()),
            recipe: RwSignal::new(Recipe::measured_best(6)),
            recipe_chosen: RwSignal::new(false),
            slot: RwSignal::new(None),
        }
    }
}
