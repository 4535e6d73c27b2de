//! The model on its way out to the person: as what, whether it is being made, and why it could not be.

use leptos::prelude::*;

use crate::domain::weights_format::WeightsFormat;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// The model's file.
#[derive(Clone, Copy)]
pub struct Parcels {
    /// The format that is chosen.
    pub format: RwSignal<WeightsFormat>,
    /// The one that is being made, while one is.
    pub making: RwSignal<Option<WeightsFormat>>,
    /// How much of it is written, 0–1, while it goes into a folder.
    pub writing: RwSignal<Option<f64>>,
    /// Why the newest one was not given out.
    pub trouble: RwSignal<Option<Fault>>,
}

impl Default for Parcels {
    fn default() -> Self {
        Self {
            format: RwSignal::new(WeightsFormat::default()),
            making: RwSignal::new(None),
            writing: RwSignal::new(None),
            trouble: RwSignal::new(None),
        }
    }
}

impl Parcels {
    /// Choose another format. What went wrong with the last one says nothing of it.
    pub fn choose(&self, format: WeightsFormat) {
        self.format.set(format);
        self.trouble.set(None);
    }

    /// Whether one is being made, or written.
    pub fn is_busy(&self) -> bool {
        self.making.with_untracked(Option::is_some) || self.writing.with_untracked(Option::is_some)
    }

    /// One was asked for.
    pub fn asked(&self, format: WeightsFormat) {
        self.trouble.set(None);
        self.making.set(Some(format));
    }

    /// It has come.
    pub(super) fn came(&self) {
        self.making.set(None);
    }

    /// It could not be made.
    pub fn failed(&self, fault: Fault) {
        self.making.set(None);
        self.trouble.set(Some(fault));
    }

    /// The engine is gone, and with it what it was making.
    pub fn engine_gone(&self) {
        if self.making.get_untracked().is_some() {
            self.failed(Fault::new(
                FaultKind::Internal,
                "The engine ended while the file was made.",
                "Wait until it runs again, then download once more.",
            ));
        }
    }
}
