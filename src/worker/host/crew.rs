//! Helper workers at the engine's end: this worker's own script, started again inside it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{AbortHandle, abortable};
use wasm_bindgen_futures::spawn_local;

use super::link::{self, FromWorker, Heard, Link};
use crate::engine::ports::Helper;
use crate::protocol::Fault;
use crate::protocol::crew::{CrewCommand, CrewEvent, TokenBatch};
use crate::protocol::wire::ToWorker;
use crate::worker::outbox;

/// A helper that has loaded the backbone. Dropping it ends its worker.
pub struct Member {
    link: Link,
    desk: Rc<RefCell<Desk>>,
    ears: AbortHandle,
}

/// What is asked of a helper and not answered yet.
#[derive(Default)]
struct Desk {
    waiting: HashMap<u32, oneshot::Sender<Vec<f32>>>,
    lost: Option<Fault>,
}

/// Start a helper and have it load the backbone.
///
/// # Errors
/// Whatever kept it from being ready.
pub(super) async fn hire(enlist: CrewCommand) -> Result<Member, Fault> {
    let (link, mut heard) = Link::open(&outbox::scope().location().href())?;
    link::patiently(async {
        link.until_here(&mut heard).await?;
        link.post(&ToWorker::Crew(enlist))?;
        while next(&mut heard).await? != CrewEvent::Ready {}
        Ok(())
    })
    .await?;
    let desk = Rc::new(RefCell::new(Desk::default()));
    let (listening, ears) = abortable(listen(heard, desk.clone()));
    spawn_local(async move {
        // Aborted when the helper is dropped.
        let _ = listening.await;
    });
    Ok(Member { link, desk, ears })
}

/// Hand every answer to whom it is for, until the helper is lost.
async fn listen(mut heard: Heard, desk: Rc<RefCell<Desk>>) {
    loop {
        match next(&mut heard).await {
            Ok(CrewEvent::Done { ticket, pooled }) => {
                let asker = desk.borrow_mut().waiting.remove(&ticket);
                if let Some(asker) = asker {
                    // Whoever asked may have lost interest.
                    let _ = asker.send(pooled);
                }
            }
            Ok(CrewEvent::Ready | CrewEvent::Lost(_)) => {}
            Err(fault) => {
                // Those who wait notice that their senders are gone.
                *desk.borrow_mut() = Desk { lost: Some(fault), ..Desk::default() };
                return;
            }
        }
    }
}

/// The next thing that a helper says as one; that it can do no more is an error.
async fn next(heard: &mut Heard) -> Result<CrewEvent, Fault> {
    loop {
        match link::next(heard).await? {
            FromWorker::Crew(CrewEvent::Lost(fault)) => return Err(fault),
            FromWorker::Crew(event) => return Ok(event),
            // What it tells the page (that it could not keep a file) the engine has told already.
            FromWorker::Here { .. } | FromWorker::Engine(_) | FromWorker::Data(_) | FromWorker::Dying(_) => {}
        }
    }
}

impl Helper for Member {
    async fn compute(&self, batch: TokenBatch) -> Result<Vec<f32>, Fault> {
        let (asker, answer) = oneshot::channel();
        {
            let mut desk = self.desk.borrow_mut();
            if let Some(fault) = &desk.lost {
                return Err(fault.clone());
            }
            desk.waiting.insert(batch.ticket, asker);
        }
        self.link.post(&ToWorker::Crew(CrewCommand::Compute(batch)))?;
        answer.await.map_err(|_| self.desk.borrow().lost.clone().unwrap_or_else(link::gone))
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.ears.abort();
    }
}
