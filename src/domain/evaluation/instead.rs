//! What the answers, and with them the model, may have followed instead of quality.
//!
//! Two questions are kept apart. Does the *person* choose what is longer, bolder, on the left more often than a coin
//! would? That is an exact test with a false alarm once in twenty. How far do the *model's* margins go along with it?
//! That is a correlation, counted in both orders, with its interval.

use super::evidence::Row;
use super::headline::SEED;
use super::marks::Marks;
use crate::domain::choice::Place;
use crate::domain::metrics::{Clusters, Correlation, Interval, Share, coin_test, correlation};

/// What a response can have more of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trait {
    /// Tokens.
    Length,
    /// List items.
    Lists,
    /// Bold stretches.
    Bold,
    /// Headers.
    Headers,
    /// Stretches of code.
    Code,
    /// Words a sentence.
    Sentences,
}

impl Trait {
    /// In the order of the page.
    pub const ALL: [Trait; 6] =
        [Trait::Length, Trait::Lists, Trait::Bold, Trait::Headers, Trait::Code, Trait::Sentences];

    /// The chosen response's less the rejected one's.
    pub fn difference(self, row: &Row) -> f64 {
        let of = |read: fn(&Marks) -> f64| read(&row.chosen) - read(&row.rejected);
        match self {
            Trait::Length => row.length,
            Trait::Lists => of(|marks| marks.lists),
            Trait::Bold => of(|marks| marks.bold),
            Trait::Headers => of(|marks| marks.headers),
            Trait::Code => of(|marks| marks.code),
            Trait::Sentences => of(|marks| marks.sentence),
        }
    }
}

/// How often one of two was chosen, where they differed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Habit {
    /// The one with more (or on the left) was chosen, of the pairs in which there was one.
    pub share: Share,
    /// Wilson's interval of that share.
    pub interval: Interval,
    /// Exact two-sided p-value against a fair coin.
    pub p: f64,
}

/// At this p-value a habit is told; without one it is told once in twenty.
const TOLD: f64 = 0.05;

impl Habit {
    /// Of choices; `None` for none.
    pub fn of(choices: impl IntoIterator<Item = bool>) -> Option<Self> {
        let share = Share::of(choices);
        Some(Self { share, interval: share.interval()?, p: coin_test(share.part, share.whole) })
    }

    /// Whether it is more than a coin would show.
    pub fn told(&self) -> bool {
        self.p < TOLD
    }
}

/// One trait, in the answers and in the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Following {
    /// Which.
    pub what: Trait,
    /// In the answers, over the pairs whose responses differ in it; `None` where none does.
    pub habit: Option<Habit>,
    /// In the model's margins, over all pairs; `None` where it never varies.
    pub model: Option<Correlation>,
}

/// Every trait.
pub fn following(rows: &[Row]) -> Vec<Following> {
    let of = |what: Trait| {
        let differences = || rows.iter().map(move |row| what.difference(row));
        Following {
            what,
            habit: Habit::of(differences().filter(|it| *it != 0.0).map(|it| it > 0.0)),
            model: correlation(rows.iter().map(|row| (row.margin, what.difference(row)))),
        }
    };
    Trait::ALL.map(of).to_vec()
}

/// The place on the screen: the model never sees it, but what it learned from may have been chosen by it.
pub fn position(rows: &[Row]) -> Option<Habit> {
    Habit::of(rows.iter().filter_map(|row| row.place).map(|place| place == Place::First))
}

/// Accuracy where length points at the chosen response, where it points away, and with length held equal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ByLength {
    /// Right, where the longer response was chosen.
    pub longer: Share,
    /// Right, where the shorter was.
    pub shorter: Share,
    /// The mean of the two shares: a rule that looks at length alone gets ½. `None` where one of them is empty.
    pub controlled: Option<f64>,
    /// Its interval, bootstrapped by prompt.
    pub interval: Option<Interval>,
}

/// Accuracy by length; pairs of equal length are in neither group.
pub fn by_length(rows: &[Row]) -> ByLength {
    let right = |longer: bool| {
        Share::of(rows.iter().filter(|row| row.length != 0.0 && (row.length > 0.0) == longer).map(Row::right))
    };
    let clusters = Clusters::of(rows.iter().filter(|row| row.length != 0.0).map(|row| {
        let (right, longer) = (f64::from(u8::from(row.right())), f64::from(u8::from(row.length > 0.0)));
        (row.prompt, [right * longer, longer, right * (1.0 - longer), 1.0 - longer])
    }));
    let mean = |[right_longer, longer, right_shorter, shorter]: &[f64; 4]| {
        (*longer > 0.0 && *shorter > 0.0).then(|| 0.5 * (right_longer / longer + right_shorter / shorter))
    };
    ByLength {
        longer: right(true),
        shorter: right(false),
        controlled: clusters.value(mean),
        interval: clusters.interval(mean, SEED),
    }
}
