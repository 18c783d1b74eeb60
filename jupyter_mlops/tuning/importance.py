"""Which parameters matter, as far as a study knows.

It is reckoned by a process of its own that ends with the answer: even Optuna's lightest evaluator brings all of
scikit-learn with it where that is installed, which is four times what a conductor needs otherwise and would stay.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from jupyter_mlops.domain.sweeps import Importance, Objective

FEWEST = 8
"""With fewer complete trials it would be a guess."""

PATIENCE_SECONDS = 120.0


class Question(msgspec.Struct, frozen=True):
    """What is asked of the process.

    Attributes:
        journal: The study's file.
        study: Its name in there.
        metrics: The objectives, in their order.
        path: Where modules are found.
    """

    journal: str
    study: str
    metrics: list[str]
    path: list[str]


def importance_of(journal: Path, study: str, objectives: Sequence[Objective]) -> list[Importance]:
    """Return the importance for each objective of which something can be said; takes seconds.

    It reads the file and nothing else, so it may be called from any thread while the study goes on.
    """
    question = Question(str(journal), study, [each.metric for each in objectives], [each for each in sys.path if each])
    # The pipe stays open while this process lives; the other one ends when it closes.
    program = f"import sys; sys.path[:] = {question.path!r}; from jupyter_mlops.tuning.evaluation import main; main()"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        try:
            said = _converse(process, msgspec.json.encode(question))
        except BaseException:
            process.kill()
            raise
    return said


def _converse(process: subprocess.Popen[bytes], question: bytes) -> list[Importance]:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(question + b"\n")
        process.stdin.flush()
        said = process.stdout.readline()
    except BrokenPipeError:
        return []
    return msgspec.json.decode(said, type=list[Importance]) if said else []
