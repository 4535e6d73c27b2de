//! One IndexedDB database: opened at its newest version, closed when another tab needs a newer one.
//!
//! Must not know what is kept in it.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use idb::event::VersionChangeEvent;
use idb::{Database, DatabaseEvent, Event, Factory, Request, Transaction};
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::trouble;
use crate::protocol::Fault;

/// Longer than any disk takes; what is still not open then is held by another tab, or will never be.
const PATIENCE_MS: u32 = 10_000;

/// One step of a schema's history: the first makes version 1 of nothing, the next makes version 2 of version 1.
/// A step that was ever released is never changed.
pub(super) type Step = fn(&Transaction) -> Result<(), idb::Error>;

/// How sure a transaction must be before it counts as done.
#[derive(Clone, Copy)]
pub(super) enum Durability {
    /// On the disk: for what a person has made.
    Strict,
    /// With the operating system: for what can be computed again.
    Relaxed,
}

/// An open database.
pub(super) struct Connection {
    /// The same database without idb's wrapper, for the one call that the wrapper lacks.
    raw: JsValue,
    closed: Rc<RefCell<Option<Fault>>>,
    /// Holds the handlers.
    _database: Database,
}

impl Connection {
    /// Open it, taking the steps that it has not taken yet.
    ///
    /// # Errors
    /// `FaultKind::Storage` if the browser refuses, has a newer version, or does not answer.
    pub(super) async fn open(name: &str, steps: &'static [Step]) -> Result<Self, Fault> {
        let opening = async {
            let mut request = Factory::new()?.open(name, u32::try_from(steps.len()).ok())?;
            request.on_upgrade_needed(move |event| upgrade(&event, steps));
            request.await
        };
        match select(pin!(opening), TimeoutFuture::new(PATIENCE_MS)).await {
            Either::Left((Ok(database), _)) => Self::new(database),
            Either::Left((Err(error), _)) => Err(unopened(error)),
            Either::Right(_) => Err(trouble::refused("it did not open; perhaps another tab holds it")),
        }
    }

    fn new(database: Database) -> Result<Self, Fault> {
        let raw = JsValue::from(database);
        let mut database = Database::try_from(raw.clone()).map_err(trouble::Refusal)?;
        let closed = Rc::new(RefCell::new(None));
        let taken_over = closed.clone();
        database.on_version_change(move |event| {
            // The newer tab waits for this; it goes first, because its data would be unreadable to this code.
            if let Ok(database) = event.database() {
                database.close();
            }
            taken_over.replace(Some(trouble::taken_over()));
        });
        let shut = closed.clone();
        database.on_close(move |_| {
            shut.replace(Some(trouble::refused("the site's data were removed")));
        });
        Ok(Self { raw, closed, _database: database })
    }

    /// Why it can be used no more.
    pub(super) fn trouble(&self) -> Option<Fault> {
        self.closed.borrow().clone()
    }

    /// Begin reading.
    ///
    /// # Errors
    /// `FaultKind::Storage`.
    pub(super) fn reading(&self, stores: &[&str]) -> Result<Transaction, Fault> {
        self.begin(stores, "readonly", Durability::Relaxed)
    }

    /// Begin writing.
    ///
    /// # Errors
    /// `FaultKind::Storage`.
    pub(super) fn writing(&self, stores: &[&str], durability: Durability) -> Result<Transaction, Fault> {
        self.begin(stores, "readwrite", durability)
    }

    /// idb knows nothing of durability yet, hence the call by name. Browsers without it ignore the option.
    fn begin(&self, stores: &[&str], mode: &str, durability: Durability) -> Result<Transaction, Fault> {
        if let Some(fault) = self.trouble() {
            return Err(fault);
        }
        let stores: Array = stores.iter().map(|store| JsValue::from_str(store)).collect();
        let durability = match durability {
            Durability::Strict => "strict",
            Durability::Relaxed => "relaxed",
        };
        let begin = || {
            let options = Object::new();
            Reflect::set(&options, &"durability".into(), &durability.into())?;
            let begin: Function = Reflect::get(&self.raw, &"transaction".into())?.dyn_into()?;
            begin.call3(&self.raw, &stores, &mode.into(), &options)
        };
        let transaction = begin().map_err(|error| trouble::fault(&error))?;
        Ok(Transaction::try_from(transaction).map_err(trouble::Refusal)?)
    }
}

/// Do `work` in a transaction and wait until it is kept; if anything fails, nothing of it is.
///
/// # Errors
/// `FaultKind::Storage`.
pub(super) async fn complete<T>(
    transaction: Transaction,
    work: impl AsyncFnOnce(&Transaction) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut transaction = transaction;
    let (sender, outcome) = oneshot::channel();
    let sender = Rc::new(Cell::new(Some(sender)));
    let tell = |kept: bool| {
        let sender = sender.clone();
        move |_| {
            if let Some(sender) = sender.take() {
                // Nobody waits for the outcome of work that has failed.
                let _ = sender.send(kept);
            }
        }
    };
    transaction.on_complete(tell(true));
    transaction.on_abort(tell(false));
    match work(&transaction).await {
        Ok(result) => match outcome.await {
            Ok(true) => Ok(result),
            _ => Err(transaction
                .error()
                .map_or_else(|| trouble::refused("it took the change back"), |error| trouble::fault(&error))),
        },
        Err(fault) => {
            // It may have been aborted by the very error that is told here.
            let _ = transaction.abort();
            Err(fault)
        }
    }
}

fn upgrade(event: &VersionChangeEvent, steps: &[Step]) {
    let take_steps = || {
        let done = event.old_version()? as usize;
        let transaction = event.target()?.transaction().ok_or(idb::Error::TransactionNotFound)?;
        match steps.iter().skip(done).try_for_each(|step| step(&transaction)) {
            Ok(()) => Ok(()),
            Err(error) => transaction.abort().and(Err(error)),
        }
    };
    // An aborted upgrade fails the request, where it is told; the database stays as it was.
    let _ = take_steps();
}

fn unopened(error: idb::Error) -> Fault {
    if let idb::Error::DomException(exception) = &error
        && exception.name() == "VersionError"
    {
        return trouble::taken_over();
    }
    trouble::Refusal(error).into()
}
