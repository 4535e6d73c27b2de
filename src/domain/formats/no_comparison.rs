//! Rows from which no comparison can be read, recognised so that the refusal says why.

use serde_json::Value;

use super::mapping::FormatId;
use super::row::{Refusal, at, has};
use super::{Format, Reading};

pub(super) const PRETOKENISED: Format = Format {
    id: FormatId::Pretokenised,
    recognise: |row| {
        let ids = |name| at(row, name).is_some_and(Value::is_array);
        let input = ids("chosen_ids") || ids("input_ids_chosen") || ids("chosen_input_ids");
        if input { 95 } else { 0 }
    },
    read: Reading::Row(|_| {
        Err(Refusal(
            "This row holds token ids, from which the text cannot be told without the tokenizer that made them. Give \
             the data as text."
                .into(),
        ))
    }),
    labels: "None: token ids are not text.",
};

pub(super) const UNPAIRED: Format = Format {
    id: FormatId::Unpaired,
    recognise: |row| {
        let single = has(row, &["prompt", "completion"]) && at(row, "label").is_some_and(Value::is_boolean);
        if single { 90 } else { 0 }
    },
    read: Reading::Row(|_| {
        Err(Refusal(
            "This row judges one response by itself; a comparison needs two responses to one prompt. Put a good and a \
             bad response to the same prompt into one row, as chosen and rejected."
                .into(),
        ))
    }),
    labels: "None: one response a row is no comparison.",
};
