//! Moves the module script that Trunk writes into `index.html` into a file of its own.
//!
//! The page's content-security policy allows no inline script, and a static host can send no nonce. The script
//! stays valid as a file in the same folder: its imports are relative to it, its fetches relative to the page.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::digest;

/// Rewrites the folder's `index.html` and writes the scripts beside it.
pub fn move_out(folder: &Path) -> Result<()> {
    let path = folder.join("index.html");
    let page = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let (page, scripts) = split(&page)?;
    for script in &scripts {
        fs::write(folder.join(script.name()), &script.source)?;
    }
    Ok(fs::write(path, page)?)
}

/// A script that stood in the page.
#[derive(Debug, PartialEq, Eq)]
struct Script {
    source: String,
}

impl Script {
    /// Named by its content, so that a browser never uses an old one.
    fn name(&self) -> String {
        format!("start-{}.js", digest::short(&digest::of_bytes(self.source.as_bytes())))
    }
}

/// The page with every inline module script replaced by a reference, and those scripts.
fn split(page: &str) -> Result<(String, Vec<Script>)> {
    const OPEN: &str = "<script";
    const CLOSE: &str = "</script>";
    let mut rest = page;
    let (mut rewritten, mut scripts) = (String::new(), Vec::new());
    while let Some((before, script)) = rest.split_once(OPEN) {
        let (attributes, script) =
            script.split_once('>').context("a <script> tag in index.html has no end")?;
        let (source, after) = script.split_once(CLOSE).context("a <script> in index.html is not closed")?;
        rewritten.push_str(before);
        rest = after;
        if attributes.contains("src=") {
            rewritten.push_str(&format!("{OPEN}{attributes}>{source}{CLOSE}"));
        } else if attributes.contains(r#"type="module""#) {
            let script = Script { source: source.trim_start().to_owned() };
            rewritten.push_str(&format!(r#"<script type="module" src="./{}"></script>"#, script.name()));
            scripts.push(script);
        } else {
            bail!(
                "index.html has an inline script that is no module; browsers would block it: move it to a file"
            );
        }
    }
    rewritten.push_str(rest);
    Ok((rewritten, scripts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inline_module_becomes_a_reference() {
        let (page, scripts) =
            split("<head>\n<script type=\"module\">\nrun();\n</script>\n</head>").expect("a page");
        assert_eq!(scripts, [Script { source: "run();\n".to_owned() }]);
        let name = scripts[0].name();
        assert_eq!(page, format!("<head>\n<script type=\"module\" src=\"./{name}\"></script>\n</head>"));
        assert_eq!(name.len(), "start-0123456789abcdef.js".len());
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        let before = r#"<p>a</p><script src="./x.js" defer></script><p>b</p>"#;
        assert_eq!(split(before).expect("a page"), (before.to_owned(), Vec::new()));
    }

    #[test]
    fn a_script_that_would_be_blocked_is_refused() {
        assert!(split("<script>alert(1)</script>").is_err());
        assert!(split(r#"<script type="module">run()"#).is_err());
    }
}
