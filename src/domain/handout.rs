//! What of the workspace is given out as a file: which pairs, with whose labels; and what of it a format cannot hold,
//! counted before anything is written.

use super::choice::Choice;
use super::dataset::Dataset;
use super::formats::export::{Contents, ExportFormat, ExportOptions};
use super::formats::record::{Mark, Record};
use super::log::{Answer, Given, Purpose};
use super::pair::Pair;

/// Pairs that are counted in one stretch.
const STRETCH: usize = 4000;

/// A wish for a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handout {
    /// As what.
    pub format: ExportFormat,
    /// How.
    pub options: ExportOptions,
    /// Whose labels.
    pub whose: Whose,
    /// Only pairs that are for this.
    pub purpose: Option<Purpose>,
}

/// Whose labels are given out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's: all labels of a pair where the format holds many, else what most annotators say. What was settled
    /// between them goes before both.
    #[default]
    Everybody,
    /// This annotator's alone.
    Annotator(String),
}

/// Counts what a file would hold, a stretch at a time.
#[derive(Debug, Default)]
pub struct Weighing {
    handout: Handout,
    next: usize,
    contents: Contents,
}

impl Handout {
    /// The pair in this place with its labels, to be written; `None` where there is none that is wanted.
    pub fn record(&self, dataset: &Dataset, place: usize) -> Option<Record> {
        let pair = self.wanted(dataset, place)?;
        Some(Record::of(pair, self.labels(dataset, pair).iter().map(mark).collect()))
    }

    fn wanted<'a>(&self, dataset: &'a Dataset, place: usize) -> Option<&'a Pair> {
        let pair = dataset.at(place)?;
        self.purpose.is_none_or(|wanted| wanted == dataset.purpose(&pair.source)).then_some(pair)
    }

    fn labels(&self, dataset: &Dataset, pair: &Pair) -> Vec<Answer> {
        match &self.whose {
            Whose::Everybody => match dataset.answer(&pair.id) {
                None => vec![],
                Some(settled) if settled.given == Given::Adjudicated => vec![settled.clone()],
                Some(_) if holds_many(self.format) => dataset.labels(&pair.id),
                Some(answer) => vec![answer.clone()],
            },
            Whose::Annotator(name) => {
                dataset.labels(&pair.id).into_iter().filter(|answer| answer.annotator == *name).collect()
            }
        }
    }

    /// The answer that a format with one label a pair would hold.
    fn choice(&self, dataset: &Dataset, pair: &Pair) -> Option<Choice> {
        match &self.whose {
            Whose::Everybody => dataset.answer(&pair.id).map(|answer| answer.label.choice),
            Whose::Annotator(_) => self.labels(dataset, pair).first().map(|answer| answer.label.choice),
        }
    }
}

impl Weighing {
    /// Begin to count.
    pub fn new(handout: Handout) -> Self {
        Self { handout, ..Self::default() }
    }

    /// Count one stretch more; `false` when the end is reached.
    pub fn go_on(&mut self, dataset: &Dataset) -> bool {
        let end = dataset.places().min(self.next + STRETCH);
        for place in self.next..end {
            let Some(pair) = self.handout.wanted(dataset, place) else { continue };
            match self.handout.format.lacks(self.handout.choice(dataset, pair)) {
                None => self.contents.rows += 1,
                Some(why) => self.contents.leave_out(why),
            }
        }
        self.next = end;
        end < dataset.places()
    }

    /// What was counted.
    pub fn finish(self) -> Contents {
        self.contents
    }
}

/// Whether a format keeps the labels of several annotators apart.
pub fn holds_many(format: ExportFormat) -> bool {
    match format {
        ExportFormat::Argilla | ExportFormat::LabelStudio | ExportFormat::Pairs => true,
        ExportFormat::Trl
        | ExportFormat::TrlImplicit
        | ExportFormat::TrlConversational
        | ExportFormat::TrlConversationalImplicit
        | ExportFormat::TrlTokenised
        | ExportFormat::Hh
        | ExportFormat::HelpSteer2
        | ExportFormat::HelpSteer3
        | ExportFormat::Csv
        | ExportFormat::Parquet => false,
    }
}

