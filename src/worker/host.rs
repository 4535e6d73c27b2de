//! The engine's home in a Web Worker: hears messages, decides by the first of them what this worker is, and
//! gives the engine its world.
//!
//! Must not know what commands and events mean, but for the greeting.

mod backbone;
mod breath;
mod crew;
mod fetch;
mod gpu;
mod world;

pub use gpu::watch as watch_gpu;

use std::rc::Rc;

use futures::channel::mpsc::{UnboundedSender, unbounded};
use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

use self::world::World;
use super::client::link::{self, FromWorker};
use super::{last_words, outbox};
use crate::engine;
use crate::protocol::crew::{CrewCommand, CrewEvent};
use crate::protocol::error::FaultKind;
use crate::protocol::wire::{ToWorker, check_build};
use crate::protocol::{BUILD_ID, Command, Event, Fault};

/// The worker's beginning; its end is that somebody terminates it.
pub fn start() {
    last_words::install();
    let mut role = Role::Unknown;
    EventListener::new(&outbox::scope(), "message", move |event| {
        let data = event.unchecked_ref::<MessageEvent>().data();
        match link::unpack(&data).and_then(|message| role.receive(message)) {
            Ok(()) => {}
            Err(fault) => outbox::post(&FromWorker::Dying(fault)),
        }
    })
    .forget();
    outbox::announce();
}

/// What this worker is; its first message says so, for life.
enum Role {
    Unknown,
    Engine(UnboundedSender<Command>),
    Helper(UnboundedSender<CrewCommand>),
    /// Somebody of another build called. Answering more than the greeting would be guessing.
    Foreign,
}

impl Role {
    /// Hand a message to whom it is for.
    fn receive(&mut self, message: ToWorker) -> Result<(), Fault> {
        match (&*self, message) {
            (Role::Foreign, _) => Ok(()),
            (Role::Unknown, ToWorker::Engine(Command::Hello { build })) => {
                outbox::post(&FromWorker::Engine(Event::Hello { build: BUILD_ID.into() }));
                *self = if check_build(&build).is_none() { become_engine() } else { Role::Foreign };
                Ok(())
            }
            (Role::Unknown, ToWorker::Crew(command)) => {
                let helper = become_helper();
                *self = Role::Helper(helper.clone());
                helper.unbounded_send(command).map_err(|_| deaf())
            }
            (Role::Engine(inbox), ToWorker::Engine(command)) => {
                inbox.unbounded_send(command).map_err(|_| deaf())
            }
            (Role::Helper(inbox), ToWorker::Crew(command)) => {
                inbox.unbounded_send(command).map_err(|_| deaf())
            }
            (Role::Unknown | Role::Helper(_), ToWorker::Engine(_))
            | (Role::Engine(_), ToWorker::Crew(_))
            | (Role::Unknown | Role::Engine(_) | Role::Helper(_), ToWorker::Data(_)) => Err(Fault::new(
                FaultKind::Internal,
                "A worker was sent a message that is not for it.",
                "Reload the page; if it happens again, please report it.",
            )),
        }
    }
}

fn become_engine() -> Role {
    let (commands, inbox) = unbounded();
    spawn_local(async move {
        match World::of_engine().await {
            Ok(world) => engine::serve(Rc::new(world), inbox).await,
            Err(fault) => outbox::post(&FromWorker::Dying(fault)),
        }
    });
    Role::Engine(commands)
}

fn become_helper() -> UnboundedSender<CrewCommand> {
    let (commands, inbox) = unbounded();
    spawn_local(async move {
        let answer = |event: CrewEvent| outbox::post(&FromWorker::Crew(event));
        match World::of_helper() {
            Ok(world) => engine::helper::help(Rc::new(world), inbox, answer).await,
            Err(fault) => outbox::post(&FromWorker::Dying(fault)),
        }
    });
    commands
}

/// The engine's task has ended, which it does only by failing.
fn deaf() -> Fault {
    Fault::new(
        FaultKind::Internal,
        "The engine has stopped and hears no commands.",
        "Reload the page; your answers are kept.",
    )
}
