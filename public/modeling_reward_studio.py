"""A reward model made in Reward Studio, for `transformers`. It comes along with the weights.

    tokenizer = AutoTokenizer.from_pretrained("reward-model", trust_remote_code=True)
    model = AutoModelForSequenceClassification.from_pretrained("reward-model", trust_remote_code=True).eval()
    inputs = tokenizer([prompt], [response], padding=True, return_tensors="pt")  # where the backbone is an encoder
    scores = model(**inputs).logits[:, 0]

A conversation does as well, and for a decoder is the only way: `tokenizer.apply_chat_template(messages,
tokenize=False)`, tokenised with `add_special_tokens=False`. Texts need not be cut, and may be padded on either side: the
model takes a row apart into prompt and response, cuts both as the page does, and puts the row together anew. A score
depends on nothing else in its batch.
"""

from dataclasses import dataclass, field
from itertools import accumulate

import torch
from torch import nn
from transformers import (
    AutoConfig,
    AutoModel,
    BertForSequenceClassification,
    PretrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)
from transformers.modeling_outputs import SequenceClassifierOutput

PROMPT_KEEPS = 64  # tokens of a long prompt that are kept however long the response is
LENGTH_SCALE = 0.3  # weight of the log length beside the pooled features, which have a mean square sum of 1
SPEAKER = "User: "  # what a transcript begins with


class RewardStudioConfig(PretrainedConfig):
    """`backbone` in it is the configuration of any network; `reward_studio` says how its hidden states become a score."""

    model_type = "reward_studio"


class RewardStudioModel(PreTrainedModel):
    """The first blocks of a network, a mean over some of its tokens, standardisation, a head without bias: linear, or
    behind a hidden layer."""

    config_class = RewardStudioConfig
    base_model_prefix = "backbone"
    supports_gradient_checkpointing = True
    _supports_sdpa = True

    def __init__(self, config):
        super().__init__(config)
        wide, recipe = config.hidden_size, config.reward_studio
        self.with_length = recipe["length_feature"] == "on"
        self.backbone = AutoModel.from_config(AutoConfig.for_model(**config.backbone))
        if recipe["left_out"]:  # the norm after a last block that is not here
            setattr(self.backbone, recipe["left_out"], nn.Identity())
        if getattr(self.backbone, "pooler", None) is not None:
            self.backbone.pooler = None
        self.pooler = Pooler(wide, recipe["pooler"]) if recipe.get("pooler") else None
        self.register_buffer("features_mean", torch.zeros(wide))
        self.register_buffer("features_std", torch.ones(wide))
        self.register_buffer("length_mean", torch.zeros(1))
        self.register_buffer("length_std", torch.ones(1))
        units = recipe["head"]["hidden_units"] if recipe.get("head") else None
        self.hidden = nn.Linear(wide + self.with_length, units) if units else None
        self.head = nn.Linear(units or wide + self.with_length, 1, bias=False)
        self.reader = None  # of conversations; made when the first one comes
        self.post_init()

    @classmethod
    def from_pretrained(cls, *arguments, **options):
        """As every model's; a backbone that is not to train on is frozen once its weights are there."""
        loaded = super().from_pretrained(*arguments, **options)
        model = loaded[0] if isinstance(loaded, tuple) else loaded
        for part in filter(None, (model.backbone, model.pooler)):
            part.requires_grad_(model.config.reward_studio["trains"] == "everything")
        return loaded

    def forward(self, input_ids, attention_mask=None, token_type_ids=None, labels=None, **_):
        """Scores as `logits`, [rows, 1]. With `labels` the loss is their mean squared error."""
        recipe = self.config.reward_studio
        if recipe["reads"] == "conversations" and self.reader is None:
            self.reader = Conversations(PreTrainedTokenizerFast.from_pretrained(self.config.name_or_path), recipe)
        rows = parted(input_ids, attention_mask, token_type_ids, self.config, self.reader)
        inputs, spans = joined(rows, self.config, input_ids.device)
        hidden = self.backbone(**inputs).last_hidden_state
        weights = torch.zeros(hidden.shape[:2], dtype=hidden.dtype, device=hidden.device)
        for row, (start, end, length) in enumerate(spans):
            first, last = pooled_span(recipe["pooling"], start, end, length)
            weights[row, first:last] = 1 / (last - first)
        pooled = (weights[:, None] @ hidden)[:, 0]
        if self.pooler is not None:
            pooled = self.pooler(pooled)
        features = (pooled - self.features_mean) / self.features_std / self.config.hidden_size**0.5
        if self.with_length:
            lengths = torch.tensor([len(row.response) for row in rows], dtype=hidden.dtype, device=hidden.device)
            length = LENGTH_SCALE * (lengths.log1p() - self.length_mean) / self.length_std
            features = torch.cat([features, length[:, None]], dim=1)
        if self.hidden is not None:  # an average response scores 0, here as under a linear head
            rise = torch.tanh(self.hidden(features)) - torch.tanh(self.hidden.bias)
            features = rise / self.hidden.out_features**0.5
        return answer(self.head(features), labels)


