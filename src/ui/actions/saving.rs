//! Small files out, that are made here.

use super::Actions;
use crate::ui::browser;

impl Actions {
    pub(super) fn save_model(self, bytes: &[u8]) {
        self.save("reward-model.safetensors", "application/octet-stream", bytes);
    }

    pub(super) fn save(self, name: &str, kind: &str, bytes: &[u8]) {
        if let Err(fault) = browser::save_file(name, kind, bytes) {
            self.state.notices.fault(fault);
        }
    }
}
