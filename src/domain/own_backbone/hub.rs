//! The Hub: what a person typed as a model's name, the addresses that follow from it, and what its API answers.
//!
//! The API is that of `huggingface.co` as its own client library uses it: `api/models/NAME` says the commit, the licence
//! and whether the model is gated; `api/models/NAME/tree/REVISION` lists files with their sizes and, for those in large
//! file storage, their SHA-256. `NAME/resolve/REVISION/FILE` is the file, by a redirect for large ones.

use serde::Deserialize;
use serde_json::Value;

use super::listing::Listed;
use super::{Complaint, is_sha256};

/// The Hub's origin.
pub const HUB: &str = "https://huggingface.co";

/// The Hub's own limit for either half of a name.
const LONGEST_PART: usize = 96;

/// A model's name on the Hub, `org/name`, known to be well formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubName {
    org: String,
    name: String,
}

impl HubName {
    /// The name in what was typed: the name itself, or the address of the model's page.
    ///
    /// # Errors
    /// Why it cannot be one.
    pub fn read(typed: &str) -> Result<Self, Complaint> {
        let typed = typed.trim();
        let bare = typed.strip_prefix("https://").or_else(|| typed.strip_prefix("http://"));
        let unschemed = bare.unwrap_or(typed);
        let path = ["huggingface.co/", "www.huggingface.co/", "hf.co/"]
            .into_iter()
            .find_map(|host| unschemed.strip_prefix(host));
        if bare.is_some() && path.is_none() {
            return Err(Complaint::new(
                "This is an address of another host, and models are fetched from huggingface.co only.",
                "Give the model’s name there, such as BAAI/bge-small-en-v1.5; or download its files and choose them here.",
            ));
        }
        let is_address = path.is_some();
        let path = path.unwrap_or(unschemed).split(['?', '#']).next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        match *parts.as_slice() {
            ["datasets" | "spaces", ..] if is_address => Err(Complaint::new(
                "This is the address of a data set or a space, not of a model.",
                "Give the address of the model’s page, or its name.",
            )),
            [org, name] => Self::of(org, name),
            [org, name, "tree" | "blob" | "resolve", "main", ..] if is_address => Self::of(org, name),
            [_, _, "tree" | "blob" | "resolve", revision, ..] if is_address => Err(Complaint::new(
                format!("This is the address of the revision {revision}, and only main is fetched here."),
                "Give the model’s name alone; or download that revision’s files and choose them here.",
            )),
            _ => Err(ill_formed(typed)),
        }
    }

    fn of(org: &str, name: &str) -> Result<Self, Complaint> {
        if is_part(org) && is_part(name) {
            Ok(Self { org: org.into(), name: name.into() })
        } else {
            Err(ill_formed(&format!("{org}/{name}")))
        }
    }

    /// `org/name`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.org, self.name)
    }

    /// What comes after the organisation.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the API speaks of the model.
    pub fn about_address(&self) -> String {
        format!("{HUB}/api/models/{}", self.id())
    }

    /// Where the API lists its files.
    pub fn tree_address(&self) -> String {
        format!("{}/tree/main", self.about_address())
    }

    /// The folder of its files at this revision.
    pub fn folder(&self, revision: &str) -> String {
        format!("{HUB}/{}/resolve/{revision}", self.id())
    }
}

/// Whether this is a folder as [`HubName::folder`] makes them.
pub fn is_folder(address: &str) -> bool {
    let Some(path) = address.strip_prefix(HUB).and_then(|rest| rest.strip_prefix('/')) else { return false };
    match *path.split('/').collect::<Vec<_>>().as_slice() {
        [org, name, "resolve", revision] => is_part(org) && is_part(name) && is_part(revision),
        _ => false,
    }
}

fn is_part(part: &str) -> bool {
    let edge = |letter: Option<char>| letter.is_some_and(|letter| letter != '-' && letter != '.');
    part.len() <= LONGEST_PART
        && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
        && edge(part.chars().next())
        && edge(part.chars().next_back())
        && !part.contains("..")
        && !part.contains("--")
}

