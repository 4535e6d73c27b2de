//! Gram's matrix, tile by tile: each tile's sums stay in registers while all rows of a stretch pass by.

/// Columns of a block: two vector registers full.
const WIDE: usize = 8;

/// Rows of a tile: with more, its sums no longer fit into sixteen registers.
const HIGH: usize = 4;

/// Rows summed in single precision before they are added in double.
const STRETCH: usize = 64;

/// A block of a row.
type Block = [f32; WIDE];

/// `packed += Σ weightᵢ rowᵢ rowᵢᵀ`: the lower triangle, row by row, of rows as wide as the triangle is high.
///
/// # Panics
/// If a row or `packed` is too short for `width`.
#[inline(never)]
pub fn add_gram(packed: &mut [f64], rows: &[&[f32]], weights: &[f32], width: usize) {
    let (mut plain, mut weighted) = (Vec::new(), Vec::new());
    for (rows, weights) in rows.chunks(STRETCH).zip(weights.chunks(STRETCH)) {
        lay_out(rows, width, &mut plain);
        for (high, left) in plain.chunks_exact(rows.len()).enumerate() {
            weighted.clear();
            weighted.extend(left.iter().zip(weights).map(|(block, weight)| block.map(|x| weight * x)));
            for (wide, right) in plain.chunks_exact(rows.len()).take(high + 1).enumerate() {
                let tiles = [tile::<0>(&weighted, right), tile::<HIGH>(&weighted, right)];
                for (row, sums) in (high * WIDE..width).zip(tiles.iter().flatten()) {
                    let start = row * (row + 1) / 2;
                    let columns = wide * WIDE..(wide * WIDE + WIDE).min(row + 1);
                    let places = &mut packed[start + columns.start..start + columns.end];
                    places.iter_mut().zip(sums).for_each(|(place, sum)| *place += f64::from(*sum));
                }
            }
        }
    }
}

/// `[blocks, rows]`: so that a block's rows lie one behind the other. The last block is filled up with zeros.
fn lay_out(rows: &[&[f32]], width: usize, blocks: &mut Vec<Block>) {
    blocks.clear();
    for start in (0..width).step_by(WIDE) {
        blocks.extend(rows.iter().map(|row| {
            let mut block = [0.0; WIDE];
            let values = &row[start..(start + WIDE).min(width)];
            block[..values.len()].copy_from_slice(values);
            block
        }));
    }
}

/// The products of these rows' places from `FROM` on with those of a block, summed over the rows.
fn tile<const FROM: usize>(left: &[Block], right: &[Block]) -> [Block; HIGH] {
    let mut sums = [[0.0; WIDE]; HIGH];
    for (left, right) in left.iter().zip(right) {
        for row in 0..HIGH {
            for column in 0..WIDE {
                sums[row][column] += left[FROM + row] * right[column];
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_width_and_any_number_of_rows_give_the_plain_sums() {
        for (count, width) in [(0, 3), (1, 1), (3, 8), (64, 9), (65, 16), (130, 21)] {
            let value = |at: usize| ((at * 37) % 101) as f32 / 50.0 - 1.0;
            let values: Vec<f32> = (0..count * width).map(value).collect();
            let rows: Vec<&[f32]> = values.chunks_exact(width).collect();
            let weights: Vec<f32> = (0..count).map(|at| 0.1 + (at % 5) as f32).collect();
            let mut packed = vec![0.5; width * (width + 1) / 2];
            add_gram(&mut packed, &rows, &weights, width);
            let plain = (0..width).flat_map(|i| (0..=i).map(move |j| (i, j))).map(|(i, j)| {
                let product = |(row, weight): (&&[f32], &f32)| {
                    f64::from(*weight) * f64::from(row[i]) * f64::from(row[j])
                };
                0.5 + rows.iter().zip(&weights).map(product).sum::<f64>()
            });
            for (ours, plain) in packed.iter().zip(plain) {
                assert!(
                    (ours - plain).abs() < 1e-5 * (1.0 + count as f64),
                    "{count} × {width}: {ours}, {plain}"
                );
            }
        }
    }
}
