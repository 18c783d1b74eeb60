"""The page of a sweep in the main area, by what it calls itself."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab


class SweepPage:
    """The page of a sweep, in front."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.page = lab.page
        self.whole = self.page.locator(".jm-RunPage[data-jm-sweep]:not(.lm-mod-hidden)")

    @classmethod
    def open(cls, lab: Lab, sweep_id: str) -> SweepPage:
        """Open the page of a sweep, and return when it knows its sweep."""
        lab.execute("mlops:open-sweep", id=sweep_id)
        page = cls(lab)
        expect(page.heading).to_be_visible()
        return page

    @property
    def heading(self) -> Locator:
        return self.whole.get_by_role("heading", level=1)

    @property
    def head(self) -> Locator:
        return self.whole.locator(".jm-PageHead")

    @property
    def best(self) -> Locator:
        """The box of what is best, or of the front."""
        return self.whole.locator(".jm-Sweep-best")

    @property
    def history(self) -> Locator:
        return self.whole.get_by_role("figure", name="History")

    @property
    def matters(self) -> Locator:
        return self.whole.get_by_role("region", name="What matters")

    @property
    def parameters(self) -> Locator:
        return self.whole.get_by_role("figure", name="Parameters to")

    @property
    def trials(self) -> Locator:
        """The table of trials."""
        return self.whole.get_by_role("grid", name="Trials")

    @property
    def rows(self) -> Locator:
        """The trials that are drawn, without the head."""
        return self.trials.locator(".jm-Trial")

    def row(self, trial: int) -> Locator:
        """Return the row of a trial."""
        return self.trials.locator(f'.jm-Trial[data-run$="t{trial}"]')

    def filter(self, word: str) -> Locator:
        """Return a chip above the table."""
        return self.whole.get_by_role("group", name="Which trials").get_by_role("button", name=word)

    def numbers(self) -> list[int]:
        """Return the trials that are drawn, from above."""
        texts = self.rows.evaluate_all(
            """rows => rows
              .sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)
              .map(row => row.firstElementChild.textContent)"""
        )
        return [int(text) for text in texts]

    def await_drawn(self) -> None:
        """Return when history and parallel axes have colour."""
        self.page.wait_for_function(
            """() => ['.jm-Sweep-picture', '.jm-Parallel'].every(where => {
              const canvas = document.querySelector(`.jm-RunPage[data-jm-sweep]:not(.lm-mod-hidden) ${where} canvas`);
              const { data } = canvas?.getContext('2d').getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
              let coloured = 0;
              for (let at = 0; at < data.length; at += 4) {
                coloured += data[at + 3] > 128 && Math.abs(data[at] - data[at + 2]) > 40;
              }
              return coloured > 50;
            })"""
        )
