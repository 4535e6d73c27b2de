//! A workspace file, line by line: what of it is new here.

use std::collections::{BTreeMap, HashSet};

use crate::domain::dataset::Dataset;
use crate::domain::formats::log_jsonl::{self, Line};
use crate::domain::kept_model::{KeptModel, ModelId};
use crate::domain::log::LogEvent;
use crate::domain::pair::Pair;

/// A file's lines, from pieces that may cut them anywhere.
#[derive(Default)]
pub(super) struct Lines {
    rest: Vec<u8>,
    number: usize,
}

impl Lines {
    /// The lines that end in this piece, numbered from 1, empty ones left out; at the end of the file, the last too.
    pub(super) fn split(&mut self, bytes: Vec<u8>, ended: bool) -> Vec<(usize, String)> {
        let begun = std::mem::take(&mut self.rest);
        let bytes = if begun.is_empty() { bytes } else { [begun, bytes].concat() };
        let mut found = vec![];
        let mut pieces: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        let rest = if ended { None } else { pieces.pop() };
        for line in pieces {
            self.number += 1;
            let text = String::from_utf8_lossy(line);
            let text = text.trim_start_matches('\u{feff}').trim();
            if !text.is_empty() {
                found.push((self.number, text.to_owned()));
            }
        }
        self.rest = rest.unwrap_or_default().to_vec();
        found
    }
}

/// What some lines bring to a workspace.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Pairs that it lacks, in the file's order.
    pub(super) pairs: Vec<Pair>,
    /// Events that it lacks.
    pub(super) events: Vec<LogEvent>,
    /// By name.
    pub(super) settings: BTreeMap<String, String>,
    /// What is said of the models in it.
    pub(super) models: Vec<KeptModel>,
    /// Their files; under `None` that of the only model, in workspaces of before there were several.
    pub(super) files: BTreeMap<Option<ModelId>, Vec<u8>>,
    /// Lines that were understood.
    pub(super) lines: usize,
    /// Lines that were not, with the reason.
    pub(super) refused: Vec<(usize, String)>,
    /// How many pairs were new in all that was counted.
    pub(super) new_pairs: usize,
    /// How many events were.
    pub(super) new_events: usize,
}

impl Found {
    /// Of these lines, what is new to `here`.
    pub(super) fn of(lines: &[(usize, String)], here: &Dataset) -> Self {
        let mut found = Self::default();
        let (mut seen, mut done) = (HashSet::new(), HashSet::new());
        for (number, text) in lines {
            let (pair, event) = match log_jsonl::read(text) {
                Ok(Line::Head { .. }) => (None, None),
                Ok(Line::Pair(pair)) => (Some(pair), None),
                Ok(Line::Label(both)) => (Some(both.0), Some(both.1)),
                Ok(Line::Event(event)) => (None, Some(event)),
                Ok(Line::Setting { name, value }) => {
                    found.settings.insert(name, value);
                    (None, None)
                }
                Ok(Line::Kept(model)) => {
                    found.models.push(*model);
                    (None, None)
                }
                Ok(Line::Model { of, bytes }) => {
                    found.files.entry(of).or_default().extend(bytes);
                    (None, None)
                }
                Err(why) => {
                    found.refused.push((*number, why));
                    continue;
                }
            };
            found.lines += 1;
            found.pairs.extend(pair.filter(|pair| here.lacks(pair) && seen.insert(pair.id.clone())));
            found.events.extend(
                event.filter(|event| here.event(&event.id).is_none() && done.insert(event.id.clone())),
            );
        }
        found
    }

    /// Add what some more lines have brought; pairs and events are only counted.
    pub(super) fn count(&mut self, more: Self) {
        self.new_pairs += more.pairs.len();
        self.new_events += more.events.len();
        self.settings.extend(more.settings);
        self.models.extend(more.models);
        for (of, bytes) in more.files {
            self.files.entry(of).or_default().extend(bytes);
        }
        self.lines += more.lines;
        self.refused.extend(more.refused);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Choice;
    use crate::domain::log::made_up::Writer;

    #[test]
    fn lines_are_the_same_wherever_the_file_is_cut() {
        let text = "\u{feff}one\r\n\n  zwölf  \nlast";
        let expected = [(1, "one".to_owned()), (3, "zwölf".to_owned()), (4, "last".to_owned())];
        for cut in 0..=text.len() {
            let (first, second) = text.as_bytes().split_at(cut);
            let mut lines = Lines::default();
            let found = [lines.split(first.to_vec(), false), lines.split(second.to_vec(), true)].concat();
            assert_eq!(found, expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_file_brings_what_is_new_once_and_says_what_it_cannot_read() {
        let mut writer = Writer::new("s");
        let pairs = ["p", "q"].map(|prompt| Pair::new(prompt, "a", "b", "file"));
        let events = [0, 0, 1].map(|place| writer.label(&pairs[place].id, Choice::A));
        let both =
            |pair: usize, event: usize| Line::Label(Box::new((pairs[pair].clone(), events[event].clone())));
        let mut lines: Vec<(usize, String)> = [both(0, 0), both(0, 1), both(1, 2), both(0, 1)]
            .into_iter()
            .enumerate()
            .map(|(number, line)| (number + 1, log_jsonl::write(line).expect("it can be written")))
            .collect();
        lines.push((5, "no line".into()));
        let mut here = Dataset::new(vec![pairs[0].clone()], &events[..1]);
        let found = Found::of(&lines, &here);
        assert_eq!((found.pairs.as_slice(), found.events.as_slice()), (&pairs[1..], &events[1..]));
        assert_eq!((found.lines, found.refused[0].0), (4, 5));
        here.read_log(found.events);
        here.add(found.pairs);
        let again = Found::of(&lines, &here);
        assert!(again.pairs.is_empty() && again.events.is_empty());
    }
}
