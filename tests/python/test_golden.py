"""What is checked in is what the scripts make."""

import make_golden
import make_tiny


def test_golden_numbers_are_current():
    assert make_golden.stale() == [], "run `python tests/python/make_golden.py` if the change is meant"


def test_the_tiny_backbone_is_current():
    assert make_tiny.stale() == [], "run `python tests/python/make_tiny.py` if the change is meant"


def test_the_comparison_sees_a_changed_number_and_a_changed_id():
    old = {"ids": [1, 2], "pooled": [0.5, 1.0]}
    assert not list(make_golden.differences("row", old, {"ids": [1, 2], "pooled": [0.500001, 1.0]}))
    assert list(make_golden.differences("row", old, {"ids": [1, 3], "pooled": [0.501, 1.0]})) == [
        "row.ids[1] is 2, should be 3",
        "row.pooled[0] is 0.5, should be 0.501",
    ]
