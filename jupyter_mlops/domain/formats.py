"""What people print while they train, as one table of formats.

A format knows how one kind of line looks and what it says: where on an axis it is, values of metrics, how far a bar
has come. The first format of the table that knows a line has the last word, so that a bar's rate or a warning's
number never reaches the formats below. Adding one is a function, a row in ``FORMATS`` and a recorded output.

Three decisions: a per cent value is the number that is printed (``93.1%`` is 93.1); a number with any other unit
glued to it (``3.2s``, ``5ms/step``, ``12GB``) is no metric; a name is what is printed, with ``_`` for blanks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

import msgspec

from jupyter_mlops.domain.runs import Progress

AXES = ("global_step", "step", "iteration", "epoch")
"""What says where a value was taken, finest first; never metrics."""
LONGEST = 1 << 13
"""Characters of a line that may hold metrics."""


Axes = dict[str, tuple[float, float | None]]
"""Where a line says it is: axis, number and, where it is said, how many there are."""


class Context(msgspec.Struct, omit_defaults=True):
    """What the lines before say about the next one.

    Attributes:
        epoch: From a heading like ``Epoch 4/6``.
        epochs: The 6 of it.
        base: The number of the first epoch, 0 or 1.
        columns: Names above a table's rows.
        quoted: How many more lines may belong to a traceback or a warning, which show code.
    """

    epoch: int | None = None
    epochs: int | None = None
    base: int = 1
    columns: list[str] = []
    quoted: int = 0


class Reading(NamedTuple):
    """What one line says.

    Attributes:
        axis: What ``step`` counts.
        step: None where the line does not say it: then the points of the name are counted.
        progress: None where nothing but ``step`` says how far it is.
    """

    axis: str = "step"
    step: float | None = None
    values: list[tuple[str, float]] = []
    progress: Progress | None = None


class Format(NamedTuple):
    """A row of the table.

    Attributes:
        name: Who prints it.
        looks: Whether a line may be one; cheap.
        read: What the line says, or None if it is not one after all.
    """

    name: str
    looks: Callable[[str], object]
    read: Callable[[str, Context], Reading | None]


def read_line(text: str, context: Context) -> Reading | None:
    """Return what a finished line says, or None; ``context`` follows.

    Args:
        text: Without its line feed and control sequences.
        context: What the lines before said; changed in place.
    """
    if len(text) > LONGEST:
        return None
    if context.quoted and (reading := _read_quoted(text, context)) is not None:
        return reading
    if context.columns and (reading := _read_row(text, context)) is not None:
        return reading
    if "=" in text and (reading := _read_only_pairs(text, context)) is not None:
        return reading
    for form in FORMATS:
        if form.looks(text) and (reading := form.read(text, context)) is not None:
            return reading
    return None


def read_progress(text: str, context: Context) -> Progress | None:
    """Return how far a line that may still change has come; ``context`` stays as it is."""
    if len(text) > LONGEST:
        return None
    for looks, read in ((_BAR.search, _read_bar), (_KERAS.match, _read_keras)):
        if looks(text) and (reading := read(text, context)) is not None:
            return reading.progress
    return None


# Numbers and names

_NUMBER = r"[-+]?(?:\d{1,40}(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?|[-+]?(?i:nan|inf(?:inity)?)"
# A number ends where no unit, path, date or further digit is glued to it.
_END = r"(?=[\s;|)\]}'\"]|,(?!\d)|\.(?:\s|$)|$)"
_NAME = re.compile(r"[^\W\d][\w.@/^-]*(?:\([\w@.,-]*\))?")
_PLAIN_NAME = re.compile(r"[^\W\d][\w.@/-]*")
_BETWEEN = frozenset(",;|")
_VALUE = re.compile(
    rf"([:=])\s*(?:(?:tensor|np\.float\d+)\()?({_NUMBER})(?:,\s[^()]*(?:<[^<>]*>)?\)|\))?(\s?%)?{_END}"
    rf"|([:=])\s*(\d+)/(\d+)\s\((?:\d+(?:\.\d*)?)\s?%\)"
)
# Arguments of what looks like a call are settings, but a tensor is a value.
_CALL = re.compile(r"\b(?!tensor\b)[^\W\d]\w*\([^()]*=[^()]*\)?")
_SPACED = re.compile(rf"([^\W\d][\w.@/-]*)\s+({_NUMBER})%?{_END}")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a metric's name is made of. A line of ``name: value`` counts if it says where it is or has such a name: else
# every configuration that is printed would become a metric.
_METRIC = _words(
    "loss losses acc accuracy auc auroc auprc roc f1 fbeta precision recall sensitivity specificity error err mse mae "
    "rmse rmsle mape smape msle nll kl elbo r2 score perplexity ppl bleu rouge meteor wer cer iou miou map ndcg mrr "
    "dice jaccard psnr ssim fid reward rewards return returns inertia objective cost kappa mcc top1 top5 hits gap "
    "likelihood loglik logloss bce ce entropy gradnorm likelihoods metric fitness regret"
)
_SPLITS = _words("train training val valid validation test testing eval evaluation dev holdout")
_QUALIFIERS = _SPLITS | _words(
    "avg average mean median best running total final current smoothed ema macro micro weighted epoch batch"
)
# Names that look like metrics but configure, or measure the machine.
_NEVER = _words(
    "time eta elapsed seconds secs sec duration dur epochs steps iterations num_epochs max_epochs max_steps "
    "total_steps batch_size batch seed random_state port pid line lineno v_num version rank world_size local_rank"
)
_MACHINE = _words("port pid rank size seed id")
_SETTING = _words(
    "weight weights fn func function type scale coef coefficient alpha beta gamma path name file threshold eps epsilon "
    "smoothing every interval patience mode margin reduction warmup id port size code count limit"
)
_LEVELS = _words("DEBUG INFO WARNING WARN ERROR CRITICAL")
_WORD = re.compile(r"[a-z]+[0-9]?")
_BREAK = re.compile(r"[,;|\[\](){}\t:=>]|\s-\s|\s\s+")

_AXIS = re.compile(
    r"(?i)(?<![\w./-])(global[_ ]step|epoch|ep|step|iteration|iter|it|batch)"
    r"\s*[:=#]?\s*[\[(]?\s*(\d{1,12}(?:\.\d{1,6})?)(?:\s*(?:/|of)\s*(\d{1,12}))?(?=[\s,;:|)\]}]|\.\s|\.?$|-\s)[\])]?"
)
_SHORT_AXIS = re.compile(r"(?:it|ep)[\s:=#\[(]{1,9}\d")
_AXIS_NAMES = {"global step": "global_step", "ep": "epoch", "iter": "iteration", "it": "iteration"}
_WITHIN = re.compile(r"[\[(]\s*(\d+)/(\d+)(?:\s*\(\d+(?:\.\d+)?%\))?\s*[\])]")


@lru_cache(4096)
def _is_metric(name: str) -> bool:
    """Say whether a name is one that people give to metrics."""
    words = _WORD.findall(name.lower())
    if not words or words[-1] in _SETTING:
        return False
    return any(word in _METRIC or word.rstrip("0123456789") in _METRIC or word.endswith("loss") for word in words)


@lru_cache(4096)
def _is_wanted(name: str) -> bool:
    """Say whether a value of that name may be a metric's."""
    lower = name.lower()
    return lower not in _NEVER and re.split(r"[\W_]", lower)[-1] not in _MACHINE


