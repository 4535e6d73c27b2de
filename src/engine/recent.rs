//! What was scored lately. While one response is typed the other stays as it is, and models of one recipe read the same
//! text one after another: most of what is asked has been read a moment ago.

use std::collections::VecDeque;
use std::rc::Rc;

use super::library::Key;
use crate::model::reward_model::Pooled;

/// A score's few responses, some keystrokes back.
const KEPT: usize = 64;

/// The vectors of the last responses scored.
#[derive(Default)]
pub struct Recent {
    /// The newest last.
    entries: VecDeque<(Key, Rc<Pooled>)>,
}

impl Recent {
    /// The vector of a response, if it is among them.
    pub fn vector(&self, key: &Key) -> Option<&Rc<Pooled>> {
        self.entries.iter().find(|(kept, _)| kept == key).map(|(_, pooled)| pooled)
    }

    /// Keep this one; the oldest gives way.
    pub fn keep(&mut self, key: Key, pooled: Rc<Pooled>) {
        self.entries.retain(|(kept, _)| *kept != key);
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back((key, pooled));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_again_and_again_outlives_what_is_not() {
        let mut recent = Recent::default();
        for tokens in 0..500 {
            let pooled = Rc::new(Pooled { vector: vec![], tokens });
            recent.keep("always".into(), pooled.clone());
            recent.keep(tokens.to_string(), pooled);
        }
        assert_eq!(recent.entries.len(), KEPT);
        assert_eq!(recent.vector(&"always".into()).map(|pooled| pooled.tokens), Some(499));
        assert!(recent.vector(&"499".into()).is_some() && recent.vector(&"9".into()).is_none());
    }
}
