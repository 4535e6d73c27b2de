//! Looking through all pairs for those that a query wants, a stretch at a time.

use std::collections::BTreeMap;

use super::{ByAnswer, Needle, Query};
use crate::domain::dataset::Dataset;

/// Pairs in one stretch, if their texts are short.
const ROWS: usize = 4000;

/// Bytes of text in one stretch; a stretch may exceed it by one pair.
const BYTES: usize = 2_000_000;

/// A look through the pairs that has come so far.
#[derive(Debug, Default)]
pub struct Scan {
    query: Query,
    needle: Needle,
    next: usize,
    found: Vec<(u64, u32)>,
    facets: Facets,
}

/// What there is to filter by, in the whole dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Sources of pairs.
    pub sources: BTreeMap<String, SourceFacts>,
    /// Tags, with how many answers carry them.
    pub tags: BTreeMap<String, usize>,
    /// Annotators with a name, with how many answers are theirs.
    pub annotators: BTreeMap<String, usize>,
}

/// How much a source has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceFacts {
    /// Pairs.
    pub pairs: usize,
    /// Answered ones among them.
    pub answered: usize,
}

impl Scan {
    /// Begin to look for this.
    pub fn new(query: Query) -> Self {
        Self { needle: Needle::new(&query.words), query, ..Self::default() }
    }

    /// Look through one stretch more; `false` when the end is reached. Pairs that come in meanwhile are looked
    /// through too.
    pub fn go_on(&mut self, dataset: &Dataset) -> bool {
        let end = dataset.places().min(self.next + ROWS);
        let mut bytes = 0;
        while self.next < end && bytes < BYTES {
            let place = self.next;
            self.next += 1;
            let Some(pair) = dataset.at(place) else { continue };
            let answer = dataset.answer(&pair.id);
            if self.reads_texts() {
                bytes += pair.prompt.len() + pair.response_a.len() + pair.response_b.len();
            }
            if self.query.wants(pair, answer, dataset.purpose(&pair.source), &self.needle) {
                self.found.push((self.query.rank(pair, answer), place as u32));
            }
            note(&mut self.facets.sources, &pair.source, |source| {
                source.pairs += 1;
                source.answered += usize::from(answer.is_some());
            });
            if let Some(answer) = answer {
                for tag in &answer.label.tags {
                    note(&mut self.facets.tags, tag, |times| *times += 1);
                }
                if !answer.annotator.is_empty() {
                    note(&mut self.facets.annotators, &answer.annotator, |times| *times += 1);
                }
            }
        }
        self.next < dataset.places()
    }

    /// Whether whole texts are gone through: for words, or to count how many there were to read.
    fn reads_texts(&self) -> bool {
        !self.needle.is_empty() || self.query.answer == ByAnswer::TooFast
    }

    /// The share looked through, 0–1.
    pub fn share(&self, dataset: &Dataset) -> f64 {
        self.next as f64 / dataset.places().max(1) as f64
    }

    /// The wanted pairs' places in the dataset, in order, and what there is to filter by.
    pub fn finish(mut self) -> (Vec<u32>, Facets) {
        self.found.sort_unstable();
        (self.found.into_iter().map(|(_, place)| place).collect(), self.facets)
    }
}