# Bars

# Repetitions are bounded, so that no line takes long.
_BAR = re.compile(
    r"(?<![\d.])(?:(?P<percent>\d{1,3})%\|[^|]*\|\s?)?"
    r"(?P<done>\d{1,18}(?:\.\d{1,9})?)(?P<scale>[kKMGT]?)"
    r"(?:/(?P<total>\d{1,18}(?:\.\d{1,9})?)(?P<scale2>[kKMGT]?)\w{0,20}|/\?)?"
    r"[^\W\d]{0,20}\s?\[[\d:?]{1,20}(?:<[^,\]]{0,30})?(?:,\s?(?P<rate>[^,\]]{0,40}))?(?P<postfix>,[^\]]{0,1000})?\]"
)
_SCALES = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


def _looks_like_bar(text: str) -> object:
    return "[" in text and ("it/s" in text or "s/it" in text or "%|" in text or "/s" in text) and _BAR.search(text)


def _read_bar(text: str, context: Context) -> Reading | None:
    match = _BAR.search(text)
    if match is None or not re.search(r"/s|s/|\?", match["rate"] or ""):
        return None
    head, postfix = text[: match.start()].rstrip(": "), match["postfix"] or ""
    axes = _axes_of(head + " " + postfix)
    values = _pairs(head, axes, anchored=True) + _pairs(postfix, axes)
    done = float(match["done"]) * _SCALES[match["scale"]]
    total = float(match["total"]) * _SCALES[match["scale2"]] if match["total"] else None
    unit = _unit(match)
    progress = _within_epoch(Progress(done=done, total=total, unit=unit, text=_shown(text)), axes.get("epoch"), context)
    axis, step = _where(axes)
    return Reading(axis, step, values if unit != "B" else [], progress)


