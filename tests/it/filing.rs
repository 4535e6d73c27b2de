//! The program that scores files gives the numbers that the engine gives.

use std::fs;
use std::path::{Path, PathBuf};

use reward_studio::domain::choice::{Outcome, Side};
use reward_studio::domain::config::Penalty;
use reward_studio::domain::dataset::Comparison;
use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::log::Asked;
use reward_studio::domain::pair::{Pair, PairText};
use reward_studio::native::arguments::Wish;
use reward_studio::native::score::score;
use reward_studio::protocol::error::FaultKind;
use reward_studio::protocol::parcel::Parcel;
use reward_studio::protocol::{Command, Event, RequestId, Slot};
use serde_json::{Value, json};

use crate::browserless::{Session, repository};

/// A model of the tiny backbone, by the exact fit to a few made-up answers.
fn model() -> (Session, Vec<u8>) {
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    let pairs: Vec<PairText> = (0..12)
        .map(|i| {
            Pair::new(
                format!("question {i}"),
                format!("a long answer {i} that helps"),
                format!("no {i}"),
                "test",
            )
            .into()
        })
        .collect();
    let comparisons: Vec<Comparison> = pairs.iter().map(first_is_better).collect();
    session.ask(Command::AddPairs(pairs));
    session.ask(Command::Fit { request: RequestId(1), comparisons, objective: Penalty::Auto.into() });
    let exported =
        session.ask(Command::Export { request: RequestId(2), slot: Slot::Living, parcel: Parcel::Studio });
    let bytes = exported
        .into_iter()
        .find_map(|event| if let Event::Exported { bytes, .. } = event { Some(bytes) } else { None });
    (session, bytes.expect("a model file"))
}

fn first_is_better(pair: &PairText) -> Comparison {
    let outcome = Outcome::Preferred(Side::A);
    Comparison { pair: pair.id.clone(), outcome, strength: None, asked: Asked::Random }
}

