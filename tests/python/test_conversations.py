"""The class that comes along with an archive finds the response in a conversation's ids, whatever the tokenizer does."""

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

import verify
from make_families import CHATML, ROWS, TRIMMED
from modeling_reward_studio import Conversations
from texts import tokenizer_texts

# As TinyLlama-Chat's.
ZEPHYR = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' + message['content'] + eos_token + '\\n' }}"
    "{% endfor %}"
)


def pieces_with_blanks() -> Tokenizer:
    """Llama 1 and 2: words begin with their blank, a text and whatever stands behind a special token with one more."""
    made = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    made.decoder = decoders.Sequence(steps)
    return made


def bytes_of_words() -> Tokenizer:
    """GPT-2, Llama 3, Qwen."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    return made


@pytest.fixture(scope="module", params=[pieces_with_blanks, bytes_of_words])
def quick(request) -> PreTrainedTokenizerFast:
    made = request.param()
    fallback = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=900, special_tokens=["<unk>", "<s>", "</s>", *fallback], show_progress=False, max_token_length=12,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if made.normalizer is None else [],
    )
    made.train_from_iterator([text for row in ROWS for text in row] + tokenizer_texts(), trainer)
    return PreTrainedTokenizerFast(tokenizer_object=made, bos_token="<s>", eos_token="</s>", unk_token="<unk>")


@pytest.mark.parametrize("template", [TRIMMED, ZEPHYR, CHATML], ids=["trimmed", "zephyr", "chatml"])
def test_a_response_is_found_in_ids_as_it_is_by_offsets(template, quick):
    quick.chat_template = template
    looked_at = quick.apply_chat_template(
        verify.messages(*(f"{verify.BLANK}{mark}{verify.BLANK}" for mark in verify.MARKS)), tokenize=False
    )
    before, rest = looked_at.split(verify.MARKS[0])
    between, after = rest.split(verify.MARKS[1])
    blank = verify.BLANK
    recipe = {
        "before": before.removesuffix(blank), "between": between.removeprefix(blank).removesuffix(blank),
        "after": after.removeprefix(blank), "names_speakers": False, "pooling": "response_mean",
        "length_feature": "on", "max_tokens": 96,
    }
    reader = Conversations(quick, recipe)
    for prompt, response in ROWS:
        text = quick.apply_chat_template(verify.messages(prompt, response), tokenize=False)
        row = reader.row(quick(text, add_special_tokens=False)["input_ids"])
        found = row.before, row.prompt, row.between, row.response, row.after
        assert [*map(list, found)] == [*map(list, verify.conversed(quick, prompt, response))], (prompt, response)
