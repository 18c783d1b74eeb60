"""What a table or an array holds, in a few bytes: its fingerprint. NumPy is needed, and is there where arrays are."""

from __future__ import annotations

from jupyter_mlops.runtime.fingerprints.kinds import parts_of, table_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["fingerprint", "parts_of", "table_kind"]


def fingerprint(value: Any, large: int | None = None) -> dict[str, Any]:
    """Return the fields of the fingerprint of a table or an array, without its name.

    Args:
        value: Something that ``table_kind`` knows.
        large: Cells above which a part of the rows must do.

    Raises:
        Unfit: it holds what does not say what it is; the message is the end of a sentence.
    """
    from jupyter_mlops.runtime.fingerprints import arrays, frames
    from jupyter_mlops.runtime.fingerprints.objects import Unfit
    from jupyter_mlops.runtime.fingerprints.tables import table_fingerprint

    kind = table_kind(value)
    if kind == "numpy.ndarray":
        return arrays.array_fingerprint(value, large=large)
    if kind == "torch.Tensor":
        return arrays.array_fingerprint(_tensor(value), "tensor", large)
    if kind.startswith("scipy."):
        return arrays.sparse_fingerprint(value)
    if kind == "pandas.DataFrame":
        columns = frames.pandas_columns(value)
        return table_fingerprint("DataFrame", columns, len(value), frames.pandas_size(value), large)
    if kind == "pandas.Series":
        columns = frames.pandas_series(value)
        return table_fingerprint("Series", columns, len(value), frames.pandas_size(value.to_frame()), large)
    if kind == "polars.DataFrame":
        return table_fingerprint("DataFrame", frames.polars_columns(value), value.height, value.estimated_size(), large)
    if kind == "polars.Series":
        return table_fingerprint("Series", [frames.polars_series(value)], len(value), value.estimated_size(), large)
    if kind.startswith("pyarrow."):
        return table_fingerprint("Table", frames.arrow_columns(value), value.num_rows, value.nbytes, large)
    raise Unfit("it is neither a table nor an array")


def _tensor(value: Any) -> Any:
    from jupyter_mlops.runtime.fingerprints.objects import Unfit

    if str(value.layout) != "torch.strided":
        raise Unfit("it is a sparse tensor")
    plain = value.detach().cpu().resolve_conj()
    if str(plain.dtype) == "torch.bfloat16":
        # Each is a float32 too, and NumPy has no other type for it.
        plain = plain.float()
    return plain.numpy()
