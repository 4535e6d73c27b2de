//! Which rows of a long list are on the screen, and where: a few dozen stand for any number.

use std::ops::Range;

/// Rows kept ready beyond either edge, so that scrolling never shows a gap.
const SPARE: usize = 8;

/// Browsers lay out nothing taller than some 17 million pixels; longer lists scroll proportionally faster.
const TALLEST_PX: f64 = 12_000_000.0;

/// A list of rows of one height behind a window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame {
    /// Rows in all.
    pub total: usize,
    /// Pixels of one row.
    pub row_px: f64,
    /// Pixels of the window.
    pub window_px: f64,
    /// How far the window is scrolled, in pixels.
    pub scrolled_px: f64,
}

/// The rows to be drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawn {
    /// Which.
    pub rows: Range<usize>,
    /// Where the first of them begins, in pixels from the top of the list.
    pub top_px: f64,
}

impl Frame {
    /// Pixels of the whole list.
    pub fn tall_px(&self) -> f64 {
        (self.total as f64 * self.row_px).min(TALLEST_PX)
    }

    /// Rows that fit into the window whole.
    pub fn page(&self) -> usize {
        if self.row_px > 0.0 { ((self.window_px / self.row_px) as usize).max(1) } else { 1 }
    }

    /// What to draw.
    pub fn drawn(&self) -> Drawn {
        if self.row_px <= 0.0 || self.total == 0 {
            return Drawn::default();
        }
        let first = self.first();
        let start = (first.max(0.0) as usize).min(self.total).saturating_sub(SPARE);
        let end = (first + self.window_px / self.row_px).ceil().max(0.0) as usize + SPARE;
        Drawn {
            rows: start..end.min(self.total),
            top_px: self.scrolled_px - (first - start as f64) * self.row_px,
        }
    }

    /// How far to scroll so that this row is seen whole; as far as now where it is.
    pub fn reveal(&self, row: usize) -> f64 {
        let (first, row) = (self.first(), row as f64);
        let rows_in_window = self.window_px / self.row_px;
        if row < first {
            self.scrolled_to(row)
        } else if row + 1.0 > first + rows_in_window {
            self.scrolled_to(row + 1.0 - rows_in_window)
        } else {
            self.scrolled_px
        }
    }

    /// The row, with a fraction, at the window's upper edge.
    fn first(&self) -> f64 {
        self.scrolled_px * self.rows_a_pixel()
    }

    fn scrolled_to(&self, first: f64) -> f64 {
        first / self.rows_a_pixel()
    }

    fn rows_a_pixel(&self) -> f64 {
        let hidden_rows = self.total as f64 - self.window_px / self.row_px;
        let hidden_px = self.tall_px() - self.window_px;
        if hidden_rows > 0.0 && hidden_px > 0.0 { hidden_rows / hidden_px } else { 1.0 / self.row_px }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(total: usize, scrolled_px: f64) -> Frame {
        Frame { total, row_px: 40.0, window_px: 400.0, scrolled_px }
    }

    #[test]
    fn only_what_is_seen_and_a_few_more_are_drawn() {
        assert_eq!(frame(160_000, 0.0).drawn(), Drawn { rows: 0..18, top_px: 0.0 });
        assert_eq!(frame(160_000, 4_000.0).drawn(), Drawn { rows: 92..118, top_px: 3_680.0 });
        assert_eq!(frame(3, 0.0).drawn(), Drawn { rows: 0..3, top_px: 0.0 });
        assert_eq!(frame(0, 0.0).drawn(), Drawn::default());
    }

    #[test]
    fn lists_taller_than_a_browser_can_lay_out_reach_their_end_all_the_same() {
        let total = 1_000_000;
        let end = frame(total, 0.0).tall_px() - 400.0;
        let drawn = frame(total, end).drawn();
        assert_eq!(drawn.rows.end, total);
        let bottom = drawn.top_px + drawn.rows.len() as f64 * 40.0;
        assert!((bottom - TALLEST_PX).abs() < 1.0, "{bottom}");
    }

    proptest! {
        #[test]
        fn a_revealed_row_is_seen_whole(total in 1usize..2_000_000, row in 0usize..2_000_000, at in 0.0f64..1.0) {
            let row = row % total;
            let frame = frame(total, 0.0);
            let frame = Frame { scrolled_px: at * (frame.tall_px() - frame.window_px).max(0.0), ..frame };
            let after = Frame { scrolled_px: frame.reveal(row), ..frame };
            let drawn = after.drawn();
            prop_assert!(drawn.rows.contains(&row));
            let top = drawn.top_px + (row - drawn.rows.start) as f64 * frame.row_px - after.scrolled_px;
            prop_assert!(top > -1.0 && top + frame.row_px < frame.window_px + 1.0, "{}", top);
        }
    }
}
