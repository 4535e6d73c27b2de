//! Looking at a file that is to be scored: how its rows would be read, and what could be scored of them.

use crate::data::container::Packed;
use crate::data::sniff::{columns, first_rows};
use crate::data::start_of;
use crate::domain::filing::columns::{columns as added, free_number, named};
use crate::domain::filing::{Columns, Form, asked, by_columns, recognise};
use crate::domain::formats::Refused;
use crate::domain::formats::row::{Refusal, Row};
use crate::protocol::Fault;
use crate::protocol::data::Container;
use crate::protocol::filing::Survey;
use crate::protocol::scoring::RowTexts;

/// Look at a file; read these columns of it if there are any, or by the shape under which most rows can be scored.
///
/// # Errors
/// `FaultKind::File` if the file as a whole cannot be read.
pub fn survey(file: &Packed, by_hand: Option<Columns>) -> Result<Survey, Fault> {
    let (found, whole) = first_rows(file)?;
    let sound: Vec<Row> = found.iter().filter_map(|found| found.row.as_ref().ok().cloned()).collect();
    let shape = match by_hand {
        Some(columns) => Some(by_columns(&sound, columns)),
        None => recognise(&sound),
    };
    let (mut preview, mut refused, mut scorable) = (vec![], vec![], 0);
    for found in &found {
        let read = match (&found.row, &shape) {
            (Ok(row), Some(shape)) => asked(row, shape).map_err(|refusal| (refusal, shown(row))),
            (Ok(row), None) => Err((unknown(), shown(row))),
            (Err(refused), _) => Err(refused.clone()),
        };
        match read {
            Ok(asked) => {
                scorable += 1;
                preview.push(RowTexts { prompt: asked.prompt, responses: asked.responses });
            }
            Err((Refusal(reason), text)) => refused.push(Refused { line: found.line, reason, text }),
        }
        preview.truncate(Survey::SHOWN);
        refused.truncate(Survey::SHOWN);
    }
    let added = match &shape {
        Some(shape) => {
            let number = number(file, shape.form)?;
            added(shape.form).iter().map(|column| named(column.name, number)).collect()
        }
        None => vec![],
    };
    Ok(Survey {
        shape,
        container: file.container,
        gzip: file.gzip,
        bytes: file.source.size(),
        columns: columns(&sound),
        rows: found.len(),
        whole,
        scorable,
        preview,
        refused,
        added,
    })
}

/// What the added columns' names end in, so that no column of the file bears them.
///
/// # Errors
/// As [`survey`].
pub(super) fn number(file: &Packed, form: Form) -> Result<u32, Fault> {
    let header = match file.container {
        Container::Csv | Container::Tsv => Some(file.header()?),
        Container::JsonLines | Container::Json | Container::Parquet => None,
    };
    let (found, _) = first_rows(file)?;
    let taken = |name: &str| {
        header.iter().flatten().any(|known| known == name.as_bytes())
            || found.iter().any(|found| found.row.as_ref().is_ok_and(|row| row.contains_key(name)))
    };
    Ok(free_number(form, 1, taken))
}

fn shown(row: &Row) -> String {
    start_of(&serde_json::to_string(row).unwrap_or_default())
}

fn unknown() -> Refusal {
    Refusal("No prompt and response was found in this row. Choose the columns by hand.".into())
}
