//! One JSON object, read strictly: UTF-8, no field twice, nothing behind it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::domain::formats::row::{Refusal, Row};

/// The object of these bytes.
///
/// # Errors
/// What is wrong with them, and what to do.
pub(super) fn object(bytes: &[u8]) -> Result<Row, Refusal> {
    let text = utf8(bytes)?;
    let mut json = serde_json::Deserializer::from_str(text);
    let value = Strict.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    match value {
        Ok(Value::Object(row)) => Ok(row),
        Ok(_) => Err(Refusal("This is not a JSON object. Give one {…} a row, with its fields.".into())),
        Err(error) => Err(Refusal(in_words(&error))),
    }
}

/// Text of these bytes.
///
/// # Errors
/// Where they cease to be UTF-8.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(bytes).map_err(|error| {
        Refusal(format!(
            "Byte {} of this row is not UTF-8. Save the file in UTF-8, or correct the row.",
            error.valid_up_to() + 1
        ))
    })
}

fn in_words(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    // The row's own line is told elsewhere; the library's counts from the row's first.
    let what = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(what, _)| what);
    let remedy = if what.contains("surrogate") || what.contains("hex escape") {
        "Half of a character is missing: correct the \\u escapes, or remove the row."
    } else if what.contains("control character") {
        "Write line breaks, tabs and NUL inside texts as \\n, \\t and \\u0000."
    } else if what.contains("recursion limit") {
        "It is nested too deeply to be preference data: remove the row."
    } else if what.contains("twice") {
        "Remove one of them."
    } else if error.is_eof() {
        "The row is cut off: complete it, and give one JSON object a line."
    } else {
        "Give one JSON object a line."
    };
    format!("This row is not sound JSON ({what}, at character {}). {remedy}", error.column())
}

/// Builds a value, refusing a field that comes twice: which of the two was meant, nobody knows.
#[derive(Clone, Copy)]
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Strict)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut row = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            if row.contains_key(&name) {
                return Err(A::Error::custom(format!("the field \"{name}\" comes twice")));
            }
            row.insert(name, fields.next_value_seed(Strict)?);
        }
        Ok(row.into())
    }
}
