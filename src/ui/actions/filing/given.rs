//! The file that was given to be scored: looked into by the data worker, and read another way if the person says so.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use crate::domain::filing::Columns;
use crate::protocol::Fault;
use crate::protocol::filing::Survey;
use crate::ui::actions::Actions;
use crate::ui::state::Stage;
use crate::worker::client::data::OpenFiling;

impl Actions {
    /// Look into this file; it takes the place of one that was given before and is not being scored.
    pub fn give_to_score(self, files: Vec<(String, File)>) {
        let filing = self.state.filing;
        let Some((_, file)) = files.into_iter().next() else { return };
        if untrack(|| filing.busy()) {
            return;
        }
        self.put_filing_away();
        let name = file.name();
        filing.name.set(name.clone());
        let number = self.next_given();
        spawn_local(async move {
            let looked = match self.data_client() {
                Ok(client) => {
                    let mut open = client.survey(&name, file.into());
                    open.surveyed().await.map(|survey| (open, survey))
                }
                Err(fault) => Err(fault),
            };
            self.looked_into(number, looked);
        });
    }

    /// Read the texts of the file that was given from these columns.
    pub fn read_to_score_as(self, columns: Columns) {
        let Some(mut open) = self.world.try_update_value(|world| world.filing.open.take()).flatten() else {
            return;
        };
        let number = self.next_given();
        spawn_local(async move {
            let looked = open.survey_as(columns).await.map(|survey| (open, survey));
            self.looked_into(number, looked);
        });
    }

    /// A look begins; its number.
    fn next_given(self) -> u32 {
        self.state.filing.stage.set(Stage::Looking);
        self.world
            .try_update_value(|world| {
                world.filing.given += 1;
                world.filing.given
            })
            .unwrap_or_default()
    }

    /// A look has ended; nothing comes of it if another was begun meanwhile.
    fn looked_into(self, number: u32, looked: Result<(OpenFiling, Survey), Fault>) {
        if self.world.with_value(|world| world.filing.given != number) {
            return;
        }
        let stage = match looked {
            Ok((open, survey)) => {
                self.world.update_value(|world| world.filing.open = Some(open));
                Stage::Seen(survey.into())
            }
            Err(fault) => Stage::Refused(fault),
        };
        self.state.filing.stage.set(stage);
    }
}
