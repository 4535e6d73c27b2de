//! Through many pairs, a stretch at a time, the page breathing in between: for the table, for what an export holds, and
//! after an import was taken back.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::domain::dataset::Dataset;
use crate::ui::state::Sweeping;

/// While pairs come in one by one, sweep anew no more often than this.
const BETWEEN_SWEEPS_MS: u32 = 400;

/// While a file streams in, which would otherwise wait for the sweeps.
const BETWEEN_SWEEPS_OF_AN_IMPORT_MS: u32 = 5_000;

impl Actions {
    /// Go through the pairs once, or once more when the sweep under way has ended. `sweep` goes through them once and
    /// is told whether its wish still stands by [`Actions::stretch_by_stretch`].
    pub(super) fn sweep<F>(self, sweeping: StoredValue<Sweeping>, sweep: impl Fn() -> F + 'static)
    where
        F: Future<Output = ()>,
    {
        if sweeping.try_update_value(Sweeping::begin) != Some(true) {
            return;
        }
        spawn_local(async move {
            loop {
                sweep().await;
                if sweeping.try_update_value(Sweeping::again) != Some(true) {
                    return;
                }
                self.pause_between_sweeps(sweeping).await;
            }
        });
    }

    /// As long as suits what goes on; an import's end, or a new wish, ends it early.
    async fn pause_between_sweeps(self, sweeping: StoredValue<Sweeping>) {
        let newest = || sweeping.try_with_value(Sweeping::newest);
        let wish = newest();
        let importing = || self.state.intake.reading.with_untracked(Option::is_some);
        TimeoutFuture::new(BETWEEN_SWEEPS_MS).await;
        let mut waited = BETWEEN_SWEEPS_MS;
        while importing() && newest() == wish && waited < BETWEEN_SWEEPS_OF_AN_IMPORT_MS {
            TimeoutFuture::new(BETWEEN_SWEEPS_MS).await;
            waited += BETWEEN_SWEEPS_MS;
        }
    }

    /// Until all is looked at that an import, or another purpose of a source, has touched.
    pub(super) async fn settle_in_stretches(self) {
        while self.state.workspace.settle_on() {
            TimeoutFuture::new(0).await;
        }
    }

    /// Do `stretch` until it says that there is nothing more; `false` if something else was wished for meanwhile.
    pub(super) async fn stretch_by_stretch(
        self,
        sweeping: StoredValue<Sweeping>,
        mut stretch: impl FnMut(&Dataset) -> bool,
    ) -> bool {
        let newest = || sweeping.try_with_value(Sweeping::newest);
        let wish = newest();
        while self.state.workspace.dataset.with_untracked(&mut stretch) {
            TimeoutFuture::new(0).await;
            if newest() != wish {
                return false;
            }
        }
        true
    }
}
