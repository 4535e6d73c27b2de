//! A series that may grow for ever and stays short: past its bound every second value is let go.

/// Values in the order they came, evenly thinned, the newest always among them.
#[derive(Clone, Debug, PartialEq)]
pub struct Thinned<T> {
    kept: Vec<T>,
    newest: Option<T>,
    stride: usize,
    seen: usize,
}

impl<T> Default for Thinned<T> {
    fn default() -> Self {
        Self { kept: vec![], newest: None, stride: 1, seen: 0 }
    }
}

impl<T> Thinned<T> {
    /// More points than this no chart of the page can show.
    pub const MOST: usize = 400;

    /// One more.
    pub fn push(&mut self, value: T) {
        if self.seen.is_multiple_of(self.stride) {
            self.kept.push(value);
            self.newest = None;
        } else {
            self.newest = Some(value);
        }
        self.seen += 1;
        if self.kept.len() > Self::MOST {
            let mut place = 0usize;
            self.kept.retain(|_| {
                place += 1;
                !place.is_multiple_of(2)
            });
            self.stride *= 2;
        }
    }

    /// What is left, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.kept.iter().chain(self.newest.iter())
    }

    /// The newest.
    pub fn last(&self) -> Option<&T> {
        self.newest.as_ref().or(self.kept.last())
    }

    /// Whether nothing has come yet.
    pub fn is_empty(&self) -> bool {
        self.seen == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_short_and_even_and_keeps_both_ends() {
        let mut series = Thinned::default();
        for value in 0..10_007 {
            series.push(value);
            assert_eq!(series.last(), Some(&value));
        }
        let left: Vec<i32> = series.iter().copied().collect();
        assert!(left.len() <= Thinned::<i32>::MOST + 1);
        assert_eq!(left[0], 0);
        let steps: Vec<i32> = left.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(steps[..steps.len() - 1].iter().all(|step| *step == steps[0]));
    }
}
