//! Helpers: threads, each with its own copy of the backbone, as the page's are workers.

use std::path::PathBuf;
use std::rc::Rc;
use std::thread;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::executor::block_on;
use futures::lock::Mutex;

use super::world::World;
use crate::engine::helper::help;
use crate::engine::ports::Helper;
use crate::protocol::Fault;
use crate::protocol::crew::{CrewCommand, CrewEvent, TokenBatch};
use crate::protocol::error::FaultKind;

/// More are of no use: what they are given has to be encoded by one.
const MOST: usize = 15;

/// Helpers that this machine has room for: one core is the engine's.
pub(super) fn helpers() -> u8 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    (cores - 1).min(MOST) as u8
}

/// A helper that has loaded the backbone. Dropping it ends its thread.
pub struct Neighbour {
    commands: UnboundedSender<CrewCommand>,
    answers: Mutex<UnboundedReceiver<CrewEvent>>,
}

impl Neighbour {
    /// Start one and have it load the backbone from `folder`.
    pub(super) async fn hire(folder: PathBuf, enlist: CrewCommand) -> Result<Self, Fault> {
        let (commands, inbox) = unbounded();
        let (answer, answers) = unbounded();
        let life = move || {
            // What it would tell a page the engine tells as well.
            let world = Rc::new(World::new(folder, unbounded().0));
            block_on(help(world, inbox, move |event| {
                // An engine that has ended wants no answer.
                let _ = answer.unbounded_send(event);
            }));
        };
        thread::Builder::new().spawn(life).map_err(|error| lost(&error.to_string()))?;
        let neighbour = Self { commands, answers: Mutex::new(answers) };
        neighbour.ask(enlist).await?;
        Ok(neighbour)
    }

    /// It is asked one thing at a time.
    async fn ask(&self, command: CrewCommand) -> Result<CrewEvent, Fault> {
        self.commands.unbounded_send(command).map_err(|_| lost("its thread has ended"))?;
        match self.answers.lock().await.next().await {
            Some(CrewEvent::Lost(fault)) => Err(fault),
            Some(event) => Ok(event),
            None => Err(lost("its thread has ended")),
        }
    }
}

impl Helper for Neighbour {
    async fn compute(&self, batch: TokenBatch) -> Result<Vec<f32>, Fault> {
        match self.ask(CrewCommand::Compute(batch)).await? {
            CrewEvent::Done { pooled, .. } => Ok(pooled),
            CrewEvent::Ready | CrewEvent::Lost(_) => Err(lost("it answers what it was not asked")),
        }
    }
}

fn lost(why: &str) -> Fault {
    Fault::new(
        FaultKind::Internal,
        format!("A helper was lost ({why})."),
        "The others go on; if it happens again, please report it.",
    )
}