/// Prompts and responses that readers, tokenizers and recipes trip over.
fn texts() -> Vec<(String, String)> {
    let own = |prompt: &str, response: &str| (prompt.to_owned(), response.to_owned());
    let mut texts = vec![
        own("How do I reset my password?", "Open Settings, choose Account, then Reset password."),
        own("Is it going to rain?", ""),
        own("¿Qué tal?", "Très bien, merci — 很好 👩‍🚀!"),
        own("", "no prompt"),
        own("Tell me everything about tea.", &"Tea is made of leaves, water and time. ".repeat(60)),
    ];
    texts.extend((0..60).map(|i| (format!("question {i}"), "so it is ".repeat(1 + i % 9))));
    texts
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("reward-studio-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn wish(model: &Path, input: &Path) -> Wish {
    Wish {
        model: model.to_owned(),
        input: input.to_owned(),
        output: input.with_file_name("rows.scored.jsonl"),
        backbone: Some(repository().join("tests/fixtures/tiny-bert")),
        device: DeviceKind::Cpu,
    }
}

#[test]
fn the_program_s_scores_are_the_engine_s() {
    let (mut session, file) = model();
    session.ask(Command::Import { request: RequestId(3), slot: Slot::Trained, bytes: file.clone() });
    let folder = folder("scores");
    let (model, input) = (folder.join("model.safetensors"), folder.join("rows.jsonl"));
    fs::write(&model, file).expect("a model");
    let row = |(prompt, response): &(String, String)| json!({"prompt": prompt, "response": response});
    let mut lines: Vec<String> = texts().iter().map(|text| row(text).to_string()).collect();
    lines.insert(7, "{\"prompt\": \"nothing\"}".into());
    fs::write(&input, lines.join("\n")).expect("a file");

    let done = score(&wish(&model, &input)).unwrap_or_else(|fault| panic!("{fault}"));
    let said = done.to_string();
    assert!(said.contains("66 rows, 65 scored") && said.contains("1 without a score"), "{said}");
    let text = fs::read_to_string(&done.output).expect("a result");
    let mut rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
    assert!(rows.remove(7)["score_error"].is_string());
    for ((prompt, response), row) in texts().into_iter().zip(&rows) {
        assert_eq!(row["prompt"], Value::from(prompt.clone()));
        let asked =
            Command::Score { request: RequestId(4), slot: Slot::Trained, prompt, responses: vec![response] };
        let engine = session.ask(asked).into_iter().find_map(|event| {
            if let Event::Scored { scores, .. } = event { Some(scores[0].value) } else { None }
        });
        let (ours, theirs) = (row["score"].as_f64().expect("a score"), f64::from(engine.expect("a score")));
        assert!((ours - theirs).abs() < 1e-6, "{ours} and {theirs}");
    }
    assert!(!folder.join("rows.scored.jsonl.part").exists());

    // Python's tests read these.
    let exports = std::env::var_os("REWARD_STUDIO_EXPORTS")
        .map_or_else(|| repository().join("target/exports"), PathBuf::from);
    fs::create_dir_all(&exports).expect("a folder");
    fs::copy(&model, exports.join("scored.safetensors")).expect("a model");
    fs::copy(&done.output, exports.join("scored.jsonl")).expect("a result");
    fs::remove_dir_all(folder).expect("it goes");
}

#[test]
fn what_is_missing_is_said_with_the_way_to_get_it() {
    let (_, file) = model();
    let folder = folder("missing");
    let (model, input) = (folder.join("model.safetensors"), folder.join("rows.jsonl"));
    fs::write(&input, "{\"prompt\": \"p\", \"response\": \"r\"}\n").expect("a file");
    let fault = |wish: &Wish| score(wish).err().expect("a fault");

    let none = fault(&wish(&folder, &input));
    assert!(none.what.contains("no model of Reward Studio"), "{none}");
    fs::write(&model, &file).expect("a model");
    let alone = fault(&Wish { backbone: None, ..wish(&folder, &input) });
    assert_eq!(alone.kind, FaultKind::Backbone);
    assert!(alone.what.contains("reward-studio/tiny-bert") && alone.remedy.contains("--backbone"), "{alone}");
    let other = folder.join("other");
    fs::create_dir_all(&other).expect("a folder");
    for name in ["config.json", "tokenizer.json"] {
        fs::copy(repository().join("tests/fixtures/tiny-bert").join(name), other.join(name)).expect("a copy");
    }
    fs::copy(&model, other.join("model.safetensors")).expect("a copy");
    let foreign = fault(&Wish { backbone: Some(other), ..wish(&model, &input) });
    assert!(foreign.what.contains("made for the backbone"), "{foreign}");
    fs::write(&input, "{\"a\": 1}\n").expect("a file");
    assert!(fault(&wish(&model, &input)).what.contains("No row"));
    assert!(!folder.join("rows.scored.jsonl").exists() && !folder.join("rows.scored.jsonl.part").exists());
    fs::remove_dir_all(folder).expect("it goes");
}

#[test]
fn a_folder_with_model_and_backbone_is_enough_and_a_table_comes_back() {
    let (_, file) = model();
    let folder = folder("whole");
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        fs::copy(repository().join("tests/fixtures/tiny-bert").join(name), folder.join(name))
            .expect("a copy");
    }
    fs::write(folder.join("head.safetensors"), file).expect("a model");
    let input = folder.join("rows.csv");
    fs::write(&input, "prompt,chosen,rejected\np,good answer,bad\n").expect("a file");
    let output = folder.join("rows.scored.csv");
    let wish =
        Wish { backbone: None, output: output.clone(), device: DeviceKind::NdArray, ..wish(&folder, &input) };
    let done = score(&wish).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!((done.report.scored, done.report.agreement.whole), (1, 1));
    let text = fs::read_to_string(output).expect("a table");
    assert!(text.starts_with("prompt,chosen,rejected,score_chosen,score_rejected,"), "{text}");
    fs::remove_dir_all(folder).expect("it goes");
}
