"""A reward model from Reward Studio in use: best of n, and GRPO with TRL (pip install trl).

reward_studio.py and the downloaded model lie beside this file.
"""

from datasets import Dataset
from trl import GRPOConfig, GRPOTrainer

from reward_studio import RewardModel

MODEL = "reward-model.safetensors"
POLICY = "Qwen/Qwen3-0.6B"  # any causal language model
PROMPTS = ["How do I reset my password?", "My parcel never came."]

judge = RewardModel.load(MODEL)


def reward(prompts, completions, **_):
    """A score for each completion. GRPO compares those of one prompt, which is all that scores are good for."""
    return [judge.score(prompt, completion) for prompt, completion in zip(prompts, completions)]


def best_of(prompt, candidates):
    """The candidate with the highest score: no training at all."""
    return max(candidates, key=lambda candidate: judge.score(prompt, candidate))


trainer = GRPOTrainer(
    model=POLICY,
    reward_funcs=reward,
    args=GRPOConfig(output_dir="policy"),
    train_dataset=Dataset.from_dict({"prompt": PROMPTS}),
)
trainer.train()
