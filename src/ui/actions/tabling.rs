//! The table of pairs: looking through them, and what is done to many or one. Every long piece of work is cut into
//! pieces between which the page breathes.

use std::collections::HashSet;
use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::domain::log::{Action, EventId, Label, LogEvent, Purpose};
use crate::domain::pair::{Pair, PairId};
use crate::domain::table::{Query, Scan};
use crate::protocol::Command;
use crate::ui::state::{Purpose as Asking, Sweeping};

/// Events in one transaction, and pairs ticked in one piece.
const AT_ONCE: usize = 500;

impl Actions {
    /// Look for this in the table from now on.
    pub fn look_for(self, change: impl FnOnce(&mut Query)) {
        let table = self.state.table;
        let before = table.query.get_untracked();
        let mut query = before.clone();
        change(&mut query);
        if query == before {
            return;
        }
        table.query.set(query);
        table.active.set(0);
        table.sweeping.update_value(Sweeping::wish);
        self.look_through();
    }

    /// The pairs, or the query, have changed: make the table follow.
    pub fn look_through(self) {
        self.sweep(self.state.table.sweeping, move || self.look_once());
    }

    /// Through all pairs once; from the start again as soon as something else is looked for.
    async fn look_once(self) {
        let table = self.state.table;
        loop {
            let mut scan = Scan::new(table.query.get_untracked());
            let whole = self
                .stretch_by_stretch(table.sweeping, |dataset| {
                    let more = scan.go_on(dataset);
                    table.looking.set(more.then(|| scan.share(dataset)));
                    more
                })
                .await;
            if !whole {
                continue;
            }
            let (found, facets) = scan.finish();
            table.found.set(Arc::new(found));
            if table.facets.with_untracked(|known| *known != facets) {
                table.facets.set(facets);
            }
            return;
        }
    }

    /// The pair in this row of the table.
    pub fn pair_in_row(self, row: usize) -> Option<PairId> {
        let place = self.state.table.found.with_untracked(|found| found.get(row).copied())?;
        let dataset = self.state.workspace.dataset;
        dataset.with_untracked(|dataset| dataset.at(place as usize).map(|pair| pair.id.clone()))
    }

    /// Ask how the recipe in force has this pair read.
    pub fn read_pair(self, pair: &Pair) {
        let request = self.state.ask(Asking::Strips);
        self.state.strips.asked(request);
        let responses = vec![pair.response_a.clone(), pair.response_b.clone()];
        self.send(Command::Strips { request, prompt: pair.prompt.clone(), responses });
    }

    /// Tick every pair that the table shows.
    pub fn select_all_found(self) {
        let (table, workspace) = (self.state.table, self.state.workspace);
        let found = table.found.get_untracked();
        spawn_local(async move {
            let mut selected = HashSet::with_capacity(found.len());
            for places in found.chunks(10 * AT_ONCE) {
                workspace.dataset.with_untracked(|dataset| {
                    let pairs = places.iter().filter_map(|&place| dataset.at(place as usize));
                    selected.extend(pairs.map(|pair| pair.id.clone()));
                });
                TimeoutFuture::new(0).await;
            }
            table.selected.set(selected);
        });
    }

    /// Remove these pairs. It can be taken back.
    pub fn delete_pairs(self, pairs: Vec<PairId>) {
        let table = self.state.table;
        table.opened.set(None);
        // Ticked no more from now on, so that nobody deletes them twice while they are going.
        table.selected.update(|ticked| {
            for pair in &pairs {
                ticked.remove(pair);
            }
        });
        spawn_local(async move {
            let deleted = self.write_down(pairs.into_iter().map(|pair| Action::Delete { pair })).await;
            table.deleted.set(deleted);
        });
    }

    /// Take the newest deletion back.
    pub fn undo_deletion(self) {
        let deleted = self.state.table.deleted.get_untracked();
        self.state.table.deleted.set(vec![]);
        spawn_local(async move {
            self.write_down(deleted.into_iter().map(|event| Action::Undo { event })).await;
        });
    }

    /// Use the pairs of this source for this from now on.
    pub fn use_source(self, source: String, purpose: Purpose) {
        spawn_local(async move {
            self.write_down([Action::Use { source, purpose }]).await;
        });
    }

    /// Change note and tags of the answer that stands. The choice stays that of whoever made it.
    pub fn annotate_answer(self, pair: PairId, tags: Vec<String>, note: String) {
        let answer = self.state.workspace.dataset.with_untracked(|dataset| dataset.label_behind(&pair));
        let Some(answer) = answer else { return };
        let label = Label { tags, note, ..answer.label };
        let action = Action::Label { pair, label, given: answer.given, supersedes: Some(answer.event) };
        let event = LogEvent { annotator: answer.annotator, ..self.event(action) };
        spawn_local(async move {
            self.take_in(vec![], vec![event]).await;
            self.fit();
        });
    }

    /// Store what is done, so much at once, and let the page know it; the events that it became.
    async fn write_down(self, actions: impl IntoIterator<Item = Action>) -> Vec<EventId> {
        let mut actions = actions.into_iter();
        let mut written = vec![];
        loop {
            let some: Vec<LogEvent> =
                actions.by_ref().take(AT_ONCE).map(|action| self.event(action)).collect();
            if some.is_empty() {
                break;
            }
            written.extend(some.iter().map(|event| event.id.clone()));
            self.take_in(vec![], some).await;
            TimeoutFuture::new(0).await;
        }
        self.fit();
        written
    }
}
