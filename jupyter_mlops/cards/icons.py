"""The shapes that tell states apart without colour."""

from __future__ import annotations

_LINE = (
    '<path fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" d="{}"/>'
)
_AREA = '<path fill="currentColor" fill-rule="evenodd" d="{}"/>'
_RING = '<circle cx="8" cy="8" r="{}" fill="none" stroke="currentColor" stroke-width="{}"/>'

SILENT = 'aria-hidden="true" focusable="false"'
"""Attributes of drawings whose meaning stands beside them in words."""

_SHAPES = {
    "waiting": _LINE.format(
        "M4 2.2h8M4 13.8h8M5 2.4c0 3 2 3.6 3 5.6c1-2 3-2.6 3-5.6M5 13.6c0-3 2-3.6 3-5.6c1 2 3 2.6 3 5.6"
    )
    + _AREA.format("M6.2 13.2c.4-1.3 1.2-1.8 1.8-2.4c.6.6 1.4 1.1 1.8 2.4z"),
    "starting": _RING.format("5.6", '1.8" stroke-dasharray="2.2 2.2')
    + _AREA.format("M8 6.3a1.7 1.7 0 1 1 0 3.4a1.7 1.7 0 0 1 0-3.4z"),
    "running": _AREA.format("M4 2.6c0-.6.7-1 1.2-.7l8 5.4c.5.3.5 1.1 0 1.4l-8 5.4c-.5.3-1.2 0-1.2-.7z"),
    "succeeded": _AREA.format(
        "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM6.9 11.4l5-5.3l-1.1-1l-4 4.2l-1.8-1.7l-1 1.1z"
    ),
    "failed": _AREA.format(
        "M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3zM5.9 4.8L4.8 5.9L6.9 8L4.8 10.1l1.1 1.1L8 9.1l2.1 2.1"
        "l1.1-1.1L9.1 8l2.1-2.1l-1.1-1.1L8 6.9z"
    ),
    "stopped": _AREA.format(
        "M4 2.8h8c.7 0 1.2.5 1.2 1.2v8c0 .7-.5 1.2-1.2 1.2H4c-.7 0-1.2-.5-1.2-1.2V4c0-.7.5-1.2 1.2-1.2z"
    ),
    "detached": _LINE.format(
        "M6.6 11.4l-1 1a2.7 2.7 0 0 1-3.9-3.9l1.9-1.9M9.4 4.6l1-1a2.7 2.7 0 0 1 3.9 3.9l-1.9 1.9M4.7 2.4l.5 1.6"
        "M2.4 4.7l1.6.5M11.3 13.6l-.5-1.6M13.6 11.3l-1.6-.5"
    ),
    "warning": _AREA.format(
        "M8 1.8c.4 0 .7.2.9.5l5.9 10.4c.4.7-.1 1.5-.9 1.5H2.1c-.8 0-1.3-.8-.9-1.5L7.1 2.3c.2-.3.5-.5.9-.5zM7.3 6"
        "v4h1.4V6zM7.3 11.2v1.5h1.4v-1.5z"
    ),
    "pruned": _LINE.format(
        "M4.2 5.6a1.9 1.9 0 1 0 0-3.8a1.9 1.9 0 0 0 0 3.8zM4.2 14.2a1.9 1.9 0 1 0 0-3.8a1.9 1.9 0 0 0 0 3.8z"
        "M5.8 4.8L13.6 12M5.8 11.2L13.6 4"
    ),
    "star": _AREA.format("M8 1.6l1.9 4.1l4.5.5l-3.3 3l.9 4.4L8 11.4l-4 2.2l.9-4.4l-3.3-3l4.5-.5z"),
    "laptop": _LINE.format("M3.5 3.5h9v7h-9zM1.5 13h13"),
    "check": _LINE.format("M3 8.5l3.5 3.5L13 4.5"),
    "ring": _RING.format("5.2", "1.4"),
}
_SHAPES["broken"] = _SHAPES["warning"]


def icon(name: str, size: int = 14) -> str:
    """Return a shape as inline SVG in the colour of the text around it; the word beside it carries the meaning."""
    return f'<svg class="j-icon" width="{size}" height="{size}" viewBox="0 0 16 16" {SILENT}>{_SHAPES[name]}</svg>'
