//! What is new in a batch of rows.

use std::collections::HashSet;

use crate::domain::dataset::Dataset;
use crate::domain::formats::record::Mark;
use crate::domain::pair::{Pair, PairId};

/// What rows bring to a workspace.
#[derive(Debug, Default)]
pub struct Found {
    /// Pairs that are there by these rows from now on, in the rows' order.
    pub brought: Vec<Pair>,
    /// How many of them were not there before: an answer keeps a pair whose import was taken back.
    pub new: usize,
    /// Rows whose pair was there before, or was met earlier among the rows.
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
        let first = seen.insert(pair.id.clone());
        match first && known.pair(&pair.id).is_none() {
            true => found.new += 1,
            false => found.duplicate += 1,
        }
        if first && known.is_new(&pair.id) {
            found.brought.push(pair);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Choice;
    use crate::domain::log::made_up::Writer;
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
        assert_eq!(found.brought, [pair("r")]);
        assert_eq!((found.new, found.duplicate), (1, 2));
    }

    #[test]
    fn a_pair_that_an_answer_has_kept_is_brought_anew_and_is_not_new() {
        let mut writer = Writer::new("s");
        let import = writer.event(Action::Import { name: "file".into(), pairs: 2, labels: 0 });
        let by_import = |prompt: &str| Pair { import: Some(import.id.clone()), ..pair(prompt) };
        let answer = writer.label(&pair("p").id, Choice::A);
        let undo = writer.event(Action::Undo { event: import.id.clone() });
        let known = Dataset::new(vec![by_import("p"), by_import("q")], &[import, answer, undo]);
        assert_eq!(known.len(), 1);
        let found = sift(&known, ["p", "q"].map(|prompt| (pair(prompt), vec![])).into());
        assert_eq!(found.brought, [pair("p"), pair("q")]);
        assert_eq!((found.new, found.duplicate), (1, 1));
    }
}
