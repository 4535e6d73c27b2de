//! The model on its way out to the person: as what, whether it is being made, and why it could not be.

use leptos::prelude::*;

use crate::domain::weights_format::WeightsFormat;
use crate::protocol::Fault;

/// The model's file.
#[derive(Clone, Copy)]
pub struct Parcels {
    /// The format that is chosen.
    pub format: RwSignal<WeightsFormat>,
    /// The one that is being made, while one is.
    pub making: RwSignal<Option<WeightsFormat>>,
    /// Why the newest one was not given out.
    pub trouble: RwSignal<Option<Fault>>,
}

impl Default for Parcels {
    fn default() -> Self {
        Self {
            format: RwSignal::new(WeightsFormat::default()),
            making: RwSignal::new(None),
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

    /// One was asked for.
    pub fn asked(&self, format: WeightsFormat) {
        self.trouble.set(None);
        self.making.set(Some(format));
    }

    /// It has come, or the engine that was to make it is gone.
    pub(super) fn ended(&self) {
        self.making.set(None);
    }

    /// It could not be made.
    pub(super) fn failed(&self, fault: Fault) {
        self.making.set(None);
        self.trouble.set(Some(fault));
    }
}
