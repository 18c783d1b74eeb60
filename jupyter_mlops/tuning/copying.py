"""A copy of a study, for those who want to look at it with Optuna's own tools."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import optuna
from optuna.storages import InMemoryStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend

from jupyter_mlops.domain.errors import NotFound


def copy_study(journal: Path) -> optuna.Study:
    """Return what the study in ``journal`` holds now, in memory: what is done to it changes nothing there.

    Raises:
        NotFound: no search has begun there.
    """
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            return _copied(journal, Path(folder) / "study.journal")
    finally:
        optuna.logging.set_verbosity(before)


def _copied(journal: Path, copy: Path) -> optuna.Study:
    try:
        written = journal.read_bytes()
    except FileNotFoundError as error:
        raise NotFound("The search has not begun, so there is no study yet.") from error
    # Its conductor may be writing the last line just now.
    copy.write_bytes(written[: written.rfind(b"\n") + 1])
    stored, memory = JournalStorage(JournalFileBackend(str(copy))), InMemoryStorage()
    names = optuna.get_all_study_names(stored)
    if not names:
        raise NotFound("The search has not begun, so there is no study yet.")
    optuna.copy_study(from_study_name=names[0], from_storage=stored, to_storage=memory)
    return optuna.load_study(study_name=names[0], storage=memory)
