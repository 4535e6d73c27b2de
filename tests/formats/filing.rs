//! Files that come out again with scores: which texts of a row are scored, and what is written beside them.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use proptest::prelude::*;
use reward_studio::data::container::Packed;
use reward_studio::data::filing::{Filing, survey};
use reward_studio::data::source::{Progress, Source};
use reward_studio::data::write::Writing;
use reward_studio::domain::choice::Choice;
use reward_studio::domain::filing::{Columns, Form, Report};
use reward_studio::domain::formats::export::{ExportFormat, ExportOptions};
use reward_studio::domain::formats::record::Record;
use reward_studio::domain::formats::row::Row;
use reward_studio::protocol::Fault;
use reward_studio::protocol::error::FaultKind;
use reward_studio::protocol::filing::Survey;
use reward_studio::protocol::scoring::{RowScore, RowScores, RowTexts};
use serde_json::{Value, json};

use crate::reading::{repository, sample};

fn to_score(name: &str) -> Vec<u8> {
    let path = repository().join("tests/fixtures/to_score").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn packed(bytes: impl Into<Vec<u8>>) -> Packed {
    Packed::of(Source::new(bytes.into())).unwrap_or_else(|fault| panic!("{fault}"))
}

fn surveyed(bytes: impl Into<Vec<u8>>) -> Survey {
    survey(&packed(bytes), None).unwrap_or_else(|fault| panic!("{fault}"))
}

/// A score that a test can work out: a quarter for each byte of the response, less the prompt's.
fn score(prompt: &str, response: &str) -> f32 {
    (response.len() as f32 - prompt.len() as f32) / 4.0
}

fn scores(row: &RowTexts) -> RowScores {
    let of = |response: &String| RowScore {
        value: score(&row.prompt, response),
        std: Some(0.5),
        cut_tokens: u32::from(response.len() > 100),
    };
    Ok(row.responses.iter().map(of).collect())
}

/// The file with its scores, `chunk` rows at a time going back.
fn scored_in(bytes: &[u8], chunk: usize) -> (Vec<u8>, Report) {
    let file = packed(bytes);
    let shape = survey(&file, None).and_then(|survey| survey.shape.ok_or_else(nothing));
    let mut filing = Filing::begin(&file, shape.expect("a shape")).expect("a beginning");
    let (mut result, mut waiting) = (vec![], vec![]);
    loop {
        let batch = filing.next_batch();
        waiting.extend(batch.rows.iter().map(scores));
        while waiting.len() >= chunk {
            let some: Vec<RowScores> = waiting.drain(..chunk).collect();
            result.extend(filing.take(some).expect("a piece"));
        }
        if batch.ended {
            break;
        }
    }
    result.extend(filing.take(waiting).expect("a piece"));
    let (end, report) = filing.finish().expect("an end");
    result.extend(end);
    (result, report)
}

fn scored(bytes: &[u8]) -> (Vec<u8>, Report) {
    scored_in(bytes, 3)
}

fn nothing() -> Fault {
    Fault::new(FaultKind::File, "nothing can be scored", "")
}

/// The rows of a file as objects.
fn rows(bytes: &[u8]) -> Vec<Row> {
    let rows = packed(bytes).rows(Progress::default()).expect("rows");
    rows.map(|found| found.expect("a row").row.expect("a sound row")).collect()
}

fn texts(row: &RowTexts) -> (&str, Vec<&str>) {
    (&row.prompt, row.responses.iter().map(String::as_str).collect())
}

fn first(bytes: Vec<u8>, form: Form) -> RowTexts {
    let survey = surveyed(bytes);
    assert_eq!(survey.shape.as_ref().map(|shape| shape.form), Some(form));
    survey.preview.into_iter().next().expect("a row")
}

#[test]
fn formats_of_preference_data_are_read_as_when_they_are_imported() {
    for (name, form, prompt, responses) in [
        ("trl_explicit.jsonl", Form::ChosenRejected, "The sky is", [" blue.", " green."]),
        ("trl_implicit.jsonl", Form::ChosenRejected, "The sky is", [" blue.", " green."]),
        ("trl_conversational.jsonl", Form::ChosenRejected, "Which colour has the sky?", ["Blue.", "Green."]),
        (
            "trl_conversational_implicit.jsonl",
            Form::ChosenRejected,
            "Which colour has the sky?",
            ["Blue.", "Green."],
        ),
        (
            "hh.jsonl.gz",
            Form::ChosenRejected,
            "How do I boil an egg?",
            ["Eight minutes in boiling water.", "No."],
        ),
        ("rewardbench.jsonl", Form::ChosenRejected, "Name a month.", ["May.", "Monday."]),
        ("snappy.parquet", Form::ChosenRejected, "Which colour has the sky?", ["Blue.", "Green."]),
        ("arena_55k.csv", Form::FirstSecond, "Name a planet.", ["Mars.", "The moon."]),
        ("table.csv", Form::FirstSecond, "Say \"hi\", please", ["Hi", "Two\nlines"]),
        ("table.tsv", Form::FirstSecond, "Name a lake.", ["Como", "Rome"]),
    ] {
        assert_eq!(texts(&first(sample(name), form)), (prompt, responses.to_vec()), "{name}");
    }
    let several = first(sample("rewardbench2.jsonl"), Form::Sides);
    assert_eq!(texts(&several), ("Name a month.", vec!["May.", "Monday.", "Noon.", "Spring."]));
    let all = first(sample("ultrafeedback.jsonl"), Form::List);
    assert_eq!(texts(&all), ("Name a metal.", vec!["Iron.", "Wood.", "Copper."]));
    assert_eq!(texts(&first(sample("kto.jsonl"), Form::One)), ("The sky is", vec![" blue."]));
}

#[test]
fn single_responses_lists_and_conversations_are_found_by_their_columns() {
    let one = first(to_score("prompt_response.jsonl"), Form::One);
    assert_eq!(texts(&one), ("Name a month.", vec!["May."]));
    let spoken = surveyed(to_score("completions.jsonl"));
    assert_eq!(texts(&spoken.preview[1]), ("System: Be brief.\n\nUser: Name a day.", vec!["Monday."]));
    let list = surveyed(to_score("responses.jsonl"));
    assert_eq!(texts(&list.preview[0]), ("Translate.\nbread", vec!["Brot", "Butter", "Brot"]));
    assert_eq!(texts(&list.preview[1]), ("Count to three.", vec!["1 2 3", "3 2 1"]));
    assert_eq!((list.scorable, list.refused.len()), (2, 2));
    let chat = surveyed(to_score("messages.json"));
    assert_eq!(
        texts(&chat.preview[0]),
        ("User: Hello\n\nAssistant: Hi.\n\nUser: Name a month.", vec!["May."])
    );
    assert_eq!(texts(&chat.preview[1]), ("Name a day.", vec!["Monday."]));
    assert!(chat.refused[0].reason.contains("does not end with the assistant's turn"));
    assert_eq!(texts(&first(to_score("lists.tsv"), Form::List)), ("Name a month.", vec!["May.", "June."]));
    assert_eq!(texts(&first(to_score("answers.csv"), Form::One)), ("Name a month.", vec!["May."]));
}

#[test]
fn columns_can_be_chosen_by_hand() {
    let file = packed("frage,eins,zwei\nWas?,Dies,Das\nWo?,Hier,Dort\n");
    let seen = survey(&file, None).expect("a look");
    assert_eq!((seen.shape, seen.scorable), (None, 0));
    let choose = |prompts: &[&str], responses: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        survey(&file, Some(Columns { prompts: owned(prompts), responses: owned(responses) })).expect("a look")
    };
    let pair = choose(&["frage"], &["eins", "zwei"]);
    assert_eq!((texts(&pair.preview[1]), pair.scorable), (("Wo?", vec!["Hier", "Dort"]), 2));
    assert!(pair.added.contains(&"score_a".to_owned()));
    let alone = choose(&[], &["zwei"]);
    assert_eq!(texts(&alone.preview[0]), ("", vec!["Das"]));
}

