//! What a comparison's outcome says of the margin between two scores: four likelihoods, in closed form.
//!
//! With the margin `m` = score(first) − score(second), σ the logistic function:
//!
//! | | first preferred | tie |
//! |---|---|---|
//! | Bradley–Terry (1952) | `σ(m)` | left out |
//! | soft labels | `σ(m)` | counts as half a preference each way: `√(σ(m) σ(−m))` |
//! | Rao–Kupper (1967) | `σ(m − τ)`, θ = e^τ ≥ 1 | `(θ² − 1) σ(m − τ) σ(−m − τ)` |
//! | Davidson (1970) | `e^(m/2) / Z` | `ν / Z`, ν = e^η ≥ 0, `Z = e^(m/2) + e^(−m/2) + ν` |
//!
//! At θ = 1 and at ν = 0 the last two are Bradley–Terry. Their negative logarithms are convex in the margin and in
//! [`Loss`]'s *tie parameter* (τ or η) together, so a joint Newton's method finds the one optimum. That parameter has
//! a weak prior, half a tie and half a preference seen between equals (Jeffreys' for the share of ties there): all
//! ties, or none, leave it finite.

use serde::{Deserialize, Serialize};

use super::metrics::{log_loss, preference_probability as sigmoid};

/// A likelihood of outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Ties are left out.
    BradleyTerry,
    /// A tie counts as half a preference each way.
    SoftTies,
    /// Ties are differences too small to be noticed: below a threshold τ = log θ.
    RaoKupper,
    /// Ties are a third answer, ν times as likely as the geometric mean of the other two.
    Davidson,
}

/// An outcome, seen from the first response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Told {
    /// The first was preferred.
    Chosen,
    /// Neither was.
    Tie,
}

/// −log likelihood of one outcome with its derivatives in the margin and in the tie parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bend {
    /// −log p.
    pub value: f64,
    /// ∂/∂m.
    pub slope: f64,
    /// ∂²/∂m².
    pub curve: f64,
    /// ∂/∂t.
    pub tie_slope: f64,
    /// ∂²/∂m∂t.
    pub cross: f64,
    /// ∂²/∂t².
    pub tie_curve: f64,
}

/// How likely each outcome is; the three add up to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// The first is preferred.
    pub first: f64,
    /// Neither is.
    pub tie: f64,
    /// The second is preferred.
    pub second: f64,
}

/// A likelihood with its tie parameter, as it was learned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Likelihood {
    /// Which.
    pub loss: Loss,
    /// τ or η; 0 where there is none.
    pub tie: f64,
}

/// Why a likelihood was recommended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// Ties among the comparisons.
    pub ties: u32,
    /// Comparisons in all.
    pub comparisons: u32,
    /// Mean −log likelihood of held-out comparisons under each likelihood that was tried, the best first.
    pub held_out: Vec<(Loss, f64)>,
}

impl Likelihood {
    /// Bradley and Terry's.
    pub const PLAIN: Likelihood = Likelihood { loss: Loss::BradleyTerry, tie: 0.0 };

    /// As [`Loss::shares`].
    pub fn shares(self, margin: f64) -> Shares {
        self.loss.shares(margin, self.tie)
    }

    /// As [`Loss::information`].
    pub fn information(self, margin: f64) -> f64 {
        self.loss.information(margin, self.tie)
    }
}

impl Loss {
    /// Every likelihood, the plainest first.
    pub const ALL: [Loss; 4] = [Loss::BradleyTerry, Loss::SoftTies, Loss::RaoKupper, Loss::Davidson];

