//! From an empty page to one that stands where it was left; and catching up with other tabs.

use gloo_timers::future::TimeoutFuture;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Actions, CatchUp};
use crate::domain::dataset::Room;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::storage::{AtHand, Piece, Store};
use crate::ui::browser;
use crate::ui::state::Tab;

impl Actions {
    /// Read what the browser keeps, then start the engine. The page is usable from the first moment.
    pub fn start(self) {
        self.follow_address();
        self.warn_before_loss();
        spawn_local(async move {
            let store = Store::open().await;
            if let Some(fault) = store.trouble() {
                self.state.workspace.memory_only.set(Some(fault.clone()));
                self.state.notices.fault(fault);
            }
            let at_hand = store.at_hand().await.unwrap_or_else(|fault| {
                self.state.notices.fault(fault);
                AtHand::default()
            });
            // What was done until now is held, and `begin` keeps what is held; so nothing may be stored before it.
            self.world.update_value(|world| world.store = Some(store.clone()));
            self.find_models(&at_hand.settings, at_hand.models, at_hand.model);
            self.read_settings(&at_hand.settings);
            self.state.workspace.begin();
            self.state.workspace.expect(at_hand.rows);
            // Once, rather than again and again, and one room a task.
            for room in Room::ALL {
                self.state.workspace.make_room(room, at_hand.rows / 2);
                TimeoutFuture::new(0).await;
            }
            self.store_what_is_held().await;
            store.watch(move || self.catch_up());
            self.start_engine();
            self.catch_up();
        });
    }

    /// There is something in the store that this tab has not read: at the beginning everything, then what other tabs
    /// write. It is read once at a time, in pieces between which the page lives on.
    fn catch_up(self) {
        let now = self.world.try_update_value(|world| {
            let before = world.catching_up;
            world.catching_up =
                if before == CatchUp::Idle { CatchUp::Reading } else { CatchUp::ReadingWithMoreToCome };
            before
        });
        let (Some(CatchUp::Idle), Some(store)) = (now, self.store()) else { return };
        spawn_local(async move {
            if let Err(fault) = self.read_to_the_end(&store).await {
                self.state.notices.fault(fault);
            }
            self.list_models(&store).await;
            self.state.workspace.is_loaded();
            self.fit();
            let more = self.world.try_update_value(|world| std::mem::take(&mut world.catching_up));
            if more == Some(CatchUp::ReadingWithMoreToCome) {
                self.catch_up();
            }
        });
    }

    async fn read_to_the_end(self, store: &Store) -> Result<(), Fault> {
        let workspace = self.state.workspace;
        let mut unread = 0;
        loop {
            let Piece { begun_anew, pairs, events, unreadable, last } = store.read_on().await?;
            unread += unreadable;
            if begun_anew {
                // Another tab has deleted everything.
                self.begin_anew();
            }
            if workspace.loaded.get_untracked() && !begun_anew {
                workspace.pin();
            }
            workspace.take_in(pairs, events);
            self.settle_in_stretches().await;
            if last {
                return if unread == 0 { Ok(()) } else { Err(of_a_newer_version(unread)) };
            }
        }
    }

    /// The tab stands in the address, so that back, forward and reload find it.
    fn follow_address(self) {
        let tab = self.state.settings.tab;
        let read = move || {
            if let Some(found) = browser::address_word().as_deref().and_then(Tab::from_word) {
                tab.set(found);
            }
        };
        read();
        let listener = window_event_listener(ev::hashchange, move |_| read());
        on_cleanup(move || listener.remove());
    }

    /// What could not be stored is gone with the tab: let the browser ask before it closes.
    fn warn_before_loss(self) {
        let (unsaved, loose) = (self.state.workspace.unsaved, self.state.models.loose);
        let listener = window_event_listener(ev::beforeunload, move |event| {
            if unsaved.with_untracked(Option::is_some) || loose.with_untracked(|loose| !loose.is_empty()) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    }
}

fn of_a_newer_version(rows: usize) -> Fault {
    let them = if rows == 1 {
        "row that is kept here cannot be read"
    } else {
        "rows that are kept here cannot be read"
    };
    Fault::new(
        FaultKind::Storage,
        format!("{rows} {them} by this version of the page."),
        "They stay where they are. A newer version of the page may have written them: load the page again.",
    )
}