fn ill_formed(typed: &str) -> Complaint {
    let what = if typed.is_empty() {
        "No name was given.".to_owned()
    } else {
        format!("“{typed}” is not a model’s name: that is an organisation, a slash and a name.")
    };
    Complaint::new(what, "Such as BAAI/bge-small-en-v1.5, or the address of the model’s page.")
}

/// What the API says of a model, as far as it says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The commit that `main` is now.
    pub revision: Option<String>,
    /// The licence of the weights, in the Hub's word for it.
    pub licence: Option<String>,
    /// Its files are only for those who have agreed to something.
    pub gated: bool,
}

/// Read what the API says of a model; what cannot be read counts as not said.
pub fn about(json: &[u8]) -> About {
    let Ok(said) = serde_json::from_slice::<Value>(json) else { return About::default() };
    let commit = |text: &&str| text.len() == 40 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    let named = said.pointer("/cardData/license").and_then(Value::as_str);
    let tagged = || {
        let tags = said.get("tags")?.as_array()?;
        tags.iter().filter_map(Value::as_str).find_map(|tag| tag.strip_prefix("license:"))
    };
    About {
        revision: said.get("sha").and_then(Value::as_str).filter(commit).map(str::to_owned),
        licence: named.or_else(tagged).map(str::to_owned),
        gated: said.get("gated").is_some_and(|gated| !matches!(gated, Value::Bool(false) | Value::Null)),
    }
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    path: String,
    #[serde(default)]
    size: u64,
    lfs: Option<LargeFile>,
}

#[derive(Deserialize)]
struct LargeFile {
    oid: String,
    size: Option<u64>,
}

/// Read the API's list of files.
///
/// # Errors
/// If it is no such list.
pub fn tree(json: &[u8]) -> Result<Vec<Listed>, Complaint> {
    let entries: Vec<Entry> = serde_json::from_slice(json).map_err(|error| {
        Complaint::new(
            format!("huggingface.co answered with something that is no list of files ({error})."),
            "Try again later; or download the model’s files and choose them here.",
        )
    })?;
    let files = entries.into_iter().filter(|entry| entry.kind == "file");
    Ok(files
        .map(|Entry { path, size, lfs, .. }| {
            let bytes = lfs.as_ref().and_then(|lfs| lfs.size).unwrap_or(size);
            let digits = lfs.map(|lfs| lfs.oid.trim_start_matches("sha256:").to_owned());
            Listed { path, bytes, sha256: digits.filter(|digits| is_sha256(digits)) }
        })
        .collect())
}

/// What to say when the Hub answers a question about this model with this status; `code` is its `X-Error-Code`.
pub fn refusal(id: &str, status: u16, code: Option<&str>) -> Complaint {
    match (status, code) {
        (401 | 403, Some("GatedRepo")) => gated(id),
        (403, _) => gated(id),
        // To those who are not logged in the Hub does not tell a private model from none.
        (401, _) => Complaint::new(
            format!(
                "huggingface.co has no public model called {id}: the name is another, or the model is private."
            ),
            "Look the name up on huggingface.co, capitals included. A private model’s files can be downloaded by its \
             owner and chosen here.",
        ),
        (404, _) => Complaint::new(
            format!("huggingface.co has no model called {id}."),
            "Look the name up on huggingface.co, capitals included.",
        ),
        (429, _) => Complaint::new(
            "huggingface.co was asked too often from here and wants a pause.",
            "Try again in a few minutes.",
        ),
        (status, _) => Complaint::new(
            format!("huggingface.co answered {status} when asked for {id}."),
            "Try again later; or download the model’s files and choose them here.",
        ),
    }
}

