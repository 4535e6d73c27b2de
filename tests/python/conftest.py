"""What several files of tests share."""

import os
import zipfile
from pathlib import Path

import pytest

from reference import ROOT

WEIGHTS = Path(os.environ.get("REWARD_STUDIO_EXPORTS") or ROOT / "target/exports") / "weights"


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory):
    """A function from an archive's name and kind to the folder in it, unpacked once."""
    home, folders = tmp_path_factory.mktemp("weights"), {}

    def folder(name: str, kind: str) -> Path:
        path = WEIGHTS / f"{name}.{kind}.zip"
        assert path.is_file(), f"{path} is missing; `cargo xtask test native` makes it"
        if path not in folders:
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None
                archive.extractall(home / path.stem)
            folders[path] = home / path.stem
        return folders[path]

    return folder
