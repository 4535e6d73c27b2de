//! Matrices as they lie in memory, and how they are laid out for products.

use std::ops::Range;

use crate::tile::{panels, turned};

/// A matrix that somebody else holds.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    numbers: &'a [f32],
    /// Numbers of a line: of a row, or, where it is turned, of a column.
    line: usize,
    turned: bool,
}

impl<'a> Matrix<'a> {
    /// `[numbers / width, width]`, row by row.
    ///
    /// # Panics
    /// If it is no whole number of rows.
    pub fn new(numbers: &'a [f32], width: usize) -> Self {
        assert!(numbers.len().is_multiple_of(width), "rows of {width}");
        Self { numbers, line: width, turned: false }
    }

    /// Its transpose: the same numbers, read the other way.
    pub fn turned(self) -> Self {
        Self { turned: !self.turned, ..self }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        if self.turned { self.line } else { self.numbers.len() / self.line }
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.turned().rows()
    }

    /// A part of it in groups of `N` rows, column by column: `[groups, columns, N]`. The last group is filled up with
    /// anything.
    pub(crate) fn grouped<const N: usize>(
        &self,
        rows: Range<usize>,
        columns: Range<usize>,
        laid: &mut Vec<[f32; N]>,
    ) {
        let line = |number: usize| &self.numbers[number * self.line..][..self.line];
        if self.turned {
            panels(rows.len(), columns.map(|column| &line(column)[rows.clone()]), laid);
        } else {
            let row = |number: usize| &line(rows.start + number)[columns.clone()];
            turned(rows.len(), columns.len(), row, laid);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transpose_is_grouped_as_the_same_numbers_laid_the_other_way() {
        let numbers: Vec<f32> = (0..5 * 7).map(|at| at as f32).collect();
        let other: Vec<f32> = (0..7 * 5).map(|at| numbers[at % 5 * 7 + at / 5]).collect();
        let (matrix, other) = (Matrix::new(&numbers, 7), Matrix::new(&other, 5).turned());
        assert_eq!([matrix.rows(), matrix.columns()], [other.rows(), other.columns()]);
        let (mut plain, mut turned) = (vec![], vec![]);
        matrix.grouped::<2>(1..5, 2..6, &mut plain);
        other.grouped::<2>(1..5, 2..6, &mut turned);
        assert_eq!(plain, turned);
        assert_eq!(plain[..2], [[9.0, 16.0], [10.0, 17.0]]);
    }
}
