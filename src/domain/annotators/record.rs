//! What a workspace's log says of its annotators: which labels go into which number.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Agreement, Consistency, Pace, PositionBias, Reading, words};
use crate::domain::choice::{Choice, Outcome};
use crate::domain::dataset::Dataset;
use crate::domain::log::{Action, Asked, Given, LogEvent, Me, OnPage};
use crate::domain::pair::{Pair, PairId};

/// One annotator, measured; `None` where there is nothing to measure by yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record {
    /// First answers against repeats.
    pub consistency: Option<Consistency>,
    /// Each pair's newest answer with one response preferred, repeats left out.
    pub position: Option<PositionBias>,
    /// The time of each pair's first reading.
    pub pace: Option<Pace>,
}

impl Record {
    /// Of my answers on the page.
    pub fn of(dataset: &Dataset, me: &Me) -> Self {
        let given: Vec<OnPage> = dataset.given_by(me).collect();
        Self {
            consistency: consistency(dataset, me),
            position: position(&given),
            pace: pace(dataset, &given),
        }
    }
}

fn consistency(dataset: &Dataset, me: &Me) -> Option<Consistency> {
    let mine = dataset
        .repeats()
        .into_iter()
        .filter(|repeat| dataset.event(&repeat.again.event).is_some_and(|event| me.gave(event)));
    let twice: Vec<(Outcome, Outcome)> = mine
        .filter_map(|repeat| {
            Some((repeat.first.label.choice.outcome()?, repeat.again.label.choice.outcome()?))
        })
        .collect();
    Consistency::of(&twice)
}

fn position(given: &[OnPage]) -> Option<PositionBias> {
    let mut seen = HashSet::new();
    let (mut first, mut answers) = (0, 0);
    for answer in given.iter().rev().filter(|answer| answer.asked != Asked::Repeat) {
        if seen.insert(answer.pair)
            && let Some(side) = answer.label.choice.preferred()
        {
            answers += 1;
            first += usize::from(side == answer.shown.first());
        }
    }
    PositionBias::of(first, answers)
}

fn pace(dataset: &Dataset, given: &[OnPage]) -> Option<Pace> {
    let readings: Vec<Reading> = given
        .iter()
        .filter_map(|it| first_reading(dataset.pair(it.pair)?, it.label.choice, it.asked, it.lead_ms))
        .collect();
    Pace::of(&readings)
}

/// How long this pair was read, and how much there was to read; `None` where there was no need to read it all: whoever
/// sees a pair again has read it, and a skip needs no reading.
pub fn first_reading(pair: &Pair, choice: Choice, asked: Asked, lead_ms: u64) -> Option<Reading> {
    let words = || words(&pair.prompt) + words(&pair.response_a) + words(&pair.response_b);
    let first = !matches!(asked, Asked::Repeat | Asked::Revisited) && choice != Choice::Skip;
    first.then(|| Reading { lead_ms, words: words() })
}

/// How the annotators of this workspace agree; `None` where no pair has the labels of two.
pub fn agreement(dataset: &Dataset) -> Option<Agreement> {
    let several = labelled_by_several(dataset.events());
    if several.is_empty() {
        return None;
    }
    let labels: Vec<(PairId, BTreeMap<&str, Outcome>)> = dataset
        .pairs()
        .filter(|pair| several.contains(&pair.id))
        .map(|pair| {
            let by = dataset.labels(&pair.id).into_iter().filter_map(|answer| {
                let event = dataset.event(&answer.event)?;
                Some((event.annotator.as_str(), answer.label.choice.outcome()?))
            });
            (pair.id.clone(), by.collect())
        })
        .collect();
    Agreement::of(&labels)
}

/// Pairs with labels under more than one name; a first sieve that looks at nothing twice.
fn labelled_by_several(events: &[LogEvent]) -> HashSet<&PairId> {
    let (mut by, mut several) = (HashMap::<&PairId, &str>::new(), HashSet::new());
    for event in events {
        match &event.action {
            Action::Label { given: Given::Adjudicated, .. }
            | Action::Undo { .. }
            | Action::Redo { .. }
            | Action::Delete { .. }
            | Action::Import { .. }
            | Action::Use { .. } => {}
            Action::Label { pair, given: Given::OnPage { .. } | Given::Imported { .. }, .. } => {
                if *by.entry(pair).or_insert(&event.annotator) != event.annotator {
                    several.insert(pair);
                }
            }
        }
    }
    several
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::ShownOrder;
    use crate::domain::log::made_up::Writer;

    fn pairs(count: usize) -> Vec<Pair> {
        (0..count).map(|number| Pair::new(format!("p{number}"), "a", "b", "test")).collect()
    }

    fn on_page(shown: ShownOrder, lead_ms: u64, asked: Asked) -> Given {
        Given::OnPage { shown, lead_ms, asked }
    }

    #[test]
    fn each_number_is_made_of_the_labels_it_is_about() {
        use Asked::{Random, Repeat, Revisited};
        use ShownOrder::{Ab, Ba};
        let pairs = pairs(4);
        let mut writer = Writer::named("s", "ann");
        let mut give = |pair: usize, choice, shown, lead_ms, asked| {
            writer.given(&pairs[pair].id, choice, on_page(shown, lead_ms, asked))
        };
        let events = [
            give(0, Choice::A, Ab, 1_000, Random),
            give(1, Choice::A, Ba, 2_000, Random),
            give(2, Choice::Tie, Ab, 3_000, Random),
            give(3, Choice::Skip, Ab, 10, Random),
            give(0, Choice::A, Ba, 10, Repeat),
            give(1, Choice::B, Ab, 10, Repeat),
            give(2, Choice::B, Ba, 10, Revisited),
        ];
        let other = Writer::named("t", "bob").label(&pairs[0].id, Choice::B);
        let mut dataset = Dataset::new(pairs.clone(), &events);
        dataset.read_log([other]);
        let me = Me { session: "s".into(), annotator: "ann".into() };
        let record = Record::of(&dataset, &me);
        let consistency = record.consistency.unwrap();
        assert_eq!((consistency.same, consistency.repeats), (1, 2));
        // A in AB stood first, A in BA did not, and B in BA, given anew, did.
        let position = record.position.unwrap();
        assert_eq!((position.first, position.answers), (2, 3));
        let pace = record.pace.unwrap();
        assert_eq!((pace.answers, pace.median_ms, pace.too_fast), (3, 2_000.0, 0));
        let agreement = agreement(&dataset).unwrap();
        assert_eq!((agreement.shared, agreement.disputed), (1, vec![pairs[0].id.clone()]));
    }

    #[test]
    fn a_workspace_of_one_annotator_has_no_agreement() {
        let pairs = pairs(2);
        let mut writer = Writer::named("s", "ann");
        let events = [writer.label(&pairs[0].id, Choice::A), writer.label(&pairs[0].id, Choice::B)];
        assert_eq!(agreement(&Dataset::new(pairs, &events)), None);
    }
}