def _unit(match: re.Match[str]) -> str:
    """Return what a tqdm bar counts; it says so in its rate: ``3.60it/s`` or ``1.23s/batch``."""
    rate = match["rate"] or ""
    found = re.search(r"[\d.?]+\s*[kMGT]?(\w+)/s|s/(\w+)", rate)
    unit = (found[1] or found[2]) if found else ""
    return "" if unit == "it" else unit


def _within_epoch(bar: Progress, epoch: tuple[float, float | None] | None, context: Context) -> Progress:
    """Return the progress over all epochs where the bar counts within one and their number is known."""
    now, epochs = epoch if epoch is not None else (context.epoch, context.epochs)
    if now is None or not epochs or not bar.total or bar.unit in ("epoch", "B"):
        return bar
    done = now - context.base + min(bar.done / bar.total, 1.0)
    return Progress(done=round(min(max(done, 0.0), epochs), 4), total=epochs, unit="epoch", text=bar.text)


def _shown(text: str) -> str:
    return " ".join(text.split())[:200]


# Keras

_KERAS = re.compile(r"\s*(\d+)/(\d+|Unknown)\s+(?:\[[=>.]*\]|━+|-)(?=\s|$)")
_HEADING = re.compile(r"(?i)\W*(?:train(?:ing)?\s+)?epoch\s*[:#]?\s*\[?(\d+)\s*(?:/|of)\s*(\d+)\]?\W*$")


def _read_keras(text: str, context: Context) -> Reading | None:
    match = _KERAS.match(text)
    if match is None:
        return None
    total = None if match[2] == "Unknown" else float(match[2])
    parts = [part.strip() for part in text[match.end() :].split(" - ")]
    values = []
    for part in parts:
        name, sep, value = part.rpartition(": ")
        if sep and (number := re.fullmatch(_NUMBER, value.strip())) and _NAME.fullmatch(name):
            values.append((name, float(number[0])))
    bar = Progress(done=float(match[1]), total=total, unit="step", text=_shown(text))
    step = None if context.epoch is None else float(context.epoch)
    return Reading("step" if step is None else "epoch", step, values, _within_epoch(bar, None, context))


def _read_heading(text: str, context: Context) -> Reading | None:
    match = _HEADING.match(text)
    if match is None:
        return None
    context.epoch, context.epochs = int(match[1]), int(match[2])
    if context.epoch == 0:
        context.base = 0
    done = float(context.epoch - context.base)
    return Reading(progress=Progress(done=max(done, 0.0), total=context.epochs, unit="epoch", text=_shown(text)))


# Boosting

