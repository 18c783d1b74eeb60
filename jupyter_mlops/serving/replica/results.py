"""What models give back, whatever it is, as tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .refusals import ModelFailed
from .tensors import Array, datatype
from .v2 import Tensor


def tensors(method: str, result: Any) -> list[Tensor]:
    """Return what a method gave: one tensor of the method's name, or one for each part under the part's.

    Raises:
        ModelFailed: it is nothing that the protocol can carry.
    """
    if isinstance(result, np.ndarray):
        return [_tensor(method, method, result)]
    if isinstance(result, dict):
        return [_tensor(str(name), method, _array(value)) for name, value in result.items()]
    if hasattr(result, "columns") and hasattr(result, "dtypes"):
        return _of_frame(method, result)
    if (
        isinstance(result, (list, tuple))
        and result
        and all(isinstance(each, np.ndarray) and each.ndim for each in result)
    ):
        # A classifier of several outputs gives a matrix of probabilities for each.
        return [_tensor(f"{method}_{at}", method, each) for at, each in enumerate(result)]
    return [_tensor(method, method, _array(result))]


def _of_frame(method: str, frame: Any) -> list[Tensor]:
    if len(set(map(str, frame.dtypes))) == 1:
        return [_tensor(method, method, frame.to_numpy())]
    return [_tensor(str(name), method, frame[name].to_numpy()) for name in frame.columns]


def _array(value: Any) -> Array:
    if hasattr(value, "toarray"):
        value = value.toarray()
    elif hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    elif hasattr(value, "to_numpy"):
        value = value.to_numpy()
    try:
        return np.asarray(value)
    except ValueError:
        # Rows that are not equally long: each is written as a text, below.
        array = np.empty(len(value), object)
        array[:] = value
        return array


def _tensor(name: str, method: str, array: Array) -> Tensor:
    if not array.ndim:
        array = array.reshape(1)
    if array.dtype.kind == "O":
        array = _settled(method, array)
    elif array.dtype.kind in "mM":
        array = array.astype(str).astype(object)
    elif array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    elif array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    kind = datatype(array)
    if not kind:
        raise ModelFailed(f"{method!r} gave values of type {array.dtype}, which the protocol cannot carry.")
    return Tensor(name, kind, array)


def _settled(method: str, array: Array) -> Array:
    """Return an array of objects as texts, if they are, or as numbers."""
    for value in array.ravel():
        if not isinstance(value, (str, bytes, int, float, np.generic, type(None))):
            what = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
            raise ModelFailed(f"{method!r} gave {what}, and can give arrays, tables and lists of numbers or texts.")
    if any(isinstance(value, (str, bytes)) for value in array.ravel()):
        return array
    try:
        return np.array([np.nan if value is None else value for value in array.ravel()]).reshape(array.shape)
    except (ValueError, OverflowError):
        raise ModelFailed(f"{method!r} gave numbers that the protocol cannot carry.") from None
