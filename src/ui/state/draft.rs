//! What is being said of the pair on the screen besides the choice: how much better, tags, a note.

use leptos::prelude::*;

use crate::domain::choice::{Choice, Strength};
use crate::domain::log::Label;

/// Becomes part of the label when the choice falls.
#[derive(Clone, Copy)]
pub struct Draft {
    /// How much better, where one is.
    pub strength: RwSignal<Option<Strength>>,
    /// Words to find the pair by.
    pub tags: RwSignal<Vec<String>>,
    /// Anything to be remembered.
    pub note: RwSignal<String>,
}

impl Default for Draft {
    fn default() -> Self {
        Self { strength: RwSignal::new(None), tags: RwSignal::new(vec![]), note: RwSignal::new(String::new()) }
    }
}

impl Draft {
    /// A pair comes onto the screen, of which this was said before.
    pub fn begin(&self, before: Option<Label>) {
        let before = before.unwrap_or_else(|| Choice::Skip.into());
        self.strength.set(before.strength);
        self.tags.set(before.tags);
        self.note.set(before.note);
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
        draft.begin(Some(label.clone()));
        assert_eq!(draft.label(Choice::A), label);
        draft.begin(None);
        assert_eq!(draft.label(Choice::A), Choice::A.into());
    }
}
