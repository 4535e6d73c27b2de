"""The lines that the page's Learn tab shows do what they say: they are run as they stand, but for the three names at their
top, with a policy that is small enough for the CPU.
"""

import functools
import hashlib
import re

import pytest
import torch
import trl
from safetensors.torch import load_file

from make_tiny_policy import make
from reference import ROOT, TINY
from reward_studio import RewardModel
from test_reward_studio import Recipe, write_model

LINES = ROOT / "src/ui/views/learn/grpo.py"

# One step of two prompts with four completions each, without a GPU and without a word to anybody. None of this changes
# what is computed, only how much of it.
SMALL = {
    "max_steps": 1,
    "num_generations": 4,
    "per_device_train_batch_size": 8,
    "max_completion_length": 12,
    "learning_rate": 1e-2,
    "use_cpu": True,
    "bf16": False,
    "report_to": [],
    "logging_steps": 1,
    "save_strategy": "no",
}


def with_names(lines: str, **names: object) -> str:
    """The lines with other values for the names at their top."""
    for name, value in names.items():
        lines, times = re.subn(rf"^{name} = .*$", lambda _: f"{name} = {value!r}", lines, flags=re.MULTILINE)  # noqa: B023
        assert times == 1, f"{name} stands once at the top"
    return lines


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> dict:
    """What the lines leave behind: their names, and the weights that the policy began with as `before`."""
    folder = tmp_path_factory.mktemp("grpo")
    # The backbone by its folder instead of its name on the Hub.
    sha256 = hashlib.sha256((TINY / "model.safetensors").read_bytes()).hexdigest()
    backbone = {"id": str(TINY), "family": "bert", "hidden": 32, "layers": 2, "weights_sha256": sha256}
    model = write_model(folder / "reward-model.safetensors", Recipe(), backbone=backbone)
    policy = make(folder / "policy")
    lines = with_names(LINES.read_text(encoding="utf-8"), MODEL=str(model), POLICY=str(policy))
    asked = []
    score = RewardModel.score

    def noted(self, prompt, response):
        asked.append((prompt, response))
        return score(self, prompt, response)

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(trl, "GRPOConfig", functools.partial(trl.GRPOConfig, **SMALL))
        patch.setattr(RewardModel, "score", noted)
        torch.manual_seed(1)
        names: dict = {}
        exec(compile(lines, str(LINES), "exec"), names)
    return names | {"before": load_file(policy / "model.safetensors"), "asked": asked}


def test_grpo_takes_a_step_by_the_scores_of_the_exported_model(ran):
    trainer = ran["trainer"]
    assert trainer.state.global_step == 1
    assert {prompt for prompt, _ in ran["asked"]} == set(ran["PROMPTS"]), "each prompt was answered"
    assert len(ran["asked"]) == SMALL["per_device_train_batch_size"], "every completion was scored, once"
    logged = [entry for entry in trainer.state.log_history if "reward" in entry]
    scores = [ran["judge"].score(prompt, completion) for prompt, completion in ran["asked"]]
    assert logged[0]["reward"] == pytest.approx(sum(scores) / len(scores), abs=1e-4)
    after = trainer.model.state_dict()
    assert any(not torch.equal(after[name].cpu(), weight) for name, weight in ran["before"].items() if name in after)


def test_the_reward_is_the_score_of_each_completion(ran):
    prompts, completions = ["May I?", "May I?", "Why?"], ["Yes, of course.", "No.", ""]
    rewards = ran["reward"](prompts, completions, completion_ids=None, trainer_state=None)
    assert rewards == [ran["judge"].score(*both) for both in zip(prompts, completions, strict=True)]


def test_the_best_of_n_is_the_highest_scored(ran):
    candidates = ["No.", "Yes, of course.", "I would have to ask somebody about that first.", "Maybe.", ""]
    best = ran["best_of"]("May I?", candidates)
    assert ran["judge"].score("May I?", best) == max(ran["judge"].score("May I?", one) for one in candidates)
    assert ran["best_of"]("May I?", list(reversed(candidates))) == best
