//! What a tab whose browser keeps nothing remembers of its settings and model. Its pairs and log live on the page.

use std::cell::RefCell;

use super::AtHand;

/// A workspace in memory.
#[derive(Default)]
pub(super) struct Memory {
    kept: RefCell<AtHand>,
}

impl Memory {
    pub(super) fn at_hand(&self) -> AtHand {
        self.kept.borrow().clone()
    }

    pub(super) fn set(&self, name: &str, value: &str) {
        self.kept.borrow_mut().settings.insert(name.into(), value.into());
    }

    pub(super) fn keep_model(&self, bytes: Option<&[u8]>) {
        self.kept.borrow_mut().model = bytes.map(<[u8]>::to_vec);
    }
}
