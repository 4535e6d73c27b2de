//! Files that were given: looked into by the worker, shown to the person, read another way if they say so, and then
//! taken in one after the other, or put away.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{Blob, File};

use super::blob_of;
use crate::domain::formats::mapping::Mapping;
use crate::domain::log::Purpose;
use crate::protocol::Fault;
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::state::{FileReport, GivenFile, Inspection};
use crate::worker::client::data::OpenFile;

/// A given file, and what the worker holds of it.
pub struct Held {
    blob: Blob,
    /// The line to it; taken while it is being looked at.
    open: Option<OpenFile>,
    /// How the person wants it to be read, until it is shown so; the newest wish counts.
    wish: Option<Mapping>,
}

impl Actions {
    /// Look into these files, each with its path, and show what they look like.
    pub fn give_files(self, files: Vec<(String, File)>) {
        if files.is_empty() || untrack(|| self.state.intake.busy()) {
            return;
        }
        self.state.intake.reports.set(vec![]);
        for (path, file) in files {
            self.give(path, file.into());
        }
    }

    /// Look into text that was pasted.
    pub fn give_text(self, text: &str) {
        if text.trim().is_empty() || untrack(|| self.state.intake.busy()) {
            return;
        }
        self.state.intake.reports.set(vec![]);
        match blob_of(text) {
            Ok(blob) => self.give("pasted text".into(), blob),
            Err(fault) => self.state.notices.fault(fault),
        }
    }

    fn give(self, name: String, blob: Blob) {
        let id = self
            .world
            .try_update_value(|world| {
                world.files.last += 1;
                let held = Held { blob: blob.clone(), open: None, wish: None };
                world.files.held.insert(world.files.last, held);
                world.files.last
            })
            .unwrap_or_default();
        let bytes = blob.size() as u64;
        let purpose = self.state.workspace.dataset.with_untracked(|dataset| dataset.purpose(&name));
        let file = GivenFile { id, name: name.clone(), bytes, look: Inspection::Looking, purpose };
        self.state.intake.given.update(|given| given.push(file));
        spawn_local(async move {
            let look = match self.data_client() {
                Ok(client) => {
                    let mut open = client.open(&name, blob);
                    let look = open.sniffed().await;
                    self.hand_back(id, open);
                    look
                }
                Err(fault) => Err(fault),
            };
            self.looked(id, look);
            browser::reveal("import-preview");
        });
    }

    /// Read this file another way: as it is shown, or as was wished last, but for this.
    pub fn read_otherwise(self, id: u32, change: impl FnOnce(&mut Mapping)) {
        let given = self.state.intake.given.get_untracked();
        let shown = given.iter().find(|file| file.id == id).and_then(|file| file.look.seen());
        let open = self
            .world
            .try_update_value(|world| {
                let held = world.files.held.get_mut(&id)?;
                let mut wish = held.wish.take().or_else(|| Some(shown?.mapping.clone()))?;
                change(&mut wish);
                held.wish = Some(wish);
                held.open.take()
            })
            .flatten();
        // While it is being looked at, the wish waits.
        let Some(mut open) = open else { return };
        spawn_local(async move {
            while let Some(wish) = self.wish(id) {
                let look = open.preview(wish.clone()).await;
                self.looked(id, look);
                self.forget_wish(id, &wish);
            }
            self.hand_back(id, open);
        });
    }

    /// Use the pairs of this file for this.
    pub fn give_for(self, id: u32, purpose: Purpose) {
        self.state.intake.change(id, |file| file.purpose = purpose);
    }

    /// This file is a saved workspace: restore it, rather than take it in.
    pub fn restore_given(self, id: u32) {
        let name =
            self.state.intake.given.with_untracked(|given| {
                given.iter().find(|file| file.id == id).map(|file| file.name.clone())
            });
        let blob = self.world.with_value(|world| world.files.held.get(&id).map(|held| held.blob.clone()));
        if let Some((name, blob)) = name.zip(blob) {
            self.put_away(id);
            self.restore(name, blob);
        }
    }

    /// Do not take this file.
    pub fn put_away(self, id: u32) {
        self.state.intake.given.update(|given| given.retain(|file| file.id != id));
        self.world.update_value(|world| drop(world.files.held.remove(&id)));
    }

    /// Take none of the given files.
    pub fn put_all_away(self) {
        for file in self.state.intake.given.get_untracked() {
            self.put_away(file.id);
        }
    }

    /// Take every file that can be taken, one after the other; report on all.
    pub fn confirm_import(self) {
        let intake = self.state.intake;
        if untrack(|| intake.busy()) {
            return;
        }
        let given = intake.given.get_untracked();
        // Being looked into, for the first time or another way.
        let looking = |file: &GivenFile| match file.look {
            Inspection::Looking => true,
            Inspection::Seen(_) => self
                .world
                .with_value(|world| world.files.held.get(&file.id).is_some_and(|held| held.open.is_none())),
            Inspection::Refused(_) => false,
        };
        if given.iter().any(looking) {
            return;
        }
        intake.given.set(vec![]);
        intake.reports.set(vec![]);
        let readable = given.iter().filter(|file| file.look.seen().is_some()).count();
        if let Some(first) = given.iter().find(|file| file.look.seen().is_some()) {
            self.reading_begins(&first.name, readable.saturating_sub(1));
        }
        spawn_local(async move {
            let mut waiting = readable;
            for file in given {
                let open =
                    self.world.try_update_value(|world| world.files.held.remove(&file.id)?.open).flatten();
                let report = match (file.look, open) {
                    (Inspection::Seen(sniffed), Some(open)) => {
                        waiting -= 1;
                        self.reading_begins(&file.name, waiting);
                        self.read_in(open, &file.name, sniffed.mapping.clone(), file.purpose).await
                    }
                    (Inspection::Refused(fault), _) => FileReport::refused_whole(file.name, fault),
                    // Nothing confirms a file while it is being looked at.
                    (Inspection::Looking | Inspection::Seen(_), _) => continue,
                };
                intake.reports.update(|reports| reports.push(report.into()));
            }
            intake.reading.set(None);
        });
    }

    fn wish(self, id: u32) -> Option<Mapping> {
        self.world.with_value(|world| world.files.held.get(&id)?.wish.clone())
    }

    /// It has been shown; something else that is wished for by now stays.
    fn forget_wish(self, id: u32, wish: &Mapping) {
        self.world.update_value(|world| {
            if let Some(held) = world.files.held.get_mut(&id) {
                held.wish.take_if(|newest| newest == wish);
            }
        });
    }

    fn hand_back(self, id: u32, open: OpenFile) {
        let mut open = Some(open);
        self.world.update_value(|world| {
            if let Some(held) = world.files.held.get_mut(&id) {
                held.open = open.take();
            }
        });
        // A file that was put away meanwhile is let go of here.
        drop(open);
    }

    fn looked(self, id: u32, look: Result<crate::protocol::data::Sniffed, Fault>) {
        let intake = self.state.intake;
        intake.change(id, |file| {
            file.look = match look {
                Ok(sniffed) => Inspection::Seen(sniffed.into()),
                Err(fault) => Inspection::Refused(fault),
            }
        });
        // Where there is nothing to confirm, the report says why.
        let refused = |file: &GivenFile| matches!(file.look, Inspection::Refused(_));
        if intake.given.with_untracked(|given| !given.is_empty() && given.iter().all(refused)) {
            self.confirm_import();
        }
    }
}
