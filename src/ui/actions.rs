//! What a person can do. The only place that sends a command, writes to the store or fetches.
//!
//! An action changes what the page knows about itself at once; what the engine makes of it comes back as an
//! event, through [`State::apply`].

mod adding;
mod answering;
mod asking;
mod carrying;
mod comparing;
mod exporting;
mod fetching;
mod filing;
mod handing_over;
mod importing;
mod keeping;
mod labelling;
mod models;
mod running;
mod saving;
mod starting;
mod storing;
mod studying;
mod sweeping;
mod tabling;
mod weighing;

use std::collections::HashSet;
use std::rc::Rc;

use leptos::prelude::*;

pub use self::filing::Wake;
use super::browser;
use super::folder::Folder;
use super::state::{Follow, Mend, State, Sweeping};
use crate::domain::device::{Adapter, DeviceKind};
use crate::domain::log::{Action, EventId, LogEvent};
use crate::domain::pair::PairId;
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
    store: Option<Store>,
    /// The engine's worker.
    client: Option<Rc<Client>>,
    /// What the running engine was started on.
    device: DeviceKind,
    /// Counts the engines, so that news of one that is gone can be told.
    engine: u32,
    /// The pairs that the running engine was given.
    fed: HashSet<PairId>,
    /// When the running engine was started, on [`browser::clock_ms`].
    engine_since: f64,
    /// Whether an engine on the CPU has been started again by itself already.
    started_again: bool,
    /// What the browser said of its GPU, once it was asked.
    adapter: Option<Adapter>,
    /// Files of models.
    models: models::Files,
    /// Where the model that is being made is to be written.
    folder: Option<Folder>,
    /// Files on their way in and out.
    files: importing::Files,
    /// The token ids that a file waits for.
    token_ids: Option<exporting::Awaited>,
    /// A file that is being scored.
    filing: filing::Filing,
    session: String,
    events: u64,
    last_ms: u64,
    /// When the pair on the screen was first shown.
    shown_at: f64,
    /// What the store had refused is being offered to it again.
    storing_held: bool,
    /// Who looks through the answers for a fit.
    fitting: Sweeping,
    /// Another tab has written while its earlier news was being read.
    catching_up: CatchUp,
}

/// News of other tabs: read one at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum CatchUp {
    #[default]
    Idle,
    Reading,
    ReadingWithMoreToCome,
}

impl Actions {
    /// The actions on this state, with nothing started yet.
    pub fn new(state: State) -> Self {
        let world = World {
            store: None,
            client: None,
            device: DeviceKind::Cpu,
            engine: 0,
            fed: HashSet::new(),
            engine_since: 0.0,
            started_again: false,
            adapter: None,
            models: models::Files::default(),
            folder: None,
            files: importing::Files::default(),
            token_ids: None,
            filing: filing::Filing::default(),
            session: browser::session_id(),
            events: 0,
            last_ms: 0,
            shown_at: 0.0,
            storing_held: false,
            fitting: Sweeping::default(),
            catching_up: CatchUp::Idle,
        };
        state.workspace.session.set(world.session.clone());
        Self { state, world: StoredValue::new_local(world) }
    }

    /// The actions that [`super::app::App`] provides to every view.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Do what a notice offers.
    pub fn mend(self, mend: Mend) {
        match mend {
            Mend::StartEngine => self.start_engine_by_hand(),
        }
    }

    fn on_event(self, event: Event) {
        for follow in self.state.apply(event) {
            match follow {
                Follow::Fit => self.fit(),
                Follow::Rank => self.rank(),
                Follow::Score => self.score(),
                Follow::ScoreAnew => self.typed(),
                Follow::Restore => self.restore_model(),
                Follow::KeepBrought => self.keep_brought(),
                Follow::AskToKeep => self.ask_to_keep(),
                Follow::Keep(slot, bytes) => self.keep_exported(slot, bytes),
                Follow::InUse => self.is_in_use(),
                Follow::Compare => self.compare(),
                Follow::Save(format, bytes) => self.hand_over(format, bytes),
                Follow::Tokenised(request, ids) => self.tokenised(request, ids),
                Follow::RowsScored(request, answer) => self.rows_scored(request, answer),
                Follow::GoOnFiling => self.wake_filing(Wake::GoOn),
                Follow::HoldFiling => self.forget_rows(),
                Follow::KeepRun => self.keep_run(),
                Follow::KeepUnfinished => self.keep_unfinished(),
                Follow::KeepCurve => self.keep_curve(),
                Follow::FallBack(fault) => self.engine_lost(fault),
            }
        }
    }

    /// Before there is a client nothing is lost: the engine is told everything when it starts.
    fn send(self, command: Command) {
        if let Some(client) = self.world.with_value(|world| world.client.clone()) {
            client.send(command);
        }
    }

    fn store(self) -> Option<Store> {
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
        LogEvent {
            v: LogEvent::VERSION,
            id: EventId::new(&session, number),
            at_ms,
            session,
            annotator: self.state.settings.annotator.get_untracked(),
            action,
        }
    }
}
