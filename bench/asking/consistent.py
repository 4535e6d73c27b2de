"""Real answers, ordered by a rule instead of a crowd: what an annotator with one steady taste would give.

usage: consistent.py IN.jsonl OUT.jsonl

The taste: of two answers of which one ends by asking back, that one. Pairs that the rule does not tell apart are left
out; which of the two comes first is left as it was.
"""

import json
import sys
from pathlib import Path


def asks_back(text: str) -> bool:
    """Whether it ends with a question."""
    return text.rstrip().endswith("?")


def main(given: Path, out: Path):
    with out.open("w", encoding="utf-8") as lines:
        for line in given.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            a, b = row["chosen"], row["rejected"]
            if asks_back(a) != asks_back(b):
                chosen, rejected = (a, b) if asks_back(a) else (b, a)
                lines.write(json.dumps({"prompt": row["prompt"], "chosen": chosen, "rejected": rejected}) + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
