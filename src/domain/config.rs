//! What is minimised, and how. Both ways of fitting minimise the same penalised objective,
//! `1/N Σ −log p(outcomeᵢ | w·(xᵢ − yᵢ)) + λ/(2N)·|w − m|²`, for N comparisons of features x and y; m is [`Start`]'s.

use serde::{Deserialize, Serialize};

use super::depth::Depth;
use super::likelihood::Loss;

/// The strength λ of the penalty, for a *summed* loss and features scaled to E|x|² ≈ 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Penalty {
    /// 1 below 200 comparisons, 3 from there on: what was measured to be best.
    #[default]
    Auto,
    /// This λ, > 0.
    Fixed(f32),
    /// The λ under which the answers are most probable (MacKay, 1992).
    Evidence,
    /// The λ under which held-out answers are explained best: cross-validated below 200 comparisons, from there on those
    /// of the split.
    HeldOut,
}

impl Penalty {
    /// λ for `comparisons` training pairs; where it has to be searched for, the one that the search starts from.
    pub fn lambda(self, comparisons: usize) -> f32 {
        match self {
            Penalty::Auto | Penalty::Evidence | Penalty::HeldOut if comparisons < 200 => 1.0,
            Penalty::Auto | Penalty::Evidence | Penalty::HeldOut => 3.0,
            Penalty::Fixed(lambda) => lambda,
        }
    }
}

/// Which likelihood is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossChoice {
    /// What suits the answers: Bradley–Terry where there are too few ties to learn from; else whichever of
    /// Rao–Kupper and Davidson explains held-out answers better.
    #[default]
    Recommended,
    /// This one.
    Fixed(Loss),
}

/// What is made of how much better a response was said to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrengthUse {
    /// Nothing.
    #[default]
    Unused,
    /// The margin has to exceed [`MARGIN_A_STEP`] for each step of strength: σ(m − c·strength).
    Margin,
    /// An answer counts in proportion to its strength, one without counts as "clearly".
    Weight,
}

/// Where the head starts, which is what the penalty draws it to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// No preference at all.
    #[default]
    Nothing,
    /// The reward model that came with the backbone, where one did and the recipe reads as it does.
    Brought,
}

/// The margin asked for each step of strength.
pub const MARGIN_A_STEP: f32 = 0.5;

impl StrengthUse {
    /// Every use, the default first.
    pub const ALL: [StrengthUse; 3] = [StrengthUse::Unused, StrengthUse::Margin, StrengthUse::Weight];

    /// The word used in form values.
    pub fn word(self) -> &'static str {
        match self {
            StrengthUse::Unused => "unused",
            StrengthUse::Margin => "margin",
            StrengthUse::Weight => "weight",
        }
    }

    /// The use of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strength| strength.word() == word)
    }
}

/// What is minimised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Objective {
    /// The likelihood.
    pub loss: LossChoice,
    /// How strengths count.
    pub strength: StrengthUse,
    /// The penalty.
    pub penalty: Penalty,
    /// Where it starts.
    #[serde(default)]
    pub start: Start,
}

impl From<Penalty> for Objective {
    fn from(penalty: Penalty) -> Self {
        Self { penalty, ..Self::default() }
    }
}

/// Gradient descent: AdamW over mini-batches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescentConfig {
    /// Step size at its largest; it falls to a hundredth along a cosine.
    pub learning_rate: f32,
    /// Comparisons a step.
    pub batch_size: u32,
    /// Passes over the training pairs, at most.
    pub epochs: u32,
    /// Stop after this many epochs without a better validation loss; 0 never stops early.
    pub patience: u32,
    /// Seed of the shuffles.
    pub seed: u64,
    /// What is minimised; the living model minimises the same.
    #[serde(default)]
    pub objective: Objective,
    /// What trains.
    #[serde(default)]
    pub depth: Depth,
    /// How, where that goes below the head.
    #[serde(default)]
    pub below: Below,
    /// Units of the head's hidden layer, of an MLP; `None` of a linear head.
    #[serde(default)]
    pub hidden_units: Option<u32>,
    /// Share of answers that are taken to be the wrong way round, 0 to below 0.5: label smoothing.
    #[serde(default)]
    pub smoothing: f32,
    /// Weight of `mean (r_chosen + r_rejected)²` beside the loss, by which scores stay around 0 (Eisenstein and others,
    /// 2023; `center_rewards_coefficient` of TRL's `RewardTrainer`).
    #[serde(default)]
    pub centring: f32,
}

