//! The innermost loop of all products: four rows at a time pass a panel of eight columns, their sums in registers.

/// Columns of a panel: two vector registers full.
pub(crate) const WIDE: usize = 8;

/// Rows of a tile: with more, its sums and what they are made of no longer fit into sixteen registers.
pub(crate) const HIGH: usize = 4;

/// What four rows and eight columns come to.
pub(crate) type Sums = [[f32; WIDE]; HIGH];

/// `sums [groups, 4, 8] = rows · panel`, of rows in groups of four `[groups, depth, 4]` and a panel `[depth, 8]`.
///
/// # Panics
/// If the panel is empty, or there is not a group of rows for each of the sums.
#[inline(never)]
pub(crate) fn multiply(rows: &[[f32; HIGH]], panel: &[[f32; WIDE]], sums: &mut [Sums]) {
    assert_eq!(rows.len(), panel.len() * sums.len(), "groups of rows, as deep as the panel");
    #[cfg(target_arch = "wasm32")]
    if !rows.is_empty() && crate::fused::multiply(rows, panel, sums) {
        return;
    }
    for (rows, sums) in rows.chunks_exact(panel.len()).zip(sums) {
        *sums = tile(rows, panel);
    }
}

/// One group's. (Zipped, as indices would be checked.)
#[inline(always)]
fn tile(rows: &[[f32; HIGH]], panel: &[[f32; WIDE]]) -> Sums {
    let mut sums = Sums::default();
    for (row, columns) in rows.iter().zip(panel) {
        for (sums, x) in sums.iter_mut().zip(row) {
            for lane in 0..WIDE {
                sums[lane] += x * columns[lane];
            }
        }
    }
    sums
}

/// Rows `[count, width]` in groups of `N`, turned: `[groups, width, N]`; the last group is filled up with the last row.
pub(crate) fn turned<'a, const N: usize>(
    count: usize,
    width: usize,
    row: impl Fn(usize) -> &'a [f32],
    laid: &mut Vec<[f32; N]>,
) {
    laid.clear();
    for group in 0..count.div_ceil(N) {
        let rows: [&[f32]; N] = std::array::from_fn(|lane| &row((group * N + lane).min(count - 1))[..width]);
        laid.extend((0..width).map(|at| rows.map(|row| row[at])));
    }
}

/// Rows of `width` as panels of `N` columns: `[panels, rows, N]`; the last panel is filled up with zeros.
pub(crate) fn panels<'a, const N: usize>(
    width: usize,
    rows: impl Iterator<Item = &'a [f32]> + Clone,
    laid: &mut Vec<[f32; N]>,
) {
    laid.clear();
    for start in (0..width).step_by(N) {
        let columns = start..(start + N).min(width);
        laid.extend(rows.clone().map(|row| {
            let mut panel = [0.0; N];
            panel[..columns.len()].copy_from_slice(&row[columns.clone()]);
            panel
        }));
    }
}

#[cfg(test)]
mod tests {
    use wasmi::{Engine, Linker, Memory, MemoryType, Module, Store};

    use super::*;

    /// Assembled by `build.rs`, as what the browser is given.
    const FUSED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/fused.wasm"));

    #[test]
    fn the_loop_in_webassembly_gives_the_same_sums() {
        for (groups, depth) in [(1, 1), (1, 9), (3, 2), (5, 40)] {
            let value = |at: usize| ((at * 37) % 101) as f32 / 50.0 - 1.0;
            let numbers: Vec<f32> = (0..groups * depth * HIGH + depth * WIDE).map(value).collect();
            let (rows, panel) = numbers.split_at(groups * depth * HIGH);
            let mut plain = vec![Sums::default(); groups];
            multiply(rows.as_chunks().0, panel.as_chunks().0, &mut plain);
            for (fused, plain) in
                by_wasm(&numbers, groups, depth).iter().zip(plain.as_flattened().as_flattened())
            {
                assert!((fused - plain).abs() < 1e-5, "{groups} × {depth}: {fused}, {plain}");
            }
        }
    }

    /// What the module makes of these rows and, behind them, this panel, in a page of memory.
    fn by_wasm(numbers: &[f32], groups: usize, depth: usize) -> Vec<f32> {
        let mut store = Store::new(&Engine::default(), ());
        let memory = Memory::new(&mut store, MemoryType::new(1, None)).expect("a page");
        let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        memory.write(&mut store, 0, &bytes).expect("room");
        let mut linker = Linker::new(store.engine());
        linker.define("worker", "memory", memory).expect("a name");
        let module = Module::new(store.engine(), FUSED).expect("a module");
        let instance = linker.instantiate_and_start(&mut store, &module).expect("an instance");
        let multiply = instance.get_typed_func::<(u32, u32, u32, u32, u32), ()>(&store, "multiply");
        let (panel, sums) = (4 * groups * depth * HIGH, bytes.len());
        let words = [0, panel, depth, groups, sums].map(|word| word as u32);
        multiply.expect("a function").call(&mut store, words.into()).expect("no trap");
        let mut sums = vec![0; 4 * groups * HIGH * WIDE];
        memory.read(&store, bytes.len(), &mut sums).expect("as many sums");
        sums.as_chunks().0.iter().map(|x| f32::from_le_bytes(*x)).collect()
    }
}
