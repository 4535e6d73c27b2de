//! Any JSON object, read as every format in turn; what is read is written as every format in turn.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reward_studio::domain::formats::export::{ExportFormat, ExportOptions, Margin};
use reward_studio::domain::formats::mapping::{Columns, FormatId};
use reward_studio::domain::formats::row::Row;
use reward_studio::domain::formats::{Taken, format, write};

fuzz_target!(|text: &str| {
    let Ok(row) = serde_json::from_str::<Row>(text) else { return };
    for id in FormatId::ALL {
        let rows = [row.clone(), row.clone()];
        let Ok(Taken { records, .. }) = format(id).records(&rows, &Columns::default()) else { continue };
        for record in records {
            for into in ExportFormat::ALL {
                let _ = write(into, &record, ExportOptions { margin: Margin::With });
            }
        }
    }
});
