"""Does this folder still give the scores that the page gave? Needs `pip install torch transformers`.

    python verify.py            # PASS or FAIL, with the largest difference; exit code 0 or 1
    python verify.py FOLDER

`encode` makes token ids of a prompt and a response as the page does, texts that are too long among them.
"""

import json
import math
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

TOLERANCE = 1e-4  # of scores beyond 1, whose last digits are worth more, this share of themselves
PROMPT_KEEPS = 64  # tokens of a long prompt that are kept however long the response is
MARKS = ("\U000f0000", "\U000f0001")  # in place of prompt and response, where the chat template is looked at
BLANK = "\t\n\t"  # around them, to see whether the template takes off white space


def messages(prompt: str, response: str) -> list[dict]:
    """A question and its answer, as chat templates take them."""
    return [{"role": "user", "content": prompt}, {"role": "assistant", "content": response}]


def paired(quick, prompt: str, response: str) -> tuple[list[int], ...]:
    """What stands before the prompt, the prompt, what stands between, the response, what stands after: of an encoder,
    each text by itself, with the tokenizer's special tokens around them."""
    joined = quick(["a"], ["a"])
    ids, of = joined["input_ids"][0], joined.sequence_ids(0)
    first, second = ([place for place, text in enumerate(of) if text == which] for which in (0, 1))
    texts = (quick(text, add_special_tokens=False)["input_ids"] for text in (prompt, response))
    before, after = texts
    return ids[: first[0]], before, ids[first[-1] + 1 : second[0]], after, ids[second[-1] + 1 :]


def conversed(quick, prompt: str, response: str) -> tuple[list[int], ...]:
    """The same of a decoder: one text by the chat template, tokenised once."""
    looked_at = quick.apply_chat_template(messages(*(f"{BLANK}{mark}{BLANK}" for mark in MARKS)), tokenize=False)
    ahead, rest = looked_at.split(MARKS[0])
    between, behind = rest.split(MARKS[1])

    def whole(text: str, ahead: str, behind: str) -> str:
        """What the template leaves of a text: a blank that is gone was taken off."""
        text = text if ahead.endswith(BLANK) else text.lstrip()
        return text if behind.startswith(BLANK) else text.rstrip()

    prompt, response = whole(prompt, ahead, between), whole(response, between, behind)
    between, behind = between.removeprefix(BLANK).removesuffix(BLANK), behind.removeprefix(BLANK)
    said = quick.apply_chat_template(messages(prompt, response), tokenize=False)
    stop = len(said) - len(behind)
    answer = stop - len(response), stop
    asked = answer[0] - len(between) - len(prompt), answer[0] - len(between)
    encoded = quick(said, add_special_tokens=False, return_offsets_mapping=True)
    ids, spans = encoded["input_ids"], encoded["offset_mapping"]

    def tokens(start: int, end: int) -> tuple[int, int]:
        """Those that have any character of these."""
        first = next((at for at, (_, to) in enumerate(spans) if to > start), len(ids))
        last = first
        while start < end and last < len(ids) and spans[last][0] < end:
            last += 1
        return first, last

    start, end = tokens(*answer)
    first, last = (min(at, start) for at in tokens(*asked))
    return ids[:first], ids[first:last], ids[last:start], ids[start:end], ids[end:]


def encode(quick, prompt: str, response: str, recipe: dict) -> dict[str, torch.Tensor]:
    """One input of at most `max_tokens`: the prompt keeps its end, the response its beginning. `recipe` is what
    `config.json` has under `reward_studio`."""
    parts = paired if recipe["reads"] == "pairs" else conversed
    before, asked, between, answer, after = parts(quick, prompt, response)
    budget, keep = recipe["max_tokens"] - len(before) - len(between) - len(after), len(asked)
    if len(asked) + len(answer) > budget:
        keep = min(keep, max(min(PROMPT_KEEPS, budget // 3), budget - len(answer)))
        asked, answer = asked[len(asked) - keep :], answer[: budget - keep]
    head, tail = [*before, *asked, *between], [*answer, *after]
    rows = {"input_ids": head + tail, "attention_mask": [1] * len(head + tail)}
    if recipe["token_types"]:
        rows["token_type_ids"] = [0] * len(head) + [1] * len(tail)
    return {name: torch.tensor([row]) for name, row in rows.items()}


def scorer(folder: Path, adapter: Path | None = None):
    """A function from prompt and response to their score; by a model with PEFT's adapter over it, where there is one."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    recipe, own = config["reward_studio"], config["model_type"] == "reward_studio"
    quick = AutoTokenizer.from_pretrained(folder, trust_remote_code=own)
    if (folder / "modules.json").is_file():  # sentence-transformers: the modules one after the other
        backbone = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
        dense = [load_file(path / "model.safetensors") for path in sorted(folder.glob("*_Dense"))]

        def mean_then_dense(prompt: str, response: str) -> float:
            hidden = backbone(**encode(quick, prompt, response, recipe)).last_hidden_state
            vector = hidden[0].mean(dim=0)
            for at, layer in enumerate(dense):
                vector = vector if at == 0 else torch.tanh(vector)
                vector = layer["linear.weight"] @ vector + layer["linear.bias"]
            return float(vector)

        return mean_then_dense
    model = AutoModelForSequenceClassification.from_pretrained(folder, trust_remote_code=own, dtype=torch.float32).eval()
    if adapter is not None:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, adapter).eval()

    def classified(prompt: str, response: str) -> float:
        if not own:
            rows = encode(quick, prompt, response, recipe)
        elif recipe["reads"] == "pairs":  # it cuts for itself
            rows = quick([prompt], [response], return_tensors="pt")
        else:
            text = quick.apply_chat_template(messages(prompt, response), tokenize=False)
            rows = quick(text, return_tensors="pt", add_special_tokens=False)
        return float(model(**rows).logits)

    return classified


@torch.no_grad()
def main() -> int:
    """0 if every score is as it was, 1 if one is not."""
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    about = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    if (home / "adapter_config.json").is_file():
        score = scorer(home / "base", home)
    else:
        score = scorer(home / "model" if (home / "model").is_dir() else home)
    pairs = [(score(text["prompt"], text["response"]), text["score"]) for text in about["golden"]]
    apart = [abs(here - page) / max(1, abs(page)) for here, page in pairs]
    # A score that is no number is as far away as can be.
    largest = max((math.inf if math.isnan(one) else one for one in apart), default=math.inf)
    passed = largest <= TOLERANCE
    print(f"{'PASS' if passed else 'FAIL'}: {len(apart)} golden scores, at most {largest:.1e} apart")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
