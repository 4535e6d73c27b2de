//! From an empty page to one that stands where it was left; and catching up with other tabs.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Actions, CatchUp};
use crate::protocol::Command;
use crate::storage::{Saved, Store};
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
            let saved = store.load().await.unwrap_or_else(|fault| {
                self.state.notices.fault(fault);
                Saved::default()
            });
            self.read_settings(&saved.settings);
            self.world.update_value(|world| world.model = saved.model);
            self.state.workspace.load(saved.pairs, saved.events);
            store.watch(move || self.catch_up());
            self.start_engine();
        });
    }

    /// Another tab has written. Whatever it was, the store is read anew, once at a time.
    fn catch_up(self) {
        let now = self.world.try_update_value(|world| {
            let before = world.catching_up;
            world.catching_up =
                if before == CatchUp::Idle { CatchUp::Reading } else { CatchUp::ReadingWithMoreToCome };
            before
        });
        let (Some(CatchUp::Idle), Some(store)) = (now, self.store()) else { return };
        spawn_local(async move {
            match store.load().await {
                Ok(saved) => self.take_over(saved),
                Err(fault) => self.state.notices.fault(fault),
            }
            let more = self.world.try_update_value(|world| std::mem::take(&mut world.catching_up));
            if more == Some(CatchUp::ReadingWithMoreToCome) {
                self.catch_up();
            }
        });
    }

    fn take_over(self, saved: Saved) {
        let workspace = self.state.workspace;
        let cleared = saved.pairs.is_empty() && saved.events.is_empty();
        if !cleared {
            workspace.pin();
        }
        workspace.load(saved.pairs, saved.events);
        if cleared {
            self.forget_models();
            self.world.update_value(|world| world.fed.clear());
            self.send(Command::ClearPairs);
        }
        self.fit();
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
