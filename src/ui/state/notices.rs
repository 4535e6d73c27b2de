//! What the person is told in passing: faults stay until they are dismissed, good news goes by itself.

use leptos::prelude::*;

use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Good,
    /// Something went wrong.
    Bad,
}

/// What a person can do about a notice with one press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mend {
    /// Start the engine again.
    StartEngine,
}

impl Mend {
    /// The words on the button.
    pub fn words(self) -> &'static str {
        match self {
            Mend::StartEngine => "Start the engine again",
        }
    }
}

/// One notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Tells notices apart.
    pub id: u32,
    /// How it is meant.
    pub tone: Tone,
    /// What happened.
    pub what: String,
    /// What to do, where there is something to do.
    pub remedy: Option<String>,
    /// What can be done at once.
    pub mend: Option<Mend>,
}

/// The notices on the screen, and the one fault that needs a reload.
#[derive(Clone, Copy)]
pub struct Notices {
    /// Oldest first.
    pub list: RwSignal<Vec<Notice>>,
    /// Page and worker are of different builds: nothing works until the page is loaded again.
    pub reload: RwSignal<Option<Fault>>,
    last: StoredValue<u32>,
}

impl Default for Notices {
    fn default() -> Self {
        Self { list: RwSignal::new(vec![]), reload: RwSignal::new(None), last: StoredValue::new(0) }
    }
}

impl Notices {
    /// More than this at once helps nobody.
    const MOST: usize = 4;

    /// Tell of a fault. The same fault is not told twice at the same time.
    pub fn fault(&self, fault: Fault) {
        self.tell(fault, None);
    }

    /// Tell of a fault that one press mends.
    pub fn fault_with(&self, fault: Fault, mend: Mend) {
        self.tell(fault, Some(mend));
    }

    /// Tell of something that was done.
    pub fn good(&self, what: impl Into<String>) {
        let id = self.push(Tone::Good, what.into(), None, None);
        let notices = *self;
        set_timeout(move || notices.dismiss(id), std::time::Duration::from_secs(6));
    }

    /// Take a notice off the screen.
    pub fn dismiss(&self, id: u32) {
        self.list.update(|list| list.retain(|notice| notice.id != id));
    }

    /// What this would mend is mended.
    pub fn mended(&self, mend: Mend) {
        self.list.update(|list| list.retain(|notice| notice.mend != Some(mend)));
    }

    fn tell(&self, fault: Fault, mend: Option<Mend>) {
        if fault.kind == FaultKind::Build {
            self.reload.set(Some(fault));
        } else {
            self.push(Tone::Bad, fault.what, Some(fault.remedy), mend);
        }
    }

    fn push(&self, tone: Tone, what: String, remedy: Option<String>, mend: Option<Mend>) -> u32 {
        self.last.update_value(|last| *last += 1);
        let id = self.last.get_value();
        self.list.update(|list| {
            list.retain(|notice| notice.what != what);
            list.push(Notice { id, tone, what, remedy, mend });
            let over = list.len().saturating_sub(Self::MOST);
            list.drain(..over);
        });
        id
    }
}
