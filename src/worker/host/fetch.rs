//! Fetching one file piece by piece, hashing it on the way, so that it never lies in wasm memory whole; and going on
//! where an earlier try was interrupted.
//!
//! Must not know what is in the file, nor whether it will be kept.

use gloo_net::http::{Request, Response};
use js_sys::Uint8Array;
use sha2::{Digest, Sha256};
use web_sys::{Blob, ReadableStreamDefaultReader, RequestCache};

use super::world::now_ms;
use crate::domain::backbone::FileCard;
use crate::domain::own_backbone::resume::{Answer, answer, range};
use crate::domain::pair::hex;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::storage::stream::{self, Pieces};
use crate::storage::{backbones, trouble};

/// Progress is told at most this often.
const PROGRESS_MS: f64 = 100.0;

/// Fetch a file and check it against its card. `progress` is told the bytes so far; `remedy` says what to do if the
/// server does not give the right file. What has come before an interruption is kept, where the browser keeps anything.
///
/// # Errors
/// `FaultKind::Backbone` if it cannot be had whole, or is not what the card says.
pub(super) async fn fetch(
    address: &str,
    card: &FileCard,
    remedy: &str,
    progress: &dyn Fn(u64),
) -> Result<Blob, Fault> {
    let target = Target { address, card, remedy, progress };
    let begun = Download::found(&target).await;
    let resumed = begun.got > 0;
    match begun.finish(&target).await {
        // Whether the kept part or the new one was wrong cannot be told: all of it is fetched again.
        Err(Ended::Changed(_)) if resumed => Download::default().finish(&target).await,
        other => other,
    }
    .map_err(|(Ended::Fault(fault) | Ended::Changed(fault))| fault)
}

struct Target<'a> {
    address: &'a str,
    card: &'a FileCard,
    remedy: &'a str,
    progress: &'a dyn Fn(u64),
}

impl Target<'_> {
    fn unreachable(&self, what: String) -> Ended {
        Ended::Fault(Fault::new(FaultKind::Backbone, what, "Check the connection, then try again."))
    }

    fn interrupted(&self, reason: &str) -> Ended {
        self.unreachable(format!("{} could not be fetched after it had begun ({reason}).", self.address))
    }

    fn refused(&self, why: &str) -> Fault {
        Fault::new(FaultKind::Backbone, format!("{} {why}", self.address), self.remedy)
    }

    /// Ask for the file from byte `from` on; not by way of the browser's HTTP cache, where it would lie a second time.
    async fn ask(&self, from: u64) -> Result<Response, gloo_net::Error> {
        let request = Request::get(self.address).cache(RequestCache::NoStore);
        if from == 0 { request.send().await } else { request.header("Range", &range(from)).send().await }
    }
}

/// Why a download came to nothing.
enum Ended {
    /// It was interrupted, or refused.
    Fault(Fault),
    /// It came, and is not the right file.
    Changed(Fault),
}

/// A download under way.
#[derive(Default)]
struct Download {
    hash: Sha256,
    pieces: Pieces,
    got: u64,
    /// The browser has refused to keep a lump, and will not be asked again.
    nothing_is_kept: bool,
}

impl Download {
    /// Whatever an earlier try has left.
    async fn found(target: &Target<'_>) -> Self {
        let mut found = Self::default();
        while let Some(lump) = backbones::lump(target.address, target.card, found.got).await {
            let Ok(bytes) = stream::bytes(&lump).await else { break };
            let got = found.got + u64::from(bytes.length());
            // A lump is made of its bytes anew, so that it outlives what is kept.
            if got > target.card.bytes || found.pieces.add(&bytes).is_err() || found.pieces.lump().is_err() {
                backbones::forget_lumps(target.address, target.card).await;
                return Self::default();
            }
            found.hash.update(bytes.to_vec());
            found.got = got;
        }
        found
    }

    /// Fetch what is lacking, and check the whole.
    async fn finish(mut self, target: &Target<'_>) -> Result<Blob, Ended> {
        if self.got < target.card.bytes {
            let reader = self.begin(target).await?;
            let came = self.take_all(target, &reader).await;
            if self.got < target.card.bytes {
                self.keep_loose(target).await;
            }
            came?;
        }
        let card = target.card;
        if self.got != card.bytes {
            let more_or_less = if self.got > card.bytes { "longer" } else { "shorter" };
            let fault = target
                .refused(&format!("is {more_or_less} than the {} bytes that it should be.", card.bytes));
            if self.got < card.bytes {
                // What has come may be the beginning of the right file, and is tried once more.
                return Err(Ended::Fault(fault));
            }
            return Err(self.refuse(target, fault).await);
        }
        if hex(&std::mem::take(&mut self.hash).finalize()) != card.sha256 {
            let fault = target.refused("is not the file that it should be: its SHA-256 is another.");
            return Err(self.refuse(target, fault).await);
        }
        (target.progress)(self.got);
        self.pieces.whole().map_err(|error| target.interrupted(&trouble::words(&error)))
    }

