//! Why the responses on the Score tab score as they do, as far as the engine has told.

use leptos::prelude::*;

use crate::protocol::scoring::{Insight, Neighbour, Piece};
use crate::protocol::{Fault, RequestId};

/// What is known of one response. The offsets of its pieces are those of the texts beside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// The prompt that was explained.
    pub prompt: String,
    /// The response that was explained.
    pub response: String,
    /// Token by token.
    pub tokens: Option<Tokens>,
    /// Sentence by sentence; empty where there is only one.
    pub sentences: Option<Vec<Piece>>,
    /// Responses of answered pairs that are like it.
    pub alike: Option<Vec<Neighbour>>,
}

/// A score taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Tokens {
    /// The tokens that count.
    pub pieces: Vec<Piece>,
    /// The length feature's part.
    pub length_part: f32,
    /// The score.
    pub score: f32,
}

impl Tokens {
    /// What all tokens add together.
    pub fn sum(&self) -> f32 {
        // In f64, so that hundreds of them lose nothing.
        self.pieces.iter().map(|piece| f64::from(piece.part)).sum::<f64>() as f32
    }
}

/// The explanation on the page.
#[derive(Clone, Copy)]
pub struct Why {
    /// Whether it is to be shown, and to follow what is typed.
    pub wanted: RwSignal<bool>,
    /// The newest explanation that has begun to come in: one for each response.
    pub told: RwSignal<Vec<Told>>,
    /// There is more to come, or what is shown is of older texts.
    pub pending: RwSignal<bool>,
    /// Why there is none.
    pub trouble: RwSignal<Option<Fault>>,
    /// Counts what was typed, so that only the end of typing asks.
    pub wishes: StoredValue<u32>,
    asked: StoredValue<Option<Asked>>,
}

/// A question under way.
#[derive(Clone, Debug)]
struct Asked {
    request: RequestId,
    /// Of what; taken once the first answer comes.
    texts: Option<(String, Vec<String>)>,
}

impl Default for Why {
    fn default() -> Self {
        Self {
            wanted: RwSignal::new(false),
            told: RwSignal::new(vec![]),
            pending: RwSignal::new(false),
            trouble: RwSignal::new(None),
            wishes: StoredValue::new(0),
            asked: StoredValue::new(None),
        }
    }
}

impl Why {
    /// These texts are being explained. What is shown stays until the first answer comes.
    pub fn asked(&self, request: RequestId, prompt: String, responses: Vec<String>) {
        self.asked.set_value(Some(Asked { request, texts: Some((prompt, responses)) }));
        self.pending.set(true);
    }

    /// The engine has found something; of older questions nothing is taken.
    pub fn explained(&self, request: RequestId, insight: Insight) {
        let texts = self.asked.try_update_value(|asked| {
            asked.as_mut().filter(|asked| asked.request == request).map(|asked| asked.texts.take())
        });
        let Some(first) = texts.flatten() else { return };
        if let Some((prompt, responses)) = first {
            let told = |response| Told { prompt: prompt.clone(), response, ..Told::default() };
            self.told.set(responses.into_iter().map(told).collect());
            self.trouble.set(None);
        }
        let put = |response: u32, put: &dyn Fn(&mut Told)| {
            self.told.update(|told| told.get_mut(response as usize).into_iter().for_each(put));
        };
        match insight {
            Insight::Tokens { response, pieces, length_part, score } => {
                let tokens = Tokens { pieces, length_part, score };
                put(response, &|told| told.tokens = Some(tokens.clone()));
            }
            Insight::Sentences { response, pieces } => {
                put(response, &|told| told.sentences = Some(pieces.clone()));
            }
            Insight::Alike { response, neighbours } => {
                put(response, &|told| told.alike = Some(neighbours.clone()));
            }
            Insight::Done => self.ended(),
        }
    }

    /// The engine could not say; what it said of older texts is not true of these.
    pub fn failed(&self, request: RequestId, fault: Fault) {
        if self.is_newest(request) {
            self.told.set(vec![]);
            self.trouble.set(Some(fault));
            self.ended();
        }
    }

    /// Nothing is to be explained.
    pub fn clear(&self) {
        self.told.set(vec![]);
        self.trouble.set(None);
        self.ended();
    }

    /// The engine is gone, with whatever it would have said.
    pub fn engine_starts(&self) {
        self.ended();
    }

    fn ended(&self) {
        self.asked.set_value(None);
        self.pending.set(false);
    }

    fn is_newest(&self, request: RequestId) -> bool {
        self.asked.with_value(|asked| asked.as_ref().is_some_and(|asked| asked.request == request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::error::FaultKind;

    fn sentence(response: u32, part: f32) -> Insight {
        let piece = Piece { in_prompt: false, start: 0, end: 1, part };
        Insight::Sentences { response, pieces: vec![piece] }
    }

    /// What the first sentence of each response does, where that was told.
    fn told(why: &Why) -> Vec<Option<f32>> {
        let first = |told: &Told| told.sentences.as_ref().map(|pieces| pieces[0].part);
        why.told.with_untracked(|told| told.iter().map(first).collect())
    }

    #[test]
    fn what_is_shown_stays_until_the_newer_texts_are_explained_and_older_answers_are_not_taken() {
        let why = Why::default();
        why.asked(RequestId(1), "p".into(), vec!["a".into(), "b".into()]);
        why.explained(RequestId(1), sentence(1, 0.5));
        assert_eq!(told(&why), [None, Some(0.5)]);
        why.asked(RequestId(2), "p".into(), vec!["c".into()]);
        why.explained(RequestId(1), sentence(0, 0.25));
        assert_eq!(told(&why), [None, Some(0.5)]);
        assert!(why.pending.get_untracked());
        why.explained(RequestId(2), sentence(0, 0.75));
        assert_eq!(told(&why), [Some(0.75)]);
        assert_eq!(why.told.with_untracked(|told| told[0].response.clone()), "c");
        why.explained(RequestId(1), Insight::Done);
        assert!(why.pending.get_untracked());
        why.explained(RequestId(2), Insight::Done);
        assert!(!why.pending.get_untracked());
    }

    #[test]
    fn a_response_that_was_never_asked_about_is_no_reason_to_fall() {
        let why = Why::default();
        why.asked(RequestId(1), String::new(), vec!["a".into()]);
        why.explained(RequestId(1), sentence(7, 1.0));
        assert_eq!(told(&why), [None]);
        why.failed(RequestId(1), Fault::new(FaultKind::Internal, "It broke.", ""));
        assert!(told(&why).is_empty());
        assert!(!why.pending.get_untracked());
    }
}
