//! One sweep through all pairs at a time, and what makes another necessary.

/// Who goes through the pairs for one purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sweeping {
    busy: bool,
    stale: bool,
    wish: u32,
}

impl Sweeping {
    /// Something has changed: `true` if a sweep should begin, `false` if one is under way, which another will follow.
    pub fn begin(&mut self) -> bool {
        self.stale = self.busy;
        !std::mem::replace(&mut self.busy, true)
    }

    /// A sweep has ended: `true` if another has to follow.
    pub fn again(&mut self) -> bool {
        self.busy = std::mem::take(&mut self.stale);
        self.busy
    }

    /// Something else is wished for: a sweep under way has to begin anew at once.
    pub fn wish(&mut self) {
        self.wish += 1;
    }

    /// The number of the newest wish.
    pub fn newest(&self) -> u32 {
        self.wish
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_during_a_sweep_is_followed_by_one_more() {
        let mut sweeping = Sweeping::default();
        assert!(sweeping.begin());
        assert!(!sweeping.begin());
        assert!(!sweeping.begin());
        assert!(sweeping.again(), "one more, for all changes together");
        assert!(!sweeping.again());
        assert!(sweeping.begin());
    }
}