    /// Nothing of a wrong file stays.
    async fn refuse(&self, target: &Target<'_>, fault: Fault) -> Ended {
        backbones::forget_lumps(target.address, target.card).await;
        Ended::Changed(fault)
    }

    /// Ask for what is lacking, or for all of it where the server cannot go on in the middle.
    async fn begin(&mut self, target: &Target<'_>) -> Result<ReadableStreamDefaultReader, Ended> {
        let bytes = target.card.bytes;
        let mut response = target.ask(self.got).await;
        if self.got > 0 {
            let means = response.as_ref().map(|response| {
                let range = response.headers().get("content-range");
                answer(response.status(), range.as_deref(), self.got, bytes)
            });
            match means {
                Ok(Answer::Rest | Answer::Refused) => {}
                Ok(Answer::Whole) => self.begin_anew(target).await,
                // Some servers refuse the very question to pages of other origins, which looks like no network.
                Ok(Answer::AskAnew) | Err(_) => {
                    response = target.ask(0).await;
                    if response.as_ref().is_ok_and(Response::ok) {
                        self.begin_anew(target).await;
                    }
                }
            }
        }
        let address = target.address;
        let response = response
            .map_err(|error| target.unreachable(format!("{address} could not be fetched ({error}).")))?;
        if answer(response.status(), None, self.got, bytes) == Answer::Refused {
            let status = response.status();
            let why = format!("could not be fetched: the server answered {status}.");
            return Err(Ended::Fault(target.refused(&why)));
        }
        (target.progress)(self.got);
        let body = response.body().and_then(|body| ReadableStreamDefaultReader::new(&body).ok());
        body.ok_or_else(|| Ended::Fault(target.refused("is empty.")))
    }

    async fn begin_anew(&mut self, target: &Target<'_>) {
        backbones::forget_lumps(target.address, target.card).await;
        *self = Self::default();
    }

    /// Take pieces until there are no more, or more than there should be.
    async fn take_all(
        &mut self,
        target: &Target<'_>,
        reader: &ReadableStreamDefaultReader,
    ) -> Result<(), Ended> {
        let interrupted = |error| target.interrupted(&trouble::words(&error));
        let mut told_ms = f64::NEG_INFINITY;
        while let Some(piece) = stream::read(reader).await.map_err(interrupted)? {
            self.got += u64::from(piece.length());
            if self.got > target.card.bytes {
                // What is left of it is of no use, and whether the browser stops fetching it changes nothing here.
                let _ = reader.cancel();
                break;
            }
            self.take(target, &piece).await.map_err(interrupted)?;
            if now_ms() - told_ms >= PROGRESS_MS && self.got < target.card.bytes {
                told_ms = now_ms();
                (target.progress)(self.got);
            }
        }
        Ok(())
    }

    async fn take(&mut self, target: &Target<'_>, piece: &Uint8Array) -> Result<(), wasm_bindgen::JsValue> {
        self.hash.update(piece.to_vec());
        let lump = self.pieces.add(piece)?;
        // The last lump need not wait for anything: the whole file is kept next.
        if let Some((from, lump)) = lump.filter(|_| self.got < target.card.bytes) {
            self.keep_lump(target, from, &lump).await;
        }
        Ok(())
    }

    /// The connection has ended too early: what does not make a lump yet is one all the same.
    async fn keep_loose(&mut self, target: &Target<'_>) {
        if let Ok(Some((from, lump))) = self.pieces.lump() {
            self.keep_lump(target, from, &lump).await;
        }
    }

    /// Without storage there is nothing to go on from after an interruption, which is no reason to stop now.
    async fn keep_lump(&mut self, target: &Target<'_>, from: u64, lump: &Blob) {
        if !self.nothing_is_kept {
            let kept = backbones::keep_lump(target.address, target.card, from, lump).await;
            self.nothing_is_kept = kept.is_err();
        }
    }
}
