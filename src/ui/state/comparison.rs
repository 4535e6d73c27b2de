//! Kept models side by side: which are ticked, which the engine holds, and what each says of the texts on the Score tab.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{Lane, Scores};
use crate::domain::kept_model::{MOST_COMPARED, ModelId};
use crate::protocol::{Fault, RequestId};

/// A model that the engine holds beside the others, or is about to.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Of its slot.
    pub number: u32,
    /// The model.
    pub id: ModelId,
    /// Where it stands.
    pub state: Holding,
}

/// Where a held model stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Holding {
    /// Its file is being read.
    Reading,
    /// The engine was given it with this request.
    Given(RequestId),
    /// It can score.
    Ready,
    /// The engine refused it, or could not score with it.
    Failed(Fault),
}

/// The comparison.
#[derive(Clone, Copy)]
pub struct Comparison {
    /// What is to be compared, in the order it was ticked.
    pub ticked: RwSignal<Vec<ModelId>>,
    /// Whether it is on the screen: otherwise the engine holds nothing for it.
    pub open: RwSignal<bool>,
    /// What the engine holds for it.
    pub held: RwSignal<Vec<Held>>,
    /// The newest scores, by the number of the slot.
    pub scores: RwSignal<BTreeMap<u32, Scores>>,
    /// One request under way a slot, the newest text wins.
    lanes: StoredValue<BTreeMap<u32, Lane>>,
    last: StoredValue<u32>,
}

impl Default for Comparison {
    fn default() -> Self {
        Self {
            ticked: RwSignal::new(vec![]),
            open: RwSignal::new(false),
            held: RwSignal::new(vec![]),
            scores: RwSignal::new(BTreeMap::new()),
            lanes: StoredValue::new(BTreeMap::new()),
            last: StoredValue::new(0),
        }
    }
}

impl Comparison {
    /// Tick this model, or take the tick away. Beyond [`MOST_COMPARED`] nothing more can be ticked.
    pub fn tick(&self, id: &ModelId) {
        self.ticked.update(|ticked| match ticked.iter().position(|it| it == id) {
            Some(at) => drop(ticked.remove(at)),
            None if ticked.len() < MOST_COMPARED => ticked.push(id.clone()),
            None => {}
        });
    }

    /// A model is on its way to the engine; says the number of its slot, which was never used before.
    pub fn hold(&self, id: ModelId) -> u32 {
        let number = self.last.try_update_value(|last| {
            *last += 1;
            *last
        });
        let number = number.unwrap_or_default();
        self.held.update(|held| held.push(Held { number, id, state: Holding::Reading }));
        number
    }

    /// Let go of this slot.
    pub fn let_go(&self, number: u32) {
        self.held.update(|held| held.retain(|it| it.number != number));
        self.lanes.update_value(|lanes| {
            lanes.remove(&number);
        });
        self.scores.update(|scores| drop(scores.remove(&number)));
    }

    /// The model in this slot is there now.
    pub fn enters(&self, number: u32, state: Holding) {
        self.held.update(|held| {
            if let Some(it) = held.iter_mut().find(|it| it.number == number) {
                it.state = state;
            }
        });
    }

    /// The slots that can score now, and have no request under way; those that have remember the wish.
    pub fn may_score(&self) -> Vec<u32> {
        let ready = self.held.with_untracked(|held| {
            held.iter().filter(|it| it.state == Holding::Ready).map(|it| it.number).collect::<Vec<_>>()
        });
        let free = |lanes: &mut BTreeMap<u32, Lane>| {
            ready.into_iter().filter(|number| lanes.entry(*number).or_default().may_go()).collect()
        };
        self.lanes.try_update_value(free).unwrap_or_default()
    }

    /// This slot was asked.
    pub fn went(&self, number: u32, request: RequestId) {
        self.lanes.update_value(|lanes| lanes.entry(number).or_default().went(request));
    }

    /// There is nothing to be scored.
    pub fn clear(&self) {
        self.scores.update(BTreeMap::clear);
    }

    /// Nothing is left to compare.
    pub fn forget(&self) {
        self.ticked.set(vec![]);
        self.engine_starts();
    }

    pub(super) fn engine_starts(&self) {
        self.held.set(vec![]);
        self.lanes.set_value(BTreeMap::new());
        self.clear();
    }

    pub(super) fn scored(&self, number: u32, scores: Scores) {
        // What was let go of meanwhile is of no interest any more.
        if self.held.with_untracked(|held| held.iter().any(|it| it.number == number)) {
            self.scores.update(|all| drop(all.insert(number, scores)));
        }
    }

    /// A model was refused.
    pub(super) fn import_failed(&self, request: RequestId, fault: Fault) {
        self.held.update(|held| {
            if let Some(it) = held.iter_mut().find(|it| it.state == Holding::Given(request)) {
                it.state = Holding::Failed(fault);
            }
        });
    }