/// The most that a hidden layer may have.
pub const MOST_UNITS: u32 = 1_024;

/// How training goes where it goes below the head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Below {
    /// Share of all steps over which the step size rises to its largest, 0–1.
    pub warm_up: f32,
    /// The longest that the gradient of all that trains may be; 0 for any length.
    pub clip: f32,
    /// Decoupled weight decay (Loshchilov and Hutter, 2019) of what trains below the head; the head has its penalty.
    pub weight_decay: f32,
}

impl Default for Below {
    fn default() -> Self {
        Self { warm_up: 0.1, clip: 1.0, weight_decay: 0.01 }
    }
}

impl Below {
    fn complaint(&self) -> Option<String> {
        let Self { warm_up, clip, weight_decay } = self;
        if !(0.0..=1.0).contains(warm_up) {
            return Some(format!("The warm-up is {warm_up} of all steps; give a number from 0 to 1."));
        }
        let wrong =
            [("Clipping", clip), ("Weight decay", weight_decay)].into_iter().find(|it| is_negative(*it.1));
        wrong.map(|(name, value)| format!("{name} is {value}; give a number of at least 0."))
    }
}

fn is_negative(value: f32) -> bool {
    !(value.is_finite() && value >= 0.0)
}

impl Default for DescentConfig {
    fn default() -> Self {
        Self::of(Depth::Head)
    }
}

impl DescentConfig {
    /// What was measured to do well at this depth.
    pub fn of(depth: Depth) -> Self {
        let (learning_rate, batch_size, epochs, patience) = match depth {
            Depth::Head => (0.01, 32, 60, 15),
            Depth::Last(_) => (5e-5, 8, 6, 2),
            Depth::Lora(_) => (1e-3, 8, 6, 2),
        };
        Self {
            learning_rate,
            batch_size,
            epochs,
            patience,
            seed: 0,
            objective: Objective::default(),
            depth,
            below: Below::default(),
            hidden_units: None,
            smoothing: 0.0,
            centring: 0.0,
        }
    }

    /// Whether the exact fit of a linear head minimises the same.
    pub fn has_exact_fit(&self) -> bool {
        !self.depth.is_deep() && self.hidden_units.is_none() && self.smoothing == 0.0 && self.centring == 0.0
    }

    /// The first thing wrong with these settings, in a sentence with what to do; `None` if all is well.
    pub fn complaint(&self) -> Option<String> {
        let Self { learning_rate, batch_size, epochs, objective, depth, below, .. } = self;
        let Self { hidden_units, smoothing, centring, .. } = self;
        if !(learning_rate.is_finite() && *learning_rate > 0.0 && *learning_rate <= 10.0) {
            return Some(format!(
                "The learning rate is {learning_rate}; give a number above 0 and at most 10."
            ));
        }
        if *batch_size == 0 {
            return Some("The batch size is 0; give at least 1.".into());
        }
        if *epochs == 0 {
            return Some("The number of epochs is 0; give at least 1.".into());
        }
        if let Some(units) = hidden_units.filter(|units| !(1..=MOST_UNITS).contains(units)) {
            return Some(format!("The hidden layer has {units} units; give from 1 to {MOST_UNITS}."));
        }
        if !(0.0..0.5).contains(smoothing) {
            return Some(format!("Label smoothing is {smoothing}; give a number from 0 to below 0.5."));
        }
        if is_negative(*centring) {
            return Some(format!("Centring is {centring}; give a number of at least 0."));
        }
        if let Some(complaint) = depth.complaint() {
            return Some(complaint);
        }
        if let Some(complaint) = below.complaint().filter(|_| depth.is_deep()) {
            return Some(complaint);
        }
        match objective.penalty {
            Penalty::Fixed(lambda) if !(lambda.is_finite() && lambda > 0.0) => {
                Some(format!("The penalty λ is {lambda}; give a number above 0."))
            }
            Penalty::Auto | Penalty::Fixed(_) | Penalty::Evidence | Penalty::HeldOut => None,
        }
    }
}
