"""What a model takes and gives, in the words of the Open Inference Protocol."""

from __future__ import annotations

from typing import Literal

import msgspec

DataType = Literal[
    "BOOL",
    "UINT8",
    "UINT16",
    "UINT32",
    "UINT64",
    "INT8",
    "INT16",
    "INT32",
    "INT64",
    "FP16",
    "FP32",
    "FP64",
    "BYTES",
]


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """One column of a table, or one tensor.

    Attributes:
        name: As the training data calls it.
        type: Of the Open Inference Protocol; ``BYTES`` is text.
        shape: Of one row: empty for a number, ``[64]`` for a vector; -1 is any length.
        optional: Whether a value may be missing: it was in the training data.
    """

    name: str
    type: DataType
    shape: list[int] = []
    optional: bool = False


class Signature(msgspec.Struct, frozen=True, omit_defaults=True):
    """Inputs and outputs of a model.

    Attributes:
        kind: A ``table`` has named columns, each a field; else each field is a ``tensor`` whose first dimension, the
            rows, is left out.
    """

    kind: Literal["table", "tensor"]
    inputs: list[Field]
    outputs: list[Field] = []
