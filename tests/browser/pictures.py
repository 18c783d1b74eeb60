"""Pictures of parts of a page, held against those that somebody has looked at and found right.

``JUPYTER_MLOPS_NEW_PICTURES=1`` writes them anew. What a failed comparison saw is put beside the reference's name
into ``$JUPYTER_MLOPS_PICTURES`` (by default a folder of the system's temporary one), with the difference in red.
"""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

import numpy
from PIL import Image, ImageFilter
from playwright.sync_api import Locator

REFERENCE = Path(__file__).parent / "reference"
# Other builds of Chromium place glyphs and edges a little differently; what is compared is blurred by a pixel first.
BLUR_PIXELS = 1.0
FAR_APART = 48
"""How far apart, of 255, two pixels may be in any colour."""
MOST_DIFFERENT = 0.006
"""Which part of a picture may be further apart than that."""
MOST_SHIFT = 3
"""How many pixels wider or higher a picture may be."""

# Fonts and carets are the same everywhere; nothing is caught in the middle of a movement.
STYLE = """
:root {
  --jp-ui-font-family: "DejaVu Sans" !important;
  --jp-content-font-family: "DejaVu Sans" !important;
  --jp-code-font-family: "DejaVu Sans Mono" !important;
  --jp-code-font-family-default: "DejaVu Sans Mono" !important;
}
* { scrollbar-width: none !important; caret-color: transparent !important; }
"""


def check_picture(part: Locator, name: str, *, mask: list[Locator] | None = None) -> None:
    """Fail if ``part`` does not look like the reference ``name``.

    Args:
        part: What is looked at.
        name: The reference's, without ending.
        mask: What differs each time, and is covered.
    """
    seen = Image.open(io.BytesIO(part.screenshot(style=STYLE, mask=mask or [], animations="disabled")))
    path = REFERENCE / f"{name}.png"
    if os.environ.get("JUPYTER_MLOPS_NEW_PICTURES"):
        path.parent.mkdir(exist_ok=True)
        seen.convert("P", palette=Image.Palette.ADAPTIVE, colors=256).save(path, optimize=True)
        return
    assert path.exists(), f"there is no reference {name}; JUPYTER_MLOPS_NEW_PICTURES=1 writes it"
    difference = _compare(seen, Image.open(path), name)
    assert not difference, difference


def _compare(seen: Image.Image, known: Image.Image, name: str) -> str:
    """Return what is wrong with ``seen``, in one sentence; empty if nothing is."""
    if max(abs(seen.width - known.width), abs(seen.height - known.height)) > MOST_SHIFT:
        where = _keep(seen, name)
        return f"{name} is {seen.size} pixels large, not {known.size}; what was seen is at {where}"
    width, height = min(seen.width, known.width), min(seen.height, known.height)
    apart = numpy.abs(_values(seen, width, height) - _values(known, width, height)).max(axis=2) > FAR_APART
    part = float(apart.mean())
    if part <= MOST_DIFFERENT:
        return ""
    marked = numpy.array(seen.convert("RGB").crop((0, 0, width, height)))
    marked[apart] = (255, 0, 0)
    where = _keep(seen, name)
    _keep(Image.fromarray(marked), f"{name}-difference")
    return f"{part:.2%} of {name} differs (at most {MOST_DIFFERENT:.2%}); what was seen is at {where}"


def _values(picture: Image.Image, width: int, height: int) -> numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.int16]]:
    blurred = picture.convert("RGB").crop((0, 0, width, height)).filter(ImageFilter.GaussianBlur(BLUR_PIXELS))
    return numpy.asarray(blurred, dtype=numpy.int16)


def _keep(picture: Image.Image, name: str) -> Path:
    folder = Path(os.environ.get("JUPYTER_MLOPS_PICTURES") or Path(tempfile.gettempdir()) / "jupyter-mlops-pictures")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    picture.save(path)
    return path
