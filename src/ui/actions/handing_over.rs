//! The model on its way to the person: a download or, where the browser lets a page write one, a folder.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::domain::lesson_lines::LessonLines;
use crate::domain::own_backbone::archive;
use crate::domain::weights_format::WeightsFormat;
use crate::protocol::error::FaultKind;
use crate::protocol::parcel::Parcel;
use crate::protocol::{Command, Fault};
use crate::ui::folder::Folder;
use crate::ui::state::Purpose;

impl Actions {
    /// Ask for the model's file in the format that is chosen, to give it to the person.
    pub fn download_model(self) {
        self.ask_for_parcel(None);
    }

    /// The same as a folder, in one that the person chooses first.
    pub fn save_model_as_folder(self) {
        spawn_local(async move {
            match Folder::chosen().await {
                Ok(Some(folder)) => self.ask_for_parcel(Some(folder)),
                Ok(None) => {}
                Err(fault) => self.state.parcels.failed(fault),
            }
        });
    }

    fn ask_for_parcel(self, folder: Option<Folder>) {
        let parcels = self.state.parcels;
        if parcels.is_busy() {
            return;
        }
        let format = parcels.format.get_untracked();
        let parcel = match format {
            WeightsFormat::Studio => Parcel::Studio,
            WeightsFormat::Transformers => Parcel::Transformers,
            WeightsFormat::Peft => Parcel::Peft,
            WeightsFormat::SentenceTransformers => Parcel::SentenceTransformers,
            WeightsFormat::ScaleOut => Parcel::ScaleOut(self.lesson_lines()),
        };
        let slot = untrack(|| self.state.slot_in_view());
        let request = self.state.ask(Purpose::ExportToSave(format));
        parcels.asked(format);
        if self.world.with_value(|world| world.client.is_none()) {
            return parcels.engine_gone();
        }
        self.world.update_value(|world| world.folder = folder);
        self.send(Command::Export { request, slot, parcel });
    }

    fn lesson_lines(self) -> LessonLines {
        let comparisons = self.state.workspace.comparisons();
        self.state.workspace.dataset.with_untracked(|dataset| {
            LessonLines::of(&comparisons, |it| dataset.pair(&it.pair).map(|pair| &**pair))
        })
    }

    /// The file has come.
    pub(super) fn hand_over(self, format: WeightsFormat, bytes: Vec<u8>) {
        let folder = self.world.try_update_value(|world| world.folder.take()).flatten();
        let Some((folder, name)) = folder.zip(format.folder_name()) else {
            return self.save(format.file_name(), format.media_type(), &bytes);
        };
        spawn_local(async move {
            self.state.parcels.writing.set(Some(0.0));
            match self.write_folder(&folder, name, &bytes).await {
                Ok(name) => self.state.notices.good(format!("The model is in the folder {name}.")),
                Err(fault) => self.state.parcels.failed(fault),
            }
            self.state.parcels.writing.set(None);
        });
    }

    /// Write an archive's files into a new folder, whose name this gives. If that fails, nothing of it stays.
    async fn write_folder(self, into: &Folder, name: &str, archive: &[u8]) -> Result<String, Fault> {
        let files = archive::stored(archive).map_err(|why| {
            let what = format!("The archive that was made cannot be written as a folder: {why}.");
            Fault::new(FaultKind::Internal, what, "Download it instead, and please report this.")
        })?;
        let (name, folder) = into.fresh(name).await?;
        let bytes = files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
        let mut written = 0;
        for (path, contents) in files {
            let told = |more| {
                written += more;
                self.state.parcels.writing.set(Some(written as f64 / bytes as f64));
            };
            if let Err(fault) = folder.write(&path, contents, told).await {
                into.remove(&name).await;
                return Err(fault);
            }
        }
        Ok(name)
    }
}
