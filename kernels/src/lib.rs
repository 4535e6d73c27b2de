//! The innermost loops: of the exact fit and what is made beside it (here and in `gram`), and of a transformer's passes,
//! forward and back (`matmul`, `matrix`, `attention`, `norm`, `gelu`).
//!
//! They are a crate of their own because a profile is chosen by crate: the page and the workers are compiled to be
//! small, which leaves every loop scalar, and these for speed. So nothing here may be generic or inlined into its
//! caller, and running sums are arrays as wide as vector registers, which the compiler then uses.

mod attention;
mod exp;
#[cfg(target_arch = "wasm32")]
mod fused;
mod gelu;
mod gram;
mod matmul;
mod matrix;
mod norm;
mod tile;

pub use attention::{Head, Rows, SlopeWorkshop, Workshop, attend, attend_head, head_slopes};
pub use gelu::{gelu, gelu_slopes};
pub use gram::add_gram;
pub use matmul::Weights;
pub use matrix::Matrix;
pub use norm::{Norm, norm_slopes};

/// Running sums of a product of vectors: two registers full.
const LANES: usize = 8;

/// `Σ aᵢ bᵢ` over the shorter one.
#[inline(never)]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let length = a.len().min(b.len());
    let (a, a_rest) = a[..length].as_chunks::<LANES>();
    let (b, b_rest) = b[..length].as_chunks::<LANES>();
    let mut sums = [0f32; LANES];
    for (x, y) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

/// `Σ aᵢ bᵢ` over the shorter one, in double precision.
#[inline(never)]
pub fn dot64(a: &[f64], b: &[f64]) -> f64 {
    let length = a.len().min(b.len());
    let (a, a_rest) = a[..length].as_chunks::<LANES>();
    let (b, b_rest) = b[..length].as_chunks::<LANES>();
    let mut sums = [0f64; LANES];
    for (x, y) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f64>() + rest
}

/// `sums += factor · row`, over the shorter one.
#[inline(never)]
pub fn add_scaled(sums: &mut [f32], factor: f32, row: &[f32]) {
    for (sum, x) in sums.iter_mut().zip(row) {
        *sum += factor * x;
    }
}

/// `sums += row`, over the shorter one, in double precision.
#[inline(never)]
pub fn add(sums: &mut [f64], row: &[f32]) {
    for (sum, &x) in sums.iter_mut().zip(row) {
        *sum += f64::from(x);
    }
}

/// `sums += (row − centre)²`, over the shortest one, in double precision.
#[inline(never)]
pub fn add_squares(sums: &mut [f64], row: &[f32], centre: &[f64]) {
    for ((sum, &x), centre) in sums.iter_mut().zip(row).zip(centre) {
        let distance = f64::from(x) - centre;
        *sum += distance * distance;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_take_what_is_left_over_and_end_with_the_shorter_one() {
        for length in [0, 1, 7, 8, 19] {
            let long: Vec<f32> = (0..length + 3).map(|at| at as f32 - 4.0).collect();
            let short = &long[..length];
            let sum: f32 = short.iter().map(|x| x * x).sum();
            assert_eq!((dot(&long, short), dot(short, &long)), (sum, sum));
            let [long, short] =
                [&long, short].map(|it| it.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>());
            assert_eq!(dot64(&long, &short), f64::from(sum));
        }
    }

    #[test]
    fn sums_are_added_to() {
        let mut single = [1.0f32, 2.0];
        add_scaled(&mut single, 0.5, &[2.0, -4.0]);
        assert_eq!(single, [2.0, 0.0]);
        let mut double = [1.0f64, 2.0];
        add(&mut double, &[2.0, -4.0]);
        assert_eq!(double, [3.0, -2.0]);
        add_squares(&mut double, &[2.0, -4.0], &[1.0, -1.0]);
        assert_eq!(double, [4.0, 7.0]);
    }
}
