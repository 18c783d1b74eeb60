"""A magic's line to words, options and parameters: in any order, nothing abbreviated, every error one sentence."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from IPython.core.error import UsageError

from jupyter_mlops.domain.errors import InvalidName, InvalidOption, InvalidParameter, nearest
from jupyter_mlops.domain.parameters import parse_value
from jupyter_mlops.domain.runs import Scalar

_PARAMETER = re.compile(r"(?P<name>[^\W\d]\w*)=(?P<value>.*)", re.DOTALL)
_NUMBER = re.compile(r"\d|\.\d")
_PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass
class NamedLine:
    """A name, values for parameters, and options.

    Attributes:
        texts: What was written for each parameter.
        options: Options that were given, by keyword.
    """

    name: str
    texts: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def params(self) -> dict[str, Scalar]:
        """The value that each text means."""
        return {name: parse_value(text) for name, text in self.texts.items()}


def read_named_line(magic: Any, called: str, line: str, example: str) -> NamedLine:
    """Return the name, the parameters and the options of ``line``.

    Args:
        magic: The magic's function, which carries the parser that documents it.
        called: How the magic is written: ``%%train``.
        line: What stands behind it.
        example: A line that is right.

    Raises:
        InvalidName: there is no name, or more than one.
        InvalidOption: an option is unknown, shortened, or lacks its value.
        InvalidParameter: a parameter is given twice, or has no value.
    """
    words, options = read_line(magic, called, line)
    names = [word for word in words if not _PARAMETER.fullmatch(word)]
    if not names:
        raise InvalidName(f"{called} needs a name: write it first, as in {example}.")
    if len(names) > 1:
        raise InvalidName(_too_many(names))
    params = [match for word in words if (match := _PARAMETER.fullmatch(word))]
    return NamedLine(names[0], _texts(params), options)


def read_line(magic: Any, called: str, line: str) -> tuple[list[str], dict[str, Any]]:
    """Return the words of ``line`` and the options that were given, by keyword.

    Args:
        magic: The magic's function, which carries the parser that documents it.
        called: How the magic is written: ``%runs``.
        line: What stands behind it.

    Raises:
        InvalidOption: an option is unknown, shortened, given twice, or lacks its value.
    """
    parser = parser_of(magic)
    tokens = split(line)
    _check_options(parser, called, tokens)
    tokens = _with_usual(parser, tokens)
    parser.allow_abbrev = False
    try:
        found = vars(parser.parse_intermixed_args(tokens))
    except (UsageError, argparse.ArgumentError) as error:
        raise InvalidOption(_in_one_sentence(called, str(error))) from error
    words = found.pop("words")
    return words, {name: _unquoted(value) for name, value in found.items() if value not in (None, False)}


def split(line: str) -> list[str]:
    """Return the words of ``line``; blanks inside quotes and brackets part nothing, and quotes stay."""
    words, word, closing = [], "", ""
    for letter in line:
        if not closing and letter.isspace():
            words.append(word)
            word = ""
            continue
        word += letter
        if closing and letter == closing[-1]:
            closing = closing[:-1]
        elif not closing or closing[-1] not in "\"'":
            closing += letter if letter in "\"'" else _PAIRS.get(letter, "")
    return [word for word in [*words, word] if word]


def _check_options(parser: argparse.ArgumentParser, called: str, tokens: list[str]) -> None:
    known = option_names(parser)
    seen: set[str] = set()
    for token in tokens:
        option = token.partition("=")[0]
        if not re.match(r"--?[^\W\d]", option):
            continue
        if option not in known:
            hint = _meant(option, known) or f"; {called}? lists what it has."
            raise InvalidOption(f"{called} has no option {option}{hint}")
        if option in seen:
            raise InvalidOption(f"{option} stands twice on the line; leave one out.")
        seen.add(option)


def _meant(option: str, known: list[str]) -> str:
    """Return a hint for an option that is shortened or misspelled."""
    longer = [name for name in known if name.startswith("--" + option.lstrip("-"))]
    if len(longer) == 1:
        return f"; options are not shortened: write {longer[0]}."
    return nearest("--" + option.lstrip("-"), known)


def parser_of(magic: Any) -> argparse.ArgumentParser:
    """Return the parser that documents ``magic``."""
    parser: argparse.ArgumentParser = magic.parser
    return parser


def option_names(parser: argparse.ArgumentParser) -> list[str]:
    """Return the options that ``parser`` knows, in the order in which it documents them."""
    return [option for action in parser._actions for option in action.option_strings]


def takes_value(parser: argparse.ArgumentParser, option: str) -> bool:
    """Say whether ``option`` is followed by a value."""
    return any(option in action.option_strings and action.nargs not in (0, "?") for action in parser._actions)


def _with_usual(parser: argparse.ArgumentParser, tokens: list[str]) -> list[str]:
    """Return ``tokens`` with its usual value at an option that needs none: a name behind it would be taken for one."""
    usual = {name: action.const for action in parser._actions if action.nargs == "?" for name in action.option_strings}
    return [
        f"{token}={usual[token]}" if token in usual and not _NUMBER.match(after) else token
        for token, after in pairwise([*tokens, ""])
    ]


def _texts(matches: list[re.Match[str]]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for match in matches:
        name, value = match["name"], match["value"]
        if name in texts:
            raise InvalidParameter(f"The parameter {name!r} stands twice on the line; leave one out.")
        if not value:
            raise InvalidParameter(
                f"The parameter {name!r} has no value; write {name}=VALUE without blanks around '='."
            )
        texts[name] = value
    return texts


def _too_many(names: list[str]) -> str:
    if "=" in names:
        return "A parameter is written without blanks around '=': name=value."
    return (
        f"One name is enough, and here are {len(names)}: {', '.join(map(repr, names))}; "
        f"parameters are written as name=value and options begin with '--'."
    )


def _in_one_sentence(called: str, said: str) -> str:
    """Return what argparse said, in our words."""
    match = re.fullmatch(r"argument (--[\w-]+): (.*)", said)
    if match and "expected one argument" in match[2]:
        return f"{match[1]} needs a value behind it; {called}? shows which."
    if match and "ignored explicit argument" in match[2]:
        return f"{match[1]} takes no value."
    return f"{called} does not understand this line: {said.rstrip('.')}; {called}? shows how it is written."


def _unquoted(value: Any) -> Any:
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
