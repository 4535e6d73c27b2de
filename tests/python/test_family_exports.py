"""Archives of models on every family open in other libraries with the page's scores.

The Rust tests leave them in `$REWARD_STUDIO_EXPORTS` (by default `target/exports`).
"""

import itertools
import json
import os
import shutil
import subprocess
import sys

import pytest
import torch
import yaml
from datasets import load_dataset
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from trl import RewardConfig, RewardTrainer

import verify
from make_families import FAMILIES, FIXTURES, ROWS, ids_of
from test_export_weights import golden, opened, pairs, scores, verified

ENCODERS = ["distilbert", "roberta", "modernbert"]
DECODERS = [family for family in FAMILIES if family not in ENCODERS]
RECIPES = {family: ["middle", "last", "mean"] + ["cls", "shallow-mean"] * (family in ENCODERS) for family in FAMILIES}
PLAIN = "gpt_neox-last"
CUSTOM = [name for family in FAMILIES for name in (f"{family}-{recipe}" for recipe in RECIPES[family]) if name != PLAIN]
MEANS = [f"{family}-mean" for family in ENCODERS] + ["distilbert-shallow-mean", "roberta-shallow-mean"]


def said(tokenizer, texts, **options):
    """Conversations as trainers tokenise them: several turns are several messages."""
    written = [tokenizer.apply_chat_template(verify.messages(*text), tokenize=False) for text in texts]
    return tokenizer(written, return_tensors="pt", padding=True, add_special_tokens=False, **options)


def known(folder):
    texts = golden(folder)
    expected = [score for _, _, score in texts]
    assert len({round(score, 3) for score in expected}) > 2, "too much alike to tell anything"
    return [(prompt, response) for prompt, response, _ in texts], expected


@pytest.mark.parametrize("name", CUSTOM)
def test_the_class_that_comes_along_gives_the_pages_scores_in_any_batch_with_any_padding(name, unpacked):
    folder = unpacked(name, "transformers")
    texts, expected = known(folder)
    tokenizer, model = opened(folder, trust=True)
    assert model.config.num_labels == 1 and model.config.problem_type == "regression"
    assert tokenizer.pad_token_id == model.config.pad_token_id
    is_encoder = name.split("-")[0] in ENCODERS
    for tokenised in (pairs, said) if is_encoder else (said,):
        alone = [scores(model, tokenised(tokenizer, [text]))[0] for text in texts]
        assert alone == pytest.approx(expected, abs=1e-4)
        for side, size in itertools.product(("right", "left"), (5, 16)):
            several = (texts * 4)[:size]
            together = scores(model, tokenised(tokenizer, several, padding_side=side, pad_to_multiple_of=64))
            assert together == pytest.approx((alone * 4)[:size], abs=1e-5)


