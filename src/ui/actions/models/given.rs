//! Models that come as files: one by one, or in a workspace that is restored.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{Blob, File};

use super::unusable;
use crate::domain::kept_model::{KeptModel, Maker, ModelId};
use crate::domain::model_file::{self, LENGTH_BYTES};
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::ui::actions::Actions;
use crate::ui::browser;
use crate::ui::state::{Needs, needs};

impl Actions {
    /// Take this file in as a model, and use it if that is possible.
    pub fn upload_model(self, file: File) {
        self.upload_models(vec![file]);
    }

    /// Take these files in as models, one after the other; the last that can be is used.
    pub fn upload_models(self, files: Vec<File>) {
        spawn_local(async move {
            for file in files {
                if let Err(fault) = self.take_model_file(file).await {
                    self.state.notices.fault(fault);
                }
            }
        });
    }

    async fn take_model_file(self, file: File) -> Result<(), Fault> {
        let size = file.size() as u64;
        let name = file.name();
        let refuse = |foreign| {
            let Fault { kind, what, remedy } = unusable(&foreign);
            Fault::new(kind, format!("{name}: {what}"), remedy)
        };
        // The header first: what is none of ours may be larger than memory.
        let end = model_file::header_end(&piece(&file, LENGTH_BYTES).await?, size).map_err(refuse)?;
        model_file::about(&piece(&file, end).await?, size).map_err(refuse)?;
        let bytes = piece(&file, size).await?;
        let model = KeptModel::of(&bytes, Some(Maker::Upload), browser::now_ms()).map_err(refuse)?;
        let stem = name.strip_suffix(".safetensors").unwrap_or(&name);
        let model = model.clone().called(stem).unwrap_or(model);
        let model = self.state.models.get(&model.id).unwrap_or(model);
        let Some(fault) = self.cannot_use(&model) else {
            self.give_to_engine(model, bytes).await;
            return Ok(());
        };
        self.keep_model(model, bytes).await;
        Err(fault)
    }

    /// Why this model cannot be used as things are, if it cannot.
    fn cannot_use(self, model: &KeptModel) -> Option<Fault> {
        let chosen = self.state.settings.backbone.get_untracked();
        let remedy = match self.state.engine.cards.with_untracked(|cards| needs(model, cards, &chosen)) {
            Needs::Nothing => return None,
            Needs::Backbone(name) => {
                format!("It is kept under Score, Models. Choose {name} on the Train tab first, then use it.")
            }
            Needs::Unknown(_) => {
                "Add that backbone on the Train tab, then use it. The model is kept under Score, Models, until then."
                    .into()
            }
        };
        let what = format!(
            "This model was made for the backbone {}, and its numbers mean nothing on {chosen}.",
            model.about.backbone
        );
        Some(Fault::new(FaultKind::File, what, remedy))
    }

    /// Take in the models of a workspace file, those that are not here yet. `in_use` is used if no other is. Says how
    /// many came.
    pub(in crate::ui::actions) async fn take_models(
        self,
        listed: Vec<KeptModel>,
        files: BTreeMap<Option<ModelId>, Vec<u8>>,
        in_use: Option<ModelId>,
    ) -> usize {
        let mut came = 0;
        for (of, file) in files {
            let id = ModelId::of(&file);
            let said = listed.iter().find(|model| model.id == id).cloned();
            let model = match (said, of) {
                (Some(model), _) => Ok(model),
                // Of before there were several: what is known of it stands in its file.
                (None, None) => KeptModel::of(&file, None, browser::now_ms()).map_err(|it| unusable(&it)),
                (None, Some(_)) => Err(damaged()),
            };
            let model = match model {
                Ok(model) => model,
                Err(fault) => {
                    self.state.notices.fault(fault);
                    continue;
                }
            };
            let is_only = !listed.iter().any(|model| model.id == id);
            let none_in_use = self.world.with_value(|world| world.models.in_use.is_none());
            if none_in_use && (is_only || in_use.as_ref() == Some(&id)) {
                self.takes_its_place(id.clone(), file.clone());
            }
            if self.state.models.get(&id).is_none() {
                came += 1;
                self.keep_model(model, file).await;
            }
        }
        came
    }
}

/// The first bytes of a file.
async fn piece(file: &Blob, bytes: u64) -> Result<Vec<u8>, Fault> {
    let unreadable = |why: String| {
        Fault::new(FaultKind::File, format!("The file could not be read: {why}."), "Choose it again.")
    };
    let slice = file
        .slice_with_f64_and_f64(0.0, bytes as f64)
        .map_err(|_| unreadable("the browser refused a part of it".into()))?;
    gloo_file::futures::read_as_bytes(&slice.into()).await.map_err(|error| unreadable(error.to_string()))
}

fn damaged() -> Fault {
    Fault::new(
        FaultKind::File,
        "A model in the workspace file is not what it was when it was saved.",
        "Save the workspace again where it came from. Everything else was taken in.",
    )
}
