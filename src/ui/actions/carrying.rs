//! The whole workspace out into one file, and in again: a few hundred lines at a time, between which the page breathes.
//!
//! Taking a file in is merging: what is known changes nothing. Settings, and a model to use, are taken only where there
//! are none yet, so that another's file never changes how this page is set.

mod unpacking;

use std::collections::BTreeMap;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{Blob, File};

use self::unpacking::{Found, Lines};
use super::Actions;
use super::adding::OWN_BACKBONES;
use crate::domain::formats::log_jsonl::{self, Line, MODEL_PIECE};
use crate::domain::kept_model::ModelId;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::storage::MODEL_IN_USE;
use crate::ui::browser::{self, Pieces};
use crate::ui::figures::many;
use crate::ui::state::Errand;

/// Pairs or events, or lines of them, that are written or read at once.
pub(super) const LINES_AT_ONCE: usize = 300;

/// Bytes of a file that are read at once.
const PIECE: f64 = 1_000_000.0;

/// What belongs to a machine or a moment and is not carried to another: the files of own backbones are not either.
const NOT_CARRIED: [&str; 2] = ["device", OWN_BACKBONES];

impl Actions {
    /// Give the person everything as one file: pairs, the whole log, settings, the kept models.
    pub fn save_workspace(self) {
        self.run_errand(Errand::Save, async move {
            let name = format!("reward-studio-workspace-{}.jsonl", browser::today());
            self.pack().await?.save(&name, "application/jsonl")
        });
    }

    /// Take such a file in, beside what is here.
    pub fn restore_workspace(self, file: File) {
        self.restore(file.name(), file.into());
    }

    pub(super) fn restore(self, name: String, file: Blob) {
        self.run_errand(Errand::Restore, async move {
            let said = self.unpack(&name, &file).await?;
            self.state.notices.good(said);
            Ok(())
        });
    }

    fn run_errand(self, errand: Errand, work: impl Future<Output = Result<(), Fault>> + 'static) {
        let carrying = self.state.workspace.carrying;
        if carrying.with_untracked(Option::is_some) {
            return;
        }
        carrying.set(Some((errand, 0.0)));
        spawn_local(async move {
            if let Err(fault) = work.await {
                self.state.notices.fault(fault);
            }
            carrying.set(None);
        });
    }

    async fn pack(self) -> Result<Pieces, Fault> {
        let dataset = self.state.workspace.dataset;
        let pieces = Pieces::default();
        let (pairs, events) = dataset.with_untracked(|dataset| (dataset.places(), dataset.events().len()));
        pieces.push(written([Line::Head { pairs, events }])?.as_bytes());
        let at_hand = match self.store() {
            Some(store) => store.at_hand().await?,
            None => Default::default(),
        };
        let settings = at_hand.settings.into_iter().filter(|(name, _)| !NOT_CARRIED.contains(&name.as_str()));
        pieces.push(written(settings.map(|(name, value)| Line::Setting { name, value }))?.as_bytes());
        let rows = (pairs + events).max(1);
        // What is added meanwhile comes too: no event may name a pair or an event that is left out. The pairs go first;
        // a pair whose lines are written may be labelled meanwhile, so events of after the beginning get their own.
        let (mut place, mut event) = (0, 0);
        loop {
            let (places, known) =
                dataset.with_untracked(|dataset| (dataset.places(), dataset.events().len()));
            let text = dataset.with_untracked(|dataset| {
                if place < places {
                    let some = place..place + LINES_AT_ONCE;
                    return written(some.flat_map(|place| log_jsonl::lines_of_pair(dataset, place)));
                }
                let some = dataset.events().iter().enumerate().skip(event).take(LINES_AT_ONCE);
                written(some.filter_map(|(number, event)| match number < events {
                    true => log_jsonl::line_of_event(dataset, event),
                    false => Some(Line::Event(event.clone())),
                }))
            });
            match (place < places, event < known) {
                (true, _) => place += LINES_AT_ONCE,
                (false, true) => event += LINES_AT_ONCE,
                (false, false) => break,
            }
            pieces.push(text?.as_bytes());
            self.errand_is_at(Errand::Save, place + event, rows).await;
        }
        for model in self.state.models.list.get_untracked() {
            let file = self.model_file(&model.id).await?;
            let of = Some(model.id.clone());
            pieces.push(written([Line::Kept(Box::new(model))])?.as_bytes());
            for bytes in file.chunks(MODEL_PIECE) {
                let line = Line::Model { of: of.clone(), bytes: bytes.to_vec() };
                pieces.push(written([line])?.as_bytes());
                TimeoutFuture::new(0).await;
            }
        }
        Ok(pieces)
    }

