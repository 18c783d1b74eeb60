"""Lines that one library alone prints: XGBoost, LightGBM, CatBoost, Hugging Face Trainer, scikit-learn's search."""

from __future__ import annotations

import re

from jupyter_mlops.domain.formats.reading import AXES, NUMBER, Context, Reading

ROUND = re.compile(r"\[(\d{1,12})\]\s+\S")
_XGBOOST = re.compile(rf"(\S+):({NUMBER})(?:\+(?:{NUMBER}))?")
_LIGHTGBM = re.compile(rf"(.+)'s (\S.*): ({NUMBER})(?: \+ (?:{NUMBER}))?")
CATBOOST = re.compile(r"\d{1,12}:\t(?:learn|test): ")


def read_round(text: str, _context: Context) -> Reading | None:
    """Read ``[12]<tab>train-rmse:0.12`` of XGBoost and ``[10]<tab>valid_0's l2: 0.2`` of LightGBM."""
    match = ROUND.match(text)
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


def read_catboost(text: str, _context: Context) -> Reading | None:
    """Read ``0:<tab>learn: 0.66<tab>test: 0.67<tab>total: 47ms``."""
    number, _, rest = text.partition(":")
    pairs = re.findall(rf"(learn|test\d*|best): ({NUMBER})(?=\s|$)", rest)
    values = [(name, float(value)) for name, value in pairs if name != "best"]
    return Reading("iteration", float(number), values)


TRAINER = re.compile(r"\{'[^{}]*\}\s*$")
_ITEM = re.compile(rf"'([^']+)': '?({NUMBER})'?(?=[,}}])")


def read_trainer(text: str, _context: Context) -> Reading | None:
    """Read ``{'loss': 0.69, 'epoch': 0.1}``; a dict that does not say where it is may be a configuration."""
    items = {name: float(value) for name, value in _ITEM.findall(text[text.index("{'") :])}
    axis = next((axis for axis in AXES if axis in items), None)
    if axis is None:
        return None
    values = [(name, value) for name, value in items.items() if name not in AXES]
    return Reading(axis, items[axis], values)


SEARCH = re.compile(r"\[CV[ \d/]*\]")
_SCORE = re.compile(rf"(\w+)=\(train=({NUMBER}), test=({NUMBER})\)|\b(score)=({NUMBER})")


def read_search(text: str, _context: Context) -> Reading | None:
    """Read ``[CV 1/2] END ....C=1;, score=0.927``: the score, not what was tried."""
    values: list[tuple[str, float]] = []
    for both, train, test, name, value in _SCORE.findall(text):
        values += [(name, float(value))] if name else [(f"train_{both}", float(train)), (f"test_{both}", float(test))]
    return Reading(values=values)
