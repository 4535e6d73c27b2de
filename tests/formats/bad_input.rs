//! Whatever is wrong with a file, the message names the place and what to do, and what was good is kept.

use std::io::Write;

use reward_studio::domain::formats::Refused;
use reward_studio::protocol::error::FaultKind;

use crate::reading::{Read, read, sample};

const GOOD: &str = r#"{"prompt":"p","chosen":"a","rejected":"b"}"#;

/// One bad line between two good ones: the good ones are kept, and the bad one's refusal comes back.
fn between(bad: &[u8]) -> Refused {
    let file = [GOOD.as_bytes(), b"\n", bad, b"\n", GOOD.as_bytes()].concat();
    let read = read(file).expect("rows");
    assert_eq!(read.records.iter().map(|record| record.line).collect::<Vec<_>>(), [1, 3]);
    let [refused] = read.refused.as_slice() else { panic!("one row is refused: {:?}", read.refused) };
    assert_eq!(refused.line, 2);
    assert!(refused.reason.ends_with('.'), "{}", refused.reason);
    refused.clone()
}

fn fault(bytes: impl Into<Vec<u8>>) -> String {
    let fault = read(bytes).expect_err("no file of pairs");
    assert_eq!(fault.kind, FaultKind::File);
    assert!(!fault.remedy.is_empty());
    fault.to_string()
}

