"""An object as MIME bundle, by the protocol of IPython's displays, with or without IPython."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Any

    Bundle = tuple[dict[str, Any], dict[str, Any]]

_METHODS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "application/pdf": "_repr_pdf_",
    "image/jpeg": "_repr_jpeg_",
    "text/latex": "_repr_latex_",
    "application/json": "_repr_json_",
    "application/javascript": "_repr_javascript_",
}
_LONG = 79


def bundle_of(obj: object, include: Container[str] | None = None, exclude: Container[str] | None = None) -> Bundle:
    """Return what ``obj`` looks like by MIME type, and what goes along with it.

    Args:
        obj: Anything.
        include: MIME types wanted; None for all.
        exclude: MIME types not wanted.
    """
    data: dict[str, Any] = {"text/plain": _text(obj)}
    metadata: dict[str, Any] = {}
    if _is_figure(obj):
        from jupyter_mlops.runtime.figures import picture

        data["image/png"], metadata["image/png"] = picture(obj)
    elif not isinstance(obj, type):
        for mime, method in _METHODS.items():
            _add(data, metadata, mime, _ask(obj, method))
        whole = _ask(obj, "_repr_mimebundle_", include=include, exclude=exclude)
        more, about = whole if isinstance(whole, tuple) else (whole, None)
        data.update(more or {})
        metadata.update(about or {})
    wanted = {
        mime: _as_text(value)
        for mime, value in data.items()
        if (include is None or mime in include) and (exclude is None or mime not in exclude)
    }
    return wanted, {mime: value for mime, value in metadata.items() if mime in wanted or mime not in data}


def _add(data: dict[str, Any], metadata: dict[str, Any], mime: str, answer: Any) -> None:
    if isinstance(answer, tuple) and len(answer) == 2:
        answer, metadata[mime] = answer
    if answer is not None:
        data[mime] = answer


def _ask(obj: object, name: str, **options: Any) -> Any:
    """Return what a method of the protocol says; None if it is not there, as with objects that have every name."""
    method = getattr(type(obj), name, None) or getattr(obj, "__dict__", {}).get(name)
    if method is None or not callable(getattr(obj, name, None)):
        return None
    try:
        return getattr(obj, name)(**options)
    except NotImplementedError:
        return None
    except Exception as error:
        _say_failed(name, obj, error)
        return None


def _say_failed(name: str, obj: object, error: Exception) -> None:
    print(f"{name} of a {type(obj).__name__} failed: {type(error).__name__}: {error}", file=sys.stderr)


def _text(obj: object) -> str:
    try:
        text = repr(obj)
    except Exception as error:
        # As in a notebook: what cannot be shown is no failure of the cell, whose values would be lost with it.
        _say_failed("__repr__", obj, error)
        return object.__repr__(obj)
    # IPython's pretty printer differs for long containers only; it costs 200 ms where it is not there already.
    if isinstance(obj, (list, tuple, dict, set, frozenset)) and len(text) > _LONG:
        try:
            from IPython.lib.pretty import pretty

            return str(pretty(obj))  # type: ignore[no-untyped-call]
        except ImportError:
            from pprint import pformat

            return pformat(obj)
    return text


def _is_figure(obj: object) -> bool:
    figure = sys.modules.get("matplotlib.figure")
    return figure is not None and isinstance(obj, figure.Figure)


def _as_text(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray)):
        from base64 import b64encode

        return b64encode(value).decode()
    return value