/// Note down one more of this name; the name is copied only where it is new.
fn note<V: Default>(map: &mut BTreeMap<String, V>, name: &str, down: impl FnOnce(&mut V)) {
    match map.get_mut(name) {
        Some(value) => down(value),
        None => down(map.entry(name.to_owned()).or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::{Choice, ShownOrder};
    use crate::domain::log::{Action, Asked, EventId, Given, Label, LogEvent, Purpose};
    use crate::domain::pair::{Pair, PairId};
    use crate::domain::table::Order;

    fn label(number: u64, pair: &PairId, label: Label, lead_ms: u64) -> LogEvent {
        let given = Given::OnPage { shown: ShownOrder::Ab, lead_ms, asked: Asked::Random };
        event(number, Action::Label { pair: pair.clone(), label, given, supersedes: None })
    }

    fn event(number: u64, action: Action) -> LogEvent {
        LogEvent {
            v: LogEvent::VERSION,
            id: EventId::new("s", number),
            at_ms: number,
            session: "s".into(),
            annotator: "Ada".into(),
            action,
        }
    }

    fn three() -> Dataset {
        let one = Pair::new("How do I cook rice?", "Wash it first.", "No idea.", "kitchen");
        let two = Pair::new(
            "Why is the sky blue?",
            "Rayleigh scattering, of short waves above all.",
            "It is not.",
            "sky",
        );
        let three = Pair::new("Rice or pasta?", "Rice.", "Pasta.", "kitchen");
        let noted = Label { tags: vec!["odd".into()], note: "Ask Grace".into(), ..Choice::B.into() };
        let events = [
            label(1, &two.id, noted, 60_000),
            label(2, &one.id, Choice::Tie.into(), 1),
            event(3, Action::Use { source: "sky".into(), purpose: Purpose::Test }),
        ];
        Dataset::new(vec![one, two, three], &events)
    }

    fn look(query: Query) -> Vec<u32> {
        let dataset = three();
        let mut scan = Scan::new(query);
        while scan.go_on(&dataset) {}
        scan.finish().0
    }

    fn words(words: &str) -> Vec<u32> {
        look(Query { words: words.into(), ..Query::default() })
    }

    fn by(answer: ByAnswer) -> Vec<u32> {
        look(Query { answer, ..Query::default() })
    }

    #[test]
    fn words_are_found_in_every_text_of_a_pair_and_of_its_answer() {
        assert_eq!(words(""), [0, 1, 2]);
        assert_eq!(words("RICE"), [0, 2]);
        assert_eq!(words("no idea"), [0]);
        assert_eq!(words("grace"), [1]);
        assert_eq!(words("odd"), [1]);
        assert!(words("nowhere").is_empty());
    }

    #[test]
    fn filters_go_by_answer_source_tag_annotator_and_purpose() {
        assert_eq!(by(ByAnswer::Unanswered), [2]);
        assert_eq!(by(ByAnswer::Answered), [0, 1]);
        assert_eq!(by(ByAnswer::Choice(Choice::B)), [1]);
        assert_eq!(by(ByAnswer::TooFast), [0]);
        assert_eq!(look(Query { source: Some("kitchen".into()), ..Query::default() }), [0, 2]);
        assert_eq!(look(Query { tag: Some("odd".into()), ..Query::default() }), [1]);
        assert_eq!(look(Query { annotator: Some("Ada".into()), ..Query::default() }), [0, 1]);
        assert_eq!(look(Query { purpose: Some(Purpose::Test), ..Query::default() }), [1]);
        let both = Query { words: "rice".into(), answer: ByAnswer::Unanswered, ..Query::default() };
        assert_eq!(look(both), [2], "all that is wanted at once");
    }

    #[test]
    fn the_order_is_by_arrival_by_newest_answer_or_by_length() {
        let order = |order| look(Query { order, ..Query::default() });
        assert_eq!(order(Order::Added), [0, 1, 2]);
        assert_eq!(order(Order::NewestAnswer), [0, 1, 2]);
        assert_eq!(order(Order::Longest), [1, 0, 2]);
        assert_eq!(order(Order::Shortest), [2, 0, 1]);
    }

    #[test]
    fn stretch_by_stretch_nothing_is_left_out_and_all_is_counted() {
        let many = 2 * ROWS + 7;
        let pairs = (0..many).map(|number| Pair::new(format!("p{number}"), "a", "b", "many")).collect();
        let dataset = Dataset::new(pairs, &[]);
        let mut scan = Scan::new(Query { words: "P".into(), ..Query::default() });
        let mut stretches = 1;
        while scan.go_on(&dataset) {
            stretches += 1;
        }
        assert_eq!(stretches, 3);
        let (places, facets) = scan.finish();
        assert!(places.into_iter().eq(0..many as u32));
        assert_eq!(facets.sources["many"], SourceFacts { pairs: many, answered: 0 });
    }

    #[test]
    fn long_texts_end_a_stretch_early() {
        let long = "x".repeat(BYTES);
        let dataset =
            Dataset::new((0..3).map(|n| Pair::new(long.clone(), n.to_string(), "b", "long")).collect(), &[]);
        let too_fast = Query { answer: ByAnswer::TooFast, ..Query::default() };
        for query in [Query { words: "y".into(), ..Query::default() }, too_fast] {
            let mut scan = Scan::new(query);
            assert!(scan.go_on(&dataset));
            assert_eq!(scan.next, 1);
        }
    }
}