def test_the_plain_class_gives_the_pages_scores_without_trust(unpacked):
    folder = unpacked(PLAIN, "transformers")
    texts, expected = known(folder)
    tokenizer, model = opened(folder, trust=False)
    assert type(model).__name__ == "GPTNeoXForSequenceClassification"
    assert load_file(folder / "model.safetensors").keys() == model.state_dict().keys()
    assert tokenizer.pad_token_id == model.config.pad_token_id
    cut = [verify.encode(tokenizer, *text, model.config.reward_studio) for text in texts]
    alone = [scores(model, row)[0] for row in cut]
    assert alone == pytest.approx(expected, abs=1e-4)
    short = [place for place, text in enumerate(texts) if said(tokenizer, [text])["input_ids"].shape[1] < 128]
    assert len(short) > 3
    for size in (len(short), 16):
        rows = (short * 16)[:size]
        together = scores(model, said(tokenizer, [texts[row] for row in rows], pad_to_multiple_of=64))
        assert together == pytest.approx([expected[row] for row in rows], abs=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_without_trust_the_class_that_comes_along_does_not_open_as_something_else(family, unpacked):
    with pytest.raises(ValueError, match="trust_remote_code"):
        AutoModelForSequenceClassification.from_pretrained(unpacked(f"{family}-middle", "transformers"), trust_remote_code=False)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_tokenizer_is_the_backbones(family, unpacked):
    tokenizer = AutoTokenizer.from_pretrained(unpacked(f"{family}-middle", "transformers"), trust_remote_code=True)
    for prompt, response in ROWS:
        if family in ENCODERS:
            known_ids = ids_of(family, tokenizer, prompt, response)
            types = tokenizer([prompt], [response])["token_type_ids"][0]
            answer = tokenizer(response, add_special_tokens=False)["input_ids"]
            assert known_ids[types.index(1) :][: len(answer)] == answer
        else:
            known_ids = ids_of(family, tokenizer, prompt, response)
            text = tokenizer.apply_chat_template(verify.messages(prompt, response), tokenize=False)
            assert tokenizer(text, add_special_tokens=False)["input_ids"] == known_ids


@pytest.mark.parametrize("family", FAMILIES)
def test_odd_and_long_rows_are_taken_apart_and_cut_as_the_page_does(family, unpacked):
    """The class finds the response in a row by itself; `verify.encode` knows where it is."""
    folder = unpacked(f"{family}-middle", "transformers")
    tokenizer, model = opened(folder, trust=True)
    recipe = model.config.reward_studio
    code = sys.modules[type(model).__module__]
    tokenised = pairs if family in ENCODERS else said
    for prompt, response in ROWS:
        given = tokenised(tokenizer, [(prompt, response)])
        scores(model, given)  # the first makes the reader
        types = given.get("token_type_ids")
        rows = code.parted(given["input_ids"], given["attention_mask"], types, model.config, model.reader)
        inputs, _ = code.joined(rows, model.config, "cpu")
        cut = verify.encode(tokenizer, prompt, response, recipe)
        assert inputs["input_ids"].tolist() == cut["input_ids"].tolist(), (prompt, response)


@pytest.mark.parametrize("name", MEANS)
def test_sentence_transformers_gives_the_pages_scores(name, unpacked):
    folder = unpacked(name, "sentence-transformers")
    texts, expected = known(folder)
    model = SentenceTransformer(str(folder), device="cpu")
    rows = [list(text) for text in texts]
    assert model.encode(rows)[:, 0].tolist() == pytest.approx(expected, abs=1e-4)
    for batch in (1, 5, 16):
        found = model.encode((rows * 4)[:16], batch_size=batch)
        assert found[:, 0].tolist() == pytest.approx((expected * 4)[:16], abs=1e-4)


VERIFIED = [(f"{family}-middle", "transformers", "model.safetensors", "head.weight") for family in FAMILIES]
VERIFIED += [(f"{family}-last", "scale-out", "model/model.safetensors", "head.weight") for family in FAMILIES]
VERIFIED += [(name, "sentence-transformers", "2_Dense/model.safetensors", "linear.weight") for name in MEANS]
VERIFIED += [(PLAIN, "transformers", "model.safetensors", "score.weight")]


@pytest.mark.parametrize(("name", "kind", "file", "tensor"), VERIFIED)
def test_verify_passes_and_fails_when_a_weight_is_changed(name, kind, file, tensor, unpacked, tmp_path, monkeypatch, capsys):
    verified(shutil.copytree(unpacked(name, kind), tmp_path / "model"), file, tensor, monkeypatch, capsys)


@pytest.mark.parametrize("name", [PLAIN, "llama-middle", "modernbert-middle"])
def test_the_reward_trainer_takes_a_step_from_it_on_the_pages_data(name, unpacked, tmp_path):
    data = unpacked(name, "scale-out") / "data/train.jsonl"
    dataset = load_dataset("json", data_files=str(data), split="train", cache_dir=str(tmp_path))
    tokenizer, model = opened(unpacked(name, "transformers"), trust=name != PLAIN)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    arguments = RewardConfig(
        output_dir=str(tmp_path / "out"), report_to=[], use_cpu=True, bf16=False, max_steps=1, save_strategy="no",
        learning_rate=1e-3, warmup_steps=0,
    )
    trainer = RewardTrainer(model=model, args=arguments, train_dataset=dataset, processing_class=tokenizer)
    trainer.train()
    assert 0 < trainer.state.log_history[-1]["train_loss"] < 10
    after = trainer.model.state_dict()
    changed = [name for name, tensor in before.items() if not torch.equal(after[name].cpu(), tensor)]
    assert any("layers" in name for name in changed), "the whole network trains"


@pytest.mark.parametrize("name", ["qwen3-middle", "roberta-middle"])
def test_the_scale_out_folder_runs_as_it_is_on_two_processes(name, unpacked, tmp_path):
    folder = shutil.copytree(unpacked(name, "scale-out"), tmp_path / "scale-out")
    command = [sys.executable, "-m", "accelerate.commands.launch", "--config_file", "accelerate/two_cpus.yaml"]
    command += ["-m", "trl.scripts.reward", "--config", "reward.yaml"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "HF_HOME": str(tmp_path / "hub"), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    start, end = load_file(folder / "model/model.safetensors"), load_file(folder / "trained/model.safetensors")
    assert {name for name, tensor in start.items() if not torch.equal(tensor, end[name])} == {"head.weight"}
    tokenizer, model = opened(folder / "trained", trust=True)
    rows = [json.loads(line) for line in (folder / "data/train.jsonl").read_text(encoding="utf-8").splitlines()]
    margins = [
        scores(model, said(tokenizer, [(row["prompt"][0]["content"], row[side][0]["content"]) for row in rows]))
        for side in ("chosen", "rejected")
    ]
    assert all(better > worse for better, worse in zip(*margins, strict=True))


@pytest.mark.parametrize("family", [*FAMILIES, "bert"])
def test_what_came_back_and_left_again_is_the_same_model(family, unpacked):
    folder = unpacked(f"{family}-again", "transformers")
    texts, expected = known(folder)
    tokenizer, model = opened(folder, trust=True)
    tokenised = said if family in DECODERS else pairs
    assert [scores(model, tokenised(tokenizer, [text]))[0] for text in texts] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("family", ["llama", "qwen3"])
def test_another_makers_reward_model_leaves_as_the_class_and_the_numbers_that_it_came_with(family, unpacked):
    folder = unpacked(f"{family}-foreign", "transformers")
    texts, expected = known(folder)
    tokenizer, model = opened(folder, trust=False)
    original = AutoModelForSequenceClassification.from_pretrained(FIXTURES / family, num_labels=1, dtype=torch.float32).eval()
    width = original.config.hidden_size
    with torch.no_grad():
        original.score.weight.copy_((torch.arange(width, dtype=torch.float64) * 0.37).sin() / 4)
    assert type(model) is type(original)
    for text, score in zip(texts, expected, strict=True):
        row = verify.encode(tokenizer, *text, model.config.reward_studio)
        assert scores(model, row) == pytest.approx([score], abs=1e-4)
        assert scores(original, row) == pytest.approx([score], abs=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_spread_over_machines_is_a_block_of_the_network(family, unpacked):
    folder = unpacked(f"{family}-middle", "scale-out")
    _, model = opened(folder / "model", trust=True)
    named = yaml.safe_load((folder / "accelerate/fsdp.yaml").read_text())["fsdp_config"]["fsdp_transformer_layer_cls_to_wrap"]
    assert sum(type(module).__name__ == named for module in model.modules()) == 2
    assert not any(parameter.requires_grad for parameter in model.backbone.parameters())
