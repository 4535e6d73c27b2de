//! The workspace of a tab whose browser keeps nothing: the same doors, gone with the tab.

use std::cell::RefCell;
use std::collections::HashSet;

use super::Saved;
use crate::domain::log::LogEvent;
use crate::domain::pair::Pair;

/// A workspace in memory.
#[derive(Default)]
pub(super) struct Memory {
    saved: RefCell<Saved>,
}

impl Memory {
    pub(super) fn load(&self) -> Saved {
        self.saved.borrow().clone()
    }

    /// What is known already changes nothing.
    pub(super) fn append(&self, pairs: &[Pair], events: &[LogEvent]) {
        let mut saved = self.saved.borrow_mut();
        let mut known: HashSet<_> = saved.pairs.iter().map(|pair| pair.id.clone()).collect();
        saved.pairs.extend(pairs.iter().filter(|pair| known.insert(pair.id.clone())).cloned());
        let mut known: HashSet<_> = saved.events.iter().map(|event| event.id.clone()).collect();
        saved.events.extend(events.iter().filter(|event| known.insert(event.id.clone())).cloned());
        saved.events.sort_by(|a, b| a.id.cmp(&b.id));
    }

    pub(super) fn set(&self, name: &str, value: &str) {
        self.saved.borrow_mut().settings.insert(name.into(), value.into());
    }

    pub(super) fn keep_model(&self, bytes: Option<&[u8]>) {
        self.saved.borrow_mut().model = bytes.map(<[u8]>::to_vec);
    }

    pub(super) fn clear(&self) {
        let mut saved = self.saved.borrow_mut();
        *saved = Saved { settings: std::mem::take(&mut saved.settings), ..Saved::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_keep_their_order_and_come_once() {
        let memory = Memory::default();
        let [one, two] = ["1", "2"].map(|prompt| Pair::new(prompt, "a", "b", "test"));
        memory.append(&[two.clone(), one.clone(), two.clone()], &[]);
        memory.append(&[one.clone()], &[]);
        assert_eq!(memory.load().pairs, [two, one]);
    }

    #[test]
    fn clearing_leaves_the_settings() {
        let memory = Memory::default();
        memory.append(&[Pair::new("p", "a", "b", "test")], &[]);
        memory.keep_model(Some(&[1]));
        memory.set("theme", "dark");
        memory.clear();
        let left = Saved { settings: [("theme".into(), "dark".into())].into(), ..Saved::default() };
        assert_eq!(memory.load(), left);
    }
}
