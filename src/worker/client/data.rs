//! The page's end of the data worker: files that it looks into and reads, files that it writes, files that come out again
//! with scores (`filing`), each with a line of its own.
//!
//! Must not know what records mean. The worker is small; it is started when a file is first given or asked for.

mod filing;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::convert::Infallible;
use std::rc::Rc;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{AbortHandle, abortable};
use futures::{StreamExt, select_biased};
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

pub use self::filing::OpenFiling;
use super::link::{self, FromWorker, Heard, Link};
use crate::domain::formats::export::{Contents, ExportFormat, ExportOptions};
use crate::domain::formats::mapping::Mapping;
use crate::domain::formats::record::Record;
use crate::protocol::data::{Batch, DataCommand, DataEvent, ExportId, FileId, ReadReport, Sniffed};
use crate::protocol::error::FaultKind;
use crate::protocol::wire::{ToWorker, check_build};
use crate::protocol::{BUILD_ID, Fault};

/// The worker's loader, as Trunk names it.
const SCRIPT: &str = "./worker_data_loader.js";

type Line = UnboundedSender<Result<DataEvent, Fault>>;

/// A running data worker. Dropping it, and everything that was opened with it, ends the worker.
pub struct DataClient {
    desk: Rc<Desk>,
}

/// Where what is said finds whom it is for.
struct Desk {
    posts: UnboundedSender<(DataCommand, Option<Blob>)>,
    lines: RefCell<HashMap<u32, Line>>,
    last: Cell<u32>,
    lost: RefCell<Option<Fault>>,
    life: RefCell<Option<AbortHandle>>,
}

/// A file that was given. Dropping it lets go of it.
pub struct OpenFile {
    id: FileId,
    desk: Rc<Desk>,
    heard: UnboundedReceiver<Result<DataEvent, Fault>>,
}

/// What comes of reading.
pub enum Read {
    /// Rows; ask for more when they are taken in.
    Batch(Batch),
    /// There are no more.
    Done(ReadReport),
}

/// A file that is being written. Dropping it gives it up.
pub struct OpenExport {
    id: ExportId,
    desk: Rc<Desk>,
    heard: UnboundedReceiver<Result<DataEvent, Fault>>,
}

impl DataClient {
    /// Start the worker and greet it. What is asked before it has answered waits.
    ///
    /// # Errors
    /// If the browser refuses to make a worker.
    pub fn start() -> Result<Self, Fault> {
        let (link, heard) = Link::open(SCRIPT).map_err(about_files)?;
        let (posts, inbox) = unbounded();
        let desk = Rc::new(Desk {
            posts,
            lines: RefCell::default(),
            last: Cell::default(),
            lost: RefCell::default(),
            life: RefCell::default(),
        });
        let weak = Rc::downgrade(&desk);
        let (life, handle) = abortable(async move {
            let hear = |event| {
                if let Some(desk) = weak.upgrade() {
                    desk.hand_over(event);
                }
            };
            let Err(fault) = live(link, heard, inbox, &hear).await;
            if let Some(desk) = weak.upgrade() {
                desk.lose(about_files(fault));
            }
        });
        desk.life.replace(Some(handle));
        spawn_local(async move {
            // Aborted is what happens when the client is dropped, and is as it should be.
            let _ = life.await;
        });
        Ok(Self { desk })
    }

    /// Whether it is gone; then another has to be started.
    pub fn is_lost(&self) -> bool {
        self.desk.lost.borrow().is_some()
    }

    /// Give it this file. What it looks like comes by [`OpenFile::sniffed`].
    pub fn open(&self, name: &str, blob: Blob) -> OpenFile {
        let (number, heard) = self.desk.new_line();
        let id = FileId(number);
        self.desk.post(DataCommand::Open { file: id, name: name.into() }, Some(blob));
        OpenFile { id, desk: self.desk.clone(), heard }
    }

