"""Why a replica ended, in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_mlops.platforms.local.lastwords import by_exit, sentence


@pytest.mark.parametrize(
    ("log", "code", "expected"),
    [
        ("Traceback…\nValueError: too small.\n\n", 1, "ValueError: too small"),
        ("x", -9, "it was killed by SIGKILL"),
        ("", 3, "it ended itself with exit code 3"),
        ("", None, "it ended, and nobody was there to see how"),
        (
            "ModuleNotFoundError: No module named 'sklearn.linear_model'",
            1,
            "/py has no module 'sklearn'; install it: /py -m pip install scikit-learn",
        ),
        (
            "digits v1 cannot be loaded: /py has no module 'xgboost'",
            1,
            "/py has no module 'xgboost'; install it: /py -m pip install xgboost",
        ),
    ],
)
def test_the_last_words_say_why(tmp_path: Path, log: str, code: int | None, expected: str) -> None:
    path = tmp_path / "r1-0.log"
    path.write_text("what the one before has said\n" + log)
    assert sentence("/py", str(path), len("what the one before has said\n"), code) == expected


def test_a_log_that_was_cut_meanwhile_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "r1-0.log"
    path.write_text("OSError: gone\n")
    assert sentence("/py", str(path), 10_000, 1) == "OSError: gone"


def test_how_it_ended_is_told_where_there_are_no_words(tmp_path: Path) -> None:
    assert sentence("/py", str(tmp_path / "none"), 0, 4) == by_exit(4) == "it ended itself with exit code 4"
