//! `cargo xtask bench asking`: how few answers are enough, on real preferences, beside scikit-learn.
//!
//! Natively and without a browser: it is the page's own code that chooses and fits. What the backbone says of the texts
//! is computed once and kept in the cache.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::digest;
use crate::places::Places;
use crate::process::{announce, run};
use crate::setup;

/// Shuffles of the questions.
const SEEDS: &str = "20";

/// Sets that lie beside the repository on some machines: what they are called here, and their folders.
const SETS: [(&str, &str); 3] =
    [("hh_harmless", "hh_harmless_base_test"), ("pandalm", "pandalm"), ("llmfao", "llmfao_crowd")];

struct Set {
    name: String,
    learn: PathBuf,
    test: PathBuf,
}

impl Set {
    /// Of both files' contents: what was computed of other texts, though they lay at the same place, is not found.
    fn digest(&self) -> Result<String> {
        let member = |name: &str, file: &Path| -> Result<(String, String)> {
            Ok((name.to_owned(), digest::of_file(file)?))
        };
        Ok(digest::of_set(vec![member("learn", &self.learn)?, member("test", &self.test)?]))
    }
}

/// Measures on `LEARN.jsonl,TEST.jsonl`, or on all sets that are there; writes `docs/asking.md` and its picture.
pub fn asking(places: &Places, files: Option<&str>) -> Result<()> {
    let mut sets = match files {
        Some(files) => vec![given(files)?],
        None => beside(places),
    };
    if sets.is_empty() {
        println!("skipped: no preferences lie in ../shared/data; give some as asking=LEARN.jsonl,TEST.jsonl");
        return Ok(());
    }
    setup::ensure_all(places, &[&setup::BACKBONES, &setup::PYTHON])?;
    let folder = places.cache.join("bench/asking");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    if let (None, Some(first)) = (files, sets.first()) {
        let consistent = consistent(places, first, &folder)?;
        sets.push(consistent);
    }
    let mut lines = Vec::new();
    for set in &sets {
        let Set { name, learn, test } = set;
        let own = folder.join(set.digest()?);
        fs::create_dir_all(&own).with_context(|| format!("{} cannot be made", own.display()))?;
        let features = own.join(format!("{name}.safetensors"));
        if !features.is_file() {
            let half = own.join(format!("{name}.half"));
            run(program(places, "features")?.arg(&half).arg(learn).arg(test))?;
            fs::rename(&half, &features).context("the features cannot be put in their place")?;
        }
        let out = own.join(format!("{name}.lines.jsonl"));
        let mut simulate = program(places, "simulate")?;
        simulate.arg(&features).arg(SEEDS);
        announce(&simulate);
        let written = simulate.stdout(File::create(&out)?).status()?;
        if !written.success() {
            bail!("the simulation on {name} failed ({written})");
        }
        lines.push(out);
    }
    let docs = places.root.join("docs");
    let mut report = places.command(&setup::interpreter(places).to_string_lossy())?;
    report.arg(places.root.join("bench/asking/peer.py"));
    run(report.arg(docs.join("asking.md")).arg(docs.join("asking.svg")).args(lines))
}

fn program(places: &Places, name: &str) -> Result<std::process::Command> {
    let mut cargo = places.command("cargo")?;
    // Ours is compiled for short builds otherwise; here it does all the work.
    cargo.env("CARGO_PROFILE_DEV_OPT_LEVEL", "3");
    cargo.args(["run", "--quiet", "--features", "bench", "--example", name, "--"]);
    Ok(cargo)
}

/// The same texts as of this set, ordered by one steady taste.
fn consistent(places: &Places, crowd: &Set, folder: &Path) -> Result<Set> {
    let part = |from: &Path, part: &str| -> Result<PathBuf> {
        let out = folder.join(format!("asks_back.{part}.jsonl"));
        let mut python = places.command(&setup::interpreter(places).to_string_lossy())?;
        python.arg(places.root.join("bench/asking/consistent.py"));
        run(python.arg(from).arg(&out))?;
        Ok(out)
    };
    let (learn, test) = (part(&crowd.learn, "train")?, part(&crowd.test, "test")?);
    Ok(Set { name: "asks_back".to_owned(), learn, test })
}

fn given(files: &str) -> Result<Set> {
    let (learn, test) = files.split_once(',').context("give two files, as asking=LEARN.jsonl,TEST.jsonl")?;
    let name = Path::new(learn).file_stem().context("the first file has no name")?;
    Ok(Set { name: name.to_string_lossy().into_owned(), learn: learn.into(), test: test.into() })
}

fn beside(places: &Places) -> Vec<Set> {
    let data = places.root.join("../shared/data");
    let set = |(name, folder): (&str, &str)| Set {
        name: name.to_owned(),
        learn: data.join(folder).join("train.jsonl"),
        test: data.join(folder).join("test.jsonl"),
    };
    SETS.into_iter().map(set).filter(|set| set.learn.is_file() && set.test.is_file()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_text_in_either_file_or_the_files_exchanged_is_another_set() {
        let folder = std::env::temp_dir().join(format!("reward-studio-asking-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let [learn, test] = ["learn.jsonl", "test.jsonl"].map(|name| folder.join(name));
        let digest = |first: &str, second: &str| {
            fs::write(&learn, first).expect("a file");
            fs::write(&test, second).expect("a file");
            let set = Set { name: "learn".to_owned(), learn: learn.clone(), test: test.clone() };
            set.digest().expect("a digest")
        };
        let one = digest("a", "b");
        assert_eq!(one, digest("a", "b"));
        for (first, second) in [("a", "c"), ("c", "b"), ("b", "a")] {
            assert_ne!(one, digest(first, second));
        }
        fs::remove_dir_all(&folder).expect("it was ours");
    }
}
