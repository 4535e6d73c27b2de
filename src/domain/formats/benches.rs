//! Data sets in TRL's shapes with fields of their own: RewardBench, RewardBench 2 and RM-Bench, binarised UltraFeedback.

use serde_json::Value;

use super::mapping::FormatId;
use super::record::Record;
use super::row::{at, has, has_texts, list, text};
use super::several::each_with_each;
use super::{Format, Reading, trl};
use crate::domain::choice::Choice;

pub(super) const REWARD_BENCH: Format = Format {
    id: FormatId::RewardBench,
    recognise: |row| {
        let own = ["subset", "prompt", "chosen", "rejected", "chosen_model", "rejected_model"];
        if has_texts(row, &own) { 85 } else { 0 }
    },
    read: Reading::Row(trl::read),
    labels: "The response in \"chosen\" is the better one; \"subset\" is kept.",
};

pub(super) const ULTRAFEEDBACK_BINARISED: Format = Format {
    id: FormatId::UltraFeedbackBinarised,
    recognise: |row| if has(row, &["chosen", "rejected", "score_chosen", "score_rejected"]) { 85 } else { 0 },
    read: Reading::Row(trl::read),
    labels: "The response in \"chosen\" is the better one, by the difference of the two scores.",
};

/// Several good and several bad responses to a prompt, as RewardBench 2 and RM-Bench have them: each good one is a
/// pair with each bad one.
pub(super) const REWARD_BENCH_2: Format = Format {
    id: FormatId::RewardBench2,
    recognise: |row| {
        let texts = |name| match at(row, name) {
            Some(Value::Array(items)) => !items.is_empty() && items.iter().all(Value::is_string),
            Some(_) | None => false,
        };
        if has_texts(row, &["prompt"]) && texts("chosen") && texts("rejected") { 90 } else { 0 }
    },
    read: Reading::Row(|row| {
        let prompt = text(row, "prompt")?;
        let side =
            |name| list(row, name).map(|items| items.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        each_with_each(&side("chosen")?, &side("rejected")?, |good, bad| {
            Record::new(prompt.clone(), *good, *bad).marked(Choice::A)
        })
    }),
    labels: "Every response in \"chosen\" is better than every one in \"rejected\".",
};
