//! `cargo xtask serve`: builds the page and serves it on this machine, as a static host would.

mod answer;
mod mime;
mod range;
mod site;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, anyhow};
use tiny_http::Server;

pub use answer::Isolation;
use site::Site;

use crate::build;
use crate::places::Places;
use crate::process::run;

/// What `serve` was asked for.
pub struct Options {
    /// The port on the loopback address; 0 takes any that is free.
    pub port: u16,
    /// The path under which the page lies.
    pub base: String,
    /// Whether the page is isolated from other origins.
    pub isolation: Isolation,
    /// What is served.
    pub source: Source,
    /// Whether to show the page in the default browser.
    pub open: bool,
}

/// What is served.
pub enum Source {
    /// `dist/`, built first.
    Built,
    /// A folder as it is.
    Folder(PathBuf),
}

/// Serves until it is stopped.
pub fn serve(places: &Places, options: Options) -> Result<()> {
    let folder = match options.source {
        Source::Built => {
            build::build(places)?;
            places.dist()
        }
        Source::Folder(folder) => folder,
    };
    let site = Site::new(&options.base, folder)?;
    let address =
        format!("http://{}{}", bind(options.port, site, options.isolation)?, base_path(&options.base));
    println!("serving {address}");
    if options.open {
        let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
        run(places.command(opener)?.arg(&address))?;
    }
    // The server runs in threads of its own, for ever.
    loop {
        thread::park();
    }
}

/// Starts a server on the loopback address and returns where it listens.
fn bind(port: u16, site: Site, isolation: Isolation) -> Result<SocketAddr> {
    let server = Server::http(("127.0.0.1", port)).map_err(|error| anyhow!(error)).with_context(|| {
        format!(
            "port {port} cannot be used; stop the program that has it, or choose another with --port (a browser \
             keeps pairs by address, so a page at another port starts empty)"
        )
    })?;
    let address = server.server_addr().to_ip().context("the server has no network address")?;
    let site = Arc::new(site);
    thread::spawn(move || {
        for request in server.incoming_requests() {
            let site = Arc::clone(&site);
            // A thread for each request, so that a long download holds up nothing else.
            thread::spawn(move || answer::answer(&site, isolation, request));
        }
    });
    Ok(address)
}

/// `sub` and `/sub/` alike become `/sub/`.
fn base_path(base: &str) -> String {
    match base.trim_matches('/') {
        "" => "/".to_owned(),
        inner => format!("/{inner}/"),
    }
}

#[cfg(test)]
mod tests;
