"""What looks like a secret: by its name, or by itself."""

from __future__ import annotations

import re

_SECRETS = (
    "TOKEN",
    "APIKEY",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "PWD",
    "SECRET",
    "SECRETS",
    "CREDENTIAL",
    "CREDENTIALS",
)
"""What a word is or ends in: ``PGPASSWORD``."""

_KEYS = {"API", "ACCESS", "PRIVATE", "ENCRYPTION", "SIGNING", "ACCOUNT", "LICENSE", "SERVICE"}
"""What makes a key one that opens doors; any other may be a key of a table."""

_SUSPICIOUS = {"KEY", "PASS", "CREDS", "AUTH"}
_HARMLESS = {"PAD", "EOS", "BOS", "UNK", "MASK", "SEP", "CLS", "START", "END", "SPECIAL", "NEXT", "SOCK", "PUBLIC"}
"""Words beside which a token is one of a text, and a key is no secret."""

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\b(?:gh[pousr]_|github_pat_|glpat-|hf_|npm_|pypi-|dop_v1_)[A-Za-z0-9_-]{16,}"
    r"|\bxox[abeprs]-[A-Za-z0-9-]{10,}"
    r"|\bsk-(?:[a-z]+-)*[A-Za-z0-9_-]{20,}"
    r"|\bAIza[0-9A-Za-z_-]{35}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}"
    r"|\b[a-z][a-z0-9+.-]*://[^\s/:@]*:[^\s/@]+@"
)
_LOOKED_AT = 1 << 16


def is_secret_name(name: str) -> bool:
    """Say whether a variable in code is named like a secret: ``api_key``, ``dbPassword``; not ``key``."""
    words = _words(name)
    return (_has_a_secret(words) or ("KEY" in words and bool(words & _KEYS))) and not words & _HARMLESS


def is_suspicious_name(name: str) -> bool:
    """Say whether a variable of the environment may hold a secret: all that is some token, key or password."""
    words = _words(name)
    return (_has_a_secret(words) or bool(words & _SUSPICIOUS)) and not words & _HARMLESS


def is_secret_value(value: str) -> bool:
    """Say whether ``value`` has the form of a key, a token or an address with a password in it."""
    return _VALUE.search(value[:_LOOKED_AT]) is not None


def _words(name: str) -> set[str]:
    return {part.upper() for part in _PARTS.findall(name)}


def _has_a_secret(words: set[str]) -> bool:
    return any(word.endswith(_SECRETS) for word in words)