    /// The word used in files and form values.
    pub fn word(self) -> &'static str {
        match self {
            Loss::BradleyTerry => "bradley_terry",
            Loss::SoftTies => "soft_ties",
            Loss::RaoKupper => "rao_kupper",
            Loss::Davidson => "davidson",
        }
    }

    /// The likelihood of this word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|loss| loss.word() == word)
    }

    /// Whether it has a tie parameter to be learned.
    pub fn has_tie(self) -> bool {
        match self {
            Loss::RaoKupper | Loss::Davidson => true,
            Loss::BradleyTerry | Loss::SoftTies => false,
        }
    }

    /// Whether it can learn from this outcome.
    pub fn learns_from(self, told: Told) -> bool {
        self != Loss::BradleyTerry || told == Told::Chosen
    }

    /// The tie parameter at which this share of comparisons between equals ends in a tie; `share` in (0, 1).
    pub fn tie_of_share(self, share: f64) -> f64 {
        match self {
            Loss::BradleyTerry | Loss::SoftTies => 0.0,
            // Between equals: (θ − 1) / (θ + 1).
            Loss::RaoKupper => ((1.0 + share) / (1.0 - share)).ln(),
            // Between equals: ν / (2 + ν).
            Loss::Davidson => (2.0 * share / (1.0 - share)).ln(),
        }
    }

    /// θ of Rao and Kupper, ν of Davidson: what the literature and our files call the tie parameter.
    pub fn published_tie(self, tie: f64) -> Option<f64> {
        self.has_tie().then(|| tie.exp())
    }

    /// −log likelihood of what was told at this margin, with the derivatives. Under Bradley–Terry a tie, which it
    /// cannot explain, is taken as [`Loss::SoftTies`] takes it.
    pub fn bend(self, told: Told, margin: f64, tie: f64) -> Bend {
        match (self, told) {
            (Loss::BradleyTerry | Loss::SoftTies, Told::Chosen) => bradley_terry(margin),
            (Loss::BradleyTerry | Loss::SoftTies, Told::Tie) => halves(margin),
            (Loss::RaoKupper, Told::Chosen) => above_threshold(margin, tie),
            (Loss::RaoKupper, Told::Tie) => below_threshold(margin, tie),
            (Loss::Davidson, told) => davidson(told, margin, tie),
        }
    }

    /// The prior of the tie parameter, as half a tie and half a preference between equals.
    pub fn prior(self, tie: f64) -> Bend {
        if !self.has_tie() {
            return Bend::default();
        }
        let equals = self.bend(Told::Tie, 0.0, tie) + self.bend(Told::Chosen, 0.0, tie);
        // Between equals a preference says nothing of the margin, only that there was one.
        Bend { slope: 0.0, curve: 0.0, cross: 0.0, ..equals * 0.5 }
    }

    /// How likely each outcome is at this margin.
    pub fn shares(self, margin: f64, tie: f64) -> Shares {
        let first = (-self.bend(Told::Chosen, margin, tie).value).exp();
        let second = (-self.bend(Told::Chosen, -margin, tie).value).exp();
        Shares { first, tie: (1.0 - first - second).max(0.0), second }
    }

    /// Fisher's information of one outcome about the margin, `Σ p (∂ log p / ∂m)²`: how much its answer says.
    pub fn information(self, margin: f64, tie: f64) -> f64 {
        let Shares { first, tie: tied, second } = self.shares(margin, tie);
        let square = |told, margin| self.bend(told, margin, tie).slope.powi(2);
        let of_ties = if self.has_tie() { tied * square(Told::Tie, margin) } else { 0.0 };
        first * square(Told::Chosen, margin) + second * square(Told::Chosen, -margin) + of_ties
    }
}

impl std::ops::Add for Bend {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            value: self.value + other.value,
            slope: self.slope + other.slope,
            curve: self.curve + other.curve,
            tie_slope: self.tie_slope + other.tie_slope,
            cross: self.cross + other.cross,
            tie_curve: self.tie_curve + other.tie_curve,
        }
    }
}

impl std::ops::Mul<f64> for Bend {
    type Output = Self;

    fn mul(self, weight: f64) -> Self {
        Self {
            value: weight * self.value,
            slope: weight * self.slope,
            curve: weight * self.curve,
            tie_slope: weight * self.tie_slope,
            cross: weight * self.cross,
            tie_curve: weight * self.tie_curve,
        }
    }
}

fn bradley_terry(margin: f64) -> Bend {
    let wrong = sigmoid(-margin);
    Bend { value: log_loss(margin), slope: -wrong, curve: wrong * sigmoid(margin), ..Bend::default() }
}

fn halves(margin: f64) -> Bend {
    let (right, wrong) = (sigmoid(margin), sigmoid(-margin));
    Bend {
        value: (log_loss(margin) + log_loss(-margin)) / 2.0,
        slope: (right - wrong) / 2.0,
        curve: right * wrong,
        ..Bend::default()
    }
}

/// Rao–Kupper: the first is better by more than τ.
fn above_threshold(margin: f64, tau: f64) -> Bend {
    if tau < 0.0 {
        return Bend { value: f64::INFINITY, ..Bend::default() };
    }
    let beyond = bradley_terry(margin - tau);
    Bend { tie_slope: -beyond.slope, cross: -beyond.curve, tie_curve: beyond.curve, ..beyond }
}

/// Rao–Kupper: neither is better by more than τ. −log of (e^2τ − 1) σ(m − τ) σ(−m − τ).
fn below_threshold(margin: f64, tau: f64) -> Bend {
    if tau <= 0.0 {
        return Bend { value: f64::INFINITY, ..Bend::default() };
    }
    let (above, under) = (bradley_terry(margin - tau), bradley_terry(-margin - tau));
    // 1 − e^−2τ, exact for small τ.
    let room = -(-2.0 * tau).exp_m1();
    Bend {
        value: above.value + under.value - 2.0 * tau - room.ln(),
        slope: above.slope - under.slope,
        curve: above.curve + under.curve,
        tie_slope: -above.slope - under.slope - 2.0 / room,
        cross: under.curve - above.curve,
        tie_curve: above.curve + under.curve + 4.0 * (1.0 - room) / (room * room),
    }
}

