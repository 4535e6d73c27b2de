//! When a worker panics, its memory is of no use any more: its owner must hear of it and start another.

use std::panic::{self, PanicHookInfo};

use super::client::link::FromWorker;
use super::outbox;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// Post the panic's message as the worker's last words, and write it to the console with its stack.
pub(super) fn install() {
    panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        outbox::post(&FromWorker::Dying(fault(panic)));
    }));
}

fn fault(panic: &PanicHookInfo<'_>) -> Fault {
    let message = panic.payload_as_str().unwrap_or("no message");
    let place = panic.location().map(|place| format!(" at {}:{}", place.file(), place.line()));
    Fault::new(
        FaultKind::Internal,
        format!("The worker stopped: {message}{}.", place.unwrap_or_default()),
        "Your answers are kept. Reload the page; if it happens again, please report it.",
    )
}
