//! The server as a browser sees it, over a real connection.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;

use super::*;

/// A running server over a folder of its own.
struct Served {
    folder: PathBuf,
    address: SocketAddr,
}

impl Served {
    fn start(test: &str, base: &str, isolation: Isolation) -> Self {
        let folder = std::env::temp_dir().join(format!("reward-studio-serve-{test}-{}", std::process::id()));
        let dist = folder.join("dist");
        fs::create_dir_all(dist.join("samples")).expect("a folder");
        for (path, content) in [
            (folder.join("secret.txt"), "secret"),
            (dist.join("index.html"), "<p>page</p>"),
            (dist.join("page_bg.wasm"), "0123456789"),
        ] {
            fs::write(path, content).expect("a file");
        }
        let site = Site::new(base, dist).expect("a site");
        let address = bind(0, site, isolation).expect("a free port");
        Self { folder, address }
    }

    /// Sends one request and returns the whole answer.
    fn ask(&self, line: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        write!(stream, "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n")
            .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path}"), "")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // What cannot be removed stays in the temporary folder, which is no reason for a test to fail.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_page_comes_with_its_type_and_isolated() {
    let served = Served::start("page", "/", Isolation::On);
    let page = served.get("/");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.ends_with("<p>page</p>"), "{page}");
    for header in [
        "Content-Type: text/html; charset=utf-8",
        "Content-Length: 11",
        "Cache-Control: no-cache",
        "Cross-Origin-Opener-Policy: same-origin",
        "Cross-Origin-Embedder-Policy: require-corp",
    ] {
        assert!(page.contains(header), "{header} is not in {page}");
    }
    assert!(served.get("/page_bg.wasm?v=1").contains("Content-Type: application/wasm"));
}

#[test]
fn isolation_can_be_turned_off() {
    let served = Served::start("open", "/", Isolation::Off);
    assert!(!served.get("/").contains("Cross-Origin"));
}

#[test]
fn the_page_lies_under_its_base_path_alone() {
    let served = Served::start("base", "deep/sub", Isolation::On);
    assert!(served.get("/deep/sub/").starts_with("HTTP/1.1 200"));
    assert!(served.get("/deep/sub/page_bg.wasm").starts_with("HTTP/1.1 200"));
    assert!(served.get("/deep/sub").contains("Location: /deep/sub/\r\n"));
    assert!(served.get("/deep/sub/samples").contains("Location: /deep/sub/samples/\r\n"));
    assert!(served.get("/").starts_with("HTTP/1.1 404"));
    assert!(served.get("/deep/subpage_bg.wasm").starts_with("HTTP/1.1 404"));
}

#[test]
fn nothing_outside_is_reachable() {
    let served = Served::start("outside", "/", Isolation::On);
    for path in ["/../secret.txt", "/%2e%2e/secret.txt", "/samples/..%2f..%2fsecret.txt", "/..%5csecret.txt"]
    {
        let answer = served.get(path);
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    assert!(served.ask("POST /", "Content-Length: 0\r\n").starts_with("HTTP/1.1 405"));
}

#[test]
fn a_part_is_sent_where_a_part_is_asked_for() {
    let served = Served::start("part", "/", Isolation::On);
    let part = served.ask("GET /page_bg.wasm", "Range: bytes=2-4\r\n");
    assert!(part.starts_with("HTTP/1.1 206"), "{part}");
    assert!(part.contains("Content-Range: bytes 2-4/10\r\n") && part.ends_with("\r\n\r\n234"), "{part}");
    assert!(served.ask("GET /page_bg.wasm", "Range: bytes=10-\r\n").contains("Content-Range: bytes */10"));
    let other_version = served.ask("GET /page_bg.wasm", "Range: bytes=2-4\r\nIf-Range: \"x\"\r\n");
    assert!(other_version.ends_with("0123456789"), "{other_version}");
}

#[test]
fn an_unchanged_file_is_not_sent_again() {
    let served = Served::start("unchanged", "/", Isolation::On);
    let first = served.get("/page_bg.wasm");
    let tag = first.lines().find_map(|line| line.strip_prefix("ETag: ")).expect("a tag");
    let again = served.ask("GET /page_bg.wasm", &format!("If-None-Match: {tag}\r\n"));
    assert!(again.starts_with("HTTP/1.1 304") && !again.contains("0123456789"), "{again}");
}

#[test]
fn a_head_request_brings_the_length_without_the_file() {
    let served = Served::start("head", "/", Isolation::On);
    let head = served.ask("HEAD /page_bg.wasm", "");
    assert!(head.contains("Content-Length: 10") && head.ends_with("\r\n\r\n"), "{head}");
}

#[test]
fn many_are_served_at_once() {
    let served = Served::start("many", "/", Isolation::On);
    fs::write(served.folder.join("dist/large.bin"), vec![0; 20_000_000]).expect("a file");
    // A download that nobody reads has to leave the server free for others.
    let mut idle = TcpStream::connect(served.address).expect("a connection");
    write!(idle, "GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent");
    assert!(served.get("/").starts_with("HTTP/1.1 200"));
}
