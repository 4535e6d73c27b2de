//! Rows put together so that little is padded.

/// Batches of rows of about the same length: no more positions than `budget` in each, padding counted, where more than
/// one row is in it.
pub fn batches<T>(mut rows: Vec<T>, length: impl Fn(&T) -> usize, budget: usize) -> Vec<Vec<T>> {
    rows.sort_by_key(|row| length(row));
    let mut batches: Vec<Vec<T>> = Vec::new();
    for row in rows {
        match batches.last_mut() {
            // Rows become longer, so all of a batch are padded to its last one.
            Some(batch) if (batch.len() + 1) * length(&row) <= budget => batch.push(row),
            _ => batches.push(vec![row]),
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_row_is_in_one_batch_and_none_is_over_the_budget(
            lengths in prop::collection::vec(1usize..300, 0..80),
        ) {
            let rows: Vec<(usize, usize)> = lengths.iter().copied().enumerate().collect();
            let batches = batches(rows.clone(), |(_, length)| *length, 256);
            let mut all: Vec<(usize, usize)> = batches.iter().flatten().copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, rows);
            for batch in batches {
                let longest = batch.iter().map(|(_, length)| length).max().expect("a row");
                prop_assert!(batch.len() == 1 || batch.len() * longest <= 256);
            }
        }
    }
}
