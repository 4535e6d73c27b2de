"""Does this folder still give the scores that the page gave? Needs `pip install torch transformers`.

    python verify.py            # PASS or FAIL, with the largest difference; exit code 0 or 1
    python verify.py FOLDER

`encode` makes token ids of a prompt and a response as the page does, texts that are too long among them.
"""

import json
import math
import re
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

TOLERANCE = 1e-4  # of scores beyond 1, whose last digits are worth more, this share of themselves
PROMPT_KEEPS = 64  # tokens of a long prompt that are kept however long the response is
FIRST_MARK = 0xF0000  # from here on one a message, in place of the texts, where the chat template is looked at
BLANK = "\t\n\t"  # around them, to see whether the template takes off white space


def turns(prompt: str) -> list[dict]:
    """The messages that a transcript is: an empty line and a speaker's mark begin each, `System: ` at most once and first,
    then `User: ` and `Assistant: ` by turns, from the user to the user. Any other text is one message of the user."""
    said = re.split(r"(?:\A|\n\n)(System|User|Assistant): ", prompt)
    roles, contents = [role.lower() for role in said[1::2]], said[2::2]
    known = "s"[: roles[:1] == ["system"]] + "ua" * len(roles)
    by_turns = "".join(role[0] for role in roles) == known[: len(roles)] and roles[-1:] == ["user"]
    if len(roles) < 2 or not by_turns or said[0] or prompt.startswith("\n"):
        return [{"role": "user", "content": prompt}]
    return [{"role": role, "content": content} for role, content in zip(roles, contents, strict=True)]


def messages(prompt: str, response: str) -> list[dict]:
    """What was asked and the answer, as chat templates take them."""
    return [*turns(prompt), {"role": "assistant", "content": response}]


def paired(quick, prompt: str, response: str) -> tuple[list[int], ...]:
    """What stands before the prompt, the prompt, what stands between, the response, what stands after: of an encoder,
    each text by itself, with the tokenizer's special tokens around them."""
    joined = quick(["a"], ["a"])
    ids, of = joined["input_ids"][0], joined.sequence_ids(0)
    first, second = ([place for place, text in enumerate(of) if text == which] for which in (0, 1))
    texts = (quick(text, add_special_tokens=False)["input_ids"] for text in (prompt, response))
    before, after = texts
    return ids[: first[0]], before, ids[first[-1] + 1 : second[0]], after, ids[second[-1] + 1 :]


def looked_at(quick, roles: list[str]) -> tuple[str, str, str, bool, bool] | None:
    """What the chat template writes before the first of these messages, before the last and after it, and whether it takes
    white space off the last one's start and end. None if it cannot write them, each once and the answer last."""
    marks = [chr(FIRST_MARK + at) for at in range(len(roles))]
    marked = [{"role": role, "content": f"{BLANK}{mark}{BLANK}"} for role, mark in zip(roles, marks, strict=True)]
    try:
        parts = re.split(f"([{marks[0]}-{marks[-1]}])", quick.apply_chat_template(marked, tokenize=False))
    except Exception:  # whatever a template raises
        return None
    around, found = parts[::2], parts[1::2]
    if len(set(found)) < len(found) or found[-1:] != marks[-1:] or marks[-2] not in found:
        return None
    *_, between, behind = around
    start, end = not between.endswith(BLANK), not behind.startswith(BLANK)
    between = between.removeprefix(BLANK).removesuffix(BLANK)
    return around[0].removesuffix(BLANK), between, behind.removeprefix(BLANK), start, end


def written(quick, prompt: str, response: str) -> tuple[str, tuple[int, int], tuple[int, int]]:
    """A conversation by the chat template, where in it the prompt stands, and where the answer. A transcript whose turns
    the template cannot write is one message of the user."""
    said = messages(prompt, response)
    known = looked_at(quick, [message["role"] for message in said])
    if known is None:
        said = [{"role": "user", "content": prompt}, said[-1]]
        known = looked_at(quick, ["user", "assistant"])
    ahead, between, behind, start, end = known
    text = quick.apply_chat_template(said, tokenize=False)
    kept = response.rstrip() if end else response
    kept = kept.lstrip() if start else kept
    stop = len(text) - len(behind)
    begin = stop - len(kept)
    if not text[:begin].endswith(between) or text[begin:] != kept + behind:
        # The template has looked into a text. The answer begins behind the longest beginning of what stands before an
        # answer, at the last place where there is one.
        between = next(part for part in beginnings(between) if part in text)
        begin = text.rfind(between) + len(between)
        stop = stop if text[begin:].endswith(behind) else len(text)
    asked = len(ahead) if text.startswith(ahead) else 0
    return text, (asked, begin - len(between)), (begin, stop)


def beginnings(text: str) -> list[str]:
    """All of the text's, the longest first."""
    return [text[:length] for length in range(len(text), -1, -1)]


def conversed(quick, prompt: str, response: str, names_speakers: bool) -> tuple[list[int], ...]:
    """The same of a decoder: one text by the chat template, tokenised once."""
    text, asked, answer = written(quick, prompt, response)
    if names_speakers:  # a transcript does so itself, and its first speaker is part of it
        asked = asked[1] - len(prompt), asked[1]
    encoded = quick(text, add_special_tokens=False, return_offsets_mapping=True)
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
    if recipe["reads"] == "pairs":
        before, asked, between, answer, after = paired(quick, prompt, response)
    else:
        before, asked, between, answer, after = conversed(quick, prompt, response, recipe["names_speakers"])
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
            text, _, _ = written(quick, prompt, response)
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
