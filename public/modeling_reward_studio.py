"""A reward model made in Reward Studio, for `transformers`. It comes along with the weights.

    tokenizer = AutoTokenizer.from_pretrained("reward-model", trust_remote_code=True)
    model = AutoModelForSequenceClassification.from_pretrained("reward-model", trust_remote_code=True).eval()
    inputs = tokenizer([prompt], [response], padding=True, return_tensors="pt")
    scores = model(**inputs).logits[:, 0]

A conversation does as well: `tokenizer.apply_chat_template(messages, tokenize=False)`, tokenised with
`add_special_tokens=False`. Texts need not be cut, and may be padded on either side: the model takes a row apart into
prompt and response, cuts both as the page does, and puts the row together anew. A score depends on nothing else in
its batch.
"""

import torch
from torch import nn
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertPreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput

CLS, SEP = "cls_token_id", "sep_token_id"  # where the configuration says which they are
PROMPT_KEEPS = 64  # tokens of a long prompt that are kept however long the response is
LENGTH_SCALE = 0.3  # weight of the log length beside the pooled features, which have a mean square sum of 1


class RewardStudioConfig(BertConfig):
    """A BERT's configuration; `reward_studio` in it says how its hidden states become a score."""

    model_type = "reward_studio"


class RewardStudioModel(BertPreTrainedModel):
    """The first blocks of a BERT, a mean over some of its tokens, standardisation, a linear head without bias."""

    config_class = RewardStudioConfig

    def __init__(self, config):
        super().__init__(config)
        wide, recipe = config.hidden_size, config.reward_studio
        self.with_length = recipe["length_feature"] == "on"
        self.bert = BertModel(config, add_pooling_layer=False)
        self.register_buffer("features_mean", torch.zeros(wide))
        self.register_buffer("features_std", torch.ones(wide))
        self.register_buffer("length_mean", torch.zeros(1))
        self.register_buffer("length_std", torch.ones(1))
        self.head = nn.Linear(wide + self.with_length, 1, bias=False)
        self.post_init()

    @classmethod
    def from_pretrained(cls, *arguments, **options):
        """As every model's; a backbone that is not to train on is frozen once its weights are there."""
        loaded = super().from_pretrained(*arguments, **options)
        model = loaded[0] if isinstance(loaded, tuple) else loaded
        model.bert.requires_grad_(model.config.reward_studio["trains"] == "everything")
        return loaded

    def forward(self, input_ids, attention_mask=None, token_type_ids=None, labels=None, **_):
        """Scores as `logits`, [rows, 1]. With `labels` the loss is their mean squared error."""
        rows = parted(input_ids, attention_mask, token_type_ids, self.config)
        inputs, spans = joined(rows, self.config, input_ids.device)
        hidden = self.bert(**inputs).last_hidden_state
        weights = torch.zeros(hidden.shape[:2], dtype=hidden.dtype, device=hidden.device)
        for row, (start, end, length) in enumerate(spans):
            first, last = pooled_span(self.config.reward_studio["pooling"], start, end, length)
            weights[row, first:last] = 1 / (last - first)
        pooled = (weights[:, None] @ hidden)[:, 0]
        features = (pooled - self.features_mean) / self.features_std / self.config.hidden_size**0.5
        if self.with_length:
            lengths = torch.tensor([len(response) for _, response in rows], dtype=hidden.dtype, device=hidden.device)
            length = LENGTH_SCALE * (lengths.log1p() - self.length_mean) / self.length_std
            features = torch.cat([features, length[:, None]], dim=1)
        return answer(self.head(features), labels)


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


def parted(input_ids, attention_mask, token_type_ids, config):
    """Each row's (prompt ids, response ids), without padding and special tokens.

    The response begins where the token types become 1, or else after the first [SEP].
    """
    recipe = config.reward_studio
    if attention_mask is None:
        attention_mask = input_ids != config.pad_token_id
    if token_type_ids is None:
        token_type_ids = torch.zeros_like(input_ids)
    rows = []
    for ids, mask, types in zip(input_ids.tolist(), attention_mask.tolist(), token_type_ids.tolist(), strict=True):
        ids, types = ([value for value, real in zip(values, mask, strict=True) if real] for values in (ids, types))
        begin = 1 if ids[:1] == [recipe[CLS]] else 0
        if 1 in types:
            start = types.index(1)
        elif recipe[SEP] in ids[begin:-1]:
            start = ids.index(recipe[SEP], begin) + 1
        else:
            raise ValueError(
                "A row has no place where the response begins. Tokenise prompt and response as a pair, "
                "tokenizer([prompt], [response]), or a conversation by the tokenizer's chat template."
            )
        end = len(ids) - 1 if ids[-1] == recipe[SEP] and len(ids) > start else len(ids)
        rows.append((ids[begin : start - 1], ids[start:end]))
    return rows


def joined(rows, config, device):
    """The rows as BERT reads them, padded on the right; and for each where its response begins and ends, and its
    length in all."""
    recipe = config.reward_studio
    cut = []
    for prompt, response in rows:
        keep_prompt, keep_response = kept(len(prompt), len(response), recipe["max_tokens"] - 3)
        prompt, response = prompt[len(prompt) - keep_prompt :], response[:keep_response]
        ids = [recipe[CLS], *prompt, recipe[SEP], *response, recipe[SEP]]
        cut.append((ids, keep_prompt + 2, keep_prompt + 2 + keep_response))
    longest = max(len(ids) for ids, _, _ in cut)
    shape = len(cut), longest
    input_ids = torch.full(shape, config.pad_token_id, dtype=torch.long)
    mask, types = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    for row, (ids, start, _) in enumerate(cut):
        input_ids[row, : len(ids)] = torch.tensor(ids)
        mask[row, : len(ids)] = 1
        types[row, start : len(ids)] = 1
    inputs = {"input_ids": input_ids, "attention_mask": mask, "token_type_ids": types}
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
    if pooling == "cls":
        return 0, 1
    if pooling == "mean":
        return 0, length
    if pooling == "response_mean" and start < end:
        return start, end
    return length - 1, length  # "last", and the mean over an empty response: the final [SEP]
