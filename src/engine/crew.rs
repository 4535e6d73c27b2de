//! The helpers at work: who is idle, and what comes back when.

use std::future::Future;
use std::pin::Pin;

use futures::StreamExt;
use futures::stream::FuturesUnordered;

use super::library::Batch;
use super::ports::Helper;
use super::reading::Passage;
use crate::protocol::crew::TokenBatch;
use crate::protocol::{Fault, RequestId};

/// What a helper is given.
pub enum Job {
    /// Features of the pairs.
    Features(Batch),
    /// Rows of a file, for this request.
    Rows(RequestId, Passage),
}

impl Job {
    fn tokens(&self) -> &TokenBatch {
        match self {
            Job::Features(batch) => &batch.tokens,
            Job::Rows(_, passage) => &passage.tokens,
        }
    }
}

/// News from the crew.
pub enum Outcome {
    /// A helper is ready for its first batch.
    Hired,
    /// No helper could be had.
    NotHired(Fault),
    /// A batch is done.
    Done(Job, Vec<f32>),
    /// A helper was lost with a batch that is still to be computed.
    Lost(Job, Fault),
}

type Work<W> = Pin<Box<dyn Future<Output = (Option<W>, Outcome)>>>;

/// The helpers of one engine.
pub struct Crew<W> {
    idle: Vec<W>,
    working: FuturesUnordered<Work<W>>,
}

impl<W: Helper + 'static> Crew<W> {
    /// Nobody yet.
    pub fn new() -> Self {
        Self { idle: Vec::new(), working: FuturesUnordered::new() }
    }

    /// Await a helper that is being hired.
    pub fn expect(&self, hired: impl Future<Output = Result<W, Fault>> + 'static) {
        self.working.push(Box::pin(async move {
            match hired.await {
                Ok(helper) => (Some(helper), Outcome::Hired),
                Err(fault) => (None, Outcome::NotHired(fault)),
            }
        }));
    }

    /// Whether somebody could take a batch.
    pub fn has_idle(&self) -> bool {
        !self.idle.is_empty()
    }

    /// Whether anybody works or is being hired.
    pub fn is_working(&self) -> bool {
        !self.working.is_empty()
    }

    /// Give a batch to somebody idle; the batch comes back if there is nobody.
    pub fn give(&mut self, job: Job) -> Option<Job> {
        let Some(helper) = self.idle.pop() else { return Some(job) };
        self.working.push(Box::pin(async move {
            match helper.compute(job.tokens().clone()).await {
                Ok(pooled) => (Some(helper), Outcome::Done(job, pooled)),
                Err(fault) => (None, Outcome::Lost(job, fault)),
            }
        }));
        None
    }

    /// The next news; `None` where none can come.
    pub async fn next(&mut self) -> Option<Outcome> {
        let (freed, outcome) = self.working.next().await?;
        self.idle.extend(freed);
        Some(outcome)
    }
}
