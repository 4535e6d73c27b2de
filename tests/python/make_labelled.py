"""Writes `public/samples/labelled.jsonl`, the labelled sample that comes with the page.

Owns the rule of taste and the composing; the wording is in `labelled_fragments.py`. Standard library only, and the
same bytes on every run and every Python: `python make_labelled.py [FILE]`.

The rule: each response gets one point for a warm opening, one for a concrete thing to do and one for asking back at
the end; the response with more points is chosen, except for one row in ten, where the annotator slips.

Length is kept out of it: in every other row the response with more points is made the longer one.
"""

import json
import sys
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

from labelled_fragments import ASKS, COOL, ENDS, TOPICS, WARM, Question, Topic

SEED = 2027
PAIRS_PER_PROMPT = 4
# The share of rows whose preference is turned round.
SLIPS = 0.10
DEFAULT_FILE = Path(__file__).resolve().parents[2] / "public" / "samples" / "labelled.jsonl"

T = TypeVar("T")


class Manner(NamedTuple):
    """How a response is given: each of the three is worth one point."""

    warm: bool
    concrete: bool
    asks: bool

    @property
    def points(self) -> int:
        return sum(self)


class Dice:
    """Seeded chance that is the same on every Python: only `random()` itself is promised never to change."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def pick(self, things: tuple[T, ...] | list[T]) -> T:
        return things[int(self._random.random() * len(things))]

    def shuffled(self, things: list[T] | tuple[T, ...]) -> list[T]:
        # A sort by random keys; equal keys do not occur in practice and would keep their order.
        return [thing for _, thing in sorted(((self._random.random(), thing) for thing in things), key=lambda k: k[0])]


def contests(dice: Dice) -> Iterator[tuple[Manner, Manner]]:
    """Endless (better, worse) manners: all 22 with different points, each once before any comes again."""
    manners = [Manner(*kinds) for kinds in product((True, False), repeat=3)]
    unequal = [(a, b) if a.points > b.points else (b, a) for a, b in combinations(manners, 2) if a.points != b.points]
    while True:
        yield from dice.shuffled(unequal)


def compose(dice: Dice, topic: Topic, question: Question, manner: Manner) -> str:
    """A response in this manner, with a body of one or two sentences."""
    opening = dice.pick(WARM if manner.warm else COOL).format(thing=question.thing)
    sentences = list(question.steps) if manner.concrete else dice.shuffled(topic.vague)
    body = sentences[:2] if dice.pick((True, False)) else [dice.pick(sentences)]
    closing = dice.pick((topic.asks + ASKS) if manner.asks else ENDS)
    return " ".join([opening, *body, closing])


def better_and_worse(
    dice: Dice, topic: Topic, question: Question, contest: tuple[Manner, Manner], better_is_longer: bool
) -> tuple[str, str]:
    """Responses in these two manners, composed anew until their lengths in characters stand as wanted."""
    while True:
        better, worse = (compose(dice, topic, question, manner) for manner in contest)
        gap = len(better) - len(worse)
        if gap > 0 if better_is_longer else gap < 0:
            return better, worse


def rows() -> list[dict[str, str]]:
    """All rows, in the order of the file: every prompt once, then every prompt again."""
    dice = Dice(SEED)
    deck = contests(dice)
    questions = [(topic, question) for topic in TOPICS for question in topic.questions]
    made = []
    for _ in range(PAIRS_PER_PROMPT):
        for topic, question in dice.shuffled(questions):
            better_is_longer = len(made) % 2 == 0
            pair = better_and_worse(dice, topic, question, next(deck), better_is_longer)
            made.append((topic, question, pair))
    slips = set(dice.shuffled(list(range(len(made))))[: round(SLIPS * len(made))])
    return [
        {
            "prompt": question.prompt,
            "chosen": worse if number in slips else better,
            "rejected": better if number in slips else worse,
            "source": f"sample/{topic.name}",
        }
        for number, (topic, question, (better, worse)) in enumerate(made)
    ]


def write(file: Path) -> int:
    """Write the sample to this file, one JSON object a line; says how many rows."""
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows()]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes("".join(lines).encode())
    return len(lines)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FILE
    print(f"{write(target)} rows written to {target}")