#[test]
fn a_row_keeps_every_byte_and_one_without_a_score_says_why() {
    let before = to_score("prompt_response.jsonl");
    let (after, report) = scored(&before);
    let (before, after) = (String::from_utf8(before).expect("text"), String::from_utf8(after).expect("text"));
    let lines: Vec<(&str, &str)> = before.lines().zip(after.lines()).collect();
    assert_eq!((lines.len(), after.lines().count()), (5, 5));
    for (before, after) in lines.iter().filter(|(before, _)| before.starts_with('{')) {
        assert!(after.starts_with(before.trim_end_matches('}')), "{after}");
    }
    assert_eq!(
        lines[0].1,
        "{\"id\": 7, \"prompt\": \"Name a month.\", \"response\": \"May.\", \"temperature\": 0.70, \
         \"score\": -2.25, \"score_std\": 0.5, \"score_error\": null}"
    );
    assert!(lines[1].1.contains("\"score\": -2.75"), "an empty response is one: {}", lines[1].1);
    assert!(lines[2].1.contains("\"score\": null") && lines[2].1.contains("\\\"response\\\" is missing"));
    let unsound: Value = serde_json::from_str(lines[3].1).expect("sound JSON by now");
    assert_eq!(unsound["unreadable_row"], "not JSON at all");
    assert!(unsound["score_error"].as_str().is_some_and(|why| why.contains("not sound JSON")));
    assert_eq!((report.rows, report.scored, report.reasons.len()), (5, 3, 2));
}

