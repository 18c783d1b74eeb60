"""What is asked of an endpoint's keeper. Apart from what an endpoint is, for keepers of runs read requests too."""

from __future__ import annotations

import msgspec


class Gates(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an endpoint does by itself, as people typed it; empty is nothing.

    Attributes:
        promote: ``accuracy >= stable``; conditions are joined by ``and``.
        rollback: ``errors > 1%``.
    """

    promote: str = ""
    rollback: str = ""


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is asked of an endpoint's keeper, beside the verb of the request: ``Request.order``.

    Verbs: ``deploy`` (revision, percent or shadow; neither makes it the stable one), ``canary`` (percent), ``promote``,
    ``rollback`` (revision; 0 drops the canary, or goes to the stable one before where there is none), ``scale``
    (revision; 0 is the stable one, least, most), ``stop``, ``start``, ``port`` (0 closes it), ``gates``, ``judge``
    (reads ``judge/``, and replays it), ``delete`` (of a kept revision).
    """

    revision: int = 0
    percent: int = 0
    shadow: bool = False
    least: int = 0
    most: int = 0
    port: int = 0
    gates: Gates | None = None
