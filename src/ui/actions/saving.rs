//! Files out: preference data, the log, refused rows, the model.

use leptos::prelude::*;

use super::Actions;
use crate::domain::formats::jsonl;
use crate::ui::browser;
use crate::ui::state::FileReport;

/// The shapes in which preference data are given out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DataFormat {
    /// `prompt`, `chosen`, `rejected`: what trainers read.
    #[default]
    Trl,
    /// Every pair with its label.
    Pairs,
    /// Every event, as it is stored.
    Log,
}

impl DataFormat {
    /// In the order the page offers them.
    pub const ALL: [DataFormat; 3] = [DataFormat::Trl, DataFormat::Pairs, DataFormat::Log];

    /// The form value.
    pub fn word(self) -> &'static str {
        match self {
            DataFormat::Trl => "trl",
            DataFormat::Pairs => "pairs",
            DataFormat::Log => "log",
        }
    }

    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            DataFormat::Trl => "Preferences: prompt, chosen, rejected",
            DataFormat::Pairs => "All pairs, with labels",
            DataFormat::Log => "Everything that was done (event log)",
        }
    }

    /// The format of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

impl Actions {
    /// Give the person their data.
    pub fn export_data(self, format: DataFormat) {
        let workspace = self.state.workspace;
        let (name, text) = match format {
            DataFormat::Trl => ("preferences.jsonl", workspace.dataset.with_untracked(jsonl::write).0),
            DataFormat::Pairs => ("pairs.jsonl", workspace.dataset.with_untracked(jsonl::write_all)),
            DataFormat::Log => ("log.jsonl", log_lines(self)),
        };
        self.save(name, "application/jsonl", text.as_bytes());
    }

    pub(super) fn save_model(self, bytes: &[u8]) {
        self.save("reward-model.safetensors", "application/octet-stream", bytes);
    }

    /// Give the person the rows that an import has refused, with line and reason.
    pub fn download_refused(self, report: &FileReport) {
        let lines = report.refused.iter().filter_map(|refused| serde_json::to_string(refused).ok());
        let text = lines.fold(String::new(), |text, line| text + &line + "\n");
        self.save(&format!("{}-refused.jsonl", report.name), "application/jsonl", text.as_bytes());
    }

    pub(super) fn save(self, name: &str, kind: &str, bytes: &[u8]) {
        if let Err(fault) = browser::save_file(name, kind, bytes) {
            self.state.notices.fault(fault);
        }
    }
}

fn log_lines(actions: Actions) -> String {
    let events = actions.state.workspace.events();
    let lines = events.iter().filter_map(|event| serde_json::to_string(event).ok());
    lines.fold(String::new(), |text, line| text + &line + "\n")
}
