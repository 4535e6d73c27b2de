"""Reads a file of JSON lines as Python programs do, in a process of its own.

usage: read_json.py json|datasets FILE; prints JSON: rows, seconds, peak resident memory in MB, version.
"""

import json
import resource
import sys
import tempfile
import time


def with_json(path: str) -> tuple[int, str]:
    """Every row parsed and kept."""
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return len(rows), sys.version.split()[0]


def with_datasets(path: str) -> tuple[int, str]:
    """The rows as Arrow, without what an earlier run has kept."""
    import datasets

    datasets.disable_progress_bars()
    with tempfile.TemporaryDirectory() as cache:
        rows = datasets.load_dataset("json", data_files=path, split="train", cache_dir=cache)
        return len(rows), datasets.__version__


if __name__ == "__main__":
    library, path = sys.argv[1:]
    if library == "datasets":
        import datasets  # noqa: F401  starting it is no part of reading
    began = time.perf_counter()
    rows, version = {"json": with_json, "datasets": with_datasets}[library](path)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"rows": rows, "seconds": seconds, "mb": peak, "version": version}))
