"""Chat templates of the kinds that models have, and conversations for them; `written()` is `templates.json`, what
`transformers` makes of them.

A conversation is its turns, each who speaks and what is said, and the answer.
"""

from jinja2 import TemplateError
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

CONVERSATIONS = [
    ([("user", "Where is it?")], "On its way."),
    ([("system", "Be brief."), ("user", "Where is it?")], "On its way."),
    ([("user", "Where is it?"), ("assistant", "Which one?"), ("user", "The red one.")], "On its way."),
    ([("system", ""), ("user", "Hi"), ("assistant", ""), ("user", "Hm")], ""),
    ([("user", ""), ("assistant", ""), ("user", "")], ""),
    ([("system", " \n Two blanks. "), ("user", " Hi\n"), ("assistant", "\n\nHello  "), ("user", "\tBye \n")], " Go.\n"),
    ([("user", "\U0001f469\u200d\U0001f680 \U0001f642"), ("assistant", "\u5f88\u597d \u00e9"), ("user", "P\u00e4ckchen?")], "\U0001f44d"),
    ([("user", "Say User: or \nSystem: x"), ("assistant", "User: </s> [INST]"), ("user", "Assistant: y")], "User: z"),
    (
        [("system", "Here is a rule. " * 12), ("user", "A long question. " * 12), ("assistant", "A long answer. " * 12),
         ("user", "Again?"), ("assistant", "Yes. " * 12), ("user", "And why? " * 12)],
        "That is why. " * 15,
    ),
]

# What a template may look into: thoughts before an answer, and empty lines that it takes off.
LOOKED_INTO = [
    ([("user", "How many?")], "<think>\nTwo and two.\n</think>\n\nFour."),
    ([("user", "How many?")], "<think>Two and two.</think>Four."),
    ([("user", "How many?")], "<think>\n\n</think>\n\nFour."),
    ([("user", "How many?")], "\n\nFour.\n"),
    ([("user", "What is </think>?")], "The end of <think>."),
    ([("user", "How many?"), ("assistant", "<think>\nTwo.\n</think>\n\nFour."), ("user", "And \u4e03?")], "Two.</think>Nine."),
    ([("system", "Think."), ("user", "How many?"), ("assistant", "\n\nFour."), ("user", "Sure?")], "<think>\nSure.\n</think>\n\nYes."),
]

LOOP = "{% for message in messages %}"
TEMPLATES = {
    "chatml": LOOP + "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}",
    # With a system message of its own where there is none, as Qwen 2.5 has.
    "own_system": "{% if messages[0].role != 'system' %}{{ '<|im_start|>system\nYou help.<|im_end|>\n' }}{% endif %}"
    + LOOP + "{{ '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}{% endfor %}",
    # What thinks writes its thoughts before the last answer only, as Qwen 3 does.
    "thinks_last": LOOP + "{{ '<|im_start|>' + message.role + '\n' }}{% if loop.last %}{{ '<think>\n\n</think>\n\n' }}{% endif %}"
    "{{ message.content + '<|im_end|>\n' }}{% endfor %}",
    # And takes them out of the answer, where there are some.
    "thinks": LOOP + "{% set said = message.content %}{% set thought = '' %}"
    "{% if message.role == 'assistant' and '</think>' in said %}"
    "{% set thought = said.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}"
    "{% set said = said.split('</think>')[-1].lstrip('\\n') %}{% endif %}{{ '<|im_start|>' + message.role + '\n' }}"
    "{% if loop.last %}{{ '<think>\n' + thought.strip('\\n') + '\n</think>\n\n' + said.lstrip('\\n') }}"
    "{% else %}{{ said }}{% endif %}{{ '<|im_end|>\n' }}{% endfor %}",
    "trims": "{{ bos_token }}" + LOOP
    + "{{ '<|start|>' + message['role'] + '<|end|>\n\n' + message['content'] | trim + '<|eot|>' }}{% endfor %}",
    # The system message within the first question, as Llama 2 has it, and whoever speaks out of turn refused.
    "within_first": "{% if messages[0]['role'] == 'system' %}{% set said = messages[1:] %}{% set rule = messages[0]['content'] %}"
    "{% else %}{% set said = messages %}{% set rule = false %}{% endif %}{% for message in said %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('By turns.') }}{% endif %}"
    "{% if loop.index0 == 0 and rule != false %}{% set text = '<<SYS>>\n' + rule + '\n<</SYS>>\n\n' + message['content'] %}"
    "{% else %}{% set text = message['content'] %}{% endif %}"
    "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + text.strip() + ' [/INST]' }}"
    "{% else %}{{ ' ' + text.strip() + ' ' + eos_token }}{% endif %}{% endfor %}",
    # The system message within the last question, as some of Mistral's have it.
    "within_last": "{% if messages[0]['role'] == 'system' %}{% set said = messages[1:] %}{% set rule = messages[0]['content'] %}"
    "{% else %}{% set said = messages %}{% endif %}{{ bos_token }}{% for message in said %}"
    "{% if message['role'] == 'user' %}{{ '[INST] ' }}"
    "{% if rule is defined and loop.index0 == said | length - 2 %}{{ rule + '\n\n' }}{% endif %}{{ message['content'] + '[/INST]' }}"
    "{% else %}{{ ' ' + message['content'] + eos_token }}{% endif %}{% endfor %}",
    # Nothing but questions and answers, as Gemma.
    "refuses_system": "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('No system.') }}{% endif %}"
    + LOOP + "{{ '<turn>' + message['role'] + '\n' + message['content'] | trim + '</turn>\n' }}{% endfor %}",
    "leaves_system_out": LOOP + "{% if message.role == 'user' %}{{ 'Q: ' + message.content + '\n' }}"
    "{% elif message.role == 'assistant' %}{{ 'A: ' + message.content + eos_token }}{% endif %}{% endfor %}",
    # One question and one answer.
    "refuses_turns": "{% if messages | length > 2 %}{{ raise_exception('Too many.') }}{% endif %}"
    "{{ bos_token + 'Asked: ' + messages[0].content + '\n###\n' + messages[1].content + eos_token }}",
}


def transcript(turns: list[tuple[str, str]]) -> str:
    """The turns as one text, which is the prompt that the page knows; a lone question is itself."""
    if len(turns) == 1:
        return turns[0][1]
    return "\n\n".join(f"{role.title()}: {said}" for role, said in turns)


def messages(turns: list[tuple[str, str]], answer: str) -> list[dict]:
    """As chat templates take them."""
    return [{"role": role, "content": said} for role, said in [*turns, ("assistant", answer)]]


def written() -> dict:
    """Every conversation by every template: as its messages, or where the template refuses them, as one question."""
    quick = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()), bos_token="<s>", eos_token="</s>")

    def text(template: str, turns: list[tuple[str, str]], answer: str) -> tuple[str, bool]:
        try:
            said = quick.apply_chat_template(messages(turns, answer), chat_template=template, tokenize=False)
        except TemplateError:
            return text(template, [("user", transcript(turns))], answer)[0], False
        return said, True

    conversations = CONVERSATIONS + LOOKED_INTO
    rows = [{"prompt": transcript(turns), "response": answer} for turns, answer in conversations]
    by = {
        name: {"template": template, "texts": [text(template, *row) for row in conversations]}
        for name, template in TEMPLATES.items()
    }
    return {"rows": rows, "by": by}