    /// Begin to write a file.
    pub fn write(&self, format: ExportFormat, options: ExportOptions) -> OpenExport {
        let (number, heard) = self.desk.new_line();
        let id = ExportId(number);
        self.desk.post(DataCommand::Write { export: id, format, options }, None);
        OpenExport { id, desk: self.desk.clone(), heard }
    }
}

impl OpenFile {
    /// What the file looks like.
    ///
    /// # Errors
    /// Why it cannot be read, with what to do.
    pub async fn sniffed(&mut self) -> Result<Sniffed, Fault> {
        loop {
            if let DataEvent::Sniffed { sniffed, .. } = next(&mut self.heard).await? {
                return Ok(sniffed);
            }
        }
    }

    /// What it looks like when it is read this way.
    ///
    /// # Errors
    /// As [`OpenFile::sniffed`].
    pub async fn preview(&mut self, mapping: Mapping) -> Result<Sniffed, Fault> {
        self.desk.post(DataCommand::Preview { file: self.id, mapping }, None);
        self.sniffed().await
    }

    /// Read it from its beginning.
    pub fn read(&self, mapping: Mapping) {
        self.desk.post(DataCommand::Read { file: self.id, mapping }, None);
    }

    /// The last batch was taken in.
    pub fn more(&self) {
        self.desk.post(DataCommand::More { file: self.id }, None);
    }

    /// What comes of [`OpenFile::read`] and [`OpenFile::more`].
    ///
    /// # Errors
    /// Why the file cannot be read any further.
    pub async fn next(&mut self) -> Result<Read, Fault> {
        loop {
            match next(&mut self.heard).await? {
                DataEvent::Batch { batch, .. } => return Ok(Read::Batch(batch)),
                DataEvent::Done { report, .. } => return Ok(Read::Done(report)),
                DataEvent::Hello { .. }
                | DataEvent::Sniffed { .. }
                | DataEvent::Failed { .. }
                | DataEvent::Written { .. }
                | DataEvent::WriteDone { .. }
                | DataEvent::WriteFailed { .. }
                | DataEvent::Surveyed { .. }
                | DataEvent::ToScore { .. }
                | DataEvent::ScoredPiece { .. }
                | DataEvent::ScoredWhole { .. } => {}
            }
        }
    }
}

impl OpenExport {
    /// Write these; the bytes that they come to.
    ///
    /// # Errors
    /// Why the file cannot be written.
    pub async fn take(&mut self, records: Vec<Record>) -> Result<Vec<u8>, Fault> {
        self.desk.post(DataCommand::Take { export: self.id, records, last: false }, None);
        self.written().await
    }

    /// Nothing comes after what was taken; the last bytes, and the sum of it all.
    ///
    /// # Errors
    /// Why the file cannot be written.
    pub async fn finish(mut self) -> Result<(Vec<u8>, Contents), Fault> {
        self.desk.post(DataCommand::Take { export: self.id, records: vec![], last: true }, None);
        let mut rest = vec![];
        loop {
            match next(&mut self.heard).await? {
                DataEvent::Written { bytes, .. } => rest.extend(bytes),
                DataEvent::WriteDone { contents, .. } => return Ok((rest, contents)),
                DataEvent::Hello { .. }
                | DataEvent::Sniffed { .. }
                | DataEvent::Batch { .. }
                | DataEvent::Done { .. }
                | DataEvent::Failed { .. }
                | DataEvent::WriteFailed { .. }
                | DataEvent::Surveyed { .. }
                | DataEvent::ToScore { .. }
                | DataEvent::ScoredPiece { .. }
                | DataEvent::ScoredWhole { .. } => {}
            }
        }
    }

    async fn written(&mut self) -> Result<Vec<u8>, Fault> {
        loop {
            if let DataEvent::Written { bytes, .. } = next(&mut self.heard).await? {
                return Ok(bytes);
            }
        }
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        self.desk.lines.borrow_mut().remove(&self.id.0);
        self.desk.post(DataCommand::Close { file: self.id }, None);
    }
}

impl Drop for OpenExport {
    fn drop(&mut self) {
        self.desk.lines.borrow_mut().remove(&self.id.0);
        self.desk.post(DataCommand::Abandon { export: self.id }, None);
    }
}