#[test]
fn pairs_lists_and_sides_get_their_own_columns() {
    let (pairs, report) = scored(&sample("trl_explicit.jsonl"));
    let pair = &rows(&pairs)[0];
    let (chosen, rejected) = (score("The sky is", " blue."), score("The sky is", " green."));
    assert_eq!(pair["score_chosen"], json!(chosen));
    assert_eq!(pair["score_rejected"], json!(rejected));
    // TRL's own margin stays what it is.
    assert_eq!((&pair["margin"], &pair["score_margin"]), (&json!(1.5), &json!(chosen - rejected)));
    assert_eq!(report.agreement.whole, report.scored);

    let (lists, _) = scored(&to_score("responses.jsonl"));
    let lists = rows(&lists);
    assert_eq!(lists[0]["rank"], json!([2, 1, 2]));
    assert_eq!(lists[0]["score"].as_array().map(Vec::len), Some(3));
    assert_eq!((&lists[2]["rank"], &lists[2]["score"]), (&Value::Null, &Value::Null));
    assert!(lists[3]["score_error"].as_str().is_some_and(|why| why.contains("not a text")));

    let (sides, report) = scored(&to_score("rewardbench2_ties.jsonl"));
    let sides = rows(&sides);
    assert_eq!(sides[1]["score_chosen"].as_array().map(Vec::len), Some(2));
    assert_eq!(sides[1]["score_rejected"].as_array().map(Vec::len), Some(1));
    let result = report.reward_bench_2.expect("a result");
    let names: Vec<&str> = result.subsets.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["Focus", "Ties"]);
}

#[test]
fn columns_that_are_there_are_kept_and_the_new_ones_numbered() {
    let before = to_score("prompt_response.jsonl");
    let (once, _) = scored(&before);
    let sound: Vec<u8> = once.split_inclusive(|&byte| byte == b'\n').take(3).flatten().copied().collect();
    assert_eq!(surveyed(sound.clone()).added, ["score_2", "score_std_2", "score_error_2"]);
    let twice = rows(&scored(&sound).0);
    assert_eq!(twice[0]["score"], twice[0]["score_2"]);
    // A row that has a column which the first rows had not.
    let mut late = "{\"prompt\":\"p\",\"response\":\"r\"}\n".repeat(250);
    late += "{\"prompt\":\"p\",\"response\":\"r\",\"score\":\"mine\"}\n";
    let late = rows(&scored(late.as_bytes()).0);
    assert_eq!((&late[249]["score"], &late[250]["score"]), (&json!(0.0), &json!("mine")));
    assert_eq!(late[250]["score_2"], json!(0.0));
}

