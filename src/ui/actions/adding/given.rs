//! A backbone that is given as files: a folder, its files one by one, or a zip archive of them.

use std::cell::Cell;
use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use web_sys::{Blob, File};

use super::{fault, packed, reading};
use crate::domain::backbone::{BackboneCard, FileCard};
use crate::domain::model_file::{self, LENGTH_BYTES};
use crate::domain::own_backbone::archive::Packed;
use crate::domain::own_backbone::listing::{
    self, CONFIG, INDEX, Listed, OF_CHATS, TOKENIZER, WEIGHTS, Weights,
};
use crate::domain::own_backbone::{self, OWN_FOLDER, fit, shape};
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::ui::actions::Actions;
use crate::ui::state::AddingStage as Stage;

/// The model's page, of which the licence is read.
const README: &str = "README.md";

/// A file that was given, by itself or in an archive.
struct Given {
    path: String,
    bytes: u64,
    content: Content,
}

enum Content {
    Here(Blob),
    In(Blob, Packed),
}

impl Given {
    async fn open(&self) -> Result<Blob, Fault> {
        match &self.content {
            Content::Here(blob) => Ok(blob.clone()),
            Content::In(zip, packed) => packed::unpack(zip, packed).await,
        }
    }
}

impl Actions {
    /// Take these files in as a backbone, each with its path, and work with it.
    pub fn give_backbone(self, files: Vec<(String, File)>) {
        if files.is_empty() {
            return;
        }
        let adding = self.state.adding;
        let number = adding.begin("Looking at the files".into());
        spawn_local(async move {
            match self.take_given(number, files).await {
                Ok(Some((card, blocks))) => {
                    adding.open.set(false);
                    adding.reset();
                    self.state.notices.good(format!("{} is the backbone now.", card.name));
                    self.use_own(&card, blocks);
                }
                // The form was closed meanwhile.
                Ok(None) => {}
                Err(fault) => adding.reaches(number, Stage::Refused(fault)),
            }
        });
    }

    /// The card of what was given, which is kept then, with the number of its blocks that fit at most.
    async fn take_given(
        self,
        number: u32,
        files: Vec<(String, File)>,
    ) -> Result<Option<(BackboneCard, u8)>, Fault> {
        let (title, given) = gathered(files).await?;
        let listed: Vec<Listed> =
            given.iter().map(|it| Listed { path: it.path.clone(), bytes: it.bytes, sha256: None }).collect();
        let lies = listing::weights(&listed).map_err(fault)?;
        let find = |name: &str| given.iter().find(|it| it.path == name);
        let read = async |name: &str| -> Result<Vec<u8>, Fault> {
            match find(name) {
                Some(file) => reading::whole(&file.open().await?).await,
                None => Ok(vec![]),
            }
        };
        let config = read(CONFIG).await?;
        let shape = shape::shape(&config).map_err(fault)?;
        shape::check_tokenizer(&read(TOKENIZER).await?, &shape).map_err(fault)?;
        let weights = match lies {
            Weights::One => vec![WEIGHTS.to_owned()],
            Weights::Sharded => listing::shards(&read(INDEX).await?, &listed).map_err(fault)?,
        };
        let large = weights.iter().filter_map(|name| find(name)).map(|file| file.bytes).sum();
        let blocks = fit::blocks_that_fit(&shape, large).map_err(fault)?;

        let mut names = vec![CONFIG, TOKENIZER];
        names.extend(OF_CHATS.into_iter().filter(|name| find(name).is_some()));
        names.extend([INDEX].into_iter().filter(|_| lies == Weights::Sharded));
        names.extend(weights.iter().map(String::as_str));
        let Some(content) = self.checked(number, names.into_iter().filter_map(find).collect()).await? else {
            return Ok(None);
        };
        let files: BTreeMap<String, FileCard> =
            content.iter().map(|(name, _, file)| (name.clone(), file.clone())).collect();
        let licence = listing::licence(&String::from_utf8_lossy(&read(README).await?)).unwrap_or_default();
        let name = title.or_else(|| name_in(&config)).unwrap_or_else(|| shape.family.clone());
        let mut card = own_backbone::card((String::new(), name), String::new(), licence, &shape, files);
        let identity = card.weights_sha256().to_owned();
        card.id = format!("{OWN_FOLDER}{}-{}", card.name, identity.get(..8).unwrap_or_default());
        card.folder = format!("{OWN_FOLDER}{identity}");
        if let Some(known) = self.in_catalogue(&card) {
            return Ok(Some((known, blocks)));
        }
        if !self.state.adding.is(number) {
            return Ok(None);
        }
        let blobs: Vec<(String, Blob)> = content.into_iter().map(|(name, blob, _)| (name, blob)).collect();
        self.keep_files(&card, &blobs).await?;
        self.list_own(card.clone()).await;
        Ok(Some((card, blocks)))
    }

