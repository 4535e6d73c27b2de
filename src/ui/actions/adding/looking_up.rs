//! A backbone by its name on the Hub: what it is, how large, and whether it can be used, before anything large is
//! fetched. The name is all that the Hub is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use gloo_net::http::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::RequestCache;

use super::{fault, reading};
use crate::domain::backbone::FileCard;
use crate::domain::device::Adapter;
use crate::domain::own_backbone::hub::{self, About, HubName};
use crate::domain::own_backbone::listing::{
    self, CONFIG, INDEX, Listed, OF_CHATS, TOKENIZER, WEIGHTS, Weights,
};
use crate::domain::own_backbone::{Source, fit, shape, source};
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::storage::space;
use crate::ui::actions::Actions;
use crate::ui::figures::bytes;
use crate::ui::state::{AddingStage as Stage, Offer};

/// More than this the page does not read of a file that should be small, in bytes.
const SMALL: u64 = 64_000_000;

/// A file's name and content.
type Small = (String, Vec<u8>);

impl Actions {
    /// Ask the Hub for the model of this name or address.
    pub fn look_up_backbone(self, typed: &str) {
        let adding = self.state.adding;
        let name = match HubName::read(typed) {
            Ok(name) => name,
            Err(complaint) => {
                adding.reset();
                return adding.stage.set(Stage::Refused(fault(complaint)));
            }
        };
        let number = adding.begin(format!("Asking huggingface.co for {}", name.id()));
        spawn_local(async move {
            let stage = match self.offer(&name).await {
                Ok(offer) => Stage::Offered(Box::new(offer)),
                Err(fault) => Stage::Refused(fault),
            };
            adding.reaches(number, stage);
        });
    }

    async fn offer(self, name: &HubName) -> Result<Offer, Fault> {
        let id = name.id();
        let listed = hub::tree(&ask(&name.tree_address(), &id).await?).map_err(fault)?;
        // Without it licence and commit are not known, which is no reason to stop.
        let about = ask(&name.about_address(), &id).await.map_or(About::default(), |json| hub::about(&json));
        if about.gated {
            return Err(fault(hub::gated(&id)));
        }
        let lies = listing::weights(&listed).map_err(fault)?;
        let revision = about.revision.as_deref().unwrap_or("main");
        let folder = name.folder(revision);

        let read = async |file: &str| -> Result<Small, Fault> {
            let size = listed.iter().find(|listed| listed.path == file).map_or(0, |listed| listed.bytes);
            if size > SMALL {
                let what = format!("{file} has {}, which is more than such a file should.", bytes(size));
                return Err(Fault::new(
                    FaultKind::Backbone,
                    what,
                    "Look at the model’s page: this is no usual one.",
                ));
            }
            Ok((file.to_owned(), ask(&format!("{folder}/{file}"), &id).await?))
        };
        let config = read(CONFIG).await?;
        let shape = shape::shape(&config.1).map_err(fault)?;
        let tokenizer = read(TOKENIZER).await?;
        shape::check_tokenizer(&tokenizer.1, &shape).map_err(fault)?;
        let mut small = vec![config, tokenizer];
        for name in OF_CHATS {
            if listed.iter().any(|file| file.path == name) {
                small.push(read(name).await?);
            }
        }
        let weights = match lies {
            Weights::One => vec![WEIGHTS.to_owned()],
            Weights::Sharded => {
                let index = read(INDEX).await?;
                let shards = listing::shards(&index.1, &listed).map_err(fault)?;
                small.push(index);
                shards
            }
        };
        let mut files = BTreeMap::new();
        for name in &weights {
            let Some(Listed { bytes, sha256, .. }) = listed.iter().find(|file| file.path == *name) else {
                continue;
            };
            match sha256.clone() {
                Some(sha256) => drop(files.insert(name.clone(), FileCard { bytes: *bytes, sha256 })),
                // The Hub tells the hashes of large files only.
                None => small.push(read(name).await?),
            }
        }
        for (name, content) in &small {
            let sha256 = reading::sha256(content).await;
            files.insert(name.clone(), FileCard { bytes: content.len() as u64, sha256 });
        }

        let large: u64 = weights.iter().filter_map(|name| files.get(name)).map(|file| file.bytes).sum();
        let blocks = fit::blocks_that_fit(&shape, large).map_err(fault)?;
        let licence = about.licence.unwrap_or_default();
        let card = crate::domain::own_backbone::card(
            (self.free_id(&id, revision), name.name().to_owned()),
            folder,
            licence,
            &shape,
            files,
        );
        let mut remarks = vec![];
        if let Some(known) = self.in_catalogue(&card) {
            remarks.push(format!(
                "These are the very weights of {}, which is in the list already: that is used.",
                known.name
            ));
        }
        if blocks < card.layers {
            remarks.push(format!(
                "At most the first {blocks} of its {} blocks fit into a tab; hidden states are taken no later than that.",
                card.layers
            ));
        }
        let adapter = self.world.with_value(|world| world.adapter.clone());
        if let Some(Adapter::Hardware(gpu)) = adapter
            && let Some(why) = gpu.refusal(&card)
        {
            remarks.push(format!("It will run on the CPU: {why}."));
        }
        let left = space::space().await.used.map(|(used, quota)| quota.saturating_sub(used));
        if let Some(left) = left.filter(|left| *left < card.bytes()) {
            remarks.push(format!(
                "The browser keeps only {} more: it will be worked with from memory, and fetched anew at every visit.",
                bytes(left)
            ));
        }
        Ok(Offer { card, small: Arc::new(small), blocks, remarks })
    }

    /// The model's name, unless a backbone of the catalogue has it with other weights.
    fn free_id(self, id: &str, revision: &str) -> String {
        let taken =
            self.state.engine.cards.with_untracked(|cards| {
                cards.iter().any(|card| card.id == id && source(card) == Source::Page)
            });
        if taken { format!("{id}@{}", revision.get(..7).unwrap_or(revision)) } else { id.to_owned() }
    }
}

/// What the Hub has at this address.
async fn ask(address: &str, id: &str) -> Result<Vec<u8>, Fault> {
    let unreachable = |error: gloo_net::Error| {
        Fault::new(
            FaultKind::Backbone,
            format!("huggingface.co cannot be reached from here ({error})."),
            "Check the connection, then try again. Where a network blocks it, download the model’s files elsewhere and \
             choose them here.",
        )
    };
    let request = Request::get(address).cache(RequestCache::NoStore);
    let response = request.send().await.map_err(unreachable)?;
    if !response.ok() {
        let code = response.headers().get("x-error-code");
        return Err(fault(hub::refusal(id, response.status(), code.as_deref())));
    }
    response.binary().await.map_err(unreachable)
}
