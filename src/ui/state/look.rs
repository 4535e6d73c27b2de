//! How pairs are shown on Annotate: five switches, kept for the next visit.

use serde::{Deserialize, Serialize};

/// One switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// Markdown is rendered.
    Markdown,
    /// What differs between the responses is marked.
    Differences,
    /// Long responses scroll together.
    Together,
    /// Where pair and responses come from is shown.
    Source,
    /// Nothing is on the screen but the pair and the answers.
    Focus,
}

impl Switch {
    /// In the order of the page.
    pub const ALL: [Switch; 5] =
        [Switch::Markdown, Switch::Differences, Switch::Together, Switch::Source, Switch::Focus];

    /// The test id.
    pub fn word(self) -> &'static str {
        match self {
            Switch::Markdown => "render-markdown",
            Switch::Differences => "show-differences",
            Switch::Together => "scroll-together",
            Switch::Source => "show-source",
            Switch::Focus => "focus-mode",
        }
    }

    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            Switch::Markdown => "Render Markdown",
            Switch::Differences => "Mark what differs",
            Switch::Together => "Scroll together",
            Switch::Source => "Show the source",
            Switch::Focus => "Focus",
        }
    }

    /// The key that turns it.
    pub fn key(self) -> &'static str {
        match self {
            Switch::Markdown => "M",
            Switch::Differences => "D",
            Switch::Together => "L",
            Switch::Source => "O",
            Switch::Focus => "F",
        }
    }
}

/// Which switches are on. A source could sway the answer, so it is shown only where it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    markdown: bool,
    differences: bool,
    together: bool,
    source: bool,
    focus: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { markdown: true, differences: false, together: false, source: false, focus: false }
    }
}

impl Look {
    /// Whether it is on.
    pub fn has(self, switch: Switch) -> bool {
        match switch {
            Switch::Markdown => self.markdown,
            Switch::Differences => self.differences,
            Switch::Together => self.together,
            Switch::Source => self.source,
            Switch::Focus => self.focus,
        }
    }

    /// With this one turned.
    #[must_use]
    pub fn turned(mut self, switch: Switch) -> Self {
        let place = match switch {
            Switch::Markdown => &mut self.markdown,
            Switch::Differences => &mut self.differences,
            Switch::Together => &mut self.together,
            Switch::Source => &mut self.source,
            Switch::Focus => &mut self.focus,
        };
        *place = !*place;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_switch_turns_itself_alone_and_settings_of_before_a_switch_are_read() {
        for switch in Switch::ALL {
            let turned = Look::default().turned(switch);
            for other in Switch::ALL {
                assert_eq!(turned.has(other) != Look::default().has(other), other == switch);
            }
            assert_eq!(turned.turned(switch), Look::default());
        }
        let old: Look = serde_json::from_str(r#"{"focus":true}"#).unwrap();
        assert_eq!(old, Look::default().turned(Switch::Focus));
    }
}
