"""TRL reads every file that we write for it, by the path that its own trainer takes, without a word of complaint.

The Rust tests leave the files in `$REWARD_STUDIO_EXPORTS` (by default `target/exports`).
"""

import csv
import json
import logging
import os
import warnings
from pathlib import Path

import pytest
from datasets import load_dataset
from transformers import AutoModelForSequenceClassification, PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging
from trl import RewardConfig, RewardTrainer
from trl.data_utils import extract_prompt, is_conversational, maybe_apply_chat_template, maybe_extract_prompt

from reference import ROOT

FORMATS = Path(os.environ.get("REWARD_STUDIO_EXPORTS") or ROOT / "target/exports") / "formats"
FIXTURES = ROOT / "tests/fixtures/formats"
TINY = ROOT / "tests/fixtures/tiny-bert"
MAKE = "cargo xtask test native"

TRL = ["trl", "trl-implicit", "trl-conversational", "trl-conversational-implicit"]
# What these libraries say of themselves and of a head that is yet to be trained, whatever the rows are.
NOT_OF_DATA = ["`gradient_checkpointing` is deprecated", "newly initialized", "score.weight", "classifier.weight"]
TEMPLATE = "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}"


def made(name: str) -> Path:
    path = FORMATS / name
    assert path.is_file(), f"{path} is missing; `{MAKE}` makes it"
    return path


def lines(path: Path) -> list:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(TINY / "tokenizer.json"), pad_token="[PAD]", eos_token="[SEP]"
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer


@pytest.mark.parametrize("margin", ["", "-margin"], ids=["without", "with-margin"])
@pytest.mark.parametrize("name", TRL)
def test_the_reward_trainer_tokenises_it_without_a_warning(name, margin, tokenizer, tmp_path, caplog):
    transformers_logging.enable_propagation()
    dataset = load_dataset("json", data_files=str(made(f"{name}{margin}.jsonl")), split="train", cache_dir=str(tmp_path))
    model = AutoModelForSequenceClassification.from_pretrained(TINY, num_labels=1)
    model.config.pad_token_id = tokenizer.pad_token_id
    arguments = RewardConfig(output_dir=str(tmp_path), report_to=[], use_cpu=True, bf16=False, max_length=None)
    with warnings.catch_warnings(record=True) as heard, caplog.at_level(logging.WARNING):
        warnings.simplefilter("always")
        trainer = RewardTrainer(model=model, args=arguments, train_dataset=dataset, processing_class=tokenizer)
        batch = next(iter(trainer.get_train_dataloader()))
    said = [str(warning.message) for warning in heard] + [record.getMessage() for record in caplog.records]
    assert not [words for words in said if not any(known in words for known in NOT_OF_DATA)]

    rows = trainer.train_dataset
    assert len(rows) == 3, "three of the five pairs have a preference"
    for row in rows:
        assert row["chosen_ids"] != row["rejected_ids"]
    assert ("margin" in batch) == bool(margin)
    if margin:
        assert rows["margin"] == [3.0, 0.0, 0.0]
    first = tokenizer.decode(rows[0]["chosen_ids"])
    assert first.index("sky") < first.index("blue"), "the prompt comes before the preferred response"


@pytest.mark.parametrize("name", TRL)
def test_trl_sees_conversations_where_there_are_some(name):
    for row in lines(made(f"{name}.jsonl")):
        assert is_conversational(row) == ("conversational" in name)
        if name in ("trl", "trl-conversational"):
            assert maybe_extract_prompt(row) == row, "an explicit prompt is taken as it is"


def test_both_conversational_shapes_are_the_same_to_trl(tokenizer):
    explicit, implicit = lines(made("trl-conversational.jsonl")), lines(made("trl-conversational-implicit.jsonl"))
    for whole, row in zip(implicit, explicit, strict=True):
        assert extract_prompt(whole) == row
        assert maybe_apply_chat_template(row, tokenizer)["prompt"].startswith("user: ")


def test_texts_joined_are_the_implicit_texts():
    for row, whole in zip(lines(made("trl.jsonl")), lines(made("trl-implicit.jsonl")), strict=True):
        assert whole == {side: row["prompt"] + row[side] for side in ("chosen", "rejected")}


def test_implicit_conversations_part_where_trl_parts_them_or_better():
    rows = lines(FIXTURES / "trl_conversational_implicit.jsonl")
    parted = lines(made("parted-trl_conversational_implicit.jsonl"))
    theirs = extract_prompt(rows[0])
    assert parted[0] == [theirs["prompt"][0]["content"], theirs["chosen"][0]["content"], theirs["rejected"][0]["content"]]
    # Where one conversation is the beginning of the other, TRL leaves no user's turn before the assistant's.
    assert extract_prompt(rows[1])["prompt"] == rows[1]["rejected"][:1]
    assert parted[1][0] == rows[1]["rejected"][0]["content"]
    assert parted[1][2] == rows[1]["rejected"][1]["content"], "the shorter one's answer is whole"


def test_implicit_texts_part_between_words():
    rows, parted = lines(FIXTURES / "trl_implicit.jsonl"), lines(made("parted-trl_implicit.jsonl"))
    same = extract_prompt(rows[0])
    assert parted[0] == [same["prompt"], same["chosen"], same["rejected"]]
    # "winter" and "wintry" share letters: TRL divides the word, we do not.
    assert extract_prompt(rows[1])["prompt"] == "Snow falls in wint"
    assert parted[1][0] == "Snow falls in"


def test_transcripts_part_where_the_assistant_answers():
    """TRL's own script for this data set raises where one transcript is the beginning of the other."""
    for row, (_, a, b) in zip(lines(FIXTURES / "hh.jsonl"), lines(made("parted-hh.jsonl")), strict=True):
        assert row["chosen"].endswith(a) and row["rejected"].endswith(b)
        before = row["chosen"].removesuffix(a).rstrip(" ")
        assert before.endswith("\n\nAssistant:") and row["rejected"].startswith(before)


def test_transcripts_are_written_as_anthropic_has_them():
    rows = lines(made("hh.jsonl"))
    assert len(rows) == 3
    for row in rows:
        for side in ("chosen", "rejected"):
            assert row[side].startswith("\n\nHuman: ") and "\n\nAssistant: " in row[side]


def test_the_table_opens_in_a_spreadsheet_without_a_formula():
    with made("csv.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [row["label"] for row in rows] == ["b", "a", "tie", "a", ""]


@pytest.mark.parametrize("name", ["parquet.parquet", "pairs.jsonl", "helpsteer2.jsonl", "helpsteer3.jsonl", "argilla.json", "label-studio.json"])
def test_datasets_loads_the_others(name, tmp_path):
    kind = "parquet" if name.endswith("parquet") else "json"
    rows = load_dataset(kind, data_files=str(made(name)), split="train", cache_dir=str(tmp_path))
    assert len(rows) == (4 if name.startswith("helpsteer") else 5)
    if kind == "parquet":
        assert rows["label"] == ["b", "a", "tie", "a", None] and rows["strength"][0] == 3
