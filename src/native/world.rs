//! A world for the engine natively: the backbone's files on a disk, nothing kept between runs.

use std::cell::RefCell;
use std::future::Future;
use std::ops::Range;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use futures::channel::mpsc::UnboundedSender;

use super::crew::Neighbour;
use crate::data::source::{Bytes, OnDisk};
use crate::domain::backbone::BackboneCard;
use crate::engine::ports::{ByteSource, Host};
use crate::protocol::crew::CrewCommand;
use crate::protocol::error::FaultKind;
use crate::protocol::event::Origin;
use crate::protocol::{Event, Fault};

/// The world around one engine.
pub struct World {
    events: RefCell<UnboundedSender<Event>>,
    folder: PathBuf,
    began: Instant,
}

impl World {
    /// A world with the backbone's files in `folder`, whose engine tells `events`.
    pub fn new(folder: PathBuf, events: UnboundedSender<Event>) -> Self {
        Self { events: RefCell::new(events), folder, began: Instant::now() }
    }
}

impl Host for World {
    type File = File;
    type Helper = Neighbour;

    fn emit(&self, event: Event) {
        // Whoever does not listen any more has gone.
        let _ = self.events.borrow_mut().unbounded_send(event);
    }

    fn now_ms(&self) -> f64 {
        self.began.elapsed().as_secs_f64() * 1000.0
    }

    async fn breathe(&self) {
        Once(false).await;
    }

    async fn open(
        &self,
        _: &str,
        _: &BackboneCard,
        file: &str,
        progress: &dyn Fn(u64, Origin),
    ) -> Result<File, Fault> {
        let path = self.folder.join(file);
        let file =
            OnDisk::open(&path).map_err(|error| unreadable(&format!("{}: {error}", path.display())))?;
        progress(file.size(), Origin::Kept);
        Ok(File(file))
    }

    async fn kept_features(&self, keys: &[String]) -> Vec<Option<Vec<f32>>> {
        vec![None; keys.len()]
    }

    async fn keep_features(&self, _: Vec<(String, Vec<f32>)>) {}

    async fn keep_run(&self, _: Option<Vec<u8>>) -> bool {
        false
    }

    async fn kept_run(&self) -> Option<Vec<u8>> {
        None
    }

    async fn hire(&self, enlist: CrewCommand) -> Result<Neighbour, Fault> {
        Neighbour::hire(self.folder.clone(), enlist).await
    }
}

/// A backbone's file, read piece by piece.
pub struct File(OnDisk);

impl ByteSource for File {
    fn size(&self) -> u64 {
        self.0.size()
    }

    async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, Fault> {
        let mut bytes = vec![0; usize::try_from(range.end - range.start).unwrap_or(0)];
        let mut read = 0;
        while read < bytes.len() {
            match self.0.read_at(range.start + read as u64, &mut bytes[read..]) {
                Ok(0) => return Err(unreadable("a file of it ends too soon")),
                Ok(more) => read += more,
                Err(error) => return Err(unreadable(&error.to_string())),
            }
        }
        Ok(bytes)
    }
}

fn unreadable(why: &str) -> Fault {
    Fault::new(FaultKind::Backbone, format!("The backbone cannot be read ({why})."), "Fetch its files again.")
}

/// Ready at the second look.
struct Once(bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
