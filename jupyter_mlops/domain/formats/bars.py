"""Bars: tqdm and what prints through it, Keras, fastai, and the headings above them."""

from __future__ import annotations

import re

from jupyter_mlops.domain.formats.names import NAME
from jupyter_mlops.domain.formats.pairs import axes_of, pairs_in, where
from jupyter_mlops.domain.formats.reading import NUMBER, Context, Reading, shown, within_epoch
from jupyter_mlops.domain.runs import Progress

# Repetitions are bounded, so that no line takes long.
BAR = re.compile(
    r"(?<![\d.])(?:(?P<percent>\d{1,3})%\|[^|]*\|\s?)?"
    r"(?P<done>\d{1,18}(?:\.\d{1,9})?)(?P<scale>[kKMGT]?)"
    r"(?:/(?P<total>\d{1,18}(?:\.\d{1,9})?)(?P<scale2>[kKMGT]?)\w{0,20}|/\?)?"
    r"[^\W\d]{0,20}\s?\[[\d:?]{1,20}(?:<[^,\]]{0,30})?(?:,\s?(?P<rate>[^,\]]{0,40}))?"
    r"(?P<postfix>,[^\]]{0,1000}+)?(?:\]|$)"
)
_SCALES = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


def looks_like_bar(text: str) -> object:
    """Say whether a line may hold a bar of tqdm; cheap for lines that do not."""
    return "[" in text and ("it/s" in text or "s/it" in text or "%|" in text or "/s" in text) and BAR.search(text)


def read_bar(text: str, context: Context) -> Reading | None:
    """Read ``Epoch 3/4:  50%|#####     | 5/10 [00:12<00:15,  3.60it/s, loss=0.5]``."""
    match = BAR.search(text)
    if match is None or not re.search(r"/s|s/|\?", match["rate"] or ""):
        return None
    head, postfix = text[: match.start()].rstrip(": "), match["postfix"] or ""
    if not match[0].endswith("]"):
        # It was cut to fit a narrow screen, in the middle of a value.
        postfix, _, _ = postfix.rpartition(",")
    axes = axes_of(head + " " + postfix)
    values = pairs_in(head, axes, anchored=True) + pairs_in(postfix, axes)
    done = float(match["done"]) * _SCALES[match["scale"]]
    total = float(match["total"]) * _SCALES[match["scale2"]] if match["total"] else None
    unit = _unit(match)
    progress = within_epoch(Progress(done=done, total=total, unit=unit, text=shown(text)), axes.get("epoch"), context)
    axis, step = where(axes)
    return Reading(axis, step, values if unit != "B" else [], progress)


def _unit(match: re.Match[str]) -> str:
    """Return what a tqdm bar counts; it says so in its rate: ``3.60it/s`` or ``1.23s/batch``."""
    rate = match["rate"] or ""
    found = re.search(r"[\d.?]+\s*[kMGT]?(\w+)/s|s/(\w+)", rate)
    unit = (found[1] or found[2]) if found else ""
    return "" if unit == "it" else unit


KERAS = re.compile(r"\s*(\d{1,12})/(\d{1,12}|Unknown)\s+(?:\[[=>.]*\]|━+|-)(?=\s|$)")
HEADING = re.compile(r"(?i)\W*(?:train(?:ing)?\s+)?epoch\s*[:#]?\s*\[?(\d{1,9})\s*(?:/|of)\s*(\d{1,9})\]?\W*$")


def read_keras(text: str, context: Context) -> Reading | None:
    """Read a bar of Keras, and remember it if it is the epoch's: ``evaluate()`` prints one without a heading."""
    reading = read_open_keras(text, context)
    if reading is not None and reading.axis == "epoch" and reading.values:
        context.steps = _keras_total(text)
    return reading


def read_open_keras(text: str, context: Context) -> Reading | None:
    """Read ``60/60 [=======] - 1s 4ms/step - loss: 0.69`` and its newer forms; values count where the bar is full."""
    match = KERAS.match(text)
    if match is None:
        return None
    total = _keras_total(text)
    values = _keras_values(text[match.end() :]) if int(match[1]) == total else []
    bar = Progress(done=float(match[1]), total=float(total) or None, unit="step", text=shown(text))
    if context.steps and total != context.steps:
        return Reading(values=[(f"eval_{name}", value) for name, value in values], progress=bar)
    step = None if context.epoch is None else float(context.epoch)
    return Reading("step" if step is None else "epoch", step, values, within_epoch(bar, None, context))


def _keras_total(text: str) -> int:
    """Return of how many steps a bar is, 0 if it does not know."""
    match = KERAS.match(text)
    return int(match[2]) if match and match[2] != "Unknown" else 0


def _keras_values(text: str) -> list[tuple[str, float]]:
    values = []
    for part in text.split(" - "):
        name, sep, value = part.strip().rpartition(": ")
        if sep and (number := re.fullmatch(NUMBER, value.strip())) and NAME.fullmatch(name):
            values.append((name, float(number[0])))
    return values


FASTAI = re.compile(r"\|[█-]{1,200}\| \d{1,3}\.\d\d% \[(\d{1,12})/(\d{1,12}) [\d:]{1,20}<")


def read_fastai(text: str, context: Context) -> Reading | None:
    """Read ``Epoch 1/3 : |███-----| 36.67% [22/60 00:00<00:00... 1.4528]``, which stands before its table's rows."""
    match = FASTAI.search(text)
    if match is None:
        return None
    bar = Progress(done=float(match[1]), total=float(match[2]), text=shown(text))
    return Reading(progress=within_epoch(bar, axes_of(text[: match.start()]).get("epoch"), context))


def read_heading(text: str, context: Context) -> Reading | None:
    """Read ``Epoch 4/6`` alone on its line: what follows belongs to that epoch."""
    match = HEADING.match(text)
    if match is None:
        return None
    context.epoch, context.epochs, context.steps = int(match[1]), int(match[2]), 0
    if context.epoch == 0:
        context.base = 0
    done = float(context.epoch - context.base)
    return Reading(progress=Progress(done=max(done, 0.0), total=context.epochs, unit="epoch", text=shown(text)))
