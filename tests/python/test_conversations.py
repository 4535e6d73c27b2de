"""A prompt that is a transcript is its turns' messages in all of our Python, and the class that comes along with an archive
finds the response in a conversation's ids, whatever the tokenizer does."""

import json

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

import reward_studio
import templates
import verify
from make_families import FAMILIES, FIXTURES, GOLDEN, ROWS, TRIMMED
from modeling_reward_studio import Conversations
from texts import tokenizer_texts

# As TinyLlama-Chat's.
ZEPHYR = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' + message['content'] + eos_token + '\\n' }}"
    "{% endfor %}"
)
TEMPLATES = templates.TEMPLATES | {"trimmed": TRIMMED, "zephyr": ZEPHYR}
# Texts that begin as transcripts do, and are none.
TEXTS = [
    "User: Hi", "\n\nUser: Hi\n\nAssistant: Yo\n\nUser: So?", "Oh\n\nUser: Hi\n\nAssistant: Yo\n\nUser: So?",
    "User: Hi\n\nAssistant: Yo", "User: Hi\n\nUser: So?", "Assistant: Yo\n\nUser: So?", "System: Be brief.",
    "User: Hi\n\nSystem: Be brief.\n\nUser: So?", "System: a\n\nSystem: b\n\nUser: So?", "User: Hi\nAssistant: Yo\nUser: So?",
]


@pytest.mark.parametrize(("turns", "answer"), templates.CONVERSATIONS + templates.LOOKED_INTO)
def test_a_transcript_is_read_back_as_its_turns(turns, answer):
    prompt = templates.transcript(turns)
    assert verify.messages(prompt, answer) == templates.messages(turns, answer)
    assert reward_studio.said(prompt) == (turns if len(turns) > 1 else [])


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_no_transcript_is_one_message(text):
    assert verify.turns(text) == [{"role": "user", "content": text}]
    assert reward_studio.said(text) == []


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


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_a_response_is_found_in_ids_as_it_is_by_offsets(template, quick):
    quick.chat_template = template
    before, between, after, _, _ = verify.looked_at(quick, ["user", "assistant"])
    with_system = verify.looked_at(quick, ["system", "user", "assistant"])
    recipe = {
        "before": before, "between": between, "after": after, "before_system": with_system and with_system[0],
        "names_speakers": False, "pooling": "response_mean", "length_feature": "on", "max_tokens": 96,
    }
    reader = Conversations(quick, recipe)
    looked_into = [(templates.transcript(turns), answer) for turns, answer in templates.LOOKED_INTO]
    for prompt, response in ROWS + looked_into:
        text, _, _ = verify.written(quick, prompt, response)
        row = reader.row(quick(text, add_special_tokens=False)["input_ids"])
        found = row.before, row.prompt, row.between, row.response, row.after
        assert [*map(list, found)] == [*map(list, verify.conversed(quick, prompt, response, False))], (prompt, response)


@pytest.mark.parametrize("template", templates.TEMPLATES)
def test_the_shipped_script_writes_conversations_as_transformers_does(template, quick):
    golden = templates.written()
    known = golden["by"][template]
    quick.chat_template = known["template"]
    alone = reward_studio.Form.looked_at(quick, ["user", "assistant"])
    conversation = reward_studio.Conversation(alone, None, quick)
    for row, (text, _) in zip(golden["rows"], known["texts"], strict=True):
        said, (first, last), (start, end) = conversation.written(row["prompt"], row["response"])
        assert said == text
        assert (said, (first, last), (start, end)) == verify.written(quick, row["prompt"], row["response"])


@pytest.mark.parametrize("family", [family for family, (_, _, template) in FAMILIES.items() if template])
def test_the_shipped_script_reads_the_ids_of_a_familys_own_template(family):
    conversation = reward_studio.Conversation.of(FIXTURES / family)
    tokenizer = Tokenizer.from_file(str(FIXTURES / family / "tokenizer.json"))
    for row in json.loads(GOLDEN.read_text(encoding="utf-8"))[family]["rows"]:
        pieces = conversation.pieces(tokenizer, row["prompt"], row["response"])
        assert sum(pieces, []) == row["ids"], row["prompt"]
