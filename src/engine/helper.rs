//! A helper worker's whole life: load the backbone once, then batches of tokens in, pooled vectors out.

use std::rc::Rc;

use futures::StreamExt;
use futures::channel::mpsc::UnboundedReceiver;

use super::backbone::Backbone;
use super::device;
use super::ports::Host;
use crate::protocol::Fault;
use crate::protocol::crew::{CrewCommand, CrewEvent};
use crate::protocol::error::FaultKind;
use crate::protocol::wire::check_build;

/// Serve an engine until it hangs up. What goes wrong is answered by `Lost`.
pub async fn help<H: Host>(
    host: Rc<H>,
    mut inbox: UnboundedReceiver<CrewCommand>,
    answer: impl Fn(CrewEvent),
) {
    let mut loaded: Option<Backbone<H::File>> = None;
    while let Some(command) = inbox.next().await {
        let answered = match command {
            CrewCommand::Enlist { build, backbone, base, device: kind, layers } => {
                let enlisted = async {
                    if let Some(fault) = check_build(&build) {
                        return Err(fault);
                    }
                    let device = device::start(kind).await?;
                    Backbone::open(&*host, &base, backbone, (kind, device), layers, &|_, _, _| {}).await
                };
                enlisted.await.map(|backbone| {
                    loaded = Some(backbone);
                    CrewEvent::Ready
                })
            }
            CrewCommand::Compute(batch) => match &mut loaded {
                Some(backbone) => backbone
                    .pooled(&batch.rows, batch.layer, batch.pooling)
                    .await
                    .map(|pooled| CrewEvent::Done { ticket: batch.ticket, pooled }),
                None => Err(Fault::new(
                    FaultKind::Internal,
                    "A helper was given work before it had loaded the backbone.",
                    "Please report this.",
                )),
            },
        };
        answer(answered.unwrap_or_else(CrewEvent::Lost));
    }
}
