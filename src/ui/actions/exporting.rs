//! Data out: written by the data worker, a few hundred pairs at a time, and put together by the browser.

use futures::channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::Actions;
use crate::domain::formats::Refused;
use crate::domain::formats::export::Contents;
use crate::domain::formats::record::{Record, TokenIds};
use crate::domain::handout::{Handout, Weighing};
use crate::protocol::error::FaultKind;
use crate::protocol::{Command, Fault, RequestId};
use crate::ui::browser::Pieces;
use crate::ui::state::{FileReport, Purpose, Sweeping};

/// Pairs that are handed to the worker at once.
const AT_ONCE: usize = 250;

/// Token ids that were asked for, and who waits for them.
pub(super) type Awaited = (RequestId, oneshot::Sender<Result<Vec<TokenIds>, Fault>>);

impl Actions {
    /// Wish for this as a file from now on.
    pub fn wish_for(self, change: impl FnOnce(&mut Handout)) {
        let export = self.state.export;
        export.wish.update(change);
        export.written.set(None);
        export.sweeping.update_value(Sweeping::wish);
        self.weigh_export();
    }

    /// The pairs, or the wish, have changed: count anew what the file would hold.
    pub fn weigh_export(self) {
        self.sweep(self.state.export.sweeping, move || self.weigh_once());
    }

    async fn weigh_once(self) {
        let export = self.state.export;
        loop {
            let mut weighing = Weighing::new(export.wish.get_untracked());
            if self.stretch_by_stretch(export.sweeping, |dataset| weighing.go_on(dataset)).await {
                return export.contents.set(Some(weighing.finish()));
            }
        }
    }

    /// Give the person the file that they wish for.
    pub fn export_data(self) {
        let export = self.state.export;
        if export.writing.with_untracked(Option::is_some) {
            return;
        }
        export.called_off.set(false);
        export.writing.set(Some(0.0));
        spawn_local(async move {
            match self.write_file(export.wish.get_untracked()).await {
                Ok(contents) => export.written.set(contents),
                Err(fault) => self.state.notices.fault(fault),
            }
            export.writing.set(None);
        });
    }

    /// Give the person the rows that an import has refused, with file, line and reason.
    pub fn download_refused(self, report: &FileReport) {
        let (name, refused) = (report.name.clone(), report.refused.clone());
        spawn_local(async move {
            let pieces = Pieces::default();
            for some in refused.chunks(AT_ONCE) {
                let row = |row: &Refused| {
                    json!({"file": name, "line": row.line, "reason": row.reason, "text": row.text})
                        .to_string()
                };
                let lines = some.iter().fold(String::new(), |lines, refused| lines + &row(refused) + "\n");
                pieces.push(lines.as_bytes());
                TimeoutFuture::new(0).await;
            }
            if let Err(fault) = pieces.save(&format!("{name}-refused.jsonl"), "application/jsonl") {
                self.state.notices.fault(fault);
            }
        });
    }

    /// Write no further, and give nothing.
    pub fn call_export_off(self) {
        self.state.export.called_off.set(true);
    }

    /// `None` if it was called off.
    async fn write_file(self, handout: Handout) -> Result<Option<Contents>, Fault> {
        let (export, dataset) = (self.state.export, self.state.workspace.dataset);
        let mut file = self.data_client()?.write(handout.format, handout.options);
        let pieces = Pieces::default();
        let (mut next, mut places) = (0, dataset.with_untracked(|dataset| dataset.places()));
        while next < places {
            let end = places.min(next + AT_ONCE);
            let records: Vec<Record> = dataset.with_untracked(|dataset| {
                (next..end).filter_map(|place| handout.record(dataset, place)).collect()
            });
            let records =
                if handout.format.wants_token_ids() { self.with_token_ids(records).await? } else { records };
            pieces.push(&file.take(records).await?);
            next = end;
            places = dataset.with_untracked(|dataset| dataset.places());
            export.writing.set(Some(next as f64 / places as f64));
            TimeoutFuture::new(0).await;
            if export.called_off.get_untracked() {
                return Ok(None);
            }
        }
        let (bytes, contents) = file.finish().await?;
        pieces.push(&bytes);
        pieces.save(handout.format.file_name(), handout.format.media_type())?;
        Ok(Some(contents))
    }

    /// These records with the ids that the engine's tokenizer makes of them.
    async fn with_token_ids(self, mut records: Vec<Record>) -> Result<Vec<Record>, Fault> {
        let texts = records
            .iter()
            .map(|it| [it.prompt.clone(), it.response_a.clone(), it.response_b.clone()])
            .collect();
        if self.world.with_value(|world| world.client.is_none()) {
            return Err(engine_gone());
        }
        let request = self.state.ask(Purpose::Tokenise);
        let (sender, ids) = oneshot::channel();
        self.world.update_value(|world| world.token_ids = Some((request, sender)));
        self.send(Command::Tokenise { request, texts });
        // An engine that ends takes its sender along.
        let ids = ids.await.map_err(|_| engine_gone())??;
        for (record, ids) in records.iter_mut().zip(ids) {
            record.token_ids = Some(ids);
        }
        Ok(records)
    }

    /// The engine has answered.
    pub(super) fn tokenised(self, request: RequestId, ids: Result<Vec<TokenIds>, Fault>) {
        let awaited =
            self.world.try_update_value(|world| world.token_ids.take_if(|(awaited, _)| *awaited == request));
        if let Some((_, sender)) = awaited.flatten() {
            // Nobody waits for it any more where the file was called off.
            let _ = sender.send(ids);
        }
    }
}

fn engine_gone() -> Fault {
    Fault::new(
        FaultKind::Internal,
        "The engine, whose tokenizer makes the token ids, ended while the file was written.",
        "Wait until it runs again, then download once more.",
    )
}