_ROUND = re.compile(r"\[(\d+)\]\s+\S")
_XGBOOST = re.compile(rf"(\S+):({_NUMBER})(?:\+(?:{_NUMBER}))?")
_LIGHTGBM = re.compile(rf"(.+)'s (\S.*): ({_NUMBER})(?: \+ (?:{_NUMBER}))?")
_CATBOOST = re.compile(r"\d+:\t(?:learn|test): ")


def _read_round(text: str, _context: Context) -> Reading | None:
    match = _ROUND.match(text)
    if match is None:
        return None
    values = []
    for part in text[match.end() - 1 :].split("\t"):
        if found := _LIGHTGBM.fullmatch(part.strip()):
            values.append((f"{found[1]}-{found[2]}".replace(" ", "_"), float(found[3])))
        elif found := _XGBOOST.fullmatch(part.strip()):
            values.append((found[1], float(found[2])))
        else:
            return None
    return Reading("iteration", float(match[1]), values)


def _read_catboost(text: str, _context: Context) -> Reading | None:
    number, _, rest = text.partition(":")
    pairs = re.findall(rf"(learn|test\d*|best): ({_NUMBER})(?=\s|$)", rest)
    values = [(name, float(value)) for name, value in pairs if name != "best"]
    return Reading("iteration", float(number), values)


# Hugging Face

_TRAINER = re.compile(r"\{'[^{}]*\}\s*$")
_ITEM = re.compile(rf"'([^']+)': '?({_NUMBER})'?(?=[,}}])")


def _read_trainer(text: str, _context: Context) -> Reading | None:
    items = {name: float(value) for name, value in _ITEM.findall(text[text.index("{'") :])}
    axis = next((axis for axis in AXES if axis in items), None)
    if axis is None:
        return None
    values = [(name, value) for name, value in items.items() if name not in AXES]
    return Reading(axis, items[axis], values)


# Tables

_ROW = re.compile(rf"\s*(\d+)\s+(?:{_NUMBER})\s*")
_TABLE = re.compile(r"(?i)\s*(?:epoch|iter)\s\s+\S")


def _read_table_head(text: str, context: Context) -> Reading | None:
    columns = re.split(r"\s\s+", text.strip())
    if len(columns) < 2 or any(re.match(_NUMBER, column) for column in columns):
        return None
    context.columns = ["_".join(column.split()) for column in columns]
    return Reading()


def _read_row(text: str, context: Context) -> Reading | None:
    cells = text.split()
    if len(cells) != len(context.columns) or not cells[0].isdigit():
        if cells and not set("".join(cells)) <= set("-+|= "):
            context.columns = []
        return None
    values = [
        (name, float(cell))
        for name, cell in zip(context.columns[1:], cells[1:], strict=True)
        if re.fullmatch(_NUMBER, cell) and _is_wanted(name)
    ]
    axis = "epoch" if context.columns[0].lower() == "epoch" else "iteration"
    return Reading(axis, float(cells[0]), values)


_TWO_CELLS = re.compile(rf"(?:│|\s{{4}})\s*(\S+)\s+│?\s*({_NUMBER})\s*│?\s*")


def _read_two_cells(text: str, _context: Context) -> Reading | None:
    name, value = _TWO_CELLS.fullmatch(text).groups()  # type: ignore[union-attr]  # It looked like one.
    return Reading(values=[(name, float(value))]) if _is_metric(name) else None


_SEARCH = re.compile(r"\[CV[ \d/]*\]")
_SCORE = re.compile(rf"(\w+)=\(train=({_NUMBER}), test=({_NUMBER})\)|\b(score)=({_NUMBER})")


def _read_search(text: str, _context: Context) -> Reading | None:
    values: list[tuple[str, float]] = []
    for both, train, test, name, value in _SCORE.findall(text):
        values += [(name, float(value))] if name else [(f"train_{both}", float(train)), (f"test_{both}", float(test))]
    return Reading(values=values)


# What shows code or speaks of other things

