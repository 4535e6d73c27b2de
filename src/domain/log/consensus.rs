//! One pair's labels, and the one answer they come to.
//!
//! Must not know what was taken back: only labels that count come in here.

use std::collections::{BTreeMap, HashSet};

use super::{Action, Asked, EventId, Given, Label, LogEvent};
use crate::domain::choice::{Choice, Outcome};

/// What somebody says of a pair, or what all who say something come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The event that gave it; where annotators are evenly split, the newest of theirs.
    pub event: EventId,
    /// What was said.
    pub label: Label,
    /// How it came to be.
    pub given: Given,
    /// When, in milliseconds since 1970 UTC.
    pub at_ms: u64,
    /// Who says so; empty where no name was given.
    pub annotator: String,
    /// Why the pair was asked when it first was: going back to a pair does not make it another kind of question.
    /// Labels that came with a file count as asked at random.
    pub asked: Asked,
}

/// A label with its event.
#[derive(Clone, Copy)]
struct Said<'a> {
    event: &'a LogEvent,
    label: &'a Label,
    given: &'a Given,
    supersedes: Option<&'a EventId>,
}

impl<'a> Said<'a> {
    fn of(event: &'a LogEvent) -> Option<Self> {
        match &event.action {
            Action::Label { label, given, supersedes, .. } => {
                Some(Self { event, label, given, supersedes: supersedes.as_ref() })
            }
            Action::Undo { .. }
            | Action::Redo { .. }
            | Action::Delete { .. }
            | Action::Import { .. }
            | Action::Use { .. } => None,
        }
    }

    fn answer(self, asked: Asked) -> Answer {
        Answer {
            event: self.event.id.clone(),
            label: self.label.clone(),
            given: self.given.clone(),
            at_ms: self.event.at_ms,
            annotator: self.event.annotator.clone(),
            asked,
        }
    }

    fn asked(self) -> Option<Asked> {
        match self.given {
            Given::OnPage { asked, .. } => Some(*asked),
            Given::Imported { .. } | Given::Adjudicated => None,
        }
    }
}

/// What these labels of one pair come to. They count, and stand in the order of the log.
///
/// The newest adjudication goes before everything. Otherwise each annotator has one vote, [`votes`], and the outcome
/// that most of them name is taken, in the words of the newest of them; where the most-named outcomes are named
/// equally often, the pair is a tie. Skips have no vote, but where there is nothing else the pair is skipped.
pub(super) fn consensus(labels: &[&LogEvent]) -> Option<Answer> {
    let said: Vec<Said> = labels.iter().filter_map(|event| Said::of(event)).collect();
    let asked = first_asked(&said);
    if let Some(settled) = said.iter().rfind(|said| *said.given == Given::Adjudicated) {
        return Some(settled.answer(asked));
    }
    let votes = newest_of_each(&said);
    let newest = *votes.last()?;
    let voter = |outcome| votes.iter().rfind(|vote| vote.label.choice.outcome() == Some(outcome));
    let split = Label { choice: Choice::Tie, strength: None, margin: None, ..newest.label.clone() };
    Some(match named_most(&votes).as_slice() {
        [] => newest.answer(asked),
        [outcome] => voter(*outcome).unwrap_or(&newest).answer(asked),
        [_, ..] => Answer { label: split, annotator: String::new(), ..newest.answer(asked) },
    })
}

/// Each annotator's answer: the newest label of theirs. Left out are adjudications, labels that another names as
/// superseded, and repeats, which measure the annotator and never replace what was said first.
pub(super) fn votes(labels: &[&LogEvent]) -> Vec<Answer> {
    let said: Vec<Said> = labels.iter().filter_map(|event| Said::of(event)).collect();
    let asked = first_asked(&said);
    newest_of_each(&said).into_iter().map(|vote| vote.answer(asked)).collect()
}

/// This label alone, as it was given; `None` if the event is none.
pub(super) fn as_given(event: &LogEvent) -> Option<Answer> {
    let said = Said::of(event)?;
    Some(said.answer(said.asked().unwrap_or_default()))
}

/// In the order of the log.
fn newest_of_each<'a>(said: &[Said<'a>]) -> Vec<Said<'a>> {
    let voices: Vec<&Said> = said
        .iter()
        .filter(|said| *said.given != Given::Adjudicated && said.asked() != Some(Asked::Repeat))
        .collect();
    // Only what came before can give way: two labels that name each other must not both vanish.
    let mut seen = HashSet::new();
    let mut superseded = HashSet::new();
    for voice in &voices {
        seen.insert(&voice.event.id);
        superseded
            .extend(voice.supersedes.filter(|earlier| seen.contains(earlier) && **earlier != voice.event.id));
    }
    let mut newest: BTreeMap<&str, Said> = BTreeMap::new();
    for voice in voices.into_iter().filter(|voice| !superseded.contains(&voice.event.id)) {
        newest.insert(&voice.event.annotator, *voice);
    }
    let mut votes: Vec<Said> = newest.into_values().collect();
    votes.sort_by_key(|vote| (vote.event.at_ms, &vote.event.id));
    votes
}

