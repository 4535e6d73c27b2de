//! How much an import will bring, judged by its first rows: room made early keeps the page from making it again and
//! again, each time for all that is there.

/// The rows by which it is judged.
const FIRST_ROWS: usize = 10_000;

/// More than this is not believed: room that is not used is memory lost.
const MOST: usize = 400_000;

/// The part of a file that was read.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Its rows.
    pub rows: usize,
    /// Its bytes; a little more was read than the rows take.
    pub bytes: u64,
    /// Bytes of the whole file.
    pub of: u64,
}

impl Part {
    /// What the rest will bring of each of these, if it is like the part that brought so many; `None` once the first
    /// rows have been judged by.
    pub fn the_rest_brings<const K: usize>(self, brought: [usize; K]) -> Option<[usize; K]> {
        if self.rows > FIRST_ROWS || self.bytes == 0 {
            return None;
        }
        let times = self.of.saturating_sub(self.bytes) as f64 / self.bytes as f64;
        Some(brought.map(|some| ((some as f64 * times * 1.1) as usize).min(MOST)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_taken_to_be_like_the_beginning() {
        let part = Part { rows: 500, bytes: 1_000, of: 11_000 };
        assert_eq!(part.the_rest_brings([500, 100, 0]), Some([5_500, 1_100, 0]));
        assert_eq!(Part { bytes: 11_000, ..part }.the_rest_brings([500]), Some([0]));
        assert_eq!(Part { of: u64::MAX, ..part }.the_rest_brings([500]), Some([MOST]));
        assert_eq!(Part { bytes: 0, ..part }.the_rest_brings([500]), None);
        assert_eq!(Part { rows: FIRST_ROWS + 1, ..part }.the_rest_brings([500]), None);
    }
}
