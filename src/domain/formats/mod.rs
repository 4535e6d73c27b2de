//! Preference data in the shapes that other tools read and write. Each family of formats is one file; parsers never
//! panic.
//!
//! A container (JSON, a table, Parquet: the room `data`) gives rows; a format makes records of them. Here is which
//! formats there are, how one is recognised, and what holds for the records of all.

mod arena;
mod argilla;
mod benches;
pub mod conversation;
pub mod export;
pub mod guess;
mod helpsteer;
mod hh;
mod instructions;
mod label_studio;
pub mod log_jsonl;
pub mod mapping;
mod no_comparison;
pub mod pairs;
mod prodigy;
mod rated;
pub mod record;
pub mod row;
mod several;
mod table;
pub mod time;
pub mod transcript;
mod trl;
pub mod verdict;
mod workspace;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::export::{ExportFormat, ExportOptions, Lacking};
use self::mapping::{Columns, FormatId};
use self::record::Record;
use self::row::{Refusal, Row, from_there};
use self::trl::Prompt;

/// A row that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Line in the file, or row of a Parquet file; from 1.
    pub line: usize,
    /// What is wrong and what to do, in a sentence.
    pub reason: String,
    /// The start of the row's text.
    pub text: String,
}

/// A format that is read.
pub struct Format {
    /// Which one.
    pub id: FormatId,
    /// How exactly a row has the fields that are this format's own: 0 not at all, 100 as no other's.
    pub recognise: fn(&Row) -> u8,
    /// How rows become records.
    pub read: Reading,
    /// Where its labels come from, in a sentence.
    pub labels: &'static str,
}

/// How rows become records.
#[derive(Clone, Copy)]
pub enum Reading {
    /// Each row by itself.
    Row(fn(&Row) -> Result<Vec<Record>, Refusal>),
    /// Each row by itself, by the columns that were chosen.
    Mapped(fn(&Row, &Columns) -> Result<Vec<Record>, Refusal>),
    /// Rows that stand one after the other and share a key.
    Together {
        /// What they share; a row without it stands alone.
        key: fn(&Row) -> Option<&str>,
        /// All of them at once.
        read: fn(&[Row]) -> Result<Vec<Record>, Refusal>,
    },
}

/// The format of this id.
pub fn format(id: FormatId) -> &'static Format {
    match id {
        FormatId::Pairs => &pairs::PAIRS,
        FormatId::Trl => &trl::TRL,
        FormatId::Hh => &hh::HH,
        FormatId::HelpSteer => &helpsteer::PREFERENCES,
        FormatId::HelpSteerRatings => &helpsteer::RATINGS,
        FormatId::UltraFeedback => &rated::ULTRAFEEDBACK,
        FormatId::UltraFeedbackBinarised => &benches::ULTRAFEEDBACK_BINARISED,
        FormatId::Arena55k => &arena::SET_55K,
        FormatId::ArenaBattles => &arena::BATTLES,
        FormatId::Summaries => &rated::SUMMARIES,
        FormatId::WebGpt => &rated::WEB_GPT,
        FormatId::Shp => &rated::SHP,
        FormatId::RewardBench => &benches::REWARD_BENCH,
        FormatId::RewardBench2 => &benches::REWARD_BENCH_2,
        FormatId::LlmBar => &rated::LLM_BAR,
        FormatId::Argilla => &argilla::ARGILLA,
        FormatId::LabelStudio => &label_studio::LABEL_STUDIO,
        FormatId::Prodigy => &prodigy::PRODIGY,
        FormatId::Alpaca => &instructions::ALPACA,
        FormatId::ShareGpt => &instructions::SHARE_GPT,
        FormatId::Unpaired => &no_comparison::UNPAIRED,
        FormatId::Pretokenised => &no_comparison::PRETOKENISED,
        FormatId::Table => &table::TABLE,
        FormatId::Workspace => &workspace::WORKSPACE,
    }
}

