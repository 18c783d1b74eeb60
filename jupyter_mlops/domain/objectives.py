"""What a search is for, as people type it: ``accuracy``, ``loss:minimize``, ``accuracy,latency:minimize``."""

from __future__ import annotations

from typing import get_args

from jupyter_mlops.domain.directions import direction as direction_of
from jupyter_mlops.domain.errors import InvalidOption, nearest
from jupyter_mlops.domain.sweeps import Direction, Objective

DIRECTIONS: dict[str, Direction] = {word: word for word in get_args(Direction)}


def parse_objectives(text: str, direction: str = "") -> list[Objective]:
    """Return the objectives that ``text`` names, the first one first.

    Args:
        text: Names of metrics with commas between them; a colon and a direction may follow each.
        direction: Of the metrics that do not say their own; guessed from the name if it is empty.

    Raises:
        InvalidOption: it is none, or stands twice; or nobody says which way is better.
    """
    given = _direction(direction, f"--direction {direction}") if direction else None
    found: dict[str, Objective] = {}
    for part in text.split(","):
        objective = _objective(part.strip(), text, given)
        if objective.metric in found:
            raise InvalidOption(f"The objective {objective.metric!r} stands twice; leave one out.")
        found[objective.metric] = objective
    return list(found.values())


def text_of(objectives: list[Objective]) -> str:
    """Return what people type for ``objectives``; a direction that the name tells is left out."""
    return ",".join(each.metric if each.guessed else f"{each.metric}:{each.direction}" for each in objectives)


def _objective(part: str, text: str, given: Direction | None) -> Objective:
    metric, colon, way = (each.strip() for each in part.rpartition(":")) if ":" in part else (part, "", "")
    if not metric:
        raise InvalidOption(f"An objective is missing in {text!r}; write the name of a metric, such as accuracy.")
    if colon:
        own = _direction(way, part)
        if given is not None and given != own and "," not in text:
            raise InvalidOption(f"{part!r} says {own}, and --direction says {given}; leave one out.")
        return Objective(metric, own)
    if given is not None:
        return Objective(metric, given)
    guess = direction_of(metric)
    if guess == 0:
        raise InvalidOption(
            f"The name {metric!r} does not say which way is better; write {metric}:maximize or {metric}:minimize."
        )
    return Objective(metric, "maximize" if guess > 0 else "minimize", guessed=True)


def _direction(word: str, where: str) -> Direction:
    if word in DIRECTIONS:
        return DIRECTIONS[word]
    hint = nearest(word, DIRECTIONS) or "; write maximize or minimize."
    raise InvalidOption(f"{word!r} in {where!r} is no direction{hint}")