fn davidson(told: Told, margin: f64, eta: f64) -> Bend {
    let half = margin / 2.0;
    let top = half.abs().max(eta);
    let [first, second, tie] = [half, -half, eta].map(|power| (power - top).exp());
    let sum = first + second + tie;
    let log_sum = top + sum.ln();
    let (lean, tie) = ((first - second) / (2.0 * sum), tie / sum);
    let (value, slope, tie_slope) = match told {
        Told::Chosen => (log_sum - half, lean - 0.5, tie),
        Told::Tie => (log_sum - eta, lean, tie - 1.0),
    };
    Bend {
        value,
        slope,
        curve: (1.0 - tie) / 4.0 - lean * lean,
        tie_slope,
        cross: -tie * lean,
        tie_curve: tie * (1.0 - tie),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: [Told; 2] = [Told::Chosen, Told::Tie];

    fn points() -> impl Iterator<Item = (Loss, Told, f64, f64)> {
        Loss::ALL.into_iter().flat_map(|loss| {
            TOLD.into_iter().flat_map(move |told| {
                [-7.0, -1.3, 0.0, 0.4, 5.0]
                    .into_iter()
                    .flat_map(move |margin| [0.05, 0.7, 3.0].map(|tie| (loss, told, margin, tie)))
            })
        })
    }

    #[test]
    fn slopes_and_curves_are_the_values_differences() {
        const STEP: f64 = 1e-5;
        for (loss, told, m, t) in points() {
            let at = |dm: f64, dt: f64| loss.bend(told, m + dm * STEP, t + dt * STEP);
            let bend = at(0.0, 0.0);
            let difference =
                |part: fn(Bend) -> f64, dm, dt| (part(at(dm, dt)) - part(at(-dm, -dt))) / (2.0 * STEP);
            let close = |ours: f64, theirs: f64| {
                assert!(
                    (ours - theirs).abs() < 1e-7 * (1.0 + theirs.abs()),
                    "{loss:?} {told:?} {m} {t}: {ours}, {theirs}"
                );
            };
            close(bend.slope, difference(|bend| bend.value, 1.0, 0.0));
            close(bend.curve, difference(|bend| bend.slope, 1.0, 0.0));
            if loss.has_tie() {
                close(bend.tie_slope, difference(|bend| bend.value, 0.0, 1.0));
                close(bend.cross, difference(|bend| bend.slope, 0.0, 1.0));
                close(bend.tie_curve, difference(|bend| bend.tie_slope, 0.0, 1.0));
            }
        }
    }

    #[test]
    fn everything_is_finite_at_margins_of_a_hundred_and_convex_everywhere() {
        for (loss, told, _, t) in points() {
            for m in [-100.0, -1e4, 100.0, 1e4, 0.0] {
                let Bend { value, slope, curve, tie_slope, cross, tie_curve } = loss.bend(told, m, t);
                assert!([value, slope, curve, tie_slope, cross, tie_curve].iter().all(|x| x.is_finite()));
                assert!(value >= 0.0 && curve >= 0.0 && curve * tie_curve - cross * cross >= -1e-12);
            }
        }
    }

    #[test]
    fn without_room_for_ties_both_are_bradley_terry() {
        for m in [-100.0, -3.0, 0.0, 0.2, 100.0] {
            let plain = Loss::BradleyTerry.bend(Told::Chosen, m, 0.0);
            // θ = 1; and ν = e^−800, which is 0.
            for (loss, tie) in [(Loss::RaoKupper, 0.0), (Loss::Davidson, -800.0)] {
                let bend = loss.bend(Told::Chosen, m, tie);
                assert!((bend.value - plain.value).abs() < 1e-12 && (bend.slope - plain.slope).abs() < 1e-12);
                assert!((bend.curve - plain.curve).abs() < 1e-12);
                assert!(loss.shares(m, tie).tie < 1e-12);
            }
        }
    }

    #[test]
    fn the_shares_add_up_and_swapping_the_responses_swaps_them() {
        for (loss, _, m, t) in points() {
            let Shares { first, tie, second } = loss.shares(m, t);
            assert!((first + tie + second - 1.0).abs() < 1e-12);
            let swapped = loss.shares(-m, t);
            assert!((swapped.first - second).abs() < 1e-12 && (swapped.tie - tie).abs() < 1e-12);
            if loss.has_tie() {
                let told = (-loss.bend(Told::Tie, m, t).value).exp();
                assert!(
                    (told - tie).abs() < 1e-12,
                    "{loss:?}: a tie's own likelihood is what the others leave"
                );
            }
        }
    }

    #[test]
    fn an_answer_says_most_between_equals_and_for_bradley_terry_it_is_the_variance() {
        for loss in Loss::ALL {
            let information = [0.0, 1.0, 2.0, 4.0, 8.0].map(|m| loss.information(m, 0.3));
            assert!(information.is_sorted_by(|a, b| a > b), "{loss:?}: {information:?}");
        }
        assert!((Loss::BradleyTerry.information(1.2, 0.0) - sigmoid(1.2) * sigmoid(-1.2)).abs() < 1e-12);
    }

    #[test]
    fn the_tie_parameter_of_a_share_gives_that_share_between_equals() {
        for loss in [Loss::RaoKupper, Loss::Davidson] {
            for share in [0.01, 0.25, 0.9] {
                assert!((loss.shares(0.0, loss.tie_of_share(share)).tie - share).abs() < 1e-12);
            }
        }
    }
}
