"""Requests that come in the same moment are predicted together: calling a classifier costs more than its rows.

Only labels are asked for in this way. Scores may differ in their last digit with the number of rows, and the same
request should have the same answer.
"""

from __future__ import annotations

import asyncio

import numpy as np

from .model import Model
from .rows import Rows
from .tensors import Array
from .v2 import Tensor

MOST_ROWS = 64
"""A request with more rows is better off alone."""

_Waiting = tuple[Rows, "asyncio.Future[list[Tensor]]"]


class Batches:
    """Collects what is asked until the loop has nothing else to do.

    Args:
        model: What is asked.
        requests: Those that are being answered; one alone does not wait for others.
    """

    def __init__(self, model: Model, requests: set[asyncio.Task[None]]) -> None:
        self._model = model
        self._requests = requests
        self._waiting: list[_Waiting] = []

    def takes(self, rows: Rows, asked: list[str]) -> bool:
        """Tell whether a request may be predicted with others, and there may be others."""
        is_usual = self._model.is_classifier and (asked or self._model.usual) == ["predict"]
        return is_usual and len(self._requests) > 1 and rows.matrix is not None and rows.count <= MOST_ROWS

    async def labels(self, rows: Rows) -> list[Tensor]:
        """Return the label of each row.

        Raises:
            Refused: as the model does.
            ModelFailed: as the model does.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Tensor]] = loop.create_future()
        self._waiting.append((rows, answer))
        if len(self._waiting) == 1:
            loop.call_soon(self._predict)
        return await answer

    def _predict(self) -> None:
        waiting, self._waiting = self._waiting, []
        labels = self._together(waiting) if len(waiting) > 1 else None
        if labels is None:
            self._one_by_one(waiting)
            return
        place = 0
        for rows, answer in waiting:
            if not answer.done():
                answer.set_result([Tensor(labels.name, labels.kind, labels.array[place : place + rows.count])])
            place += rows.count

    def _together(self, waiting: list[_Waiting]) -> Tensor | None:
        """Return the labels of all rows; None if they cannot be had together."""
        matrices: list[Array] = [rows.matrix for rows, _ in waiting if rows.matrix is not None]
        if len({(matrix.dtype, matrix.shape[1:]) for matrix in matrices}) > 1:
            return None
        count = sum(rows.count for rows, _ in waiting)
        try:
            outputs = self._model.call(Rows(count, {}, np.concatenate(matrices)), ["predict"])
        except Exception:
            # One of them is to blame, and each is told what is wrong with itself.
            return None
        return outputs[0] if len(outputs) == 1 and len(outputs[0].array) == count else None

    def _one_by_one(self, waiting: list[_Waiting]) -> None:
        for rows, answer in waiting:
            if answer.done():
                continue
            try:
                answer.set_result(self._model.call(rows, ["predict"]))
            except Exception as error:
                answer.set_exception(error)