impl Desk {
    fn new_line(&self) -> (u32, UnboundedReceiver<Result<DataEvent, Fault>>) {
        let (line, heard) = unbounded();
        if let Some(fault) = &*self.lost.borrow() {
            // Whoever asks a worker that is gone hears why.
            let _ = line.unbounded_send(Err(fault.clone()));
        }
        self.last.set(self.last.get() + 1);
        self.lines.borrow_mut().insert(self.last.get(), line);
        (self.last.get(), heard)
    }

    fn post(&self, command: DataCommand, blob: Option<Blob>) {
        // A lost worker takes no commands; whoever waits for an answer has heard of it.
        let _ = self.posts.unbounded_send((command, blob));
    }

    fn hand_over(&self, event: DataEvent) {
        let (line, said) = match event {
            DataEvent::Hello { .. } => return,
            DataEvent::Failed { file, fault } => (file.0, Err(fault)),
            DataEvent::WriteFailed { export, fault } => (export.0, Err(fault)),
            DataEvent::Sniffed { file, .. }
            | DataEvent::Batch { file, .. }
            | DataEvent::Done { file, .. }
            | DataEvent::Surveyed { file, .. }
            | DataEvent::ToScore { file, .. }
            | DataEvent::ScoredPiece { file, .. }
            | DataEvent::ScoredWhole { file, .. } => (file.0, Ok(event)),
            DataEvent::Written { export, .. } | DataEvent::WriteDone { export, .. } => (export.0, Ok(event)),
        };
        if let Some(line) = self.lines.borrow().get(&line) {
            // A file that was let go of meanwhile needs no answer.
            let _ = line.unbounded_send(said);
        }
    }

    fn lose(&self, fault: Fault) {
        for line in self.lines.borrow().values() {
            let _ = line.unbounded_send(Err(fault.clone()));
        }
        self.lost.replace(Some(fault));
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(life) = self.life.get_mut().take() {
            life.abort();
        }
    }
}

/// The worker's whole life as the page sees it.
async fn live(
    link: Link,
    mut heard: Heard,
    mut posts: UnboundedReceiver<(DataCommand, Option<Blob>)>,
    hear: &dyn Fn(DataEvent),
) -> Result<Infallible, Fault> {
    link::patiently(greet(&link, &mut heard)).await?;
    loop {
        select_biased! {
            said = heard.select_next_some() => match said? {
                FromWorker::Data(event) => hear(event),
                FromWorker::Dying(fault) => return Err(fault),
                // A second "here" would be a bug of ours, and the others cannot come from this worker.
                FromWorker::Here { .. } | FromWorker::Engine(_) | FromWorker::Crew(_) => {}
            },
            (command, blob) = posts.select_next_some() => {
                let message = ToWorker::Data(command);
                match blob {
                    Some(blob) => link.post_with(&message, &blob)?,
                    None => link.post(&message)?,
                }
            }
        }
    }
}

/// Exchange build ids.
async fn greet(link: &Link, heard: &mut Heard) -> Result<(), Fault> {
    link.until_here(heard).await?;
    link.post(&ToWorker::Data(DataCommand::Hello { build: BUILD_ID.into() }))?;
    loop {
        if let FromWorker::Data(DataEvent::Hello { build }) = link::next(heard).await? {
            return check_build(&build).map_or(Ok(()), Err);
        }
    }
}

async fn next(heard: &mut UnboundedReceiver<Result<DataEvent, Fault>>) -> Result<DataEvent, Fault> {
    heard.next().await.unwrap_or_else(|| Err(about_files(link::gone())))
}

/// A worker's end, for those who gave it files.
fn about_files(fault: Fault) -> Fault {
    if fault.kind == FaultKind::Build {
        return fault;
    }
    Fault::new(
        FaultKind::File,
        format!("The worker that reads and writes files has stopped. {}", fault.what),
        "What was taken in is kept. Try again; if the same file does it again, it is damaged, or too large for this browser: give it \
         in smaller parts, or as JSON lines.",
    )
}
