//! Our own saved workspaces, recognised so that they are restored and not imported.
//!
//! Their lines are events: a label may have been taken back some lines further on, and the same event read twice is one
//! event. Only restoring keeps both.

use super::mapping::FormatId;
use super::row::{Refusal, has};
use super::{Format, Reading};

pub(super) const WORKSPACE: Format = Format {
    id: FormatId::Workspace,
    recognise: |row| {
        let line = ["pair_id", "event", "workspace", "setting", "kept_model", "model_file", "model"];
        let saved = has(row, &["v"]) && line.iter().any(|name| has(row, &[name]));
        let logged = has(row, &["v", "id", "session", "action"]);
        if saved || logged { 100 } else { 0 }
    },
    read: Reading::Row(|_| {
        Err(Refusal(
            "This is a line of a saved workspace, not of preference data. Restore the file as a workspace: then what was \
             undone stays undone, and nothing comes twice."
                .into(),
        ))
    }),
    labels: "The workspace's own log: restore the file instead of importing it.",
};