/// The formats that these rows fit, best first, each with its mean exactness from 0 to 100.
pub fn recognise(rows: &[Row]) -> Vec<(FormatId, f32)> {
    let exactness = |id: &FormatId| {
        let sum: u32 = rows.iter().map(|row| u32::from((format(*id).recognise)(row))).sum();
        (*id, sum as f32 / rows.len().max(1) as f32)
    };
    let mut fitting: Vec<_> = FormatId::ALL.iter().map(exactness).filter(|(_, exact)| *exact > 0.0).collect();
    fitting.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    fitting
}

/// What a row comes to.
#[derive(Debug, Default)]
pub struct Taken {
    /// The pairs that can be compared.
    pub records: Vec<Record>,
    /// Why not all of the row's pairs are among them.
    pub left_out: Option<Refusal>,
}

impl Format {
    /// The records of one row, or of rows that belong together; checked, with what many formats say of a row's origin.
    ///
    /// # Errors
    /// Why there are none.
    pub fn records(&self, rows: &[Row], columns: &Columns) -> Result<Taken, Refusal> {
        let Some(first) = rows.first() else { return Ok(Taken::default()) };
        let records = self.as_they_stand(rows, first, columns)?;
        if records.is_empty() {
            return Err(Refusal("This row holds no two responses to compare. Give it at least two.".into()));
        }
        let (all, mut taken, mut why) = (records.len(), Vec::with_capacity(records.len()), None);
        for record in records {
            match checked(from_there(record, first)) {
                Ok(record) => taken.push(record),
                Err(refusal) => why = why.or(Some(refusal)),
            }
        }
        match why {
            Some(refusal) if taken.is_empty() => Err(refusal),
            Some(Refusal(why)) => {
                let left_out = all - taken.len();
                let said = format!(
                    "{left_out} of the {all} pairs of this row were left out, the others taken. {why}"
                );
                Ok(Taken { records: taken, left_out: Some(Refusal(said)) })
            }
            None => Ok(Taken { records: taken, left_out: None }),
        }
    }

    /// The records of one row by itself, as they stand: whether there is anything to compare in them was not asked.
    ///
    /// # Errors
    /// Why there are none.
    pub fn read_one(&self, row: &Row) -> Result<Vec<Record>, Refusal> {
        self.as_they_stand(std::slice::from_ref(row), row, &Columns::default())
    }

    fn as_they_stand(&self, rows: &[Row], first: &Row, columns: &Columns) -> Result<Vec<Record>, Refusal> {
        match self.read {
            Reading::Row(read) => read(first),
            Reading::Mapped(read) => read(first, columns),
            Reading::Together { read, .. } => read(rows),
        }
    }
}

/// A record that can be compared: its responses differ, and are not both empty.
fn checked(record: Record) -> Result<Record, Refusal> {
    if record.response_a.trim().is_empty() && record.response_b.trim().is_empty() {
        return Err(Refusal("Both responses are empty. Fill at least one.".into()));
    }
    if record.response_a == record.response_b {
        return Err(Refusal(
            "Both responses are the same: there is nothing to choose between. Remove the row or change one."
                .into(),
        ));
    }
    Ok(record)
}

/// A record as a row of JSON.
///
/// # Errors
/// What the format has no place for.
pub fn write(format: ExportFormat, record: &Record, options: ExportOptions) -> Result<Value, Lacking> {
    match format {
        ExportFormat::Trl => trl::write_texts(record, Prompt::Explicit, options),
        ExportFormat::TrlImplicit => trl::write_texts(record, Prompt::Implicit, options),
        ExportFormat::TrlConversational => trl::write_messages(record, Prompt::Explicit, options),
        ExportFormat::TrlConversationalImplicit => trl::write_messages(record, Prompt::Implicit, options),
        ExportFormat::TrlTokenised => trl::write_ids(record, options),
        ExportFormat::Hh => hh::write(record),
        ExportFormat::HelpSteer2 => helpsteer::write_2(record),
        ExportFormat::HelpSteer3 => helpsteer::write_3(record),
        ExportFormat::Argilla => Ok(argilla::write(record)),
        ExportFormat::LabelStudio => Ok(label_studio::write(record)),
        ExportFormat::Csv | ExportFormat::Parquet | ExportFormat::Pairs => Ok(pairs::write(record)),
    }
}
