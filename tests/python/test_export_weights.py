"""Archives that the engine wrote open in other libraries with the page's scores.

The Rust tests leave them in `$REWARD_STUDIO_EXPORTS` (by default `target/exports`).
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import yaml
from datasets import load_dataset
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForSequenceClassification, AutoTokenizer, BertForSequenceClassification
from trl import RewardConfig, RewardTrainer

import verify
from modeling_reward_studio import joined, parted
from reference import TINY, Backbone
from texts import ROWS

OWN = ["tiny-response-mean", "tiny-last", "tiny-mean-length", "tiny-mean", "tiny-pooler-length", "minilm-response-mean"]
PLAIN = ["tiny-cls", "tiny-pooler", "minilm-cls"]
MEANS = ["tiny-mean", "minilm-mean"]
LONG = [("Tell me of tea. " * 200, "Leaves and water. " * 3), ("Tea? " * 90, "Yes. " * 90), ("Tea?", "Water. " * 400)]


def golden(folder: Path) -> list[tuple[str, str, float]]:
    about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return [(text["prompt"], text["response"], text["score"]) for text in about["golden"]]


def opened(folder: Path, trust: bool):
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust)
    model = AutoModelForSequenceClassification.from_pretrained(folder, trust_remote_code=trust, dtype=torch.float32)
    return tokenizer, model.eval()


@torch.no_grad()
def scores(model, inputs) -> list[float]:
    return model(**inputs).logits[:, 0].tolist()


def pairs(tokenizer, texts, **options):
    prompts, responses = [prompt for prompt, _ in texts], [response for _, response in texts]
    return tokenizer(prompts, responses, return_tensors="pt", padding=True, **options)


@pytest.mark.parametrize("name", OWN + PLAIN)
def test_transformers_gives_the_pages_scores_in_any_batch_with_any_padding(name, unpacked):
    folder = unpacked(name, "transformers")
    known = golden(folder)
    texts, expected = [(prompt, response) for prompt, response, _ in known], [score for _, _, score in known]
    assert len({round(score, 3) for score in expected}) > 2, "too much alike to tell anything"
    tokenizer, model = opened(folder, trust=True)
    assert model.config.num_labels == 1 and model.config.problem_type == "regression"
    assert tokenizer.pad_token_id == model.config.pad_token_id
    alone = [scores(model, pairs(tokenizer, [text]))[0] for text in texts]
    assert alone == pytest.approx(expected, abs=1e-4)
    for side in ("right", "left"):
        together = pairs(tokenizer, texts, padding_side=side)
        assert scores(model, together) == pytest.approx(alone, abs=1e-5)
    wider = pairs(tokenizer, texts[::-1] * 3, pad_to_multiple_of=64)
    assert scores(model, wider) == pytest.approx(alone[::-1] * 3, abs=1e-5)


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_plain_needs_no_trust_and_no_code(name, unpacked):
    folder = unpacked(name, "transformers")
    tokenizer, model = opened(folder, trust=False)
    assert type(model) is BertForSequenceClassification
    assert load_file(folder / "model.safetensors").keys() == model.state_dict().keys()
    limit, recipe = tokenizer.model_max_length, model.config.reward_studio
    for prompt, response, score in golden(folder):
        row = verify.encode(tokenizer, prompt, response, recipe)
        assert scores(model, row) == pytest.approx([score], abs=1e-4)
        if len(tokenizer(response)["input_ids"]) < limit // 2:
            cut = pairs(tokenizer, [(prompt, response)], truncation="only_first", max_length=limit)
            assert scores(model, cut) == pytest.approx([score], abs=1e-4)


def test_what_is_not_plain_does_not_open_as_something_else(unpacked):
    with pytest.raises(ValueError, match="trust_remote_code"):
        AutoModelForSequenceClassification.from_pretrained(
            unpacked("tiny-response-mean", "transformers"), trust_remote_code=False
        )


@pytest.mark.parametrize("name", ["tiny-last", "tiny-cls"])
def test_long_texts_are_cut_as_the_page_cuts_them(name, unpacked):
    folder = unpacked(name, "transformers")
    tokenizer, model = opened(folder, trust=True)
    for prompt, response in LONG:
        cut = verify.encode(tokenizer, prompt, response, model.config.reward_studio)
        assert cut["input_ids"].shape == (1, 128)
        whole = pairs(tokenizer, [(prompt, response)])
        assert scores(model, whole) == pytest.approx(scores(model, cut), abs=1e-5)


def test_rows_are_put_together_as_the_reference_has_them(unpacked):
    tokenizer, model = opened(unpacked("tiny-response-mean", "transformers"), trust=True)
    backbone = Backbone(TINY)
    for prompt, response in [*((prompt, response) for prompt, response, _ in ROWS), *LONG]:
        row = backbone.encode(prompt, response, 128)
        given = pairs(tokenizer, [(prompt, response)])
        rows = parted(given["input_ids"], None, given["token_type_ids"], model.config)
        inputs, spans = joined(rows, model.config, "cpu")
        assert inputs["input_ids"][0].tolist() == row.ids
        assert spans[0][:2] == (row.response_start, row.response_end)
        assert len(rows[0].response) == row.response_tokens


@pytest.mark.parametrize("name", ["tiny-response-mean", "tiny-cls"])
def test_conversations_are_the_same_ids_and_scores(name, unpacked):
    folder = unpacked(name, "transformers")
    tokenizer, model = opened(folder, trust=True)
    known = golden(folder)
    for prompt, response, _ in known:
        text = tokenizer.apply_chat_template(verify.messages(prompt, response), tokenize=False)
        once = tokenizer(text, add_special_tokens=False)["input_ids"]
        assert once == pairs(tokenizer, [(prompt, response)])["input_ids"][0].tolist()
        assert once == tokenizer.apply_chat_template(verify.messages(prompt, response), return_dict=True)["input_ids"]
    # As TRL's trainers call a reward model.
    texts = [tokenizer.apply_chat_template(verify.messages(prompt, response), tokenize=False) for prompt, response, _ in known]
    inputs = tokenizer(texts, return_tensors="pt", padding=True, padding_side="right", add_special_tokens=False)
    assert scores(model, inputs) == pytest.approx([score for _, _, score in known], abs=1e-4)


def test_several_turns_are_a_transcript_and_a_lone_text_is_refused(unpacked):
    tokenizer, model = opened(unpacked("tiny-response-mean", "transformers"), trust=True)
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi."},
        {"role": "user", "content": "Is it late?"},
    ]
    said = tokenizer.apply_chat_template([*turns, {"role": "assistant", "content": "No."}], tokenize=False)
    transcript = "System: Be brief.\n\nUser: Hello\n\nAssistant: Hi.\n\nUser: Is it late?"
    assert said == f"[CLS]{transcript}[SEP]No.[SEP]"
    assert tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True) == f"[CLS]{transcript}[SEP]"
    with pytest.raises(ValueError, match="as a pair"):
        model(**tokenizer(["a lone text"], return_tensors="pt"))


@pytest.mark.parametrize("name", MEANS)
def test_sentence_transformers_gives_the_pages_scores(name, unpacked):
    folder = unpacked(name, "sentence-transformers")
    known = golden(folder)
    model = SentenceTransformer(str(folder), device="cpu")
    texts, expected = [[prompt, response] for prompt, response, _ in known], [score for _, _, score in known]
    found = model.encode(texts)
    assert found.shape == (len(texts), 1)
    assert found[:, 0].tolist() == pytest.approx(expected, abs=1e-4)
    for batch in (1, 3):
        assert model.encode(texts[::-1], batch_size=batch)[::-1, 0].tolist() == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "kind", "file", "tensor"),
    [
        ("tiny-response-mean", "transformers", "model.safetensors", "head.weight"),
        ("tiny-cls", "transformers", "model.safetensors", "classifier.weight"),
        ("tiny-mean", "sentence-transformers", "2_Dense/model.safetensors", "linear.weight"),
        ("tiny-response-mean", "scale-out", "model/model.safetensors", "head.weight"),
    ],
)
def test_verify_passes_and_fails_when_a_weight_is_changed(name, kind, file, tensor, unpacked, tmp_path, monkeypatch, capsys):
    verified(shutil.copytree(unpacked(name, kind), tmp_path / "model"), file, tensor, monkeypatch, capsys)


def verified(folder, file, tensor, monkeypatch, capsys):
    """`verify.py` passes the folder, and no more once a number of this tensor is another one."""
    monkeypatch.setattr(sys, "argv", ["verify.py", str(folder)])
    assert verify.main() == 0
    assert "PASS: 7 golden scores" in capsys.readouterr().out
    tensors = load_file(folder / file)
    tensors[tensor][0, 0] += 1 + tensors[tensor].abs().max()
    save_file(tensors, folder / file, metadata={"format": "pt"})
    assert verify.main() == 1
    assert "FAIL" in capsys.readouterr().out


def test_verify_says_it_by_its_exit_code(unpacked):
    done = subprocess.run([sys.executable, unpacked("tiny-mean", "transformers") / "verify.py"], capture_output=True, text=True)
    assert (done.returncode, done.stdout[:5]) == (0, "PASS:"), done.stdout + done.stderr


@pytest.mark.parametrize(("name", "trust"), [("tiny-cls", False), ("tiny-response-mean", True)])
def test_the_reward_trainer_takes_a_step_from_it_on_the_pages_data(name, trust, unpacked, tmp_path):
    data = unpacked(name, "scale-out") / "data/train.jsonl"
    dataset = load_dataset("json", data_files=str(data), split="train", cache_dir=str(tmp_path))
    tokenizer, model = opened(unpacked(name, "transformers"), trust=trust)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    arguments = RewardConfig(
        output_dir=str(tmp_path / "out"), report_to=[], use_cpu=True, bf16=False, max_steps=1, save_strategy="no",
        learning_rate=1e-3, warmup_steps=0,
    )
    trainer = RewardTrainer(model=model, args=arguments, train_dataset=dataset, processing_class=tokenizer)
    trainer.train()
    loss = trainer.state.log_history[-1]["train_loss"]
    assert 0 < loss < 10
    after = trainer.model.state_dict()
    assert any(not torch.equal(after[name].cpu(), tensor) for name, tensor in before.items())


def test_the_scale_out_folder_runs_as_it_is_on_two_processes(unpacked, tmp_path):
    folder = shutil.copytree(unpacked("tiny-response-mean", "scale-out"), tmp_path / "scale-out")
    command = [sys.executable, "-m", "accelerate.commands.launch", "--config_file", "accelerate/two_cpus.yaml"]
    command += ["-m", "trl.scripts.reward", "--config", "reward.yaml"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "HF_HOME": str(tmp_path / "hub"), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]

    start, end = load_file(folder / "model/model.safetensors"), load_file(folder / "trained/model.safetensors")
    changed = {name for name, tensor in start.items() if not torch.equal(tensor, end[name])}
    assert changed == {"head.weight"}, "the backbone stays as it is, and so does the standardisation"
    tokenizer, model = opened(folder / "trained", trust=True)
    rows = [json.loads(line) for line in (folder / "data/train.jsonl").read_text(encoding="utf-8").splitlines()]
    side = lambda name: [  # noqa: E731
        tokenizer.apply_chat_template(row["prompt"] + row[name], tokenize=False) for row in rows
    ]
    score = lambda texts: scores(  # noqa: E731
        model, tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
    )
    margins = [better - worse for better, worse in zip(score(side("chosen")), score(side("rejected")), strict=True)]
    assert min(margins) > 0


def test_the_other_settings_of_accelerate_are_whole(unpacked):
    folder = unpacked("tiny-response-mean", "scale-out") / "accelerate"
    kinds = {path.stem: yaml.safe_load(path.read_text()) for path in folder.glob("*.yaml")}
    assert {name: kind["distributed_type"] for name, kind in kinds.items()} == {
        "fsdp": "FSDP", "multi_gpu": "MULTI_GPU", "two_cpus": "MULTI_CPU",
    }
    assert kinds["fsdp"]["fsdp_config"]["fsdp_transformer_layer_cls_to_wrap"] == "BertLayer"
