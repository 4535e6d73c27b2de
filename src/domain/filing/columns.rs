//! The columns that a scored file has more than it had before.
//!
//! All begin with `score`, but for a list's `rank`: a column `margin` would be taken for one to be learned from by TRL.

use serde_json::Value;

use super::{Form, Scored, margin};

/// An added column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its name, where the file has none like it.
    pub name: &'static str,
    /// What its cells hold.
    pub kind: Kind,
}

/// What a column's cells hold; any may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Number,
    /// A list of numbers, one a response.
    Numbers,
    /// A list of whole numbers, one a response.
    Ranks,
    /// A text.
    Text,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A number.
    Number(f32),
    /// Numbers.
    Numbers(Vec<f32>),
    /// Whole numbers.
    Ranks(Vec<u32>),
    /// A text.
    Text(String),
}

const fn added(name: &'static str, kind: Kind) -> Added {
    Added { name, kind }
}

const ERROR: Added = added("score_error", Kind::Text);

const ONE: [Added; 3] = [added("score", Kind::Number), added("score_std", Kind::Number), ERROR];

const CHOSEN_REJECTED: [Added; 6] = [
    added("score_chosen", Kind::Number),
    added("score_rejected", Kind::Number),
    added("score_chosen_std", Kind::Number),
    added("score_rejected_std", Kind::Number),
    added("score_margin", Kind::Number),
    ERROR,
];

const FIRST_SECOND: [Added; 6] = [
    added("score_a", Kind::Number),
    added("score_b", Kind::Number),
    added("score_a_std", Kind::Number),
    added("score_b_std", Kind::Number),
    added("score_margin", Kind::Number),
    ERROR,
];

const LIST: [Added; 4] =
    [added("score", Kind::Numbers), added("score_std", Kind::Numbers), added("rank", Kind::Ranks), ERROR];

const SIDES: [Added; 6] = [
    added("score_chosen", Kind::Numbers),
    added("score_rejected", Kind::Numbers),
    added("score_chosen_std", Kind::Numbers),
    added("score_rejected_std", Kind::Numbers),
    added("score_margin", Kind::Number),
    ERROR,
];

/// The columns that rows of this form get, in their order; the last says why a row has no scores.
pub fn columns(form: Form) -> &'static [Added] {
    match form {
        Form::One => &ONE,
        Form::ChosenRejected => &CHOSEN_REJECTED,
        Form::FirstSecond => &FIRST_SECOND,
        Form::List => &LIST,
        Form::Sides => &SIDES,
    }
}

/// The number, `least` or the next, that all added names end in, so that none is `taken`; 1 is not written.
pub fn free_number(form: Form, least: u32, taken: impl Fn(&str) -> bool) -> u32 {
    let clashes = |number: &u32| columns(form).iter().any(|column| taken(&named(column.name, *number)));
    (least..).find(|number| !clashes(number)).unwrap_or(least)
}

/// A column's name with that number.
pub fn named(name: &str, number: u32) -> String {
    if number == 1 { name.to_owned() } else { format!("{name}_{number}") }
}

/// The cells of a row in the order of [`columns`]; `first` is as in [`super::Asked`].
pub fn cells(form: Form, first: usize, scores: Result<&[Scored], &str>) -> Vec<Cell> {
    let scores = match scores {
        Ok(scores) => scores,
        Err(reason) => {
            let mut cells = vec![Cell::Empty; columns(form).len() - 1];
            cells.push(Cell::Text(reason.to_owned()));
            return cells;
        }
    };
    let value = |place: usize| scores.get(place).map_or(Cell::Empty, |score| Cell::Number(score.value));
    let std = |place: usize| scores.get(place).and_then(|score| score.std).map_or(Cell::Empty, Cell::Number);
    let apart = margin(scores, first).map_or(Cell::Empty, Cell::Number);
    let (one, other) = scores.split_at(first.min(scores.len()));
    match form {
        Form::One => vec![value(0), std(0), Cell::Empty],
        Form::ChosenRejected | Form::FirstSecond => {
            vec![value(0), value(1), std(0), std(1), apart, Cell::Empty]
        }
        Form::List => vec![values(scores), stds(scores), Cell::Ranks(ranks(scores)), Cell::Empty],
        Form::Sides => vec![values(one), values(other), stds(one), stds(other), apart, Cell::Empty],
    }
}

fn values(scores: &[Scored]) -> Cell {
    Cell::Numbers(scores.iter().map(|score| score.value).collect())
}

/// All or none: a model either says how sure it is, or does not.
fn stds(scores: &[Scored]) -> Cell {
    let stds: Option<Vec<f32>> = scores.iter().map(|score| score.std).collect();
    stds.map_or(Cell::Empty, Cell::Numbers)
}

/// Each response's rank, 1 for the best; equal scores share the better rank.
pub fn ranks(scores: &[Scored]) -> Vec<u32> {
    let rank = |one: &Scored| 1 + scores.iter().filter(|other| other.value > one.value).count() as u32;
    scores.iter().map(rank).collect()
}

impl Cell {
    /// The cell in JSON. Numbers are written as short as they come back the same.
    pub fn json(&self) -> String {
        let written = match self {
            Cell::Empty => serde_json::to_string(&Value::Null),
            Cell::Number(number) => serde_json::to_string(number),
            Cell::Numbers(numbers) => serde_json::to_string(numbers),
            Cell::Ranks(ranks) => serde_json::to_string(ranks),
            Cell::Text(text) => serde_json::to_string(text),
        };
        // Numbers, texts and lists of them can always be written.
        written.unwrap_or_default()
    }