class Pooler(nn.Module):
    """What the backbone's own classifiers have between the first token and a head."""

    def __init__(self, wide, made):
        super().__init__()
        self.dense = nn.Linear(wide, wide, bias=made["bias"])
        self.activation = getattr(nn.functional, made["activation"])
        epsilon = made["norm_epsilon"]
        self.norm = nn.Identity() if epsilon is None else nn.LayerNorm(wide, eps=epsilon, bias=made["norm_bias"])

    def forward(self, pooled):
        return self.norm(self.activation(self.dense(pooled)))


class RewardStudioBert(BertForSequenceClassification):
    """A plain BERT classifier that takes rows apart and cuts them as the page does."""

    def forward(self, input_ids, attention_mask=None, token_type_ids=None, labels=None, **_):
        """Scores as `logits`, [rows, 1]."""
        rows = parted(input_ids, attention_mask, token_type_ids, self.config)
        inputs, _ = joined(rows, self.config, input_ids.device)
        return answer(super().forward(**inputs).logits, labels)


def answer(logits, labels):
    """Scores, and what they miss the labels by."""
    loss = None
    if labels is not None:
        loss = nn.functional.mse_loss(logits.squeeze(-1), labels.to(logits.dtype).view(-1))
    return SequenceClassifierOutput(loss=loss, logits=logits)


@dataclass
class Row:
    """A whole input's ids, nothing cut."""

    prompt: list[int]
    response: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    between: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


def parted(input_ids, attention_mask, token_type_ids, config, reader=None):
    """The rows, without padding."""
    recipe = config.reward_studio
    if attention_mask is None:
        attention_mask = input_ids != config.pad_token_id
    if token_type_ids is None:
        token_type_ids = torch.zeros_like(input_ids)
    rows = []
    for ids, mask, types in zip(input_ids.tolist(), attention_mask.tolist(), token_type_ids.tolist(), strict=True):
        ids, types = ([value for value, real in zip(values, mask, strict=True) if real] for values in (ids, types))
        rows.append(pair(ids, types, recipe) if recipe["reads"] == "pairs" else reader.row(ids))
    return rows


def pair(ids, types, recipe):
    """An encoder's row. The response begins where the token types become 1, or else after the first of what stands
    between the texts of a pair."""
    before, between, after = (recipe[name] for name in ("before", "between", "after"))
    begin = len(before) if ids[: len(before)] == before else 0
    end = len(ids) - len(after)
    if 1 in types:
        start = types.index(1)
    else:
        places = range(begin, end - len(between) + 1)
        place = next((at for at in places if ids[at : at + len(between)] == between), None)
        if place is None:
            raise ValueError(
                "A row has no place where the response begins. Tokenise prompt and response as a pair, "
                "tokenizer([prompt], [response]), or a conversation by the tokenizer's chat template."
            )
        start = place + len(between)
    end = end if ids[end:] == after and end >= start else len(ids)
    return Row(ids[begin : start - len(between)], ids[start:end], before, between, after)