#[test]
fn a_table_keeps_its_cells_and_its_separator() {
    let (after, report) = scored(&to_score("answers.csv"));
    let after = String::from_utf8(after).expect("text");
    assert_eq!(
        after,
        "question;answer;note;score;score_std;score_error\n\
         Name a month.;May.;=1+1;-2.25;0.5;\n\
         \"Name; a day.\";\"Two\nlines\";plain;-0.75;0.5;\n\
         Name a year.;1999;\"a;b\";;;This row has 4 cells, and the first line names 3 columns. Put texts that contain separators \
         or line breaks into quotation marks.\n\
         Name an hour.;-5 of them;;;;This row has 2 cells, and the first line names 3 columns. Put texts that contain separators \
         or line breaks into quotation marks.\n"
    );
    assert_eq!((report.rows, report.scored), (4, 2));
    let (marked, _) = scored("\u{feff}prompt,response\np,r\n".as_bytes());
    assert!(marked.starts_with("\u{feff}prompt,response,score".as_bytes()));
}

#[test]
fn what_was_compressed_is_compressed_again() {
    let (after, report) = scored(&sample("hh.jsonl.gz"));
    let mut text = String::new();
    MultiGzDecoder::new(after.as_slice()).read_to_string(&mut text).expect("gzip");
    assert_eq!((text.lines().count(), report.scored), (4, 4));
}

#[test]
fn a_laid_out_list_stays_a_list() {
    let (after, report) = scored(&to_score("messages.json"));
    let list: Vec<Value> = serde_json::from_slice(&after).expect("a list");
    assert_eq!((list.len(), report.scored), (3, 2));
    assert_eq!((&list[0]["source"], &list[0]["score"]), (&json!("chat"), &json!(-11.0)));
    let text = String::from_utf8(after).expect("text");
    assert!(text.contains("\n    \"messages\": [\n"), "the layout is kept:\n{text}");
}

#[test]
fn parquet_keeps_its_columns_and_nested_ones_too() {
    for name in ["snappy.parquet", "gzip.parquet", "conversations.parquet"] {
        let before = sample(name);
        let (after, report) = scored(&before);
        let (before, after) = (rows(&before), rows(&after));
        assert_eq!((after.len(), report.scored), (before.len(), before.len()), "{name}");
        for (before, after) in before.iter().zip(&after) {
            for (column, value) in before {
                assert_eq!(&after[column], value, "{name}: {column}");
            }
            assert!(after["score_chosen"].is_number() && after["score_error"].is_null(), "{name}");
        }
    }
}

#[test]
fn a_result_that_is_ended_early_is_whole_as_far_as_it_goes() {
    let text = "{\"prompt\":\"p\",\"response\":\"r\"}\n".repeat(100);
    let file = packed(text);
    let shape = survey(&file, None).expect("a look").shape.expect("a shape");
    let mut filing = Filing::begin(&file, shape).expect("a beginning");
    let batch = filing.next_batch();
    assert_eq!((batch.rows_total, batch.ended), (Some(100), false));
    let mut bytes = filing.take(batch.rows[..10].iter().map(scores).collect()).expect("a piece");
    let (end, report) = filing.finish().expect("an end");
    bytes.extend(end);
    assert_eq!((rows(&bytes).len(), report.rows, report.scored), (10, 10, 10));
}