#[test]
fn bad_rows_are_refused_with_their_line_and_their_text() {
    assert!(between(b"not json").reason.contains("JSON"));
    assert_eq!(between(b"not json").text, "not json");
    assert!(between(b"[1]").reason.contains("not a JSON object"));
    assert!(between(br#"{"prompt":"p","chosen":"a"}"#).reason.contains("\"rejected\" is missing"));
    assert!(between(br#"{"prompt":"p","chosen":"a","rejected":["b"]}"#).reason.contains("not a text"));
    assert!(between(br#"{"prompt":"p","chosen":"a","chosen":"b","rejected":"c"}"#).reason.contains("twice"));
    assert!(between(br#"{"prompt":"p","chosen":"","rejected":" "}"#).reason.contains("empty"));
    assert!(between(br#"{"prompt":"p","chosen":"a","rejected":"a"}"#).reason.contains("the same"));
    assert!(
        between(br#"{"prompt":"p","chosen":"a","rejected":"b","margin":-1}"#).reason.contains("negative")
    );
}

#[test]
fn one_bad_first_line_does_not_spoil_the_others() {
    for bad in ["# exported today", "[1, 2]", "[", r#"{"prompt":"cut"#, "prompt,chosen,rejected"] {
        let read = read(format!("{bad}\n{GOOD}\n{GOOD}\n")).expect("rows");
        assert_eq!(read.records.iter().map(|record| record.line).collect::<Vec<_>>(), [2, 3], "{bad}");
        let [refused] = read.refused.as_slice() else { panic!("{bad}: {:?}", read.refused) };
        assert_eq!((refused.line, refused.text.as_str()), (1, bad));
    }
}

#[test]
fn lines_of_braces_do_not_make_json_lines_of_a_list_or_a_table() {
    let list = read(format!("[\n{GOOD}\n,\n{GOOD}\n]\n")).unwrap();
    assert_eq!((list.records.len(), list.refused.len()), (2, 0));
    let table = read("prompt,chosen,rejected\np,\"a\n{b}\n\",c\nq,d,e\n").unwrap();
    assert_eq!((table.records.len(), table.records[0].response_a.as_str()), (2, "a\n{b}\n"));
}

#[test]
fn what_is_no_text_is_refused_at_its_place() {
    assert!(between(b"{\"prompt\":\"p\",\"chosen\":\"\xff\",\"rejected\":\"b\"}").reason.contains("Byte 25"));
    assert!(
        between(br#"{"prompt":"\ud83d","chosen":"a","rejected":"b"}"#).reason.contains("Half of a character")
    );
    // A lone surrogate in raw bytes, as some programs write it.
    assert!(
        between(b"{\"prompt\":\"\xed\xa0\xbd\",\"chosen\":\"a\",\"rejected\":\"b\"}")
            .reason
            .contains("UTF-8")
    );
    assert!(between(b"{\"prompt\":\"p\0\",\"chosen\":\"a\",\"rejected\":\"b\"}").reason.contains("NUL"));
}

#[test]
fn escaped_nul_and_characters_of_two_surrogates_are_text() {
    let read = read(r#"{"prompt":"\u0000\ud83d\ude42","chosen":"a","rejected":"b"}"#).unwrap();
    assert_eq!(read.records[0].prompt, "\0🙂");
}

#[test]
fn byte_order_marks_and_carriage_returns_do_no_harm() {
    let file = format!("\u{feff}{GOOD}\r\n\r\n{GOOD}\r\n");
    let read = read(file).unwrap();
    assert_eq!((read.records.len(), read.refused.len()), (2, 0));
    assert_eq!(read.records[1].line, 3);
    assert!(
        fault("\u{feff}{".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()).contains("UTF-16")
    );
}

#[test]
fn a_line_of_fifty_megabytes_is_refused_and_the_next_is_read() {
    let long = format!(r#"{{"prompt":"p","chosen":"{}","rejected":"b"}}"#, "x".repeat(50 << 20));
    let refused = between(long.as_bytes());
    assert!(refused.reason.contains("50 MB"), "{}", refused.reason);
    assert!(refused.text.len() < 2000);
    let array = format!("[{GOOD},\n{long},\n{GOOD}]");
    let read = read(array).unwrap();
    assert_eq!((read.records.len(), read.refused.len(), read.refused[0].line), (2, 1, 2));
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!(
        r#"{{"prompt":{}1{},"chosen":"a","rejected":"b"}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(between(deep.as_bytes()).reason.contains("nested too deeply"));
    let read = read(format!("[{deep},{GOOD}]")).unwrap();
    assert_eq!((read.records.len(), read.refused.len()), (1, 1));
}

#[test]
fn lists_over_several_lines_are_read_and_unsound_members_are_not() {
    let file = format!("[\n{GOOD},\n{{\n  \"prompt\": \"p\",\n  \"chosen\": 1\n}},\n  7,\n{GOOD}\n]\n");
    let read = read(file).unwrap();
    assert_eq!(read.records.iter().map(|record| record.line).collect::<Vec<_>>(), [2, 8]);
    assert_eq!(read.refused.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 7]);
}

#[test]
fn objects_laid_out_over_lines_need_no_list() {
    let object = "{\n  \"prompt\": \"p\",\n  \"chosen\": \"a } \\\" {\",\n  \"rejected\": \"b\"\n}\n";
    let read = read(object.repeat(3)).unwrap();
    assert_eq!(read.records.iter().map(|record| record.line).collect::<Vec<_>>(), [1, 6, 11]);
}

#[test]
fn a_list_that_is_cut_off_keeps_what_came_before() {
    let read = read(format!("[{GOOD},\n{GOOD},\n{{\"prompt\":")).unwrap();
    assert_eq!((read.records.len(), read.refused.len()), (2, 1));
    let read = self::read(format!("[{GOOD},\n{GOOD}\n")).unwrap();
    assert_eq!(read.records.len(), 2);
    assert!(read.report.cut_short.unwrap().what.contains("no end"));
}

#[test]
fn what_comes_after_a_list_is_not_passed_over() {
    let read = read(format!("[{GOOD}]\n[{GOOD},\n{GOOD}]\nthe end\n")).unwrap();
    assert_eq!(read.records.iter().map(|record| record.line).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(
        read.refused.iter().map(|row| (row.line, row.text.as_str())).collect::<Vec<_>>(),
        [(4, "the end")]
    );
    assert_eq!(read.report.cut_short, None);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    packed.write_all(bytes).expect("memory");
    packed.finish().expect("memory")
}

#[test]
fn compressed_files_that_are_cut_off_keep_what_came_before() {
    // Texts that do not compress away, so that the cut falls among the rows.
    let rows: String = (0..2000_u64)
        .map(|row| {
            let noise = row.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            format!("{{\"prompt\":\"{noise}\",\"chosen\":\"{row}\",\"rejected\":\"b\"}}\n")
        })
        .collect();
    let whole = gzip(rows.as_bytes());
    assert_eq!(read(whole.clone()).unwrap().records.len(), 2000);
    for cut in [whole.len() / 2, whole.len() - 4] {
        let Read { records, report, .. } = read(whole[..cut].to_vec()).unwrap();
        let fault = report.cut_short.expect("the end is missing");
        assert!(fault.what.contains("ends in the middle"), "{fault}");
        assert!(records.len() > 100, "{} rows came before the cut", records.len());
    }
    // Several compressed files, one behind the other, are one.
    let twice = [gzip(format!("{GOOD}\n").as_bytes()), gzip(GOOD.as_bytes())].concat();
    assert_eq!(read(twice).unwrap().records.len(), 2);
    let packed_table = gzip(&sample("table.csv"));
    assert_eq!(read(packed_table).unwrap().records.len(), 2);
    assert_eq!(read(gzip(&sample("snappy.parquet"))).unwrap().records.len(), 2);
}

#[test]
fn a_checksum_that_is_wrong_is_told() {
    let mut whole = gzip(format!("{GOOD}\n").as_bytes());
    let at = whole.len() - 6;
    whole[at] ^= 1;
    let read = read(whole).unwrap();
    assert_eq!(read.records.len(), 1);
    assert!(read.report.cut_short.is_some());
}

#[test]
fn other_kinds_of_files_are_named() {
    assert!(fault(b"\x89PNG\r\n\x1a\n".to_vec()).contains("an image"));
    assert!(fault(b"PK\x03\x04".to_vec()).contains("ZIP"));
    assert!(fault(b"%PDF-1.7".to_vec()).contains("PDF"));
    assert!(fault("").contains("empty"));
    assert!(fault(" \n\n").contains("empty"));
    assert!(fault("just some words\nand more").contains("neither JSON nor a table"));
    assert!(fault((0..200_u8).collect::<Vec<_>>()).contains("binary"));
    assert!(fault(b"\x1f\x8bnonsense".to_vec()).contains("gzip"));
    assert!(fault(b"PAR1 is not enough PAR1".to_vec()).contains("Parquet"));
}

#[test]
fn a_parquet_file_without_its_end_is_told() {
    let mut whole = sample("snappy.parquet");
    whole.truncate(whole.len() - 20);
    assert!(fault(whole).contains("Parquet"));
}

/// Found by the fuzzer. The library's own panic at it is nothing that a browser can catch.
#[test]
fn a_parquet_file_with_a_column_before_its_beginning_is_told() {
    assert!(fault(sample("negative_start.parquet")).contains("before the file"));
}

#[test]
fn a_zstandard_page_that_is_damaged_is_told() {
    let mut file = sample("zstd.parquet");
    // The frame's magic number, of the first page.
    let at = file.windows(4).position(|bytes| bytes == b"\x28\xb5\x2f\xfd").expect("a frame");
    file[at] ^= 255;
    assert!(fault(file).contains("Zstandard"));
}

#[test]
fn tables_with_uneven_rows_and_open_quotation_marks() {
    let read = read("prompt,chosen,rejected\np,a,b\np,a\np,a,b,c\np,\"a\0\",b\np,x,y\n").unwrap();
    assert_eq!(read.records.iter().map(|record| record.line).collect::<Vec<_>>(), [2, 6]);
    assert_eq!(read.refused.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 4, 5]);

    let open = format!("prompt,chosen,rejected\np,a,b\np,\"a,b\n{}", "p,a,b\n".repeat(8_000_000));
    let read = self::read(open).unwrap();
    assert_eq!(read.records.len(), 1);
    assert!(read.report.cut_short.unwrap().what.contains("line 3"));

    assert!(fault("prompt,chosen,chosen\np,a,b\n").contains("\"chosen\""));
}

#[test]
fn a_row_with_too_many_responses_is_refused_by_its_line() {
    let row = |responses: usize| {
        let completions: Vec<String> = (0..responses)
            .map(|number| format!(r#"{{"response":"r{number}","overall_score":{number}}}"#))
            .collect();
        format!(r#"{{"instruction":"p","completions":[{}]}}"#, completions.join(","))
    };
    let read = read([row(2), row(65), row(64)].join("\n")).unwrap();
    assert_eq!(read.records.len(), 1 + 2_016);
    let [refused] = read.refused.as_slice() else { panic!("{:?}", read.refused) };
    assert_eq!(refused.line, 2);
    assert!(
        refused.reason.contains("65 responses") && refused.reason.ends_with("same prompt."),
        "{}",
        refused.reason
    );
}

#[test]
fn transcripts_that_share_no_prompt_are_refused() {
    let rows = [
        r#"{"chosen":"\n\nHuman: Hi\n\nAssistant: A","rejected":"\n\nHuman: Hi\n\nAssistant: B"}"#,
        r#"{"chosen":"\n\nHuman: Hi\n\nAssistant: A","rejected":"\n\nHuman: Ho\n\nAssistant: B"}"#,
    ];
    let read = read(rows.join("\n")).unwrap();
    assert_eq!((read.records.len(), read.refused.len()), (1, 1));
    assert!(read.refused[0].reason.contains("same first turns"));
}