class Conversations:
    """Takes a decoder's rows apart, by the texts that the ids stand for."""

    def __init__(self, tokenizer, recipe):
        self.tokenizer, self.recipe = tokenizer.backend_tokenizer, recipe
        self.texts = {}  # of ids
        self.added = self.tokenizer.get_added_tokens_decoder()  # tokens that no text is merged with
        # Some tokenizers put a blank before a text, and some behind every such token as well.
        behind = next((token.content for token in self.added.values()), "")
        self.blanks = [len("".join(self.written(self.ids(f"{text}a")))) > len(text) + 1 for text in ("", behind)]

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def text(self, token):
        """What a token adds to a text. Decoders take a blank off the very first, so it is asked for behind itself."""
        if token not in self.texts:
            once, twice = (self.tokenizer.decode([token] * times, skip_special_tokens=False) for times in (1, 2))
            self.texts[token] = twice[len(once) :]
        return self.texts[token]

    def written(self, ids, blanks=(False, False)):
        """The text of every token, without the blanks that the tokenizer put there."""
        texts, blank = [], blanks[0]
        for token in ids:
            text = self.text(token)
            is_added = token in self.added
            texts.append(text.removeprefix(" ") if blank and not is_added else text)
            blank = blanks[1] and is_added
        return texts

    def row(self, ids):
        """The response is what stands after the last place where the assistant begins to speak; to it and to the prompt
        belong all tokens with any character of theirs."""
        recipe = self.recipe
        whole = recipe["pooling"] != "response_mean" and recipe["length_feature"] == "off"
        if whole and len(ids) <= recipe["max_tokens"]:
            return Row(ids)  # where nothing is cut, nothing depends on where the response begins
        texts = self.written(ids, self.blanks)
        said, ends = "".join(texts), list(accumulate(map(len, texts)))
        before, between, after = (recipe[name] for name in ("before", "between", "after"))
        # A template that looks into a response may write its last words before it otherwise, or not at all.
        between = next((between[:length] for length in range(len(between), 0, -1) if between[:length] in said), None)
        if between is None:
            raise ValueError("A row has no place where the response begins. Tokenise what the chat template makes.")
        place = said.rfind(between)
        if recipe["names_speakers"] and (between in said[:place] or not said.startswith(before)):
            before = before.removesuffix(SPEAKER)  # a transcript names its speakers itself
        # Turns may begin with a system message, around which a template writes something else.
        openings = [it for it in (before, recipe.get("before_system")) if it is not None and said.startswith(it)]
        begin = max(map(len, openings), default=0)
        stop = len(said) - len(after) if said.endswith(after) else len(said)

        def tokens(start, end):
            first = next((at for at, to in enumerate(ends) if to > start), len(ids))
            last = first
            while start < end and last < len(ids) and ends[last] - len(texts[last]) < end:
                last += 1
            return first, last

        start, end = tokens(place + len(between), stop)
        first, last = (min(at, start) for at in tokens(begin, place))
        return Row(ids[first:last], ids[start:end], ids[:first], ids[last:start], ids[end:])


def joined(rows, config, device):
    """The rows as the backbone reads them, padded on the right; and for each where its response begins and ends, and its
    length in all."""
    recipe = config.reward_studio
    cut = []
    for row in rows:
        around = len(row.before) + len(row.between) + len(row.after)
        keep_prompt, keep_response = kept(len(row.prompt), len(row.response), max(recipe["max_tokens"] - around, 0))
        head = [*row.before, *row.prompt[len(row.prompt) - keep_prompt :], *row.between]
        ids = [*head, *row.response[:keep_response], *row.after]
        cut.append((ids, len(head), len(head) + keep_response))
    longest = max(len(ids) for ids, _, _ in cut)
    shape = len(cut), longest
    input_ids = torch.full(shape, config.pad_token_id, dtype=torch.long)
    mask, types = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    for row, (ids, start, _) in enumerate(cut):
        input_ids[row, : len(ids)] = torch.tensor(ids)
        mask[row, : len(ids)] = 1
        types[row, start : len(ids)] = 1
    inputs = {"input_ids": input_ids, "attention_mask": mask}
    if recipe["token_types"]:
        inputs["token_type_ids"] = types
    if recipe["first_place"]:  # a padding token that somebody wrote is a token: places are counted through
        inputs["position_ids"] = torch.arange(longest).expand(shape) + recipe["first_place"]
    spans = [(start, end, len(ids)) for ids, start, end in cut]
    return {name: tensor.to(device) for name, tensor in inputs.items()}, spans


def kept(prompt, response, budget):
    """How many tokens of prompt and response stay: the prompt keeps its end, the response its beginning."""
    if prompt + response <= budget:
        return prompt, response
    floor = min(PROMPT_KEEPS, budget // 3)
    keep_prompt = min(prompt, max(floor, budget - response))
    return keep_prompt, min(response, budget - keep_prompt)


def pooled_span(pooling, start, end, length):
    """The tokens whose mean is taken, from and to."""
    if pooling in ("cls", "pooler"):
        return 0, 1
    if pooling == "mean":
        return 0, length
    if pooling == "response_mean" and start < end:
        return start, end
    return length - 1, length  # "last", and the mean over an empty response: the last token