_QUOTE = re.compile(r"Traceback \(most recent call last\)|:\d+: \w*Warning: ")
_QUOTED_END = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning|StopIteration|Group)\b")
_FOREIGN = re.compile(
    r"\s*(?:\[LightGBM\]|\[Parallel\(|Epoch \d+: (?:\S+ (?:improved|did not|reached)|saving|early|Reduce)"
    r"|Epoch \d+, global step \d+:|Better model found|Requirement "
    r"|Collecting |Downloading |Successfully |Using cached )"
)


def _read_quote(text: str, context: Context) -> Reading | None:
    context.quoted = 100 if "Traceback" in text else 1
    return Reading()


def _read_quoted(text: str, context: Context) -> Reading | None:
    if context.quoted > 1:
        context.quoted = 0 if _QUOTED_END.match(text) else context.quoted - 1
        return Reading()
    context.quoted = 0
    return Reading() if text.startswith("  ") else None


def _read_foreign(_text: str, _context: Context) -> Reading | None:
    return Reading()


# Names and values in any order

_PREFIX = re.compile(
    r"\s*(?:\[?(?:\d{4}[-/]\d\d[-/]\d\d[ T])?\d\d:\d\d:\d\d(?:[.,]\d+)?Z?\]?[\s:-]*"
    r"|\[?(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL)\]?(?:[\s:-]+|$)"
    r"|\[?rank\s?\d+\]?[\s:-]+)"
)


@lru_cache(4096)
def _role(name: str) -> str | None:
    """Return the axis that a name is, ``metric``, ``other``, or None if it is no name."""
    axis = _AXIS_NAMES.get(name, name)
    if axis in AXES:
        return axis
    if _PLAIN_NAME.fullmatch(name) is None:
        return None
    return "metric" if _is_wanted(name) else "other"


def _read_only_pairs(text: str, _context: Context) -> Reading | None:
    """Read ``step=3, loss=0.2``: the quick way for the commonest line, which a loop may print very often."""
    values: list[tuple[str, float]] = []
    axes: Axes = {}
    for part in text.split():
        name, equals, number = part.rstrip(",;").partition("=")
        role = _role(name)
        if role is None or not equals:
            if part in _BETWEEN:
                continue
            return None
        if "_" in number:
            return None
        try:
            value = float(number)
        except ValueError:
            return None
        if role == "metric":
            values.append((name, value))
        elif role != "other" and isfinite(value):
            axes[role] = (value, None)
    axis, step = _where(axes) if axes else ("step", None)
    return Reading(axis, step, values)


def _read_pairs(text: str, context: Context) -> Reading | None:
    axes = _axes_of(text)
    values = _pairs(text, axes)
    if not values:
        return None
    if not axes and not any(_is_metric(name) for name, _ in values):
        return None
    axis, step = _where(axes)
    return Reading(axis, step, values, _progress_of(axes, text, context))


def _axes_of(text: str) -> Axes:
    axes: Axes = {}
    if not _has_axis(text):
        return axes
    for match in _AXIS.finditer(text):
        name = match[1].lower()
        axes[_AXIS_NAMES.get(name, name)] = (float(match[2]), float(match[3]) if match[3] else None)
    if "epoch" in axes and "batch" not in axes and (within := _WITHIN.search(text)):
        axes["batch"] = (float(within[1]), float(within[2]))
    return axes


def _where(axes: Axes) -> tuple[str, float | None]:
    """Return axis and step. A number within an epoch starts anew with each, and the epoch alone is too coarse then."""
    for axis in AXES:
        if axis in axes and not (axis == "epoch" and "batch" in axes):
            return axis, axes[axis][0]
    return "step", None


def _progress_of(axes: Axes, text: str, context: Context) -> Progress | None:
    """Return how far a line says it is, if it says of how many."""
    shown = _shown(text)
    if "epoch" in axes and axes["epoch"][1] is not None:
        now, epochs = axes["epoch"]
        inner = axes.get("batch") or axes.get("step") or axes.get("iteration")
        if now == 0:
            context.base = 0
        if inner is not None and inner[1]:
            return _within_epoch(Progress(done=inner[0], total=inner[1], text=shown), axes["epoch"], context)
        return Progress(done=now + 1 - context.base, total=epochs, unit="epoch", text=shown)
    for axis in (*AXES, "batch"):
        if axis in axes and axes[axis][1] is not None:
            return Progress(done=axes[axis][0], total=axes[axis][1], unit=axis, text=shown)
    return None