/// The outcomes that are named most often: several where they are named equally often, none where nobody votes.
fn named_most(votes: &[Said]) -> Vec<Outcome> {
    let mut named: Vec<(Outcome, usize)> = vec![];
    for outcome in votes.iter().filter_map(|vote| vote.label.choice.outcome()) {
        match named.iter_mut().find(|(known, _)| *known == outcome) {
            Some((_, times)) => *times += 1,
            None => named.push((outcome, 1)),
        }
    }
    let most = named.iter().map(|(_, times)| *times).max();
    named.into_iter().filter(|(_, times)| Some(*times) == most).map(|(outcome, _)| outcome).collect()
}

fn first_asked(said: &[Said]) -> Asked {
    said.iter()
        .filter_map(|said| said.asked())
        .find(|asked| !matches!(asked, Asked::Revisited | Asked::Repeat))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::log::made_up::{Writer, on_page};
    use crate::domain::pair::PairId;

    fn label(choice: Choice, by: &str, at_ms: u64) -> LogEvent {
        Writer::named("s", by).at(at_ms).label(&PairId::of("p", "a", "b"), choice)
    }

    fn come_to(labels: &[LogEvent]) -> Option<Choice> {
        consensus(&labels.iter().collect::<Vec<_>>()).map(|answer| answer.label.choice)
    }

    #[test]
    fn the_majority_of_annotators_decides_and_an_even_split_is_a_tie() {
        let (ann, bob, cem) =
            (label(Choice::A, "ann", 1), label(Choice::B, "bob", 2), label(Choice::B, "cem", 3));
        assert_eq!(come_to(&[]), None);
        assert_eq!(come_to(std::slice::from_ref(&ann)), Some(Choice::A));
        assert_eq!(come_to(&[ann.clone(), bob.clone()]), Some(Choice::Tie));
        assert_eq!(come_to(&[ann, bob, cem]), Some(Choice::B));
    }

    #[test]
    fn ties_of_all_kinds_are_one_outcome_said_in_the_newest_words() {
        let (ann, bob) = (label(Choice::BothGood, "ann", 1), label(Choice::BothBad, "bob", 2));
        assert_eq!(come_to(&[ann, bob]), Some(Choice::BothBad));
    }

    #[test]
    fn a_skip_has_no_vote_but_is_all_there_is_where_nobody_votes() {
        let (ann, bob) = (label(Choice::A, "ann", 1), label(Choice::Skip, "bob", 2));
        assert_eq!(come_to(&[ann, bob.clone()]), Some(Choice::A));
        assert_eq!(come_to(&[bob]), Some(Choice::Skip));
    }

    #[test]
    fn a_repeat_never_replaces_what_was_said_first() {
        let first = label(Choice::A, "ann", 1);
        let mut again = label(Choice::B, "ann", 2);
        if let Action::Label { given, .. } = &mut again.action {
            *given = on_page(Asked::Repeat);
        }
        assert_eq!(come_to(&[first, again.clone()]), Some(Choice::A));
        assert_eq!(come_to(&[again]), None);
    }

    #[test]
    fn a_superseded_label_of_another_annotator_has_no_vote() {
        let file = label(Choice::A, "", 1);
        let mut ann = label(Choice::B, "ann", 2);
        if let Action::Label { supersedes, .. } = &mut ann.action {
            *supersedes = Some(file.id.clone());
        }
        assert_eq!(come_to(&[file, ann]), Some(Choice::B));
    }

    #[test]
    fn an_adjudication_goes_before_all_even_newer_labels() {
        let mut settled = label(Choice::Tie, "lead", 2);
        if let Action::Label { given, .. } = &mut settled.action {
            *given = Given::Adjudicated;
        }
        assert_eq!(
            come_to(&[label(Choice::A, "ann", 1), settled, label(Choice::A, "bob", 3)]),
            Some(Choice::Tie)
        );
    }

    #[test]
    fn going_back_to_a_pair_does_not_make_it_another_kind_of_question() {
        let mut first = label(Choice::A, "ann", 1);
        let mut back = label(Choice::B, "ann", 2);
        for (event, why) in [(&mut first, Asked::Uncertain), (&mut back, Asked::Revisited)] {
            if let Action::Label { given, .. } = &mut event.action {
                *given = on_page(why);
            }
        }
        let answer = consensus(&[&first, &back]).expect("an answer");
        assert_eq!((answer.label.choice, answer.asked), (Choice::B, Asked::Uncertain));
    }
}
