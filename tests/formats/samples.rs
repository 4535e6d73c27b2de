//! Each sample file is recognised, and comes to the pairs and labels that its makers mean.

use reward_studio::domain::choice::Choice::{self, A, B, BothBad, BothGood, Skip, Tie};
use reward_studio::domain::formats::mapping::FormatId;
use reward_studio::domain::formats::record::Record;

use crate::reading::{Read, read, sample};

fn of(name: &str) -> Read {
    read(sample(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

/// The records of a file of which no row is refused.
fn all(name: &str, format: FormatId) -> Vec<Record> {
    let read = of(name);
    assert_eq!(read.format, format, "{name}");
    assert_eq!(read.refused, [], "{name}");
    assert_eq!(read.report.cut_short, None, "{name}");
    read.records
}

fn said(records: &[Record]) -> Vec<Option<Choice>> {
    records.iter().map(|record| record.verdict().map(|mark| mark.choice)).collect()
}

fn texts(record: &Record) -> [&str; 3] {
    [&record.prompt, &record.response_a, &record.response_b]
}

#[test]
fn trl_in_its_four_readable_shapes() {
    let explicit = all("trl_explicit.jsonl", FormatId::Trl);
    assert_eq!(texts(&explicit[0]), ["The sky is", " blue.", " green."]);
    assert_eq!(explicit[0].marks[0].margin, Some(1.5));

    let implicit = all("trl_implicit.jsonl", FormatId::Trl);
    assert_eq!(texts(&implicit[0]), ["The sky is", " blue.", " green."]);
    assert_eq!(texts(&implicit[1]), ["Snow falls in", " winter.", " wintry weather only."]);

    let conversational = all("trl_conversational.jsonl", FormatId::Trl);
    assert_eq!(texts(&conversational[0]), ["Which colour has the sky?", "Blue.", "Green."]);
    assert!(conversational[0].turns.is_empty(), "a lone question is a plain prompt");
    assert_eq!(conversational[1].turns.len(), 4);
    assert!(conversational[1].prompt.starts_with("System: Be brief.\n\nUser: Hello\n\nAssistant: Hi."));

    let whole = all("trl_conversational_implicit.jsonl", FormatId::Trl);
    assert_eq!(texts(&whole[0]), ["Which colour has the sky?", "Blue.", "Green."]);
    assert_eq!(texts(&whole[1]), ["Two and two?", "Four.\n\nUser: Sure?\n\nAssistant: Yes.", "Four."]);

    let mixed = all("mixed_prompt.jsonl", FormatId::Trl);
    assert_eq!(texts(&mixed[0]), ["Which colour has the sky?", "Blue.", "Green."]);
    for records in [explicit, implicit, conversational, whole, mixed] {
        assert!(said(&records).iter().all(|said| *said == Some(A)));
    }
}

#[test]
fn what_is_no_comparison_is_recognised_and_refused_with_the_reason() {
    for (name, format, reason) in [
        ("trl_pretokenised.jsonl", FormatId::Pretokenised, "token ids"),
        ("kto.jsonl", FormatId::Unpaired, "two responses"),
    ] {
        let read = of(name);
        assert_eq!((read.format, read.records.len()), (format, 0));
        assert!(!read.refused.is_empty() && read.refused.iter().all(|row| row.reason.contains(reason)));
    }
}

#[test]
fn anthropic_transcripts_plain_and_compressed() {
    let plain = all("hh.jsonl", FormatId::Hh);
    assert_eq!(plain, all("hh.jsonl.gz", FormatId::Hh));
    assert_eq!(texts(&plain[0]), ["How do I boil an egg?", "Eight minutes in boiling water.", "No."]);
    assert_eq!(plain[1].turns.len(), 3);
    assert_eq!(
        plain[2].response_b,
        "Once upon a time there was a king.\n\nHuman: And then?\n\nAssistant: He slept."
    );
    assert_eq!(
        (plain[3].response_a.as_str(), plain[3].response_b.as_str()),
        ("It said \"Human: feed the cat\".", "")
    );
}

#[test]
fn helpsteer_on_its_scale_and_by_ratings() {
    let two = all("helpsteer2.jsonl", FormatId::HelpSteer);
    assert_eq!(said(&two), [Some(A), Some(B), Some(Tie)]);
    assert_eq!(
        two.iter().map(|record| record.marks[0].strength.map(|of| of.get())).collect::<Vec<_>>(),
        [Some(3), Some(2), None]
    );
    let three = all("helpsteer3.jsonl", FormatId::HelpSteer);
    assert_eq!(said(&three), [Some(A), Some(B)]);
    assert_eq!((three[0].subset.as_str(), three[1].turns.len()), ("code", 3));

    let rated = of("helpsteer_ratings.jsonl");
    assert_eq!(rated.format, FormatId::HelpSteerRatings);
    assert_eq!(said(&rated.records), [Some(A), Some(Tie)]);
    assert_eq!((rated.records[0].marks[0].margin, rated.records[0].line), (Some(3.0), 1));
    assert_eq!((rated.refused.len(), rated.refused[0].line), (1, 5));
}

#[test]
fn more_than_two_responses_become_every_pair_of_them() {
    let feedback = all("ultrafeedback.jsonl", FormatId::UltraFeedback);
    assert_eq!(said(&feedback), [Some(A), Some(Tie), Some(B)]);
    assert_eq!((feedback[0].source_a.as_str(), feedback[0].source_b.as_str()), ("m1", "m2"));
    assert_eq!(feedback[0].marks[0].margin, Some(7.0));
    let bench = all("rewardbench2.jsonl", FormatId::RewardBench2);
    assert_eq!(said(&bench), [Some(A); 3]);
    assert!(bench.iter().all(|record| record.response_a == "May." && record.subset == "Factuality"));
}

#[test]
fn a_row_of_which_some_pairs_are_of_no_use_says_so_and_gives_the_others() {
    let completion =
        |response: &str, score: u8| format!(r#"{{"response":"{response}","overall_score":{score}}}"#);
    let completions = [completion("a", 1), completion("b", 2), completion("a", 3)].join(",");
    let read =
        crate::reading::read(format!(r#"{{"instruction":"p","completions":[{completions}]}}"#)).unwrap();
    assert_eq!(said(&read.records), [Some(B), Some(B)]);
    assert_eq!((read.report.records, read.report.refused), (2, 1));
    let reason = &read.refused[0].reason;
    assert!(
        reason.starts_with(
            "1 of the 3 pairs of this row were left out, the others taken. Both responses are the same"
        ),
        "{reason}"
    );
}

#[test]
fn arena_votes_and_battles() {
    let set = all("arena_55k.csv", FormatId::Arena55k);
    assert_eq!(said(&set), [Some(A), Some(Tie)]);
    assert_eq!(texts(&set[0]), ["Name a planet.", "Mars.", "The moon."]);
    assert_eq!(
        texts(&set[1]),
        [
            "Hi",
            "Hello\n\nUser: And a star?\n\nAssistant: Vega.",
            "Hey\n\nUser: And a star?\n\nAssistant: The sun."
        ]
    );
    assert_eq!(set[0].source_a, "m1");

    let battles = all("arena_battles.json", FormatId::ArenaBattles);
    assert_eq!(said(&battles), [Some(B), Some(BothBad)]);
    let mark = &battles[0].marks[0];
    assert_eq!((mark.annotator.as_str(), mark.at_ms), ("arena_user_1", Some(1_682_351_591_130)));
}

#[test]
fn sets_with_one_label_a_row() {
    let summaries = all("openai_summaries.jsonl", FormatId::Summaries);
    assert_eq!(said(&summaries), [Some(A)]);
    assert!(summaries[0].prompt.contains("POST: My bicycle") && summaries[0].prompt.ends_with("TL;DR:"));
    assert_eq!(said(&all("webgpt.jsonl", FormatId::WebGpt)), [Some(A), Some(Tie)]);
    assert_eq!(said(&all("shp.jsonl", FormatId::Shp)), [Some(A), Some(B)]);
    assert_eq!(said(&all("llmbar.json", FormatId::LlmBar)), [Some(A), Some(B)]);
    assert_eq!(all("rewardbench.jsonl", FormatId::RewardBench)[0].subset, "own-easy");
    assert_eq!(
        all("ultrafeedback_binarised.jsonl", FormatId::UltraFeedbackBinarised)[0].marks[0].margin,
        Some(1.5)
    );
    let brief = all("axolotl.jsonl", FormatId::Alpaca);
    assert_eq!(brief[0].prompt, "System: Be brief.\n\nUser: Name a cheese.");
    assert_eq!(all("llamafactory_alpaca.json", FormatId::Alpaca)[0].prompt, "Translate into German.\nbread");
    let shared = all("sharegpt.json", FormatId::ShareGpt);
    assert_eq!((shared[0].turns.len(), shared[0].response_a.as_str()), (3, "Minestrone."));
}

#[test]
fn annotation_tools_with_every_annotator() {
    for name in ["argilla_nested.json", "argilla_flat.jsonl"] {
        let records = all(name, FormatId::Argilla);
        let people: Vec<_> =
            records[0].marks.iter().map(|mark| (mark.annotator.as_str(), mark.choice)).collect();
        assert_eq!(people, [("ann", A), ("ben", Tie)], "{name}");
    }
    let studio = all("label_studio.json", FormatId::LabelStudio);
    assert_eq!(said(&studio), [Some(A), Some(B), None], "no result is no answer, and not a tie");
    assert_eq!(studio[1].response_a, "Sea.", "left is the first of to_name");
    assert_eq!((studio[0].marks[0].lead_ms, studio[0].marks[0].at_ms), (Some(4300), Some(1_769_860_800_000)));
    assert_eq!(said(&all("label_studio_min.json", FormatId::LabelStudio)), [Some(A)]);
    assert_eq!(said(&all("prodigy.jsonl", FormatId::Prodigy)), [Some(A), Some(A), Some(Skip)]);
}

#[test]
fn prodigys_tasks_that_nobody_has_marked_come_unanswered() {
    let rows = [
        r#"{"text":"p","options":[{"id":"1","text":"a"},{"id":"2","text":"b"}],"_task_hash":1}"#,
        r#"{"text":"q","options":[{"id":1,"text":"a"},{"id":2,"text":"b"}],"answer":"accept","_task_hash":2}"#,
        r#"{"text":"r","options":[{"id":1,"text":"a"},{"id":2,"text":"b"}],"accept":null,"answer":"accept"}"#,
        r#"{"text":"s","options":[{"id":1,"text":"a"},{"id":2,"text":"b"}],"accept":[],"answer":"accept"}"#,
        r#"{"input":{"text":"t"},"A":{"text":"a"},"B":{"text":"b"},"mapping":{"A":"accept"},"_task_hash":3}"#,
        r#"{"input":{"text":"u"},"accept":{"text":"a"},"reject":{"text":"b"},"_task_hash":4}"#,
        r#"{"input":{"text":"v"},"accept":{"text":"a"},"reject":{"text":"b"},"answer":"accept"}"#,
        r#"{"input":{"text":"w"},"accept":{"text":"a"},"reject":{"text":"b"},"answer":"reject"}"#,
        r#"{"text":"x","options":[{"id":1,"text":"a"},{"id":2,"text":"b"}],"accept":[1],"answer":"reject"}"#,
    ];
    let read = crate::reading::read(rows.join("\n")).unwrap();
    assert_eq!((read.format, read.refused.as_slice()), (FormatId::Prodigy, [].as_slice()));
    assert_eq!(
        said(&read.records),
        [None, None, None, Some(BothBad), None, None, Some(A), Some(B), Some(Skip)]
    );
    assert!(read.records.iter().all(|record| texts(record)[1..] == ["a", "b"]));
}

#[test]
fn argillas_drafts_say_nothing_and_its_discarded_responses_are_skips() {
    let nested = r#"{"fields":{"prompt":"p","response_a":"a","response_b":"b"},"responses":{"preference":[
        {"value":"response_a","user_id":"ann","status":"submitted"},
        {"value":"response_b","user_id":"ben","status":"discarded"},
        {"user_id":"cid","status":"discarded"},
        {"value":"response_b","user_id":"dot","status":"draft"},
        {"value":null,"user_id":"eve","status":"submitted"}]}}"#;
    let flat = r#"{"prompt":"p","response_a":"a","response_b":"b","status":"completed",
        "preference.responses":["response_a","response_b",null,"response_b",null],
        "preference.responses.users":["ann","ben","cid","dot","eve"],
        "preference.responses.status":["submitted","discarded","discarded","draft","submitted"]}"#;
    for row in [nested, flat] {
        let read = crate::reading::read(row.replace('\n', "")).unwrap();
        assert_eq!((read.format, read.refused.len()), (FormatId::Argilla, 0));
        let marks = &read.records[0].marks;
        let people: Vec<_> = marks.iter().map(|mark| (mark.annotator.as_str(), mark.choice)).collect();
        assert_eq!(people, [("ann", A), ("ben", Skip), ("cid", Skip)], "{row}");
    }
}

#[test]
fn our_own_rows_with_labels_and_votes() {
    let pairs = all("pairs.jsonl", FormatId::Pairs);
    assert_eq!(said(&pairs), [Some(A), Some(B), Some(Tie), Some(BothGood), Some(BothBad), Some(Skip), None]);
    let votes = all("votes.jsonl", FormatId::Pairs);
    assert_eq!(said(&votes), [Some(A), Some(B)]);
    assert_eq!(votes[1].marks[2].annotator, "w3");
}

#[test]
fn tables_with_our_columns_and_with_anybodys() {
    let table = all("table.csv", FormatId::Pairs);
    assert_eq!(said(&table), [Some(A), Some(B)]);
    assert_eq!(texts(&table[0]), ["Say \"hi\", please", "Hi", "Two\nlines"]);
    assert_eq!(table[1].response_a, "=1+1", "the guard is off again");
    assert_eq!((table[0].line, table[1].line), (2, 4));
    assert_eq!(table[0].marks[0].strength.map(|of| of.get()), Some(2));

    let tabs = all("table.tsv", FormatId::Table);
    assert_eq!(said(&tabs), [Some(A), Some(B), Some(Tie)]);
    assert_eq!(texts(&tabs[0]), ["Name a lake.", "Como", "Rome"]);
    assert_eq!(said(&all("chosen_rejected.csv", FormatId::Trl)), [Some(A)]);
}

#[test]
fn a_label_in_other_words_or_another_column_is_not_passed_over() {
    let read = |text: &str| crate::reading::read(text).unwrap();
    let numbers = read(
        "{\"prompt\":\"p\",\"response_a\":\"a\",\"response_b\":\"b\",\"label\":0}\n\
        {\"prompt\":\"q\",\"response_a\":\"a\",\"response_b\":\"b\",\"label\":1}\n",
    );
    assert_eq!((numbers.format, said(&numbers.records)), (FormatId::Table, vec![Some(A), Some(B)]));
    let winner = read("prompt,response_a,response_b,winner\np,a,b,model_b\n");
    assert_eq!((winner.format, said(&winner.records)), (FormatId::Table, vec![Some(B)]));
}

#[test]
fn a_saved_workspace_is_recognised_and_sent_to_be_restored() {
    let read = crate::reading::read(
        "{\"v\":2,\"workspace\":{\"pairs\":1,\"events\":1}}\n\
         {\"v\":2,\"event_id\":\"s-1\",\"pair_id\":\"x\",\"prompt\":\"p\",\"response_a\":\"a\",\"response_b\":\"b\",\"label\":\"a\"}\n",
    )
    .unwrap();
    assert_eq!((read.format, read.records.len(), read.refused.len()), (FormatId::Workspace, 0, 2));
    assert!(read.refused[0].reason.contains("Restore"));
}

#[test]
fn parquet_as_python_writes_it() {
    let names =
        ["snappy.parquet", "gzip.parquet", "zstd.parquet", "conversations.parquet", "zstd_v2.parquet"];
    for name in names {
        let records = all(name, FormatId::Trl);
        assert_eq!(texts(&records[0]), ["Which colour has the sky?", "Blue.", "Green."], "{name}");
        assert_eq!(records.len(), 2, "{name}");
    }
    let fault = read(sample("brotli.parquet")).unwrap_err();
    assert!(fault.remedy.contains("snappy"), "{fault}");
}
