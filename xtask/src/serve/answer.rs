//! One answer to one request: a file or a part of it, a redirect, or a refusal.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

use tiny_http::{Header, Method, Request, Response};

use super::mime;
use super::range::{self, Part};
use super::site::{Found, Site};

/// Whether the page is cut off from other origins, as some hosts do and others cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// COOP and COEP are sent, so that the browser offers precise timers and shared memory.
    On,
    /// No such header is sent.
    Off,
}

type Body = Box<dyn Read + Send>;

/// Answers a request. A browser that has gone away is nobody's error.
pub fn answer(site: &Site, isolation: Isolation, request: Request) {
    let mut response = response(site, &request).unwrap_or_else(|error| plain(500, &error.to_string()));
    // Whatever was kept is asked for again, so a new build shows at once.
    response.add_header(header("Cache-Control", "no-cache"));
    response.add_header(header("X-Content-Type-Options", "nosniff"));
    if isolation == Isolation::On {
        response.add_header(header("Cross-Origin-Opener-Policy", "same-origin"));
        response.add_header(header("Cross-Origin-Embedder-Policy", "require-corp"));
        response.add_header(header("Cross-Origin-Resource-Policy", "same-origin"));
    }
    let _ = request.respond(response);
}

fn response(site: &Site, request: &Request) -> io::Result<Response<Body>> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Ok(plain(405, "only GET and HEAD").with_header(header("Allow", "GET, HEAD")));
    }
    match site.find(request.url()) {
        Found::File(path) => file(&path, request),
        Found::Moved(place) => Ok(plain(301, "moved").with_header(header("Location", &place))),
        Found::Nothing => Ok(plain(404, "there is nothing here")),
    }
}

fn file(path: &Path, request: &Request) -> io::Result<Response<Body>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let tag = tag(&file)?;
    if asked(request, "If-None-Match") == Some(&tag) {
        return Ok(sized(304, io::empty(), 0).with_header(header("ETag", &tag)));
    }
    // A part of another version is of no use: then the whole file is sent.
    let same_version = asked(request, "If-Range").is_none_or(|wanted| wanted == tag);
    let part = range::part(asked(request, "Range").filter(|_| same_version), length);
    let response = match part {
        Part::Whole => sized(200, file, length),
        Part::Bytes(first, last) => {
            file.seek(SeekFrom::Start(first))?;
            let count = last - first + 1;
            let range = format!("bytes {first}-{last}/{length}");
            sized(206, file.take(count), count).with_header(header("Content-Range", &range))
        }
        Part::Unsatisfiable => {
            let range = format!("bytes */{length}");
            return Ok(plain(416, "the file is shorter").with_header(header("Content-Range", &range)));
        }
    };
    let response = response.with_header(header("Content-Type", mime::of(path)));
    Ok(response.with_header(header("Accept-Ranges", "bytes")).with_header(header("ETag", &tag)))
}

/// Changes whenever the file is written anew.
fn tag(file: &File) -> io::Result<String> {
    let about = file.metadata()?;
    let written = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!("\"{:x}-{:x}\"", about.len(), written.as_nanos()))
}

fn asked<'a>(request: &'a Request, name: &'static str) -> Option<&'a str> {
    let header = request.headers().iter().find(|header| header.field.equiv(name));
    header.map(|header| header.value.as_str())
}

fn plain(status: u16, text: &str) -> Response<Body> {
    let body = io::Cursor::new(format!("{text}\n").into_bytes());
    let length = body.get_ref().len() as u64;
    sized(status, body, length).with_header(header("Content-Type", "text/plain; charset=utf-8"))
}

/// An answer that tells its length, which a page needs to show progress.
fn sized(status: u16, body: impl Read + Send + 'static, length: u64) -> Response<Body> {
    let length = usize::try_from(length).ok();
    Response::new(status.into(), Vec::new(), Box::new(body) as Body, length, None)
        .with_chunked_threshold(usize::MAX)
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("headers are made of ASCII text")
}