#[test]
fn what_the_engine_refuses_is_kept_with_its_reason() {
    let file = packed("prompt,response\np,r\nq,s\n");
    let shape = survey(&file, None).expect("a look").shape.expect("a shape");
    let mut filing = Filing::begin(&file, shape).expect("a beginning");
    let batch = filing.next_batch();
    let refusal = Fault::new(FaultKind::Internal, "The tokenizer refuses.", "Change the text.");
    let mut bytes = filing.take(vec![Err(refusal), scores(&batch.rows[1])]).expect("a piece");
    bytes.extend(filing.finish().expect("an end").0);
    let rows = rows(&bytes);
    assert_eq!(rows[0]["score_error"], "The tokenizer refuses. Change the text.");
    assert_eq!((&rows[0]["score"], &rows[1]["score_error"]), (&json!(""), &json!("")));
}

/// Texts with all that tables and JSON trip over.
/// (Bytes of a binary file are refused as such.)
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Zäß漢🙂 .,;:'\"\\\\\n\t=+@-]{1,30}",
        1 => any::<String>().prop_map(|text| text.replace(|letter: char| letter < ' ' && !letter.is_whitespace(), "")),
    ]
}

fn table(rows: &[(String, String)], delimiter: u8) -> Vec<u8> {
    let mut table = csv::WriterBuilder::new().delimiter(delimiter).from_writer(vec![]);
    table.write_record(["prompt", "response"]).expect("a header");
    for (prompt, response) in rows {
        table.write_record([prompt, response]).expect("a row");
    }
    table.into_inner().expect("a table")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_container_gives_its_rows_back_with_their_scores(
        rows_of_it in prop::collection::vec((text(), text()), 1..70),
        chunk in 1..50_usize,
    ) {
        let object = |(prompt, response): &(String, String)| json!({"prompt": prompt, "response": response});
        let lines: String = rows_of_it.iter().map(|row| format!("{}\n", object(row))).collect();
        let list = Value::from(rows_of_it.iter().map(object).collect::<Vec<_>>()).to_string();
        for before in [lines.into_bytes(), list.into_bytes(), table(&rows_of_it, b','), table(&rows_of_it, b'\t')] {
            let (after, report) = scored_in(&before, chunk);
            let (read, was) = (rows(&after), rows(&before));
            prop_assert_eq!((read.len(), report.scored), (rows_of_it.len(), rows_of_it.len()));
            for (read, was) in read.iter().zip(&was) {
                let (prompt, response) = (&was["prompt"], &was["response"]);
                prop_assert_eq!((&read["prompt"], &read["response"]), (prompt, response));
                let expected = score(prompt.as_str().expect("a text"), response.as_str().expect("a text"));
                let number = reward_studio::domain::formats::row::number(&read["score"]);
                prop_assert_eq!(number.map(|number| number as f32), Some(expected));
            }
            prop_assert_eq!(scored_in(&before, 1).0, after, "however the scores come, the file is the same");
        }
    }

    #[test]
    fn parquet_gives_its_rows_back_whatever_they_hold(texts in prop::collection::vec((text(), text(), text()), 1..40)) {
        let mut writing = Writing::begin(ExportFormat::Parquet, ExportOptions::default()).expect("a writer");
        let records: Vec<Record> =
            texts.iter().map(|(prompt, a, b)| Record::new(prompt.clone(), a.clone(), b.clone()).marked(Choice::B)).collect();
        let mut before = writing.take(&records).expect("a piece");
        before.extend(writing.finish().expect("an end").0);
        let (after, _) = scored(&before);
        let (before, after) = (rows(&before), rows(&after));
        prop_assert_eq!(after.len(), before.len());
        for (before, after) in before.iter().zip(&after) {
            for (column, value) in before {
                prop_assert_eq!(&after[column], value);
            }
            let [prompt, a, b] = ["prompt", "response_a", "response_b"].map(|name| before[name].as_str().expect("a text"));
            prop_assert_eq!(after["score_a"].as_f64(), Some(f64::from(score(prompt, a))));
            prop_assert_eq!(after["score_margin"].as_f64(), Some(f64::from(score(prompt, a) - score(prompt, b))));
        }
    }
}
