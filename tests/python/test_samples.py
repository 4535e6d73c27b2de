"""The two sample files that come with the page are what they say they are."""

import json
from pathlib import Path

import pytest

import make_labelled

SAMPLES = Path(__file__).resolve().parents[2] / "public" / "samples"


def read(name: str) -> list[dict[str, str]]:
    text = (SAMPLES / name).read_text(encoding="utf-8")
    # By "\n" alone, as the page reads it: a response may hold other line separators.
    return [json.loads(line) for line in text.removesuffix("\n").split("\n")]


def words(text: str) -> int:
    return len(text.split())


def share(facts: list[bool]) -> float:
    return sum(facts) / len(facts)


@pytest.fixture(scope="module")
def starter() -> list[dict[str, str]]:
    return read("starter.jsonl")


@pytest.fixture(scope="module")
def labelled() -> list[dict[str, str]]:
    return read("labelled.jsonl")


def test_the_labelled_sample_is_what_its_script_writes(tmp_path: Path) -> None:
    again = tmp_path / "labelled.jsonl"
    make_labelled.write(again)
    assert again.read_bytes() == (SAMPLES / "labelled.jsonl").read_bytes()


def test_labelled_rows_are_whole_and_distinct(labelled: list[dict[str, str]]) -> None:
    assert len(labelled) >= 240
    for row in labelled:
        assert list(row) == ["prompt", "chosen", "rejected", "source"]
        assert row["source"].startswith("sample/")
        assert all(text.strip() for text in row.values())
        assert row["chosen"] != row["rejected"]
    contests = {(row["prompt"], frozenset((row["chosen"], row["rejected"]))) for row in labelled}
    assert len(contests) == len(labelled), "the same two responses meet twice"


def test_labelled_prompts_are_many_and_each_has_several_pairs(labelled: list[dict[str, str]]) -> None:
    prompts = [row["prompt"] for row in labelled]
    assert len(set(prompts)) >= 60
    assert all(prompts.count(prompt) == make_labelled.PAIRS_PER_PROMPT for prompt in set(prompts))


def test_length_does_not_give_the_chosen_response_away(labelled: list[dict[str, str]]) -> None:
    for length in (len, words):
        longer = share([length(row["chosen"]) > length(row["rejected"]) for row in labelled])
        assert 0.45 <= longer <= 0.55


def test_one_labelled_row_in_ten_is_a_slip(labelled: list[dict[str, str]]) -> None:
    slips = share([points(row["chosen"]) < points(row["rejected"]) for row in labelled])
    assert slips == pytest.approx(make_labelled.SLIPS, abs=0.005)
    assert all(points(row["chosen"]) != points(row["rejected"]) for row in labelled)


def points(response: str) -> int:
    """The rule's points, read off the finished text rather than taken from the composing."""
    things = [question.thing for topic in make_labelled.TOPICS for question in topic.questions]
    steps = [step for topic in make_labelled.TOPICS for question in topic.questions for step in question.steps]
    warm = any(response.startswith(opening.format(thing=thing)) for opening in make_labelled.WARM for thing in things)
    return warm + any(step in response for step in steps) + response.endswith("?")


def test_starter_rows_are_whole_distinct_and_unlabelled(starter: list[dict[str, str]]) -> None:
    assert len(starter) >= 64
    for row in starter:
        assert list(row) == ["prompt", "response_a", "response_b", "source"]
        assert row["source"].startswith("starter/")
        assert row["response_a"] != row["response_b"]
        for response in (row["response_a"], row["response_b"]):
            assert response == response.strip()
            assert 15 <= words(response) <= 130
    assert len({row["prompt"] for row in starter}) == len(starter)


def test_the_longer_starter_response_is_on_either_side_equally_often(starter: list[dict[str, str]]) -> None:
    assert 0.45 <= share([words(row["response_a"]) > words(row["response_b"]) for row in starter]) <= 0.55


@pytest.mark.parametrize(
    "has",
    [
        pytest.param(lambda text: "1. " in text, id="numbered steps"),
        pytest.param(lambda text: "?" in text, id="asks back"),
        pytest.param(lambda text: "sorry" in text.lower(), id="apology"),
        pytest.param(lambda text: "!" in text, id="exclamation"),
    ],
)
def test_visible_manners_stand_on_both_sides_of_the_starter_set(starter: list[dict[str, str]], has) -> None:
    on_a = sum(has(row["response_a"]) and not has(row["response_b"]) for row in starter)
    on_b = sum(has(row["response_b"]) and not has(row["response_a"]) for row in starter)
    assert min(on_a, on_b) >= 6