    /// The cell in a table of text: nothing where it is empty, lists in JSON.
    pub fn text(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Number(_) | Cell::Numbers(_) | Cell::Ranks(_) => self.json(),
        }
    }
}

/// A row as it stands, an object in JSON, with these fields behind its own. Not a byte of it is changed.
pub fn spliced<'a>(object: &str, fields: impl Iterator<Item = (String, &'a Cell)>) -> String {
    let open = object.trim_end().strip_suffix('}').unwrap_or(object).trim_end();
    let mut row = open.to_owned();
    let mut separator = if open.ends_with('{') { "" } else { ", " };
    for (name, cell) in fields {
        row += separator;
        row += &Cell::Text(name).json();
        row += ": ";
        row += &cell.json();
        separator = ", ";
    }
    row.push('}');
    row
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scored(values: &[f32]) -> Vec<Scored> {
        values.iter().map(|&value| Scored { value, std: Some(0.5), cut_tokens: 0 }).collect()
    }

    const FORMS: [Form; 5] = [Form::One, Form::ChosenRejected, Form::FirstSecond, Form::List, Form::Sides];

    #[test]
    fn every_form_fills_its_columns_and_an_error_leaves_all_but_the_last_empty() {
        for form in FORMS {
            let (scores, width) = (scored(&[0.25, -1.0]), columns(form).len());
            let cells = [cells(form, 1, Ok(&scores)), cells(form, 1, Err("why"))];
            assert_eq!(cells.each_ref().map(Vec::len), [width; 2], "{form:?}");
            assert_eq!(cells[0].last(), Some(&Cell::Empty));
            assert_eq!(cells[1].last(), Some(&Cell::Text("why".into())));
            assert!(cells[1][..width - 1].iter().all(|cell| *cell == Cell::Empty));
        }
    }

    #[test]
    fn equal_scores_share_their_rank_and_the_next_one_counts_them() {
        assert_eq!(ranks(&scored(&[1.0, 3.0, 1.0, -2.0, 3.0])), [3, 1, 3, 5, 1]);
    }

    #[test]
    fn two_sides_are_told_apart_by_their_best() {
        let cells = cells(Form::Sides, 2, Ok(&scored(&[0.5, 2.0, 1.5, -1.0])));
        assert_eq!(cells[..2], [Cell::Numbers(vec![0.5, 2.0]), Cell::Numbers(vec![1.5, -1.0])]);
        assert_eq!(cells[4], Cell::Number(0.5));
    }

    #[test]
    fn a_model_that_does_not_say_how_sure_it_is_leaves_the_cell_empty() {
        let unsure = [Scored { value: 1.0, std: None, cut_tokens: 0 }];
        assert_eq!(cells(Form::List, 0, Ok(&unsure))[1], Cell::Empty);
        assert_eq!(cells(Form::One, 0, Ok(&unsure))[1], Cell::Empty);
    }

    #[test]
    fn names_that_are_taken_are_numbered_together() {
        let taken = |names: &'static [&'static str]| move |name: &str| names.contains(&name);
        assert_eq!(free_number(Form::One, 1, taken(&["prompt"])), 1);
        assert_eq!(free_number(Form::One, 1, taken(&["score_std"])), 2);
        assert_eq!(free_number(Form::ChosenRejected, 1, taken(&["score_margin", "score_error_2"])), 3);
        assert_eq!(free_number(Form::One, 2, taken(&[])), 2);
        assert_eq!((named("score", 1), named("score", 2)), ("score".into(), "score_2".into()));
    }

    #[test]
    fn an_object_keeps_every_byte_before_its_end() {
        let cell = Cell::Number(-0.125);
        let row = |object: &str| spliced(object, [("score".to_owned(), &cell)].into_iter());
        assert_eq!(row("{\"a\": 1.10}"), "{\"a\": 1.10, \"score\": -0.125}");
        assert_eq!(row("{}"), "{\"score\": -0.125}");
        assert_eq!(row("{\n  \"b\":\"x\\u00e9}\"\n}"), "{\n  \"b\":\"x\\u00e9}\", \"score\": -0.125}");
    }

    proptest! {
        #[test]
        fn what_is_spliced_is_read_back_and_the_rest_is_as_it_was(
            fields in prop::collection::btree_map("[a-z]{1,6}", any::<f64>().prop_filter("finite", |x| x.is_finite()), 0..5),
            text in any::<String>(),
            value in any::<f32>().prop_filter("finite", |x| x.is_finite()),
        ) {
            let mut object: serde_json::Map<String, Value> =
                fields.into_iter().map(|(name, number)| (name, number.into())).collect();
            object.insert("text".into(), text.into());
            let before = Value::Object(object).to_string();
            let cells = [("Score".to_owned(), Cell::Number(value)), ("Why".to_owned(), Cell::Text("\"\n".into()))];
            let after = spliced(&before, cells.iter().map(|(name, cell)| (name.clone(), cell)));
            prop_assert!(after.starts_with(&before[..before.len() - 1]));
            let read: Value = serde_json::from_str(&after).expect("an object");
            prop_assert_eq!(read["Score"].as_f64().map(|back| back as f32), Some(value));
            prop_assert_eq!(read["Why"].as_str(), Some("\"\n"));
            let was: serde_json::Map<String, Value> = serde_json::from_str(&before).expect("an object");
            for (name, value) in was {
                prop_assert_eq!(&read[name], &value);
            }
        }
    }
}