    /// Says what came of it.
    async fn unpack(self, name: &str, file: &Blob) -> Result<String, Fault> {
        let workspace = self.state.workspace;
        let untouched =
            workspace.dataset.with_untracked(|here| here.places() == 0 && here.events().is_empty());
        let (mut lines, mut sum) = (Lines::default(), Found::default());
        let mut at = 0.0;
        loop {
            let bytes = piece_of(file, at).await?;
            at += PIECE;
            let ended = at >= file.size();
            for some in lines.split(bytes, ended).chunks(LINES_AT_ONCE) {
                let found = workspace.dataset.with_untracked(|here| Found::of(some, here));
                // They stand at the file's head; later they would come too late for the order of the questions.
                if untouched && sum.lines == 0 {
                    let mut settings = found.settings.clone();
                    settings.retain(|name, _| !NOT_CARRIED.contains(&name.as_str()));
                    self.take_settings(&settings).await;
                }
                self.take_in(found.pairs.clone(), found.events.clone()).await;
                sum.count(found);
                self.errand_is_at(Errand::Restore, at.min(file.size()) as usize, file.size() as usize).await;
            }
            if ended {
                break;
            }
        }
        if sum.lines == 0 {
            return Err(not_a_workspace(name, sum.refused.first().map(|(_, why)| why.as_str())));
        }
        let in_use = sum.settings.get(MODEL_IN_USE).map(|id| ModelId::from_digits(id));
        let files = std::mem::take(&mut sum.files);
        let models = self.take_models(std::mem::take(&mut sum.models), files, in_use).await;
        if untouched {
            // Backbone, recipe and model may be others now.
            self.start_engine();
        } else {
            self.restore_model();
        }
        self.fit();
        if let Some((line, why)) = sum.refused.first() {
            let what = format!("{} of {} could not be read.", many(sum.refused.len(), "line"), name);
            self.state.notices.fault(Fault::new(FaultKind::File, what, format!("Line {line}: {why}")));
        }
        Ok(format!(
            "{name} is here: {} and {} were new{}.",
            many(sum.new_pairs, "pair"),
            many(sum.new_events, "event"),
            match models {
                0 => String::new(),
                some => format!(", and so were {}", many(some, "model")),
            }
        ))
    }

    async fn take_settings(self, settings: &BTreeMap<String, String>) {
        if let Some(store) = self.store() {
            for (name, value) in settings {
                if let Err(fault) = store.set(name, value).await {
                    return self.state.notices.fault(fault);
                }
            }
        }
        self.read_settings(settings);
        self.state.workspace.begin();
    }

    async fn errand_is_at(self, errand: Errand, done: usize, all: usize) {
        self.state.workspace.carrying.set(Some((errand, (done as f64 / all as f64).min(1.0))));
        TimeoutFuture::new(0).await;
    }
}

/// These lines as text.
pub(super) fn written(lines: impl IntoIterator<Item = Line>) -> Result<String, Fault> {
    let text: Result<String, String> = lines.into_iter().map(log_jsonl::write).collect();
    text.map_err(|error| {
        Fault::new(
            FaultKind::Internal,
            format!("The workspace could not be written ({error})."),
            "Export the data in another format, and tell us.",
        )
    })
}

async fn piece_of(file: &Blob, at: f64) -> Result<Vec<u8>, Fault> {
    let unreadable = |why: String| {
        Fault::new(FaultKind::File, format!("The file could not be read: {why}."), "Choose it again.")
    };
    let slice = file
        .slice_with_f64_and_f64(at, (at + PIECE).min(file.size()))
        .map_err(|_| unreadable("the browser refused a part of it".into()))?;
    gloo_file::futures::read_as_bytes(&slice.into()).await.map_err(|error| unreadable(error.to_string()))
}

fn not_a_workspace(name: &str, why: Option<&str>) -> Fault {
    Fault::new(
        FaultKind::File,
        match why {
            Some(why) => format!("{name} is not a workspace file. Its first line: {why}"),
            None => format!("{name} is empty."),
        },
        "Choose a file that was saved with “Save workspace”. Other files with pairs go in through Import.",
    )
}
