//! What the Score tab asks beside scores: why, and in which order. Both take longer than a score, so they wait for the
//! end of typing; the engine drops an older question for a newer one by itself.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use super::Actions;
use crate::domain::candidate_texts::{Found, MOST, in_file};
use crate::domain::pair::{Pair, PairId};
use crate::protocol::error::FaultKind;
use crate::protocol::{Command, Fault};
use crate::ui::browser;
use crate::ui::state::{Purpose, ScorePart, Tab};

/// Typing has ended when nothing was typed for so long.
const TYPING_ENDS_MS: u32 = 400;

/// A file of candidates is read whole, in the page.
const LARGEST_OF_CANDIDATES: f64 = 4e6;

impl Actions {
    /// What is typed on the Score tab, or the model, is another: the part of it that is shown follows.
    pub fn typed(self) {
        match self.state.scoring.part.get_untracked() {
            ScorePart::Text => {
                self.score();
                self.when_typing_ends(self.state.why.wishes, Self::explain);
            }
            ScorePart::Rank => self.when_typing_ends(self.state.candidates.wishes, Self::order),
            ScorePart::File | ScorePart::Models => {}
        }
    }

    /// Show why the responses score as they do, and go on to as they change; or no longer.
    pub fn turn_why(self) {
        let why = self.state.why;
        why.wanted.update(|wanted| *wanted = !*wanted);
        self.explain();
    }

    fn explain(self) {
        let (why, scoring) = (self.state.why, self.state.scoring);
        let slot = untrack(|| self.state.slot_in_view());
        let nothing = scoring.response.with_untracked(String::is_empty) || !self.has_model(slot);
        if nothing || !why.wanted.get_untracked() {
            return why.clear();
        }
        // Where nobody looks, it is told when somebody does.
        if self.state.settings.tab.get_untracked() != Tab::Score {
            return;
        }
        let request = self.state.ask(Purpose::Explain);
        let (prompt, responses) = (scoring.prompt(), scoring.responses());
        why.asked(request, prompt.clone(), responses.clone());
        self.send(Command::Explain { request, slot, prompt, responses });
    }

    fn order(self) {
        let candidates = self.state.candidates;
        let slot = untrack(|| self.state.slot_in_view());
        if !candidates.any() || !self.has_model(slot) {
            return candidates.clear();
        }
        if self.state.settings.tab.get_untracked() != Tab::Score {
            return;
        }
        let request = self.state.ask(Purpose::Order);
        let responses = candidates.asked(request);
        let prompt = self.state.scoring.prompt();
        self.send(Command::Order { request, slot, prompt, responses });
    }

    fn when_typing_ends(self, wishes: StoredValue<u32>, then: fn(Self)) {
        let wish = wishes.try_update_value(|wishes| {
            *wishes += 1;
            *wishes
        });
        spawn_local(async move {
            TimeoutFuture::new(TYPING_ENDS_MS).await;
            if wishes.try_get_value() == wish {
                then(self);
            }
        });
    }

    /// Look closer at the best candidate: as the response on the part for texts.
    pub fn take_best(self) {
        let scoring = self.state.scoring;
        if let Some(best) = self.state.candidates.best() {
            scoring.response.set(best);
            scoring.part.set(ScorePart::Text);
        }
    }

    /// Put the best candidate on the clipboard.
    pub fn copy_best(self) {
        let notices = self.state.notices;
        let Some(best) = self.state.candidates.best() else { return };
        spawn_local(async move {
            match browser::copy(&best).await {
                Ok(()) => notices.good("The best candidate is on the clipboard."),
                Err(fault) => notices.fault(fault),
            }
        });
    }

    /// Take what is on the clipboard among the candidates.
    pub fn paste_candidates(self) {
        spawn_local(async move {
            match browser::pasted().await {
                Ok(text) => {
                    self.state.candidates.add(&text);
                    self.typed();
                }
                Err(fault) => self.state.notices.fault(fault),
            }
        });
    }

    /// Take what is in these files among the candidates; the prompt that they name, where none is typed.
    pub fn take_candidates(self, files: Vec<(String, File)>) {
        let candidates = self.state.candidates;
        spawn_local(async move {
            for (name, file) in files {
                match candidates_of(&name, &file, candidates.by_line.get_untracked()).await {
                    Ok(Found { prompt, mut texts }) => {
                        if let Some(prompt) = prompt.filter(|_| self.state.scoring.prompt().is_empty()) {
                            self.state.scoring.ask(prompt);
                        }
                        let room = MOST.saturating_sub(candidates.texts.with_untracked(Vec::len));
                        if texts.len() > room {
                            texts.truncate(room);
                            self.state.notices.fault(too_many(&name));
                        }
                        candidates.texts.update(|all| all.append(&mut texts));
                    }
                    Err(fault) => self.state.notices.fault(fault),
                }
            }
            self.typed();
        });
    }

    /// Show this pair over the table of the Data tab.
    pub fn open_pair(self, pair: PairId) {
        self.state.table.opened.set(Some(pair));
        self.open_tab(Tab::Data);
    }

    /// Put a pair of the workspace, drawn at random, into the fields of the open part.
    pub fn fill_in_a_pair(self) {
        let pair = self.state.workspace.dataset.with_untracked(|dataset| {
            let number = browser::random_u64().checked_rem(dataset.len() as u64)?;
            dataset.pairs().nth(number as usize).cloned()
        });
        let Some(pair) = pair else { return };
        let Pair { prompt, turns, response_a, response_b, .. } = Pair::clone(&pair);
        let scoring = self.state.scoring;
        match turns.is_empty() {
            true => scoring.ask(prompt),
            false => scoring.turns.set(turns),
        }
        match scoring.part.get_untracked() {
            ScorePart::Text | ScorePart::File | ScorePart::Models => {
                scoring.response.set(response_a);
                scoring.other.set(response_b);
            }
            ScorePart::Rank => self.state.candidates.texts.set(vec![response_a, response_b]),
        }
        self.typed();
    }
}

/// The candidates in a file.
///
/// # Errors
/// `FaultKind::File` if it is too large to be looked at one by one, cannot be read, or holds none.
async fn candidates_of(name: &str, file: &File, by_line: bool) -> Result<Found, Fault> {
    if file.size() > LARGEST_OF_CANDIDATES {
        let what = format!("{name} is larger than {:.0} MB.", LARGEST_OF_CANDIDATES / 1e6);
        return Err(Fault::new(
            FaultKind::File,
            what,
            "Score it as a file, which ranks any number of responses.",
        ));
    }
    let text = browser::text_of(file).await?;
    let usual = "Give texts with a line of --- between, or JSON: a list of texts, or one object a line with a response.";
    in_file(name, &text, by_line).map_err(|why| Fault::new(FaultKind::File, why, usual))
}

fn too_many(name: &str) -> Fault {
    let what =
        format!("{MOST} candidates are put in order at a time, and {name} has more: the first were taken.");
    Fault::new(FaultKind::File, what, "Score it as a file, which ranks any number of responses.")
}
