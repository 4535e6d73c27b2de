//! What a person can do. The only place that sends a command, writes to the store or fetches.
//!
//! An action changes what the page knows about itself at once; what the engine makes of it comes back as an
//! event, through [`State::apply`].

mod answering;
mod asking;
mod importing;
mod keeping;
mod saving;
mod starting;

use std::rc::Rc;

use leptos::prelude::*;

pub use saving::DataFormat;

use super::browser;
use super::state::{Follow, State};
use crate::domain::log::{Action, EventId, LogEvent};
use crate::protocol::{Command, Event};
use crate::storage::Store;
use crate::worker::client::Client;

/// The actions, and the state they act on. Copies act on the same page.
#[derive(Clone, Copy)]
pub struct Actions {
    /// What the page knows.
    pub state: State,
    world: StoredValue<World, LocalStorage>,
}

/// What lies outside the page's own state.
struct World {
    store: Option<Rc<Store>>,
    client: Option<Client>,
    session: String,
    events: u64,
    last_ms: u64,
    shown_at: f64,
    restored: bool,
}

impl Actions {
    /// The actions on this state, with nothing started yet.
    pub fn new(state: State) -> Self {
        let world = World {
            store: None,
            client: None,
            session: format!("{:016x}", browser::random_u64()),
            events: 0,
            last_ms: 0,
            shown_at: 0.0,
            restored: false,
        };
        Self { state, world: StoredValue::new_local(world) }
    }

    /// The actions that [`super::app::App`] provides to every view.
    pub fn of_page() -> Self {
        expect_context()
    }

    fn on_event(self, event: Event) {
        for follow in self.state.apply(event) {
            match follow {
                Follow::Fit => self.fit(),
                Follow::Score => self.score(),
                Follow::Restore => self.restore_model(),
                Follow::AskToKeep => self.ask_to_keep(),
                Follow::Keep(bytes) => self.keep_model(bytes),
                Follow::Save(bytes) => self.save_model(&bytes),
                Follow::KeepCurve => self.keep_curve(),
            }
        }
    }

    /// Before there is a client nothing is lost: the engine is told everything when it starts.
    fn send(self, command: Command) {
        if let Some(client) = self.world.with_value(|world| world.client.clone()) {
            client.send(command);
        }
    }

    fn store(self) -> Option<Rc<Store>> {
        self.world.with_value(|world| world.store.clone())
    }

    /// A new event of this session. Times rise strictly, so that the order of answers is the order they were
    /// given in.
    fn event(self, action: Action) -> LogEvent {
        let now = browser::now_ms();
        let (session, number, at_ms) = self
            .world
            .try_update_value(|world| {
                world.events += 1;
                world.last_ms = now.max(world.last_ms + 1);
                (world.session.clone(), world.events, world.last_ms)
            })
            .unwrap_or_else(|| (String::new(), 0, now));
        LogEvent { v: LogEvent::VERSION, id: EventId::new(&session, number), at_ms, session, action }
    }
}