    /// These files unpacked and hashed, while the form shows how far that is; `None` if it was closed.
    async fn checked(
        self,
        number: u32,
        files: Vec<&Given>,
    ) -> Result<Option<Vec<(String, Blob, FileCard)>>, Fault> {
        let adding = self.state.adding;
        let total: u64 = files.iter().map(|file| file.bytes).sum();
        let done = Cell::new(0);
        let mut checked = vec![];
        for file in files {
            let blob = file.open().await?;
            if file.path.ends_with(".safetensors") {
                is_safetensors(&file.path, &blob).await?;
            }
            let told = |bytes: u64| {
                done.set(done.get() + bytes);
                let share = done.get() as f64 / total.max(1) as f64;
                adding.reaches(number, Stage::Busy("Reading the files".into(), Some(share)));
                adding.is(number)
            };
            let Some(sums) = reading::sums(&blob, told).await? else { return Ok(None) };
            if let Content::In(_, packed) = &file.content
                && packed.crc32 != sums.crc32
            {
                return Err(Fault::new(
                    FaultKind::File,
                    format!("{} is damaged in the archive: its checksum is another.", file.path),
                    "Make the archive anew, or choose the files themselves.",
                ));
            }
            let card = FileCard { bytes: blob.size() as u64, sha256: sums.sha256 };
            checked.push((file.path.clone(), blob, card));
        }
        Ok(Some(checked))
    }
}

/// The files of the model among those that were given, named from its folder on; and what that or the archive is called.
async fn gathered(files: Vec<(String, File)>) -> Result<(Option<String>, Vec<Given>), Fault> {
    let (mut title, mut given) = (None, vec![]);
    for (path, file) in files {
        let stem = path.rsplit('/').next().and_then(|name| {
            let (stem, ending) = name.rsplit_once('.')?;
            ending.eq_ignore_ascii_case("zip").then_some(stem)
        });
        match stem {
            Some(stem) => {
                title = Some(stem.to_owned());
                for packed in packed::files(&file, &path).await? {
                    let (path, bytes) = (packed.path.clone(), packed.bytes);
                    given.push(Given { path, bytes, content: Content::In(file.clone().into(), packed) });
                }
            }
            None => {
                let bytes = file.size() as u64;
                given.push(Given { path, bytes, content: Content::Here(file.into()) });
            }
        }
    }
    let root = listing::root(given.iter().map(|it| it.path.as_str())).unwrap_or_default().to_owned();
    let folder = root.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    given.retain_mut(|it| match it.path.strip_prefix(&root) {
        Some(rest) => {
            it.path = rest.to_owned();
            true
        }
        None => false,
    });
    let title = if folder.is_empty() { title } else { Some(folder) };
    Ok((title, given))
}

/// The name that a configuration remembers of where it came from.
fn name_in(config: &[u8]) -> Option<String> {
    let config: Value = serde_json::from_slice(config).ok()?;
    let path = config.get("_name_or_path")?.as_str()?.trim_end_matches(['/', '\\']).to_owned();
    let name = path.rsplit(['/', '\\']).next()?;
    (!name.is_empty() && !name.starts_with('.')).then(|| name.to_owned())
}

/// That this file begins as a safetensors file does; the engine looks at the rest.
async fn is_safetensors(name: &str, blob: &Blob) -> Result<(), Fault> {
    let first = reading::part(blob, 0.0, blob.size().min(LENGTH_BYTES as f64)).await?;
    model_file::header_end(&first, blob.size() as u64).map(drop).map_err(|foreign| {
        Fault::new(
            FaultKind::File,
            format!("{name}: {}", foreign.what()),
            "In Python, AutoModel.from_pretrained(model).save_pretrained(folder) writes model.safetensors; then choose \
             that folder’s files here.",
        )
    })
}