def _pairs(text: str, axes: Axes, *, anchored: bool = False) -> list[tuple[str, float]]:
    """Return names with values. ``train loss: 0.5 acc: 0.7`` are ``train_loss`` and ``train_acc``."""
    if "(" in text:
        text = _CALL.sub(" ; ", text)
    if axes:
        text = _AXIS.sub(" ; ", text)
    values: list[tuple[str, float]] = []
    split, end = "", 0
    for match in _VALUE.finditer(text):
        before, end = text[end : match.start()].rstrip(), match.end()
        name, split = _name(before, split)
        if name:
            value = float(match[2]) if match[2] else 100 * float(match[5]) / max(float(match[6]), 1.0)
            values.append((name, value))
    if (axes or anchored) and not values:
        values = _spaced(text)
    return values


@lru_cache(4096)
def _name(before: str, split: str) -> tuple[str, str]:
    """Return the name that ends ``before``, and which part of the data it speaks of."""
    pieces = _BREAK.split(before)
    words = pieces[-1].split()
    for piece in pieces[:-1]:
        split = next((word for word in piece.split() if word.lower() in _SPLITS), split)
    if not words or not _NAME.fullmatch(words[-1]) or not _is_wanted(words[-1]):
        return "", split
    first = len(words) - 1
    while first and _NAME.fullmatch(words[first - 1]) and words[first - 1] not in _LEVELS:
        first -= 1
    kept = words[first:]
    if len(kept) > 3 or first:
        while len(kept) > 1 and kept[0].lower() not in _QUALIFIERS:
            kept = kept[1:]
    own = next((word for word in kept if set(re.split(r"[\W_]", word.lower())) & _SPLITS), "")
    name = "_".join(word.rstrip(".") for word in kept)
    if own in kept[:-1]:
        return name, own
    if own or not split or not _is_metric(name):
        return name, split
    return f"{split}_{name}", split


def _spaced(text: str) -> list[tuple[str, float]]:
    """Return ``loss 0.1432 acc 0.93``, which counts only behind an axis."""
    values = []
    split, end = "", 0
    for match in _SPACED.finditer(text):
        before, end = text[end : match.end(1)], match.end()
        name, split = _name(before, split)
        if name and (_is_metric(name) or name.lower() in ("lr", "learning_rate")):
            values.append((name, float(match[2])))
    return values


def _has_axis(text: str) -> bool:
    """Say whether a line may say where it is; most lines do not, and to look closely takes long."""
    lower = text.lower()
    return any(word in lower for word in ("epoch", "step", "iter", "batch")) or _SHORT_AXIS.search(lower) is not None


def _has_pair(text: str) -> object:
    return ("=" in text or ":" in text) and _VALUE.search(text)


FORMATS = (
    Format("traceback, warning", _QUOTE.search, _read_quote),
    # A progress bar on the other stream may stand before it.
    Format("Hugging Face Trainer", lambda text: "{'" in text and _TRAINER.search(text), _read_trainer),
    Format("tqdm, Lightning", _looks_like_bar, _read_bar),
    Format("Keras", _KERAS.match, _read_keras),
    Format("heading", _HEADING.match, _read_heading),
    Format("XGBoost, LightGBM", _ROUND.match, _read_round),
    Format("CatBoost", _CATBOOST.match, _read_catboost),
    Format("Lightning's table", _TWO_CELLS.fullmatch, _read_two_cells),
    Format("scikit-learn search", _SEARCH.match, _read_search),
    Format("table head", _TABLE.match, _read_table_head),
    Format("speaks of other things", _FOREIGN.match, _read_foreign),
    Format("names and values", _has_pair, _read_pairs),
    Format("axis, then names and values", _has_axis, _read_pairs),
)
