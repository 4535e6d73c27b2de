//! What is new in a batch of rows.

use std::collections::HashSet;

use crate::domain::dataset::Dataset;
use crate::domain::formats::record::Mark;
use crate::domain::pair::{Pair, PairId};

/// What rows bring to a workspace.
#[derive(Debug, Default)]
pub struct Found {
    /// Pairs not known before, in the rows' order.
    pub new: Vec<Pair>,
    /// Pairs known before, or met earlier among the rows.
    pub duplicate: usize,
    /// Labels by annotators who had said nothing of the pair.
    pub labels: Vec<(PairId, Mark)>,
}

/// Keep what is new. What an annotator has said already is never overwritten by a file.
pub fn sift(known: &Dataset, rows: Vec<(Pair, Vec<Mark>)>) -> Found {
    let mut found = Found::default();
    let (mut seen, mut said) = (HashSet::new(), HashSet::new());
    for (pair, marks) in rows {
        if !marks.is_empty() {
            let standing = known.labels(&pair.id);
            for mark in marks {
                let has_spoken = standing.iter().any(|answer| answer.annotator == mark.annotator);
                if !has_spoken && said.insert((pair.id.clone(), mark.annotator.clone())) {
                    found.labels.push((pair.id.clone(), mark));
                }
            }
        }
        if known.is_new(&pair.id) && seen.insert(pair.id.clone()) {
            found.new.push(pair);
        } else {
            found.duplicate += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Choice;
    use crate::domain::log::{Action, EventId, Given, LogEvent};

    fn pair(prompt: &str) -> Pair {
        Pair::new(prompt, "a", "b", "test")
    }

    fn by(annotator: &str, choice: Choice) -> Mark {
        Mark { annotator: annotator.into(), ..choice.into() }
    }

    fn known() -> Dataset {
        let event = LogEvent {
            v: LogEvent::VERSION,
            id: EventId::new("s", 1),
            at_ms: 1,
            session: "s".into(),
            annotator: String::new(),
            action: Action::Label {
                pair: pair("p").id,
                label: Choice::B.into(),
                given: Given::Imported { import: None },
                supersedes: None,
            },
        };
        Dataset::new(vec![pair("p"), pair("q")], &[event])
    }

    #[test]
    fn a_file_never_overwrites_what_an_annotator_has_said() {
        let rows = vec![
            (pair("p"), vec![by("", Choice::A), by("Ada", Choice::A)]),
            (pair("q"), vec![by("", Choice::A)]),
            (pair("q"), vec![by("", Choice::B)]),
        ];
        let labels = sift(&known(), rows).labels;
        assert_eq!(labels, [(pair("p").id, by("Ada", Choice::A)), (pair("q").id, by("", Choice::A))]);
    }

    #[test]
    fn a_pair_is_new_once() {
        let found = sift(&known(), ["p", "r", "r"].map(|prompt| (pair(prompt), vec![])).into());
        assert_eq!(found.new, [pair("r")]);
        assert_eq!(found.duplicate, 2);
    }
}
