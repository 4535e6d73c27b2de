//! Small files and texts out, that are made here.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::ui::browser;

impl Actions {
    /// Put this text on the clipboard; `copied` says when it is there.
    pub fn copy(self, text: String, copied: RwSignal<bool>) {
        spawn_local(async move {
            match browser::copy(&text).await {
                Ok(()) => copied.set(true),
                Err(fault) => self.state.notices.fault(fault),
            }
        });
    }

    pub(super) fn save(self, name: &str, kind: &str, bytes: &[u8]) {
        if let Err(fault) = browser::save_file(name, kind, bytes) {
            self.state.notices.fault(fault);
        }
    }
}