    /// The request by which the model in this slot was given.
    pub(super) fn given_by(&self, number: u32) -> Option<RequestId> {
        self.held.with_untracked(|held| {
            held.iter().find(|it| it.number == number).and_then(|it| match it.state {
                Holding::Given(request) => Some(request),
                Holding::Reading | Holding::Ready | Holding::Failed(_) => None,
            })
        })
    }

    /// A request was answered; true if a newer text waits.
    pub(super) fn landed(&self, request: RequestId) -> bool {
        let land = |lanes: &mut BTreeMap<u32, Lane>| {
            // Every lane hears of it.
            lanes.values_mut().filter_map(|lane| lane.landed(request).then_some(())).count() > 0
        };
        self.lanes.try_update_value(land).unwrap_or(false)
    }
}

/// Which response a model prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preferred {
    /// The first.
    First,
    /// The second.
    Second,
    /// It scores them the same.
    Neither,
}

/// Which response these scores prefer; `None` without a second one.
pub fn preferred(scores: &Scores) -> Option<Preferred> {
    let margin = scores.compared?.margin;
    Some(match margin {
        above if above > 0.0 => Preferred::First,
        below if below < 0.0 => Preferred::Second,
        _ => Preferred::Neither,
    })
}

/// In a sentence, how far models agree; nothing where fewer than two have said something.
pub fn agreement(said: &[Preferred]) -> Option<String> {
    let all = said.len();
    let count = |which: Preferred| said.iter().filter(|it| **it == which).count();
    let (first, second) = (count(Preferred::First), count(Preferred::Second));
    let everyone = if all == 2 { "Both".to_owned() } else { format!("All {all}") };
    match (first, second) {
        _ if all < 2 => None,
        (first, _) if first == all => Some(format!("{everyone} prefer the first response.")),
        (_, second) if second == all => Some(format!("{everyone} prefer the second response.")),
        (0, 0) => Some(format!("{everyone} score them the same.")),
        (first, second) => {
            Some(format!("They disagree: {first} of {all} prefer the first response, {second} the second."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::likelihood::Likelihood;
    use crate::protocol::Slot;
    use crate::protocol::scoring::Compared;

    fn id(digits: &str) -> ModelId {
        ModelId::from_digits(digits)
    }

    fn scores(margin: f32) -> Scores {
        let shares = Likelihood::PLAIN.shares(f64::from(margin));
        let compared = Compared { margin, std: None, refitted_std: None, shares, moderated: None };
        Scores { slot: Slot::Beside(1), scores: vec![], compared: Some(compared) }
    }

    #[test]
    fn no_more_are_ticked_than_the_engine_is_to_hold() {
        let comparison = Comparison::default();
        for number in 0..MOST_COMPARED + 3 {
            comparison.tick(&id(&number.to_string()));
        }
        assert_eq!(comparison.ticked.with_untracked(Vec::len), MOST_COMPARED);
        comparison.tick(&id("0"));
        comparison.tick(&id("9"));
        let ticked = comparison.ticked.get_untracked();
        assert_eq!((ticked.len(), ticked.last()), (MOST_COMPARED, Some(&id("9"))));
    }

    #[test]
    fn each_slot_has_one_request_under_way_and_the_newest_text_waits() {
        let comparison = Comparison::default();
        let numbers = [comparison.hold(id("a")), comparison.hold(id("b"))];
        assert_ne!(numbers[0], numbers[1]);
        assert!(comparison.may_score().is_empty(), "none is there yet");
        for number in numbers {
            comparison.enters(number, Holding::Ready);
        }
        assert_eq!(comparison.may_score(), numbers);
        comparison.went(numbers[0], RequestId(1));
        assert_eq!(comparison.may_score(), [numbers[1]]);
        assert!(!comparison.landed(RequestId(7)), "nobody's");
        assert!(comparison.landed(RequestId(1)), "a wish came meanwhile");
        comparison.let_go(numbers[0]);
        comparison.scored(numbers[0], scores(1.0));
        assert!(comparison.scores.with_untracked(BTreeMap::is_empty), "it was let go of");
        assert!(comparison.hold(id("a")) > numbers[1], "a number is never used again");
    }

    #[test]
    fn agreement_is_said_as_it_is() {
        let said = |margins: &[f32]| {
            let said: Vec<Preferred> =
                margins.iter().filter_map(|margin| preferred(&scores(*margin))).collect();
            agreement(&said)
        };
        assert_eq!(said(&[1.0]), None);
        assert_eq!(said(&[1.0, 0.2]).as_deref(), Some("Both prefer the first response."));
        assert_eq!(said(&[-1.0, -0.2, -3.0]).as_deref(), Some("All 3 prefer the second response."));
        assert_eq!(said(&[0.0, 0.0]).as_deref(), Some("Both score them the same."));
        let apart = "They disagree: 2 of 4 prefer the first response, 1 the second.";
        assert_eq!(said(&[1.0, 2.0, -1.0, 0.0]).as_deref(), Some(apart));
    }
}
