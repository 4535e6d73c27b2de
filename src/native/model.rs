//! Which files make the model: the one that was downloaded from the page, and its backbone's.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::domain::backbone::{BackboneCard, FileCard};
use crate::domain::pair::hex;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::weights::studio::{Manifest, manifest};

/// A backbone's files.
const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// Where the page's own backbones lie, seen from the repository.
const CATALOGUE: &str = "public/backbones.json";

/// A model whose files are all there.
pub struct Files {
    /// The model's file.
    pub head: Vec<u8>,
    /// What the files in `folder` are.
    pub backbone: BackboneCard,
    /// Where they lie.
    pub folder: PathBuf,
}

/// Find the model at `path`, a file or a folder, and its backbone: in `backbone` if it is said, else beside the model, else
/// where the page has it.
///
/// # Errors
/// What is missing, and how to get it.
pub fn find(path: &Path, backbone: Option<&Path>) -> Result<Files, Fault> {
    let (file, head, about) = head(path)?;
    let beside = file.parent().unwrap_or(Path::new("."));
    let places = match backbone {
        Some(said) => vec![said.to_owned()],
        None => [Some(beside.to_owned()), of_page(&about.backbone.id)].into_iter().flatten().collect(),
    };
    // A folder whose model.safetensors is the model itself is not the backbone's.
    let whole = |folder: &&PathBuf| {
        FILES.iter().all(|name| folder.join(name).is_file()) && folder.join("model.safetensors") != file
    };
    let folder = places.iter().find(whole).ok_or_else(|| no_backbone(&about, &places))?;
    let backbone = card(folder, &about)?;
    // Said before anything is loaded, which with other weights would fail in less telling ways.
    if backbone.weights_sha256() != about.backbone.weights_sha256 {
        return Err(another_backbone(&about, folder));
    }
    Ok(Files { head, backbone, folder: folder.clone() })
}

/// The model's file, its bytes and what it says of itself.
fn head(path: &Path) -> Result<(PathBuf, Vec<u8>, Manifest), Fault> {
    if path.is_file() {
        let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
        let about = manifest(&bytes)?;
        return Ok((path.to_owned(), bytes, about));
    }
    let entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let mut found = Vec::new();
    for file in entries.flatten().map(|entry| entry.path()) {
        if file.extension().is_some_and(|ending| ending == "safetensors") {
            let bytes = fs::read(&file).map_err(|error| unreadable(&file, &error))?;
            found.extend(manifest(&bytes).ok().map(|about| (file, bytes, about)));
        }
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Fault::new(
            FaultKind::File,
            format!("There is no model of Reward Studio in {}.", path.display()),
            "Download the model from the page's Data tab, and give that .safetensors file as --model.",
        )),
        several => Err(Fault::new(
            FaultKind::File,
            format!("There are {several} models of Reward Studio in {}.", path.display()),
            "Give the one that is meant as --model, by its file.",
        )),
    }
}

/// Where the page has a backbone of this name, if it is one of the page's and this is the repository.
fn of_page(id: &str) -> Option<PathBuf> {
    let text = fs::read_to_string(CATALOGUE).ok()?;
    let cards: Vec<BackboneCard> = serde_json::from_str(&text).ok()?;
    let card = cards.into_iter().find(|card| card.id == id)?;
    Some(Path::new(CATALOGUE).with_file_name(card.folder))
}

/// What the files in this folder are.
fn card(folder: &Path, about: &Manifest) -> Result<BackboneCard, Fault> {
    let mut files = BTreeMap::new();
    for name in FILES {
        let path = folder.join(name);
        let bytes = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
        let sha256 = hex(&Sha256::digest(&bytes));
        files.insert(name.to_owned(), FileCard { bytes: bytes.len() as u64, sha256 });
    }
    Ok(BackboneCard {
        id: about.backbone.id.clone(),
        name: about.backbone.id.clone(),
        family: about.backbone.family.clone(),
        folder: String::new(),
        licence: String::new(),
        hidden: about.backbone.hidden,
        layers: about.backbone.layers,
        matrix_bytes: 0,
        files,
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Fault {
    Fault::new(
        FaultKind::File,
        format!("{} cannot be read ({error}).", path.display()),
        "Look whether the path is right.",
    )
}

fn another_backbone(about: &Manifest, folder: &Path) -> Fault {
    let id = &about.backbone.id;
    Fault::new(
        FaultKind::Backbone,
        format!(
            "This model was made for the backbone {id}, and the weights in {} are not its.",
            folder.display()
        ),
        format!("Give the folder of {id} as --backbone FOLDER."),
    )
}

fn no_backbone(about: &Manifest, places: &[PathBuf]) -> Fault {
    let id = &about.backbone.id;
    let looked: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
    Fault::new(
        FaultKind::Backbone,
        format!(
            "This model reads its texts with the backbone {id}, and {} are not all in {}.",
            FILES.join(", "),
            looked.join(" or ")
        ),
        format!(
            "Fetch them (`hf download {id} {} --local-dir FOLDER`; in the repository, `cargo xtask setup` puts the page's \
             own into public/models) and give the folder as --backbone FOLDER.",
            FILES.join(" ")
        ),
    )
}
