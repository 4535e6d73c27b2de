//! Models come into their slots, from fits, runs and files, and go.

use super::{Studio, no_backbone};
use crate::engine::models::Kept;
use crate::engine::ports::Host;
use crate::engine::run::Run;
use crate::protocol::error::FaultKind;
use crate::protocol::{Event, Fault, Slot};
use crate::weights::studio::{self as file, Opened};

impl<H: Host + 'static> Studio<H>
where
    H::Helper: 'static,
{
    /// Make a piece of a check that is wanted of a model; false where none is.
    pub(super) fn check(&mut self) -> bool {
        let Some((slot, is_complete)) = self.models.check() else { return false };
        if is_complete {
            self.host.emit(Event::Checked { slot });
        }
        true
    }

    pub(super) fn keep(&mut self, slot: Slot, mut kept: Kept) {
        if let Some(backbone) = &self.backbone {
            kept.card.backbone.clone_from(&backbone.card.id);
        }
        self.host.emit(Event::ModelReady { slot, card: Box::new(kept.card.clone()) });
        self.models.keep(slot, kept);
        self.let_go_of_changes();
    }

    pub(super) fn forget(&mut self, slot: Slot) {
        self.models.forget(slot);
        self.let_go_of_changes();
    }

    /// A changed backbone is as large as a network, and so are in time its vectors: what no model needs any more is not
    /// kept.
    fn let_go_of_changes(&mut self) {
        if let Some(backbone) = &mut self.backbone {
            let models = self.models.changes().into_iter();
            // A run that has trained reads by its changes before there is a model of them.
            let wanted: Vec<&str> = models.chain(self.run.as_ref().and_then(Run::changes)).collect();
            backbone.keep_only(&wanted);
            self.library.keep_only(&self.models.recipes());
        }
    }

    pub(super) fn import(&mut self, slot: Slot, bytes: &[u8]) -> Result<(), Fault> {
        if slot == Slot::Living {
            return Err(Fault::new(
                FaultKind::Internal,
                "The model that follows the answers is fitted, and not taken from a file.",
                "Please report this.",
            ));
        }
        let backbone = self.backbone.as_mut().ok_or_else(no_backbone)?;
        let Opened { model, card, changes } = file::read(bytes, &backbone.card, backbone.architecture())?;
        if let Some(changes) = changes {
            backbone.adopt(changes);
        }
        self.keep(slot, Kept::new(model, card, None));
        Ok(())
    }
}
