//! A note of which inputs something was made from, so that it is made again when they change and only then.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::digest;

/// A file that holds the digest of other files.
pub struct Stamp {
    /// Where the note is kept: inside what was made, so that both vanish together.
    pub note: PathBuf,
    /// What it was made from. Those that do not exist count as absent, and as a change once they appear.
    pub inputs: Vec<PathBuf>,
}

impl Stamp {
    /// Whether what was made still fits its inputs.
    pub fn is_current(&self) -> bool {
        matches!((fs::read_to_string(&self.note), self.digest()), (Ok(noted), Ok(now)) if noted == now)
    }

    /// Notes that it was just made.
    pub fn write(&self) -> Result<()> {
        Ok(fs::write(&self.note, self.digest()?)?)
    }

    fn digest(&self) -> Result<String> {
        let there = self.inputs.iter().filter(|input| input.is_file());
        // By name alone: another checkout with the same inputs finds its set-up done.
        let name = |input: &PathBuf| input.file_name().unwrap_or_default().display().to_string();
        let members = there.map(|input| Ok((name(input), digest::of_file(input)?)));
        Ok(digest::of_set(members.collect::<Result<_>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_holds_until_an_input_changes_or_appears() {
        let folder = std::env::temp_dir().join(format!("reward-studio-stamp-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let [first, second] = ["first", "second"].map(|name| folder.join(name));
        let stamp = Stamp { note: folder.join("note"), inputs: vec![first.clone(), second.clone()] };
        fs::write(&first, "1").expect("a file");

        assert!(!stamp.is_current(), "nothing was made yet");
        stamp.write().expect("a note");
        assert!(stamp.is_current());
        fs::write(&second, "2").expect("a file");
        assert!(!stamp.is_current(), "an input appeared");
        stamp.write().expect("a note");
        fs::write(&first, "3").expect("a file");
        assert!(!stamp.is_current(), "an input changed");

        fs::remove_dir_all(folder).expect("the folder goes");
    }
}