fn mark(answer: &Answer) -> Mark {
    let (lead_ms, shown) = match &answer.given {
        Given::OnPage { lead_ms, shown, .. } => (Some(*lead_ms), Some(*shown)),
        Given::Imported { .. } | Given::Adjudicated => (None, None),
    };
    let at_ms = Some(answer.at_ms);
    Mark { at_ms, lead_ms, shown, ..Mark::of(&answer.label, &answer.annotator) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::formats::export::Lacking;
    use crate::domain::log::{Action, EventId, LogEvent};

    fn event(number: u64, annotator: &str, action: Action) -> LogEvent {
        LogEvent {
            v: LogEvent::VERSION,
            id: EventId::new("s", number),
            at_ms: number,
            session: "s".into(),
            annotator: annotator.into(),
            action,
        }
    }

    fn label(number: u64, annotator: &str, pair: &Pair, choice: Choice) -> LogEvent {
        let given = Given::Imported { import: None };
        event(
            number,
            annotator,
            Action::Label { pair: pair.id.clone(), label: choice.into(), given, supersedes: None },
        )
    }

    /// One preferred by both annotators, one that they disagree on, one unanswered, one tie in a test set.
    fn workspace() -> Dataset {
        let pairs = ["agreed", "disputed", "open", "held out"];
        let pairs = pairs
            .map(|prompt| Pair::new(prompt, "a", "b", if prompt == "held out" { "test" } else { "learn" }));
        let events = [
            label(1, "Ada", &pairs[0], Choice::A),
            label(2, "Grace", &pairs[0], Choice::A),
            label(3, "Ada", &pairs[1], Choice::A),
            label(4, "Grace", &pairs[1], Choice::B),
            label(5, "Ada", &pairs[3], Choice::Tie),
            event(6, "", Action::Use { source: "test".into(), purpose: Purpose::Test }),
        ];
        Dataset::new(pairs.to_vec(), &events)
    }

    fn weigh(handout: Handout) -> Contents {
        let dataset = workspace();
        let mut weighing = Weighing::new(handout);
        while weighing.go_on(&dataset) {}
        weighing.finish()
    }

    #[test]
    fn what_a_format_cannot_hold_is_counted_by_reason() {
        let contents = weigh(Handout::default());
        assert_eq!(contents.rows, 1);
        assert_eq!(contents.left_out, [(Lacking::Answer(Choice::Tie), 2), (Lacking::NoAnswer, 1)]);
        let all = weigh(Handout { format: ExportFormat::Pairs, ..Handout::default() });
        assert_eq!((all.rows, all.left_out), (4, vec![]));
    }

    #[test]
    fn one_annotator_s_labels_are_theirs_alone_and_test_sets_can_stay() {
        let grace = Handout { whose: Whose::Annotator("Grace".into()), ..Handout::default() };
        let contents = weigh(Handout { purpose: Some(Purpose::Learn), ..grace.clone() });
        assert_eq!((contents.rows, contents.left_out), (2, vec![(Lacking::NoAnswer, 1)]));
        let disputed = grace.record(&workspace(), 1).expect("a pair");
        assert_eq!(disputed.marks.iter().map(|mark| mark.choice).collect::<Vec<_>>(), [Choice::B]);
    }

    #[test]
    fn formats_with_room_for_it_are_given_every_annotator_s_label() {
        let everybody =
            |format| Handout { format, ..Handout::default() }.record(&workspace(), 1).expect("a pair");
        let names = |record: Record| record.marks.into_iter().map(|mark| mark.annotator).collect::<Vec<_>>();
        assert_eq!(names(everybody(ExportFormat::Argilla)), ["Ada", "Grace"]);
        assert_eq!(everybody(ExportFormat::Csv).marks.len(), 1);
    }
}
