//! The engine: commands in, events out. It runs in a Web Worker and, for tests, natively.
//!
//! Only this module decides what runs on which device; it knows neither the browser nor the page. What it
//! needs of the world it asks of [`ports::Host`]. [`serve`] is its whole life: hear what waits, do a slice of the
//! most urgent work, let messages in, again.

pub mod backbone;
mod batches;
mod confidence;
mod crew;
pub mod device;
mod file_rows;
pub mod helper;
pub mod library;
mod models;
mod ordering;
pub mod ports;
mod reading;
mod recent;
mod run;
mod standing;
mod studio;
mod study;
mod why;

use std::pin::pin;
use std::rc::Rc;

use futures::channel::mpsc::UnboundedReceiver;
use futures::future::{Either, select};
use futures::{FutureExt, StreamExt};

use crate::protocol::{Command, Event};
use crew::Outcome;
use ports::Host;
use studio::Studio;

/// Serve the page until it hangs up.
pub async fn serve<H: Host + 'static>(host: Rc<H>, mut inbox: UnboundedReceiver<Command>)
where
    H::Helper: 'static,
{
    let mut studio = Studio::new(host.clone());
    loop {
        loop {
            match inbox.next().now_or_never() {
                Some(Some(command)) => studio.hear(command).await,
                Some(None) => return,
                None => break,
            }
        }
        studio.take_what_the_crew_has_done().await;
        if studio.work().await {
            host.breathe().await;
            continue;
        }
        match next(&mut inbox, &mut studio).await {
            Heard::Page(Some(command)) => studio.hear(command).await,
            Heard::Page(None) => return,
            Heard::Crew(Some(outcome)) => studio.take(outcome).await,
            Heard::Crew(None) => {}
        }
    }
}

/// What an idle engine is woken by.
enum Heard {
    /// A command; `None` when the page has hung up.
    Page(Option<Command>),
    /// A helper.
    Crew(Option<Outcome>),
}

async fn next<H: Host + 'static>(inbox: &mut UnboundedReceiver<Command>, studio: &mut Studio<H>) -> Heard
where
    H::Helper: 'static,
{
    if !studio.awaits_the_crew() {
        return Heard::Page(inbox.next().await);
    }
    match select(inbox.next(), pin!(studio.news_of_the_crew())).await {
        Either::Left((command, _)) => Heard::Page(command),
        Either::Right((outcome, _)) => Heard::Crew(outcome),
    }
}

/// Emit a fault that answers a request.
fn refuse<H: Host>(host: &H, request: crate::protocol::RequestId, fault: crate::protocol::Fault) {
    host.emit(Event::Failed { request: Some(request), fault });
}