/// What to say of a model whose files are only for those who have agreed to something.
pub fn gated(id: &str) -> Complaint {
    Complaint::new(
        format!(
            "{id} is gated: its files are only for those who have agreed to its terms and are logged in."
        ),
        "Agree to them on huggingface.co, download the model’s files there, and choose them here. This page logs in \
         nowhere.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(typed: &str) -> Result<String, String> {
        HubName::read(typed).map(|name| name.id()).map_err(|complaint| complaint.what)
    }

    #[test]
    fn a_name_is_read_from_itself_and_from_the_address_of_its_page() {
        for typed in [
            "BAAI/bge-small-en-v1.5",
            "  BAAI/bge-small-en-v1.5 ",
            "https://huggingface.co/BAAI/bge-small-en-v1.5",
            "huggingface.co/BAAI/bge-small-en-v1.5/",
            "https://huggingface.co/BAAI/bge-small-en-v1.5/tree/main",
            "https://huggingface.co/BAAI/bge-small-en-v1.5/blob/main/config.json?download=true",
            "https://hf.co/BAAI/bge-small-en-v1.5#usage",
        ] {
            assert_eq!(id(typed).as_deref(), Ok("BAAI/bge-small-en-v1.5"), "{typed}");
        }
    }

    #[test]
    fn whatever_is_no_name_is_refused_with_its_reason() {
        for (typed, why) in [
            ("", "No name"),
            ("gpt2", "is not a model’s name"),
            ("a/b/c", "is not a model’s name"),
            ("../../etc/passwd", "is not a model’s name"),
            ("org/..", "is not a model’s name"),
            ("org/na me", "is not a model’s name"),
            ("org/name\u{e9}", "is not a model’s name"),
            ("https://elsewhere.org/org/name", "another host"),
            ("https://huggingface.co/datasets/org/name", "a data set"),
            ("https://huggingface.co/org/name/tree/v2", "the revision v2"),
        ] {
            assert!(id(typed).expect_err(typed).contains(why), "{typed}: {:?}", id(typed));
        }
    }

    #[test]
    fn addresses_hold_the_name_and_nothing_else() {
        let name = HubName::read("org/na.me_1-x").expect("a name");
        assert_eq!(name.tree_address(), "https://huggingface.co/api/models/org/na.me_1-x/tree/main");
        assert_eq!(name.folder("main"), "https://huggingface.co/org/na.me_1-x/resolve/main");
        assert!(is_folder(&name.folder("0123456789abcdef0123456789abcdef01234567")));
        assert!(!is_folder("https://huggingface.co/org/name/resolve/main/more"));
    }

    #[test]
    fn the_tree_gives_files_with_sizes_and_the_hashes_of_large_ones() {
        let sha256 = "b".repeat(64);
        let json = format!(
            r#"[{{"type":"directory","oid":"1","size":0,"path":"onnx"}},
                {{"type":"file","oid":"2","size":612,"path":"config.json"}},
                {{"type":"file","oid":"3","size":134,"lfs":{{"oid":"{sha256}","size":90868376,"pointerSize":134}},
                  "xetHash":"c","path":"model.safetensors"}}]"#
        );
        let files = tree(json.as_bytes()).expect("a tree");
        assert_eq!(
            files,
            [
                Listed { path: "config.json".into(), bytes: 612, sha256: None },
                Listed { path: "model.safetensors".into(), bytes: 90_868_376, sha256: Some(sha256) },
            ]
        );
        assert!(tree(br#"{"error":"Repository not found"}"#).is_err());
        assert!(tree(b"<!doctype html>").is_err());
    }

    #[test]
    fn commit_licence_and_gate_are_read_where_they_are_said() {
        let said = about(
            br#"{"sha":"0123456789abcdef0123456789abcdef01234567","gated":"manual","tags":["license:mit"],
                "cardData":{"license":"apache-2.0"}}"#,
        );
        assert_eq!(said.revision.as_deref(), Some("0123456789abcdef0123456789abcdef01234567"));
        assert_eq!((said.licence.as_deref(), said.gated), (Some("apache-2.0"), true));
        let said = about(br#"{"sha":"main/../x","gated":false,"tags":["bert","license:mit"],"cardData":{"license":["a"]}}"#);
        assert_eq!(said, About { revision: None, licence: Some("mit".into()), gated: false });
        assert_eq!(about(b"no JSON"), About::default());
    }

    #[test]
    fn each_refusal_of_the_hub_says_what_it_means() {
        let what = |status, code| refusal("org/name", status, code).what;
        assert!(what(404, None).contains("no model called org/name"));
        assert!(what(401, Some("RepoNotFound")).contains("private"));
        assert!(what(401, Some("GatedRepo")).contains("gated"));
        assert!(what(403, None).contains("gated"));
        assert!(what(429, None).contains("too often"));
        assert!(what(503, None).contains("503"));
    }
}
