//! A file that is scored: given, looked at, its rows scored, and taken along.

mod recognised;
mod running;
mod summary;

use leptos::prelude::*;

use crate::ui::actions::Actions;
use crate::ui::state::Stage;
use crate::ui::views::drop::{DropPlace, choose_files};
use crate::ui::widgets::FaultNote;

/// The part.
pub fn file() -> AnyView {
    let actions = Actions::of_page();
    let filing = actions.state.filing;
    let on_files = Callback::new(move |files| actions.give_to_score(files));
    let busy = Memo::new(move |_| filing.busy());
    view! {
        <DropPlace on_files=on_files>
            <section class="card" aria-labelledby="file-head">
                <h3 id="file-head">"Score a file"</h3>
                {move || {
                    (!busy.get())
                        .then(|| {
                            view! {
                                <div class="drop">
                                    {choose_files("file-input", "Choose a file", false, false.into(), on_files)}
                                    <p class="quiet">
                                        "or drop it here: prompts with one response or a list of them, conversations, or pairs (TRL,
                                        Anthropic HH, RewardBench and more), as JSON, JSON Lines, CSV or Parquet, gzipped or not. It
                                        comes back as it was, with a score beside every row. Nothing leaves this browser."
                                    </p>
                                </div>
                            }
                        })
                }}
                {move || match filing.stage.get() {
                    Stage::None => ().into_any(),
                    Stage::Looking => view! { <p class="quiet" role="status">"Looking into it…"</p> }.into_any(),
                    Stage::Refused(fault) => view! { <FaultNote fault=fault /> }.into_any(),
                    Stage::Seen(survey) => recognised::recognised(&survey),
                    Stage::Scoring | Stage::Waiting | Stage::Paused | Stage::Stopped(_) => ().into_any(),
                    Stage::Done(report, cut_short) => summary::summary(&report, cut_short),
                }}
                {move || busy.get().then(running::running)}
            </section>
        </DropPlace>
    }
    .into_any()
}
