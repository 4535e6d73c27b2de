//! Which pair is on the screen, and why.

use std::sync::Arc;

use crate::domain::choice::ShownOrder;
use crate::domain::dataset::Dataset;
use crate::domain::log::{Asked, Me, OnPage};
use crate::domain::pair::{Pair, PairId};
use crate::domain::query::choosing::Pick;
use crate::domain::query::{self, repeats};

/// The pair on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The pair.
    pub pair: Arc<Pair>,
    /// Which response stands first.
    pub order: ShownOrder,
    /// Why it is there.
    pub reason: Reason,
}

/// Why a pair is on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// To be answered, asked for this reason.
    Asked(Asked),
    /// To settle what annotators disagree on.
    Settling,
}

impl Reason {
    /// The word for programs that look at the page.
    pub fn word(self) -> &'static str {
        match self {
            Reason::Asked(Asked::Random) => "random",
            Reason::Asked(Asked::Uncertain) => "uncertain",
            Reason::Asked(Asked::Informative) => "informative",
            Reason::Asked(Asked::Revisited) => "revisited",
            Reason::Asked(Asked::Repeat) => "repeat",
            Reason::Settling => "settling",
        }
    }
}

/// A pair that goes before the queue.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// The person wants to look at it again.
    Revisit(PairId),
    /// The person wants to settle it.
    Settle(PairId),
    /// It is to be on the screen as it was: its answer was taken back, or another tab has answered it meanwhile.
    As(PairId, ShownOrder, Reason),
}

/// What decides the next question besides the dataset.
#[derive(Clone, Debug)]
pub struct Asking {
    /// What goes before the queue.
    pub wish: Option<Wish>,
    /// Who is asked.
    pub me: Me,
    /// Draws sides and repeats.
    pub seed: u64,
    /// How many of a hundred pairs come back.
    pub repeat_percent: u8,
    /// What was picked from the queue, and why.
    pub picked: Option<Pick>,
}

/// The pair to be shown now: what the person wishes, else a repeat that is due, else what was picked from the queue,
/// else the queue's head.
pub fn question(dataset: &Dataset, asking: &Asking) -> Option<Shown> {
    wished(dataset, asking)
        .or_else(|| repeated(dataset, asking))
        .or_else(|| picked(dataset, asking))
        .or_else(|| Some(plainly(dataset.queue().next()?, asking, Asked::Random)))
}

fn picked(dataset: &Dataset, asking: &Asking) -> Option<Shown> {
    let pick = asking.picked.as_ref().filter(|pick| dataset.answer(&pick.pair).is_none())?;
    Some(plainly(dataset.pair(&pick.pair)?, asking, pick.why.asked()))
}

fn plainly(pair: &Arc<Pair>, asking: &Asking, asked: Asked) -> Shown {
    let order = query::shown_order(&pair.id, asking.seed);
    Shown { pair: pair.clone(), order, reason: Reason::Asked(asked) }
}

fn wished(dataset: &Dataset, asking: &Asking) -> Option<Shown> {
    let plain = |id: &PairId| query::shown_order(id, asking.seed);
    let (id, order, reason) = match asking.wish.as_ref()? {
        Wish::Revisit(id) => (id, plain(id), Reason::Asked(Asked::Revisited)),
        Wish::Settle(id) => (id, plain(id), Reason::Settling),
        Wish::As(id, order, reason) => (id, *order, *reason),
    };
    Some(Shown { pair: dataset.pair(id)?.clone(), order, reason })
}

fn repeated(dataset: &Dataset, asking: &Asking) -> Option<Shown> {
    if asking.repeat_percent == 0 {
        return None;
    }
    let given: Vec<OnPage> =
        dataset.given_by(&asking.me).filter(|given| dataset.pair(given.pair).is_some()).collect();
    let (id, before) = repeats::due(&given, asking.seed, asking.repeat_percent)?;
    let pair = dataset.pair(&id)?.clone();
    Some(Shown { pair, order: before.swapped(), reason: Reason::Asked(Asked::Repeat) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Choice;
    use crate::domain::log::made_up::Writer;
    use crate::domain::query::choosing::{Ranked, Rule, Why};

    #[test]
    fn what_was_picked_goes_before_the_queue_until_it_is_answered() {
        let mut dataset = Dataset::with_seed(1);
        dataset.add((0..9).map(|number| Pair::new(format!("p{number}"), "a", "b", "test")).collect());
        let pair = dataset.queue().nth(4).unwrap().id.clone();
        let expected = Ranked { pair: pair.clone(), first: 0.5, second: 0.5, gain: 0.3 };
        let why = Why::Chosen(Rule::Informative, expected, 0.1);
        let me = Me { session: "s".into(), annotator: "ann".into() };
        let picked = Some(Pick { pair: pair.clone(), why });
        let asking = Asking { wish: None, me, seed: 1, repeat_percent: 0, picked };
        let shown = question(&dataset, &asking).unwrap();
        assert_eq!((&shown.pair.id, shown.reason), (&pair, Reason::Asked(Asked::Informative)));
        dataset.read_log([Writer::named("s", "ann").label(&pair, Choice::A)]);
        assert_eq!(question(&dataset, &asking).unwrap().reason, Reason::Asked(Asked::Random));
    }

    #[test]
    fn a_repeat_comes_with_sides_swapped_before_the_queue_and_leaves_it_as_it_was() {
        let mut dataset = Dataset::with_seed(1);
        dataset.add((0..30).map(|number| Pair::new(format!("p{number}"), "a", "b", "test")).collect());
        let mut writer = Writer::named("s", "ann");
        let me = Me { session: "s".into(), annotator: "ann".into() };
        let asking = Asking { wish: None, me, seed: 1, repeat_percent: 100, picked: None };
        let mut first = None;
        for _ in 0..11 {
            let shown = question(&dataset, &asking).unwrap();
            assert_eq!(shown.reason, Reason::Asked(Asked::Random));
            dataset.read_log([writer.label(&shown.pair.id, Choice::A)]);
            first = first.or(Some(shown));
        }
        let (head, first) = (dataset.queue().next().unwrap().id.clone(), first.unwrap());
        let again = question(&dataset, &asking).unwrap();
        assert_eq!((again.pair.clone(), again.reason), (first.pair, Reason::Asked(Asked::Repeat)));
        // The made-up labels were all given with A first.
        assert_eq!(again.order, ShownOrder::Ba);
        let calm = Asking { repeat_percent: 0, ..asking.clone() };
        assert_eq!(question(&dataset, &calm).unwrap().pair.id, head);
        let wish = Some(Wish::As(again.pair.id.clone(), again.order, again.reason));
        assert_eq!(question(&dataset, &Asking { wish, ..calm }), Some(again));
    }
}
