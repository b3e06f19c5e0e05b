"""A folder belongs to one run at a time, and its file says which process that is."""

import os
from pathlib import Path

import pytest

from scripts.checkout import Refused
from scripts.local.folder_lock import FolderLock


def test_the_file_names_the_process_of_the_last_run_only(tmp_path: Path) -> None:
    """Who finds two cannot tell whether the one who has the folder is gone."""
    (tmp_path / "lock").write_text("4194304\n")
    lock = FolderLock(tmp_path)

    lock.take()
    lock.release()

    assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_a_folder_that_another_run_has_is_refused(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    first.take()

    with pytest.raises(Refused, match="is running already"):
        second.take()

    second.release()
    first.release()
