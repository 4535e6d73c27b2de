//! What is being said of the pair on the screen besides the choice: how much better, tags, a note.

use leptos::prelude::*;

use crate::domain::choice::{Choice, Strength};
use crate::domain::log::Label;
use crate::domain::pair::PairId;

use super::Reason;

/// Becomes part of the label when the choice falls.
#[derive(Clone, Copy)]
pub struct Draft {
    /// How much better, where one is.
    pub strength: RwSignal<Option<Strength>>,
    /// Words to find the pair by.
    pub tags: RwSignal<Vec<String>>,
    /// Anything to be remembered.
    pub note: RwSignal<String>,
    /// What it is a draft for.
    of: StoredValue<Option<Subject>>,
    /// What was said of a pair before it was taken back.
    taken_back: StoredValue<Option<(Subject, Label)>>,
}

/// A pair, and why it is on the screen.
type Subject = (PairId, Reason);

impl Default for Draft {
    fn default() -> Self {
        Self {
            strength: RwSignal::new(None),
            tags: RwSignal::new(vec![]),
            note: RwSignal::new(String::new()),
            of: StoredValue::new(None),
            taken_back: StoredValue::new(None),
        }
    }
}

impl Draft {
    /// A pair is on the screen, of which this was said before. Says whether it is another one than until now: opening
    /// another tab and coming back leaves the draft as it is.
    pub fn begin(&self, of: Subject, before: Option<Label>) -> bool {
        if self.of.with_value(|now| now.as_ref() == Some(&of)) {
            return false;
        }
        let taken_back = self.taken_back.try_update_value(Option::take).flatten();
        let taken_back = taken_back.filter(|(subject, _)| *subject == of).map(|(_, label)| label);
        let before = taken_back.or(before).unwrap_or_else(|| Choice::Skip.into());
        self.of.set_value(Some(of));
        self.strength.set(before.strength);
        self.tags.set(before.tags);
        self.note.set(before.note);
        true
    }

    /// This is being taken back: whoever answers anew need not write it all again.
    pub fn remember(&self, of: Subject, label: Label) {
        self.of.set_value(None);
        self.taken_back.set_value(Some((of, label)));
    }

    /// Whatever comes to the screen next is new.
    pub fn forget(&self) {
        self.of.set_value(None);
        self.taken_back.set_value(None);
    }

    /// Whether the remarks are other than these.
    pub fn differs(&self, from: &Label) -> bool {
        let strength = from.choice.preferred().and(self.strength.get());
        let same_note = self.note.with(|note| note.trim() == from.note);
        strength != from.strength || self.tags.with(|tags| *tags != from.tags) || !same_note
    }

    /// The label that this choice completes. A strength says how much better one response is, so without one it is
    /// left out.
    pub fn label(&self, choice: Choice) -> Label {
        Label {
            choice,
            strength: choice.preferred().and(self.strength.get_untracked()),
            margin: None,
            tags: self.tags.get_untracked(),
            note: self.note.get_untracked().trim().to_owned(),
        }
    }

    /// Choose this strength, or none where it was chosen already.
    pub fn turn_strength(&self, strength: Strength) {
        self.strength.update(|now| *now = if *now == Some(strength) { None } else { Some(strength) });
    }

    /// Add a tag, unless it is empty or there already. Commas part tags in files, so they part them here.
    pub fn add_tags(&self, words: &str) {
        for tag in words.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
            if self.tags.with_untracked(|tags| tags.iter().all(|known| known != tag)) {
                self.tags.update(|tags| tags.push(tag.to_owned()));
            }
        }
    }

    /// Take a tag away.
    pub fn remove_tag(&self, tag: &str) {
        self.tags.update(|tags| tags.retain(|known| known != tag));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::log::Asked;

    fn subject(prompt: &str) -> Subject {
        (PairId::of(prompt, "a", "b"), Reason::Asked(Asked::Random))
    }

    #[test]
    fn a_tie_has_no_strength_and_tags_are_there_once() {
        let draft = Draft::default();
        draft.turn_strength(Strength::ALL[1]);
        draft.add_tags("tone, length,tone, ");
        draft.note.set(" too long ".into());
        let label = draft.label(Choice::A);
        assert_eq!((label.strength, label.note.as_str()), (Some(Strength::ALL[1]), "too long"));
        assert_eq!(label.tags, ["tone", "length"]);
        assert_eq!(draft.label(Choice::BothGood).strength, None);
        draft.turn_strength(Strength::ALL[1]);
        assert_eq!(draft.label(Choice::A).strength, None);
        assert!(draft.differs(&label));
    }

    #[test]
    fn a_new_pair_begins_empty_and_one_taken_back_with_what_was_said() {
        let draft = Draft::default();
        assert!(draft.begin(subject("p"), None));
        draft.note.set("kept".into());
        assert!(!draft.begin(subject("p"), None), "it is the same pair");
        let label = draft.label(Choice::B);
        assert!(draft.begin(subject("q"), None));
        assert_eq!(draft.label(Choice::A), Choice::A.into());
        draft.remember(subject("p"), label.clone());
        assert!(draft.begin(subject("p"), None));
        assert_eq!(draft.label(Choice::B), label);
        assert!(draft.begin(subject("q"), Some(label.clone())));
        assert!(!draft.differs(&label));
    }
}
