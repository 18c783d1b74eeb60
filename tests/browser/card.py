"""The live card of a run, by what it calls itself."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

# Whose cell no longer waits for it shows as detached.
GOES = "Running|Detached"


class Card:
    """A card below a cell."""

    def __init__(self, article: Locator) -> None:
        self.article = article
        self.page = article.page

    @property
    def actions(self) -> Locator:
        return self.article.get_by_role("toolbar", name="Actions")

    def button(self, name: str) -> Locator:
        return self.actions.get_by_role("button", name=name, exact=True)

    def says(self, state: str, timeout: float = 20_000) -> None:
        """Fail unless the card is a live one that comes to show the state."""
        expect(self.article.locator(".jm-Card-head .jm-State")).to_have_text(re.compile(state), timeout=timeout)

    def is_offline(self) -> None:
        """Fail unless the card comes to say that it may be old."""
        expect(self.article.get_by_text("offline", exact=True)).to_be_visible(timeout=20_000)

    def is_online(self) -> None:
        """Fail unless the card stops saying that it may be old."""
        expect(self.article.get_by_text("offline", exact=True)).to_be_hidden(timeout=20_000)

    def stop(self) -> None:
        """Stop the run; a card asks once."""
        self.button("Stop").click()
        self.button("Stop it now").click()
