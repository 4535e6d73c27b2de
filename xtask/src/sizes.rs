//! `cargo xtask sizes`: how much a visitor downloads, held against `xtask/budget.toml`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::digest;
use crate::places::Places;
use crate::process::output;

/// Compresses each file named on the command line and prints `raw gzip brotli`, one line a file. Node.js is on the
/// machine anyway, and compresses as static hosts do: brotli as well as it can, or, what is large, nearly so.
const MEASURE: &str = "
const fs = require('fs'), zlib = require('zlib');
for (const file of process.argv.slice(1)) {
  const raw = fs.readFileSync(file);
  const quality = raw.length < 4e6 ? 11 : 9;
  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: quality, [zlib.constants.BROTLI_PARAM_LGWIN]: 24 };
  console.log(raw.length, zlib.gzipSync(raw, { level: 9 }).length, zlib.brotliCompressSync(raw, { params }).length);
}";

#[derive(Deserialize)]
struct Budget {
    file: Vec<Limit>,
}

/// What the files whose name starts and ends like this may weigh.
#[derive(Deserialize)]
struct Limit {
    prefix: String,
    suffix: String,
    brotli_kb: u64,
}

struct Measured {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints a table of all wasm and JavaScript files, and fails where one is over its budget.
pub fn check(places: &Places) -> Result<()> {
    let budget = fs::read_to_string(places.root.join("xtask/budget.toml")).context("xtask/budget.toml")?;
    let budget: Budget = toml::from_str(&budget).context("xtask/budget.toml is not understood")?;
    let measured = measure(places)?;

    println!("{:<44} {:>10} {:>10} {:>10} {:>10}", "file", "raw kB", "gzip kB", "brotli kB", "budget kB");
    for file in &measured {
        let limit = budget.file.iter().find(|limit| limit.covers(&file.name));
        let limit = limit.map_or("-".to_owned(), |limit| limit.brotli_kb.to_string());
        let [raw, gzip, brotli] = [file.raw, file.gzip, file.brotli].map(|bytes| bytes as f64 / 1000.0);
        println!("{:<44} {raw:>10.1} {gzip:>10.1} {brotli:>10.1} {limit:>10}", file.name);
    }
    let over = broken(&budget, &measured);
    if !over.is_empty() {
        bail!("{}", over.join("\n"));
    }
    Ok(())
}

impl Limit {
    fn covers(&self, name: &str) -> bool {
        name.starts_with(&self.prefix) && name.ends_with(&self.suffix)
    }
}

/// What is wrong: a file over its limit, or a limit that no file falls under.
fn broken(budget: &Budget, measured: &[Measured]) -> Vec<String> {
    let mut wrong = Vec::new();
    for limit in &budget.file {
        let covered: Vec<_> = measured.iter().filter(|file| limit.covers(&file.name)).collect();
        if covered.is_empty() {
            wrong.push(format!(
                "no file is named {}…{}, for which there is a budget",
                limit.prefix, limit.suffix
            ));
        }
        for file in covered.iter().filter(|file| file.brotli > limit.brotli_kb * 1000) {
            let (kb, most) = (file.brotli as f64 / 1000.0, limit.brotli_kb);
            wrong.push(format!("{} weighs {kb:.1} kB compressed, over its budget of {most} kB", file.name));
        }
    }
    wrong
}

fn measure(places: &Places) -> Result<Vec<Measured>> {
    let code: Vec<PathBuf> = digest::files_below(&places.dist())
        .context("there is no dist/ yet: run `cargo xtask build`")?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "wasm" || extension == "js"))
        .collect();
    let printed = output(places.command("node")?.args(["-e", MEASURE]).args(&code))?;
    let rows = code.iter().zip(printed.lines()).map(|(path, line)| {
        let sizes: Vec<u64> = line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let &[raw, gzip, brotli] = sizes.as_slice() else { bail!("node printed `{line}`") };
        let name = path.strip_prefix(places.dist())?.display().to_string();
        Ok(Measured { name, raw, gzip, brotli })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken_by(name: &str, brotli: u64) -> Vec<String> {
        let budget: Budget = toml::from_str("[[file]]\nprefix = 'page-'\nsuffix = '.wasm'\nbrotli_kb = 400")
            .expect("a budget");
        broken(&budget, &[Measured { name: name.to_owned(), raw: 0, gzip: 0, brotli }])
    }

    #[test]
    fn only_a_file_within_its_budget_passes() {
        assert!(broken_by("page-1_bg.wasm", 400_000).is_empty());
        assert_eq!(broken_by("page-1_bg.wasm", 400_001).len(), 1);
        assert_eq!(broken_by("renamed_bg.wasm", 1).len(), 1, "a budget must not lapse by a new name");
    }
}
