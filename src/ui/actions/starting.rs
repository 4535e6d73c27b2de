//! From an empty page to one that stands where it was left; and catching up with other tabs.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Actions, CatchUp};
use crate::protocol::error::FaultKind;
use crate::protocol::{Command, Fault};
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
            self.world.update_value(|world| world.store = Some(store.clone()));
            if let Some(fault) = store.trouble() {
                self.state.workspace.memory_only.set(Some(fault.clone()));
                self.state.notices.fault(fault);
            }
            if self.state.workspace.unsaved.with_untracked(Option::is_some) {
                // Done before the store was open.
                self.store_or_hold(&[], &[]).await;
            }
            let at_hand = store.at_hand().await.unwrap_or_else(|fault| {
                self.state.notices.fault(fault);
                AtHand::default()
            });
            self.read_settings(&at_hand.settings);
            self.world.update_value(|world| world.model = at_hand.model);
            self.state.workspace.begin();
            self.state.workspace.expect(at_hand.rows);
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
                self.everything_was_deleted();
            }
            if workspace.loaded.get_untracked() && !begun_anew {
                workspace.pin();
            }
            workspace.take_in(pairs, events);
            if last {
                return if unread == 0 { Ok(()) } else { Err(of_a_newer_version(unread)) };
            }
        }
    }

    /// By another tab.
    fn everything_was_deleted(self) {
        self.state.workspace.begin();
        self.forget_models();
        self.world.update_value(|world| world.fed.clear());
        self.send(Command::ClearPairs);
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
        let unsaved = self.state.workspace.unsaved;
        let listener = window_event_listener(ev::beforeunload, move |event| {
            if unsaved.with_untracked(Option::is_some) {
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
