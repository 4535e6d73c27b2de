//! Looking at a file's first rows: which format, which columns, and what would come of them.

use super::Found;
use super::container::Packed;
use super::read::Reading;
use super::source::Progress;
use crate::domain::formats::guess::{self, Guessed};
use crate::domain::formats::mapping::{Columns, FormatId, LabelFrom, Mapping};
use crate::domain::formats::row::{Row, word};
use crate::domain::formats::{format, recognise, verdict};
use crate::protocol::Fault;
use crate::protocol::data::{Certainty, Column, Sniffed};

/// Rows that are looked at.
const ROWS: usize = 200;

/// Bytes of the file after which no more rows are looked at.
const BYTES: u64 = 8 << 20;

/// A column with more distinct values than this is none of labels.
const MOST_WORDS: usize = 12;

/// A longer value is no label.
const WORD_LETTERS: usize = 40;

/// Letters of a column's example.
const EXAMPLE_LETTERS: usize = 120;

/// Exactness from which a format is believed without being asked about.
const BELIEVED: f32 = 50.0;

/// Look at a file; read it by `mapping` if there is one, or as what it most looks like.
///
/// # Errors
/// `FaultKind::File` if the file as a whole cannot be read.
pub fn sniff(file: &Packed, mapping: Option<Mapping>) -> Result<Sniffed, Fault> {
    let (found, _) = first_rows(file)?;
    let rows: Vec<Row> = found.into_iter().filter_map(|found| found.row.ok()).collect();
    let columns = columns(&rows);
    let fitting = recognise(&rows);
    let (mapping, certainty) = match mapping {
        Some(mapping) => (mapping, Certainty::Sure),
        None => propose(&fitting, &columns),
    };
    let others = fitting.iter().map(|(id, _)| *id).filter(|id| *id != mapping.format).collect();
    let mut reading = Reading::begin(file, &mapping)?;
    let batch = reading.next_batch().unwrap_or_default();
    if batch.rows == 0
        && let Some(fault) = &reading.report().cut_short
    {
        return Err(fault.clone());
    }
    let mut preview = batch.records;
    preview.truncate(Sniffed::SHOWN);
    Ok(Sniffed {
        labels: labels(&mapping),
        mapping,
        certainty,
        others,
        container: file.container,
        gzip: file.gzip,
        bytes: file.source.size(),
        columns,
        preview,
        refused: batch.refused,
        rows: batch.rows,
    })
}

/// The first rows, good and bad, and whether they are all.
pub(super) fn first_rows(file: &Packed) -> Result<(Vec<Found>, bool), Fault> {
    let progress = Progress::default();
    let (mut first, mut good) = (Vec::new(), 0);
    for found in file.rows(progress.clone())? {
        if good >= ROWS || progress.bytes() >= BYTES && !first.is_empty() {
            return Ok((first, false));
        }
        match found {
            Ok(found) => {
                good += usize::from(found.row.is_ok());
                first.push(found);
            }
            // A fault after some rows is told again, when the file is read.
            Err(fault) if first.is_empty() => return Err(fault),
            Err(_) => return Ok((first, false)),
        }
    }
    Ok((first, true))
}

/// The format that fits best, or the columns that look like a pair.
fn propose(fitting: &[(FormatId, f32)], columns: &[Column]) -> (Mapping, Certainty) {
    let guessed = guessed(columns);
    match fitting.first() {
        Some(&(format, exact)) => {
            let certainty = if exact >= BELIEVED && format != FormatId::Table {
                Certainty::Sure
            } else {
                Certainty::Guess
            };
            (Mapping { format, columns: guessed }, certainty)
        }
        None => (Mapping { format: FormatId::Table, columns: guessed }, Certainty::Unknown),
    }
}

/// What the columns' names suggest, for the person to change.
fn guessed(columns: &[Column]) -> Columns {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let named = |name: &str| {
        names.iter().find(|known| known.eq_ignore_ascii_case(name)).map(|&known| known.to_owned())
    };
    let Some(Guessed { prompt, a, b, first_is_better, label }) = guess::columns(&names) else {
        return Columns { prompt: named("prompt"), ..Columns::default() };
    };
    let words = |name: &String| {
        columns.iter().find(|column| column.name == *name).map(|column| verdict::guess(&column.words))
    };
    let label = match label {
        _ if first_is_better => LabelFrom::FirstIsBetter,
        Some(name) => LabelFrom::Column { words: words(&name).unwrap_or_default(), name },
        None => LabelFrom::Nowhere,
    };
    Columns {
        prompt,
        a: Some(a),
        b: Some(b),
        label,
        strength: named("strength"),
        margin: named("margin"),
        annotator: named("annotator"),
        at: named("timestamp"),
        note: named("note"),
        source: named("source"),
        source_a: named("model_a"),
        source_b: named("model_b"),
        subset: named("subset"),
    }
}

fn labels(mapping: &Mapping) -> String {
    match (&mapping.format, &mapping.columns.label) {
        (FormatId::Table, LabelFrom::Nowhere) => "None: the pairs go into the queue, to be answered.".into(),
        (FormatId::Table, LabelFrom::FirstIsBetter) => "The first response is always the better one.".into(),
        (FormatId::Table, LabelFrom::SecondIsBetter) => {
            "The second response is always the better one.".into()
        }
        (FormatId::Table, LabelFrom::Column { name, .. }) => format!("The column \"{name}\"."),
        (id, _) => format(*id).labels.into(),
    }
}

/// The columns of these rows, those of nested objects by their paths.
pub(super) fn columns(rows: &[Row]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut add = |name: String, value: &serde_json::Value| {
        let place = columns.iter().position(|column| column.name == name).unwrap_or_else(|| {
            columns.push(Column { name, example: String::new(), words: vec![] });
            columns.len() - 1
        });
        let column = &mut columns[place];
        if column.example.is_empty() && !value.is_null() {
            let whole = word(value).unwrap_or_else(|| value.to_string());
            column.example = whole.chars().take(EXAMPLE_LETTERS).collect();
        }
        if let Some(word) = word(value).filter(|word| !word.is_empty())
            && column.words.len() <= MOST_WORDS
            && !column.words.contains(&word)
        {
            column.words.push(word.chars().take(WORD_LETTERS + 1).collect());
        }
    };
    for row in rows {
        for (name, value) in row {
            add(name.clone(), value);
            if let serde_json::Value::Object(fields) = value {
                for (inner, value) in fields {
                    add(format!("{name}.{inner}"), value);
                }
            }
        }
    }
    for column in &mut columns {
        if column.words.len() > MOST_WORDS
            || column.words.iter().any(|word| word.chars().count() > WORD_LETTERS)
        {
            column.words.clear();
        }
    }
    columns
}
