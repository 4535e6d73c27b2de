//! What is typed on the Score tab, and what the model says of it.

use leptos::prelude::*;

use super::ScorePart;
use crate::domain::formats::conversation::transcript;
use crate::domain::pair::Turn;
use crate::protocol::scoring::{Compared, Score};
use crate::protocol::{Fault, Slot};

/// What a model says of the responses.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Which model.
    pub slot: Slot,
    /// One for each response that is not empty.
    pub scores: Vec<Score>,
    /// The two side by side.
    pub compared: Option<Compared>,
}

/// Texts and their scores. The texts stay here and in the engine; they are neither stored nor sent anywhere.
#[derive(Clone, Copy)]
pub struct Scoring {
    /// Which part of the tab is shown.
    pub part: RwSignal<ScorePart>,
    /// What comes before the response: one question, or the turns of a conversation. Never empty.
    pub turns: RwSignal<Vec<Turn>>,
    /// The response to be scored.
    pub response: RwSignal<String>,
    /// A second response to compare it with; empty for none.
    pub other: RwSignal<String>,
    /// The newest scores: one for each response that is not empty, and the model that gave them.
    pub scores: RwSignal<Option<Scores>>,
    /// Why there is no score.
    pub trouble: RwSignal<Option<Fault>>,
    /// The scores shown are of an older text; newer ones are on their way.
    pub pending: RwSignal<bool>,
}

impl Default for Scoring {
    fn default() -> Self {
        Self {
            part: RwSignal::new(ScorePart::default()),
            turns: RwSignal::new(question(String::new())),
            response: RwSignal::new(String::new()),
            other: RwSignal::new(String::new()),
            scores: RwSignal::new(None),
            trouble: RwSignal::new(None),
            pending: RwSignal::new(false),
        }
    }
}

impl Scoring {
    /// The engine has answered.
    pub fn scored(&self, scores: Scores) {
        // What was cleared meanwhile stays cleared.
        let wanted = self.response.with_untracked(|text| !text.is_empty());
        self.scores.set(wanted.then_some(scores));
        self.trouble.set(None);
    }

    /// The engine could not score; what an older text scored says nothing of this one.
    pub fn failed(&self, fault: Fault) {
        self.scores.set(None);
        self.trouble.set(Some(fault));
    }

    /// Nothing is to be scored.
    pub fn clear(&self) {
        self.scores.set(None);
        self.trouble.set(None);
        self.pending.set(false);
    }

    /// Forget what was typed, too.
    pub fn empty(&self) {
        self.ask(String::new());
        self.response.set(String::new());
        self.other.set(String::new());
        self.clear();
    }

    /// The prompt that the model reads: a lone question as it is, several turns as the transcript that imports make of
    /// them. A turn counts once something is in it.
    pub fn prompt(&self) -> String {
        let turns = self.turns.get_untracked();
        let said: Vec<Turn> = turns.into_iter().filter(|turn| !turn.content.is_empty()).collect();
        transcript(&said)
    }

    /// A lone question, in place of whatever stands before the response.
    pub fn ask(&self, prompt: String) {
        self.turns.set(question(prompt));
    }

    /// One more turn, of whoever did not speak last.
    pub fn add_turn(&self) {
        self.turns.update(|turns| {
            let answers = turns.last().is_some_and(|last| last.role == "user");
            let role = if answers { "assistant" } else { "user" };
            turns.push(Turn { role: role.into(), content: String::new() });
        });
    }

    /// One turn less; a question that is left alone is the person's.
    pub fn remove_turn(&self, place: usize) {
        self.turns.update(|turns| {
            if turns.len() > 1 && place < turns.len() {
                turns.remove(place);
            }
            if let [only] = turns.as_mut_slice() {
                only.role = "user".into();
            }
        });
    }

    /// The responses to score: the first, and the second where there is one.
    pub fn responses(&self) -> Vec<String> {
        let mut responses = vec![self.response.get_untracked()];
        let other = self.other.get_untracked();
        if !other.is_empty() {
            responses.push(other);
        }
        responses
    }

    /// The score of the first response.
    pub fn first(&self) -> Option<Score> {
        self.scores.with(|scores| scores.as_ref().and_then(|scores| scores.scores.first().cloned()))
    }

    /// The score of the second response.
    pub fn second(&self) -> Option<Score> {
        self.scores.with(|scores| scores.as_ref().and_then(|scores| scores.scores.get(1).cloned()))
    }

    /// The two responses side by side.
    pub fn compared(&self) -> Option<Compared> {
        self.scores.with(|scores| scores.as_ref().and_then(|scores| scores.compared))
    }
}

fn question(prompt: String) -> Vec<Turn> {
    vec![Turn { role: "user".into(), content: prompt }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_question_is_itself_and_turns_are_read_as_imports_have_them() {
        let scoring = Scoring::default();
        scoring.ask("Hi".into());
        assert_eq!(scoring.prompt(), "Hi");
        scoring.add_turn();
        assert_eq!(scoring.prompt(), "Hi", "an empty turn says nothing yet");
        scoring.add_turn();
        scoring.turns.update(|turns| {
            turns[1].content = "Hello".into();
            turns[2].content = "Bye".into();
        });
        assert_eq!(scoring.prompt(), "User: Hi\n\nAssistant: Hello\n\nUser: Bye");
        scoring.remove_turn(1);
        assert_eq!(scoring.prompt(), "User: Hi\n\nUser: Bye");
        scoring.turns.update(|turns| turns[1].role = "system".into());
        scoring.remove_turn(0);
        assert_eq!(scoring.prompt(), "Bye");
        scoring.remove_turn(0);
        assert_eq!(
            scoring.turns.with_untracked(|turns| (turns.len(), turns[0].role.clone())),
            (1, "user".into())
        );
    }
}
